/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/focus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { APERTURE_MAX = 256, BINS_MAX = 65536 };

struct gw_focus {
    gw_focus_config config;
    size_t n_rows, n_bins;
    uint64_t n_pushed, n_popped;
    bool is_ended;
    gw_complex *ring;   /* [n_rows][n_samples] */
    gw_complex *sum;    /* [n_bins_max] */
    float *power;       /* [n_bins_max] sum of w^2 */
    gw_focus_tap *taps; /* [aperture + 1][n_bins_max] */
};

gw_status gw_focus_create(const gw_focus_config *config, gw_focus **out)
{
    *out = NULL;
    if (config->n_samples < 2 || config->aperture > APERTURE_MAX || !config->n_bins_max ||
        config->n_bins_max > BINS_MAX || !(config->spacing_samples >= 0))
        return GW_EINVAL;
    size_t n_rows = 2 * config->aperture + 1, n_bins = config->n_bins_max;
    size_t bytes = (n_rows * config->n_samples + n_bins) * sizeof(gw_complex) +
                   n_bins * sizeof(float) + (config->aperture + 1) * n_bins * sizeof(gw_focus_tap);
    gw_focus *focus = calloc(1, sizeof *focus + bytes);
    if (!focus)
        return GW_ENOMEM;
    focus->config = *config;
    focus->n_rows = n_rows;
    focus->ring = (gw_complex *)(focus + 1);
    focus->sum = focus->ring + n_rows * config->n_samples;
    focus->power = (float *)(focus->sum + n_bins);
    focus->taps = (gw_focus_tap *)(focus->power + n_bins);
    *out = focus;
    return GW_OK;
}

gw_focus_tap gw_focus_tap_of(double t0, double t, double offset, size_t n_samples)
{
    double slant = sqrt(t * t + offset * offset), at = t0 + slant;
    gw_focus_tap made = {0, 0, 0};
    if (slant <= 0 || at < 0 || at >= (double)(n_samples - 1))
        return made;
    made.index = (uint32_t)at;
    made.part = (float)(at - floor(at));
    made.weight = (float)((t / slant) * (t / slant));
    return made;
}

void gw_focus_place(gw_focus *focus, double t0, double first, double step, size_t n_bins)
{
    focus->n_bins = n_bins < focus->config.n_bins_max ? n_bins : focus->config.n_bins_max;
    for (size_t a = 0; a <= focus->config.aperture; a++)
        for (size_t b = 0; b < focus->n_bins; b++) {
            double t = first + (double)b * step - t0;
            double offset = (double)a * focus->config.spacing_samples;
            focus->taps[a * focus->config.n_bins_max + b] =
                gw_focus_tap_of(t0, t, offset, focus->config.n_samples);
        }
}

void gw_focus_push(gw_focus *focus, const gw_complex *z)
{
    gw_complex *row = focus->ring + (focus->n_pushed % focus->n_rows) * focus->config.n_samples;
    memcpy(row, z, focus->config.n_samples * sizeof *z);
    focus->n_pushed++;
}

static void row_add(gw_focus *focus, uint64_t row, size_t a, float *spread)
{
    const gw_complex *z = focus->ring + (row % focus->n_rows) * focus->config.n_samples;
    const gw_focus_tap *taps = focus->taps + a * focus->config.n_bins_max;
    for (size_t b = 0; b < focus->n_bins; b++) {
        const gw_complex *at = z + taps[b].index;
        float part = taps[b].part, weight = taps[b].weight;
        float re = at[0].re + part * (at[1].re - at[0].re);
        float im = at[0].im + part * (at[1].im - at[0].im);
        focus->sum[b].re += weight * re;
        focus->sum[b].im += weight * im;
        focus->power[b] += weight * weight;
        spread[b] += weight * (re * re + im * im);
    }
}

/* Sums become m; what there is of it per plane goes out. */
static void planes_fill(gw_focus *focus, float *row)
{
    size_t n = focus->config.n_bins_max;
    gw_complex before = {0, 0};
    for (size_t b = 0; b < focus->n_bins; b++) {
        float scale = focus->power[b] > 0 ? 1 / sqrtf(focus->power[b]) : 0;
        gw_complex m = {focus->sum[b].re * scale, focus->sum[b].im * scale};
        row[GW_FOCUS_ENERGY * n + b] = m.re * m.re + m.im * m.im;
        row[GW_FOCUS_TURN_RE * n + b] = m.re * before.re + m.im * before.im;
        row[GW_FOCUS_TURN_IM * n + b] = m.im * before.re - m.re * before.im;
        before = m;
    }
}

bool gw_focus_pop(gw_focus *focus, float *row)
{
    uint64_t k = focus->n_popped, aperture = focus->config.aperture;
    if (k >= focus->n_pushed || (k + aperture >= focus->n_pushed && !focus->is_ended))
        return false;
    float *spread = row + GW_FOCUS_SPREAD * focus->config.n_bins_max;
    memset(focus->sum, 0, focus->n_bins * sizeof *focus->sum);
    memset(focus->power, 0, focus->n_bins * sizeof *focus->power);
    memset(spread, 0, focus->n_bins * sizeof *spread);
    uint64_t from = k > aperture ? k - aperture : 0;
    uint64_t to = k + aperture < focus->n_pushed ? k + aperture : focus->n_pushed - 1;
    for (uint64_t other = from; other <= to; other++)
        row_add(focus, other, (size_t)(other > k ? other - k : k - other), spread);
    planes_fill(focus, row);
    focus->n_popped++;
    return true;
}

void gw_focus_finish(gw_focus *focus)
{
    focus->is_ended = true;
}

void gw_focus_reset(gw_focus *focus)
{
    focus->n_pushed = focus->n_popped = 0;
    focus->is_ended = false;
}

void gw_focus_destroy(gw_focus *focus)
{
    free(focus);
}
