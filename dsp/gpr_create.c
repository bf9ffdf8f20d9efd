/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/gpr_impl.h"

#include <math.h>
#include <stdlib.h>

/* Lengths along the lane, m. A target and its hyperbola are 0.3..0.6 m long, and what a large one
 * sends out aside reaches as far again. */
static const double before_m = 0.60, after_m = 0.30, least_m = 0.60, floor_m = 1.0;
static const double aperture_m = 0.161, smooth_m = 0.05, whistle_m = 2.0;
static const double blob_m = 0.06, beside_from_m = 0.20, beside_to_m = 0.60, ahead_m = 0.44;
static const double half_wide_m = 0.20, reach_m = 0.10, guard_m = 0.12, memory_m = 1.0;

/* Of the floor: low, so that targets that stand close together do not pass for it. */
static const double floor_quantile = 0.3;

/* A blob stands this much over its floor at least: below it there is only noise. */
static const float ratio_least = 4;
enum { APART_BINS = 6, TOP_BINS = 0 };

/* Largest shift that the aligner may make, periods: time jitter, not a change of height. */
static const double shift_max_periods = 0.10;

enum { ROWS_BEFORE_MAX = 600, ROWS_AFTER_MAX = 128, SAMPLES_MIN = 64 };

static size_t rows_of(double length_m, double spacing_m, size_t least, size_t most)
{
    double rows = length_m / spacing_m + 0.5;
    return rows < (double)least ? least : rows > (double)most ? most : (size_t)rows;
}

