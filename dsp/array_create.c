/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "dsp/array_impl.h"
#include "dsp/far.h"

/* Lengths, m. The aperture is that of the prototype, 13 x 7 positions 5 cm apart; candidates stand
 * as far from one another as targets do that are laid side by side. */
static const double along_m = 0.30, cross_m = 0.15, position_m = 0.03, smooth_m = 0.05;
static const double floor_m = 2.0, least_m = 0.60, reach_m = 0.15, deepest_m = 0.40;
static const double reach_periods = 4, start_sd_m = 0.015;

/* Over the middle: where the surface is rough and bright, the ground's own spots stand further out
 * of it. Still a third of the ground may be targets, as under three channels along a row. */
static const double floor_quantile = 0.65;

enum { FLOOR_ROWS_MAX = 600, LEAST_ROWS_MAX = 256, BINS_MAX = 512 };

static gw_status config_check(const gw_array_config *config, gw_error *error)
{
    const gw_stream *stream = config->stream;
    if (stream->n_channels < GW_ARRAY_CHANNELS_MIN || stream->n_channels > GW_CHANNELS_MAX)
        return gw_error_set(error, GW_EINVAL, "%s: %zu channels, not in %d..%d", stream->name,
                            stream->n_channels, GW_ARRAY_CHANNELS_MIN, GW_CHANNELS_MAX);
    if (!(stream->channel_spacing_m >= 0.005 && stream->channel_spacing_m <= 1))
        return gw_error_set(error, GW_EINVAL, "%s: channels %g m apart, not in 0.005..1 m",
                            stream->name, stream->channel_spacing_m);
    return GW_OK;
}

static gw_status fronts_create(gw_array *array, gw_error *error)
{
    gw_status status = GW_OK;
    for (size_t c = 0; c < array->n_channels && status == GW_OK; c++) {
        const gw_gpr_front_config config = {.stream = array->config.stream,
                                            .channel = c,
                                            .spacing_m = array->config.spacing_m,
                                            .speed_m_per_ns = array->config.speed_m_per_ns,
                                            .calibration = array->config.calibration,
                                            .show = array->config.show,
                                            .show_user = array->config.show_user};
        status = gw_gpr_front_create(&config, &array->fronts[c], error);
    }
    return status;
}

static void bins_set(gw_array *array)
{
    const gw_stream *stream = array->config.stream;
    double center_hz = array->band.center_norm * array->band.sample_rate_hz;
    double period_m = 0.5e9 * ARRAY_WAVE_M_PER_NS / center_hz;
    double step = period_m / ARRAY_BINS_A_PERIOD;
    double deepest = fmax(deepest_m, reach_periods * period_m);
    array->ground =
        (gw_cube_ground){.ways = {.offset_m = fmin(stream->transmit_receive_offset_m, 0.5),
                                  .speed_m_per_ns = ARRAY_WAVE_M_PER_NS},
                         .spacing_m = array->config.spacing_m,
                         .channel_spacing_m = array->channel_spacing_m,
                         .samples_per_m = array->band.sample_rate_hz * 1e-9 / GW_LIGHT_M_PER_NS,
                         .depth_step_m = step};
    array->n_bins = (size_t)fmin(fmax(deepest / step, 2), BINS_MAX);
    array->n_cells = array->n_bins * array->n_channels;
}

static gw_status stages_create(gw_array *array)
{
    double dx = array->config.spacing_m, dy = array->channel_spacing_m;
    size_t stride = gw_gpr_rows(position_m, dx, 1, 16);
    const gw_cube_config cube = {
        .n_samples = array->band.n_samples,
        .n_channels = array->n_channels,
        .stride = stride,
        .along = gw_gpr_rows(along_m, dx * (double)stride, 1, 64),
        .cross = array->config.way == GW_ARRAY_LINES ? 0 : gw_gpr_rows(cross_m, dy, 0, 16),
        .n_bins = array->n_bins};
    const gw_level_config floor = {.n_columns = array->n_cells,
                                   .n_ranked = array->n_cells,
                                   .before = gw_gpr_rows(floor_m, dx, 12, FLOOR_ROWS_MAX),
                                   .least = gw_gpr_rows(least_m, dx, 8, LEAST_ROWS_MAX),
                                   .quantile = floor_quantile};
    const gw_summit_config summit = {.n_columns = array->n_channels,
                                     .reach = (double)gw_gpr_rows(reach_m, dx, 1, 64),
                                     .aside = fmin(reach_m / dy, GW_CHANNELS_MAX)};
    array->reach = (size_t)summit.reach;
    array->aperture = cube.along * cube.stride;
    gw_status status = gw_fft_create(array->size, &array->fft);
    if (status == GW_OK)
        status = gw_cube_create(&cube, &array->cube);
    if (status == GW_OK)
        status = gw_box_create(array->n_cells, gw_gpr_rows(smooth_m / 2, dx, 0, 64), &array->box);
    if (status == GW_OK)
        status = gw_level_create(&floor, &array->floor);
    return status == GW_OK ? gw_summit_create(&summit, &array->summit) : status;
}

