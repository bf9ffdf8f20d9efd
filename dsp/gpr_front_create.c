/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "dsp/gpr_front_impl.h"

/* Lengths along the lane, m. A target and its hyperbola are 0.3..0.6 m long. */
static const double before_m = 0.60, after_m = 0.30, least_m = 0.60, whistle_m = 2.0;
static const double guard_m = 0.12, memory_m = 1.0;

/* Largest shift that the aligner may make, periods: time jitter, not a change of height. */
static const double shift_max_periods = 0.10;

enum { ROWS_BEFORE_MAX = 600, ROWS_AFTER_MAX = 128, SAMPLES_MIN = 32 };

size_t gw_gpr_rows(double length_m, double spacing_m, size_t least, size_t most)
{
    double rows = length_m / spacing_m + 0.5;
    return rows < (double)least ? least : rows > (double)most ? most : (size_t)rows;
}

/* Raised-cosine band 0.3..2 times the centre frequency: outside it there is only noise. */
static void mask_design(gw_gpr_front *front)
{
    for (size_t k = 0; k <= front->size / 2; k++) {
        double f = (double)k / (double)front->size / front->band.center_norm;
        double rise = fmin(fmax((f - 0.3) / 0.2, 0), 1), fall = fmin(fmax((2.0 - f) / 0.4, 0), 1);
        front->mask[k] = (float)(0.5 - 0.5 * cos(3.141592653589793 * rise * fall));
        if (front->config.without & GW_GPR_BAND)
            front->mask[k] = 1;
    }
}

/* 36 bits of a rate: whole numbers of samples are made of it below, and one that differs in its
 * last bit, as a window's length through a device may, must give the same ones. */
static double rate_settle(double rate_hz)
{
    int exponent;
    double part = frexp(rate_hz, &exponent);
    return ldexp(nearbyint(ldexp(part, 36)), exponent - 36);
}

/* What the stream does not say is taken from its window: antennas are used with windows of 12 to 20
 * periods, sampled 5 times or more in each, and a window that is unknown too is taken as 10 ns. */
static gw_status band_set(gw_gpr_front *front, const gw_stream *stream, gw_error *error)
{
    double n = (double)stream->n_samples;
    front->band.n_samples = stream->n_samples;
    front->band.is_stepped = stream->waveform == GW_WAVEFORM_SFCW;
    front->n_marks = stream->n_marks < stream->n_samples ? stream->n_marks : 0;
    front->band.is_time_known = stream->sample_rate_hz > 0;
    if (stream->n_samples < SAMPLES_MIN || stream->n_samples > GW_SAMPLES_MAX)
        return gw_error_set(error, GW_EINVAL, "%s: %zu samples a scan, not in %d..%d", stream->name,
                            stream->n_samples, SAMPLES_MIN, GW_SAMPLES_MAX);
    front->band.sample_rate_hz =
        rate_settle(front->band.is_time_known ? stream->sample_rate_hz : n / 10e-9);
    front->band.center_norm = stream->center_hz > 0 ? stream->center_hz / front->band.sample_rate_hz
                                                    : fmin(15.0 / n, 0.2);
    front->band.is_center_known = stream->center_hz > 0;
    if (!(front->band.center_norm < 0.25))
        return gw_error_set(error, GW_EINVAL, "%s: %.3g samples a period, at least 4 are needed",
                            stream->name, 1 / front->band.center_norm);
    front->band.wavelet = (size_t)fmax(fmin(1.5 / front->band.center_norm, n / 4), 4);
    return GW_OK;
}

/* And that of the wide band, over the same rows. */
static gw_status background_create(gw_gpr_front *front)
{
    double dx = front->config.spacing_m;
    bool is_behind_only = front->config.without & GW_GPR_AHEAD;
    const gw_level_config config = {
        .n_columns = front->band.n_samples,
        .n_ranked = front->band.n_samples,
        .before = gw_gpr_rows(before_m, dx, 12, ROWS_BEFORE_MAX),
        .after = is_behind_only ? 0 : gw_gpr_rows(after_m, dx, 3, ROWS_AFTER_MAX),
        .least = gw_gpr_rows(least_m, dx, 8, 2 * ROWS_AFTER_MAX),
        .quantile = 0.5};
    const gw_gpr_wide_config wide = {.n_samples = front->band.n_samples,
                                     .size = front->size,
                                     .center_norm = front->band.center_norm,
                                     .background = config,
                                     .without = front->config.without};
    front->rows_after = config.after;
    gw_status status = gw_level_create(&config, &front->background);
    if (status == GW_OK && front->config.is_wide)
        status = gw_gpr_wide_create(&wide, &front->wide);
    return status;
}

static gw_status cue_create(gw_gpr_front *front)
{
    double dx = front->config.spacing_m;
    const gw_cue_config cue = {.n_samples = front->band.n_samples,
                               .wavelet = front->band.wavelet,
                               .guard = gw_gpr_rows(guard_m, dx, 1, 256),
                               .memory = gw_gpr_rows(memory_m, dx, 8, 1024),
                               .least = gw_gpr_rows(least_m, dx, 8, 1024)};
    return gw_cue_create(&cue, &front->cue);
}