/* Raised-cosine band 0.3..2 times the centre frequency: outside it there is only noise. */
static void mask_design(gw_gpr *gpr)
{
    for (size_t k = 0; k <= gpr->size / 2; k++) {
        double f = (double)k / (double)gpr->size / gpr->center_norm;
        double rise = fmin(fmax((f - 0.3) / 0.2, 0), 1), fall = fmin(fmax((2.0 - f) / 0.4, 0), 1);
        gpr->mask[k] = (float)(0.5 - 0.5 * cos(3.141592653589793 * rise * fall));
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
 * periods, and a window that is unknown too is taken as 10 ns. */
static gw_status band_set(gw_gpr *gpr, const gw_stream *stream, gw_error *error)
{
    double n = (double)stream->n_samples;
    gpr->n_samples = stream->n_samples;
    gpr->is_stepped = stream->waveform == GW_WAVEFORM_SFCW;
    gpr->n_marks = stream->n_marks < stream->n_samples ? stream->n_marks : 0;
    gpr->is_time_known = stream->sample_rate_hz > 0;
    if (stream->n_samples < SAMPLES_MIN || stream->n_samples > GW_SAMPLES_MAX)
        return gw_error_set(error, GW_EINVAL, "%s: %zu samples a scan, not in %d..%d", stream->name,
                            stream->n_samples, SAMPLES_MIN, GW_SAMPLES_MAX);
    gpr->sample_rate_hz = rate_settle(gpr->is_time_known ? stream->sample_rate_hz : n / 10e-9);
    gpr->center_norm = stream->center_hz > 0 ? stream->center_hz / gpr->sample_rate_hz : 15.0 / n;
    if (!(gpr->center_norm < 0.25))
        return gw_error_set(error, GW_EINVAL, "%s: %.3g samples a period, at least 4 are needed",
                            stream->name, 1 / gpr->center_norm);
    gpr->wavelet = (size_t)fmax(fmin(1.5 / gpr->center_norm, n / 4), 4);
    return GW_OK;
}

static void sizes_set(gw_gpr *gpr)
{
    gpr->size = gw_fft_good_size(2 * gpr->n_samples);
    gpr->bin_step = 1 / gpr->center_norm / GPR_BINS_A_PERIOD;
    double reach = fmin(gpr_reach_samples(gpr), (double)gpr->n_samples);
    gpr->n_bins_max = (size_t)(reach / gpr->bin_step) + 1;
}

static gw_status levels_create(gw_gpr *gpr)
{
    double dx = gpr->config.spacing_m;
    gw_level_config config = {.n_columns = gpr->n_samples,
                              .n_ranked = gpr->n_samples,
                              .before = rows_of(before_m, dx, 12, ROWS_BEFORE_MAX),
                              .after = rows_of(after_m, dx, 3, ROWS_AFTER_MAX),
                              .least = rows_of(least_m, dx, 8, 2 * ROWS_AFTER_MAX),
                              .quantile = 0.5};
    gpr->rows_after = config.after;
    gw_status status = gw_level_create(&config, &gpr->background);
    config.n_columns = GW_FOCUS_PLANES * gpr->n_bins_max; /* the others go along */
    config.n_ranked = gpr->n_bins_max;
    config.before = rows_of(floor_m, dx, 12, ROWS_BEFORE_MAX);
    config.after = 0;
    config.quantile = floor_quantile;
    return status == GW_OK ? gw_level_create(&config, &gpr->floor) : status;
}

static gw_status peaks_create(gw_gpr *gpr)
{
    double dx = gpr->config.spacing_m;
    const gw_blob_config blob = {.n_bins_max = gpr->n_bins_max,
                                 .reach = rows_of(blob_m, dx, 1, 64),
                                 .beside_from = rows_of(beside_from_m, dx, 2, 256),
                                 .beside_to = rows_of(beside_to_m, dx, 3, 512),
                                 .ahead = rows_of(ahead_m, dx, 2, 256),
                                 .half_wide = rows_of(half_wide_m, dx, 1, 256),
                                 .apart = APART_BINS,
                                 .quarter = GPR_BINS_A_PERIOD / 4,
                                 .top = TOP_BINS,
                                 .ratio_least = ratio_least};
    gw_status status = gw_blob_create(&blob, &gpr->blob);
    gpr->reach = rows_of(reach_m, dx, 2, 256);
    return status == GW_OK ? gw_peak_create(gpr->reach, &gpr->peaks) : status;
}

static gw_status cue_create(gw_gpr *gpr)
{
    double dx = gpr->config.spacing_m;
    const gw_cue_config cue = {.n_samples = gpr->n_samples,
                               .wavelet = gpr->wavelet,
                               .guard = rows_of(guard_m, dx, 1, 256),
                               .memory = rows_of(memory_m, dx, 8, 1024),
                               .least = rows_of(least_m, dx, 8, 1024)};
    return gw_cue_create(&cue, &gpr->cue);
}

static gw_status stages_create(gw_gpr *gpr)
{
    double dx = gpr->config.spacing_m;
    const gw_align_config align = {.n_samples = gpr->n_samples,
                                   .size = gpr->size,
                                   .gate_samples = gpr->wavelet,
                                   .max_shift =
                                       (size_t)fmax(1, shift_max_periods / gpr->center_norm),
                                   .memory = 0.02f};
    const gw_focus_config focus = {.n_samples = gpr->n_samples,
                                   .aperture = rows_of(aperture_m, dx, 1, 64),
                                   .n_bins_max = gpr->n_bins_max,
                                   .spacing_samples =
                                       2 * dx / GPR_WAVE_M_PER_NS * gpr->sample_rate_hz * 1e-9};
    gw_status status = gw_fft_create(gpr->size, &gpr->fft);
    if (status == GW_OK)
        status = gw_whistle_create(gpr->n_samples, gpr->size, rows_of(whistle_m, dx, 12, 1024),
                                   &gpr->whistle);
    if (status == GW_OK)
        status = gw_align_create(&align, &gpr->align);
    if (status == GW_OK)
        status = cue_create(gpr);
    if (status == GW_OK)
        status = levels_create(gpr);
    if (status == GW_OK)
        status = gw_focus_create(&focus, &gpr->focus);
    if (status == GW_OK)
        status = gw_box_create(GW_FOCUS_PLANES * gpr->n_bins_max, rows_of(smooth_m / 2, dx, 0, 64),
                               &gpr->box);
    if (status == GW_OK)
        status = peaks_create(gpr);
    return status;
}

static size_t memory_lay(gw_gpr *gpr, char *memory)
{
    size_t n_half = gpr->size / 2 + 1, at = 0;
#define LAY(field, count)                                                                          \
    (gpr->field = (void *)(memory ? memory + at : NULL), at += (count) * sizeof *gpr->field)
    LAY(kept, GPR_SCANS_KEPT);
    LAY(spectrum, n_half);
    LAY(analytic, gpr->n_samples);
    LAY(mask, n_half);
    LAY(scan, gpr->n_samples);
    LAY(coupled, gpr->is_calibrated ? n_half : 0);
    LAY(coupling, gpr->is_calibrated ? gpr->n_samples : 0);
    LAY(energy, GW_FOCUS_PLANES * gpr->n_bins_max);
    LAY(smooth, GW_FOCUS_PLANES * gpr->n_bins_max);
    LAY(levels, gpr->n_bins_max);
#undef LAY
    return at;
}

/* The direct wave must lie in the scan, or the calibration is not about it. */
static gw_status calibration_set(gw_gpr *gpr, const gw_calibration_gpr *from, gw_error *error)
{
    gpr->far_scale = from && from->far_scale > 0 ? from->far_scale : 1;
    gpr->is_calibrated = from && from->n_samples > 0;
    if (!gpr->is_calibrated)
        return GW_OK;
    const char *name = gpr->config.stream->name;
    size_t channel = gpr->config.channel;
    if (from->n_samples != gpr->n_samples || channel >= from->n_channels || !gpr->is_time_known)
        return gw_error_set(error, GW_EINVAL, "%s: the calibration is not for such scans", name);
    gpr->time_zero = from->time_zero_samples[channel];
    gpr->time_zero_sd = from->time_zero_sd_samples[channel];
    gpr->offset_m = from->offset_m;
    if (!(fabs(gpr->time_zero) < (double)gpr->n_samples))
        return gw_error_set(error, GW_EINVAL, "%s: time zero lies outside of the scan", name);
    return GW_OK;
}

static void coupling_take(gw_gpr *gpr, const gw_calibration_gpr *from)
{
    const float *trace = from->coupling + gpr->config.channel * gpr->n_samples;
    for (size_t k = 0; k < gpr->n_samples; k++)
        gpr->coupling[k] = trace[k < gpr->n_marks ? gpr->n_marks : k];
    gpr_surface_prepare(gpr);
}

gw_status gw_gpr_create(const gw_gpr_config *config, gw_gpr **out, gw_error *error)
{
    gw_gpr sizes = {.config = *config};
    *out = NULL;
    gw_status status = band_set(&sizes, config->stream, error);
    if (status == GW_OK)
        status = calibration_set(&sizes, config->calibration, error);
    if (status != GW_OK)
        return status;
    if (!(config->spacing_m > 0.0005 && config->spacing_m < 1))
        return gw_error_set(error, GW_EINVAL, "%s: scans %g m apart, not in 0.0005..1 m",
                            config->stream->name, config->spacing_m);
    sizes_set(&sizes);
    gw_gpr *gpr = calloc(1, sizeof *gpr + memory_lay(&sizes, NULL));
    if (!gpr)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", config->stream->name);
    *gpr = sizes;
    memory_lay(gpr, (char *)(gpr + 1));
    mask_design(gpr);
    gw_usual_reset(&gpr->usual);
    status = stages_create(gpr);
    if (status != GW_OK) {
        gw_gpr_destroy(gpr);
        return gw_error_set(error, status, "%s: %s", config->stream->name, gw_status_text(status));
    }
    if (gpr->is_calibrated)
        coupling_take(gpr, config->calibration);
    gpr->config.stream = NULL; /* the caller's; not kept */
    gpr->config.calibration = NULL;
    *out = gpr;
    return GW_OK;
}

void gw_gpr_destroy(gw_gpr *gpr)
{
    if (!gpr)
        return;
    gw_fft_destroy(gpr->fft);
    gw_whistle_destroy(gpr->whistle);
    gw_align_destroy(gpr->align);
    gw_cue_destroy(gpr->cue);
    gw_level_destroy(gpr->background);
    gw_focus_destroy(gpr->focus);
    gw_box_destroy(gpr->box);
    gw_level_destroy(gpr->floor);
    gw_blob_destroy(gpr->blob);
    gw_peak_destroy(gpr->peaks);
    free(gpr);
}
