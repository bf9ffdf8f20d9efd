/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/gpr_wide.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/align.h"
#include "dsp/gpr_without.h"

/* Raised cosines, times the centre: as the training lanes are told apart best. */
static const double low = 0.2, rise = 0.2, high = 3.5, fall = 0.4;

enum { STEP_MAX = 4 };

struct gw_gpr_wide {
    gw_gpr_wide_config config;
    size_t step, n_low; /* every step-th sample of a scan, and how many these are */
    size_t size_low;    /* of their transforms */
    size_t n_pass;      /* bins up to the band's end */
    gw_fft *fft;        /* of size_low */
    gw_level *background;
    gw_complex *spectrum; /* [size/2 + 1], of which those over size_low/2 stay zero */
    gw_complex *analytic; /* [n_samples] */
    float *mask;          /* [n_pass] */
    float *scan;          /* [n_low] */
};

static void mask_design(gw_gpr_wide *wide)
{
    for (size_t k = 0; k < wide->n_pass; k++) {
        double f = (double)k / (double)wide->config.size / wide->config.center_norm;
        double up = fmin(fmax((f - low) / rise, 0), 1), down = fmin(fmax((high - f) / fall, 0), 1);
        wide->mask[k] = (float)(0.5 - 0.5 * cos(3.141592653589793 * up * down));
    }
}

/* The coarsest grid that holds the band. */
static size_t step_of(const gw_gpr_wide_config *config)
{
    for (size_t step = STEP_MAX; step > 1; step /= 2)
        if (config->size % (2 * step) == 0 && high * config->center_norm * (double)step < 0.5)
            return step;
    return 1;
}

static void sizes_set(gw_gpr_wide *wide)
{
    const gw_gpr_wide_config *config = &wide->config;
    double end = ceil(high * config->center_norm * (double)config->size);
    wide->step = step_of(config);
    wide->size_low = config->size / wide->step;
    wide->n_low = (config->n_samples + wide->step - 1) / wide->step;
    wide->n_pass = (size_t)fmin(end, (double)(wide->size_low / 2 + 1));
}

static size_t memory_lay(gw_gpr_wide *wide, char *memory)
{
    size_t at = 0;
#define LAY(field, count)                                                                          \
    (wide->field = (void *)(memory ? memory + at : NULL), at += (count) * sizeof *wide->field)
    LAY(spectrum, wide->config.size / 2 + 1);
    LAY(analytic, wide->config.n_samples);
    LAY(mask, wide->n_pass);
    LAY(scan, wide->n_low);
#undef LAY
    return at;
}

gw_status gw_gpr_wide_create(const gw_gpr_wide_config *config, gw_gpr_wide **out)
{
    gw_gpr_wide sizes = {.config = *config};
    *out = NULL;
    if (!(config->center_norm > 0) || !config->n_samples || config->n_samples > config->size)
        return GW_EINVAL;
    sizes_set(&sizes);
    gw_gpr_wide *wide = calloc(1, sizeof *wide + memory_lay(&sizes, NULL));
    if (!wide)
        return GW_ENOMEM;
    *wide = sizes;
    memory_lay(wide, (char *)(wide + 1));
    mask_design(wide);
    gw_level_config background = config->background;
    background.n_columns = background.n_ranked = wide->n_low;
    gw_status status = gw_fft_create(wide->size_low, &wide->fft);
    if (status == GW_OK)
        status = gw_level_create(&background, &wide->background);
    if (status != GW_OK) {
        gw_gpr_wide_destroy(wide);
        return status;
    }
    *out = wide;
    return GW_OK;
}

void gw_gpr_wide_take(gw_gpr_wide *wide, const gw_complex *spectrum)
{
    for (size_t k = 0; k < wide->n_pass; k++)
        wide->spectrum[k] =
            (gw_complex){spectrum[k].re * wide->mask[k], spectrum[k].im * wide->mask[k]};
    for (size_t k = wide->n_pass; k <= wide->size_low / 2; k++)
        wide->spectrum[k] = (gw_complex){0, 0};
}

/* Scans on the coarse grid are `step` times as strong: that says nothing of a frequency. */
void gw_gpr_wide_push(gw_gpr_wide *wide, float shift)
{
    gw_align_shift(wide->spectrum, wide->n_pass, wide->config.size, shift);
    gw_fft_inverse(wide->fft, wide->spectrum, wide->n_low, wide->scan);
    gw_level_push(wide->background, wide->scan);
}

bool gw_gpr_wide_pop(gw_gpr_wide *wide, float gain)
{
    const float *x, *background;
    bool is_kept = wide->config.without & GW_GPR_BACKGROUND;
    if (!gw_level_pop(wide->background, &x, &background))
        return false;
    for (size_t k = 0; k < wide->n_low; k++)
        wide->scan[k] = x[k] / gain - (is_kept ? 0 : background[k]);
    return true;
}

const gw_complex *gw_gpr_wide_analytic(gw_gpr_wide *wide, gw_fft *fft)
{
    gw_fft_forward(wide->fft, wide->scan, wide->n_low, wide->spectrum);
    gw_fft_analytic(fft, wide->spectrum, wide->config.n_samples, wide->analytic);
    return wide->analytic;
}

void gw_gpr_wide_finish(gw_gpr_wide *wide)
{
    gw_level_finish(wide->background);
}

void gw_gpr_wide_reset(gw_gpr_wide *wide)
{
    gw_level_reset(wide->background);
}

void gw_gpr_wide_destroy(gw_gpr_wide *wide)
{
    if (!wide)
        return;
    gw_fft_destroy(wide->fft);
    gw_level_destroy(wide->background);
    free(wide);
}