static gw_status stages_create(gw_gpr_front *front)
{
    size_t n = front->band.n_samples,
           memory = gw_gpr_rows(whistle_m, front->config.spacing_m, 12, 1024);
    double max_shift = fmax(1, shift_max_periods / front->band.center_norm);
    const gw_align_config align = {.n_samples = n,
                                   .size = front->size,
                                   .gate_samples = front->band.wavelet,
                                   .max_shift = (size_t)max_shift,
                                   .memory = 0.02f};
    gw_status status = gw_fft_create(front->size, &front->fft);
    if (status == GW_OK)
        status = gw_whistle_create(n, front->size, memory, &front->whistle);
    if (status == GW_OK)
        status = gw_align_create(&align, &front->align);
    if (status == GW_OK)
        status = cue_create(front);
    return status == GW_OK ? background_create(front) : status;
}

static size_t memory_lay(gw_gpr_front *front, char *memory)
{
    size_t n = front->band.n_samples, n_half = front->size / 2 + 1, at = 0;
#define LAY(field, count)                                                                          \
    (front->field = (void *)(memory ? memory + at : NULL), at += (count) * sizeof *front->field)
    LAY(kept, GPR_FRONT_KEPT);
    LAY(spectrum, n_half);
    LAY(turns, n_half);
    LAY(analytic, n);
    LAY(mask, n_half);
    LAY(scan, n);
    LAY(nothing, front->config.without & GW_GPR_BACKGROUND ? n : 0);
    LAY(coupled, front->band.is_calibrated ? n_half : 0);
    LAY(coupling, front->band.is_calibrated ? n : 0);
#undef LAY
    return at;
}

/* The direct wave must lie in the scan, or the calibration is not about it. */
static gw_status calibration_set(gw_gpr_front *front, const gw_calibration_gpr *from,
                                 gw_error *error)
{
    front->band.is_calibrated = from && from->n_samples > 0;
    if (!front->band.is_calibrated)
        return GW_OK;
    const char *name = front->config.stream->name;
    size_t channel = front->config.channel;
    if (from->n_samples != front->band.n_samples || channel >= from->n_channels ||
        !front->band.is_time_known)
        return gw_error_set(error, GW_EINVAL, "%s: the calibration is not for such scans", name);
    front->time_zero = from->time_zero_samples[channel];
    front->time_zero_sd = from->time_zero_sd_samples[channel];
    front->offset_m = from->offset_m;
    if (!(fabs(front->time_zero) < (double)front->band.n_samples))
        return gw_error_set(error, GW_EINVAL, "%s: time zero lies outside of the scan", name);
    return GW_OK;
}

static void coupling_take(gw_gpr_front *front, const gw_calibration_gpr *from)
{
    const float *trace = from->coupling + front->config.channel * front->band.n_samples;
    for (size_t k = 0; k < front->band.n_samples; k++)
        front->coupling[k] = trace[k < front->n_marks ? front->n_marks : k];
    gpr_surface_prepare(front);
}

gw_status gw_gpr_front_create(const gw_gpr_front_config *config, gw_gpr_front **out,
                              gw_error *error)
{
    gw_gpr_front sizes = {.config = *config};
    *out = NULL;
    gw_status status = band_set(&sizes, config->stream, error);
    if (status == GW_OK)
        status = calibration_set(&sizes, config->calibration, error);
    if (status != GW_OK)
        return status;
    if (!(config->spacing_m > 0.0005 && config->spacing_m < 10))
        return gw_error_set(error, GW_EINVAL, "%s: scans %g m apart, not in 0.0005..10 m",
                            config->stream->name, config->spacing_m);
    sizes.size = gw_fft_good_size(2 * sizes.band.n_samples);
    gw_gpr_front *front = calloc(1, sizeof *front + memory_lay(&sizes, NULL));
    if (!front)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", config->stream->name);
    *front = sizes;
    memory_lay(front, (char *)(front + 1));
    mask_design(front);
    status = stages_create(front);
    if (status != GW_OK) {
        gw_gpr_front_destroy(front);
        return gw_error_set(error, status, "%s: %s", config->stream->name, gw_status_text(status));
    }
    if (front->band.is_calibrated)
        coupling_take(front, config->calibration);
    front->config.stream = NULL; /* the caller's; not kept */
    front->config.calibration = NULL;
    *out = front;
    return GW_OK;
}

void gw_gpr_front_destroy(gw_gpr_front *front)
{
    if (!front)
        return;
    gw_fft_destroy(front->fft);
    gw_whistle_destroy(front->whistle);
    gw_align_destroy(front->align);
    gw_cue_destroy(front->cue);
    gw_level_destroy(front->background);
    gw_gpr_wide_destroy(front->wide);
    free(front);
}