static size_t memory_lay(gw_array *array, char *memory)
{
    size_t n = array->n_channels, n_half = array->size / 2 + 1, at = 0;
#define LAY(field, count)                                                                          \
    (array->field = (void *)(memory ? memory + at : NULL), at += (count) * sizeof *array->field)
    LAY(kept, ARRAY_SCANS_KEPT);
    LAY(spectrum, n_half);
    LAY(against, n_half);
    LAY(focused, array->n_cells);
    LAY(shifts, ARRAY_SCANS_KEPT * n);
    LAY(echoes, n * array->band.n_samples);
    LAY(lags, array->size);
    LAY(energy, array->n_cells);
    LAY(smooth, array->n_cells);
    LAY(levels, array->n_bins);
    LAY(rows, ARRAY_ROWS_KEPT * array->n_cells);
    LAY(scores, n);
    LAY(bins, ARRAY_ROWS_KEPT * n);
#undef LAY
    return at;
}

/* Of where depth begins to count. Of stepped frequency the pulse is longer than what lies between
 * the ground's echo and that of a shallow mine: one may be taken for the other, half a pulse is
 * told. */
static double depth_start_sd_m(const gw_stream *stream)
{
    double band_hz = 2 * (stream->center_hz - stream->start_hz);
    bool is_stepped = stream->waveform == GW_WAVEFORM_SFCW && band_hz > 0;
    double pulse_m = is_stepped ? 0.5e9 * ARRAY_WAVE_M_PER_NS / band_hz : 0;
    return fmax(start_sd_m, pulse_m / 2);
}

/* What comes of a stream that any channel can take; fronts are made. */
static gw_status array_lay(gw_array *sizes, gw_array **out, gw_error *error)
{
    const char *name = sizes->config.stream->name;
    sizes->band = *gw_gpr_front_band(sizes->fronts[0]);
    bins_set(sizes);
    sizes->size = gw_fft_good_size(2 * sizes->band.n_samples);
    gw_array *array = calloc(1, sizeof *array + memory_lay(sizes, NULL));
    if (!array)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", name);
    *array = *sizes;
    *out = array;
    memory_lay(array, (char *)(array + 1));
    gw_status status = stages_create(array);
    return status == GW_OK ? GW_OK
                           : gw_error_set(error, status, "%s: %s", name, gw_status_text(status));
}

static void fronts_destroy(gw_array *array)
{
    for (size_t c = 0; c < array->n_channels; c++)
        gw_gpr_front_destroy(array->fronts[c]);
}

gw_status gw_array_create(const gw_array_config *config, gw_array **out, gw_error *error)
{
    const gw_calibration_gpr *calibration = config->calibration;
    gw_array sizes = {.config = *config,
                      .n_channels = config->stream->n_channels,
                      .middle = config->stream->n_channels / 2,
                      .channel_spacing_m = config->stream->channel_spacing_m,
                      .far_scale = 1,
                      .depth_start_sd_m = depth_start_sd_m(config->stream),
                      .speed = gw_speed_of(config->speed_m_per_ns)};
    *out = NULL;
    gw_status status = config_check(config, error);
    if (status != GW_OK)
        return status;
    if (calibration && calibration->far_scale > 0)
        sizes.far_scale = calibration->far_scale;
    sizes.is_far_assumed = config->stream->waveform == GW_WAVEFORM_SFCW || /* not measured */
                           !gw_far_gpr_holds(config->stream->center_hz,
                                             config->is_spacing_known ? config->spacing_m : 0);
    status = fronts_create(&sizes, error);
    if (status == GW_OK)
        status = array_lay(&sizes, out, error);
    if (status != GW_OK && *out)
        gw_array_destroy(*out);
    else if (status != GW_OK)
        fronts_destroy(&sizes);
    if (status != GW_OK) {
        *out = NULL;
        return status;
    }
    (*out)->config.stream = NULL; /* the caller's; not kept */
    (*out)->config.calibration = NULL;
    return GW_OK;
}

void gw_array_destroy(gw_array *array)
{
    if (!array)
        return;
    fronts_destroy(array);
    gw_fft_destroy(array->fft);
    gw_cube_destroy(array->cube);
    gw_box_destroy(array->box);
    gw_level_destroy(array->floor);
    gw_summit_destroy(array->summit);
    free(array);
}
