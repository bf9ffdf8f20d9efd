/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/far.h"
#include "dsp/gpr_impl.h"

#include <math.h>
#include <stdlib.h>

/* Lengths along the lane, m. What a large target sends out aside reaches as far again as it is. */
static const double least_m = 0.60, floor_m = 1.0, aperture_m = 0.161, smooth_m = 0.05;
static const double blob_m = 0.06, beside_from_m = 0.20, beside_to_m = 0.60, ahead_m = 0.44;
static const double half_wide_m = 0.20, reach_m = 0.10;

/* Of the floor: low, so that targets that stand close together do not pass for it. */
static const double floor_quantile = 0.3;

/* A blob stands this much over its floor at least: below it there is only noise. */
static const float ratio_least = 4;
enum { APART_BINS = 6, TOP_BINS = 0 };

enum { ROWS_BEFORE_MAX = 600, ROWS_LEAST_MAX = 256 };

/* Bins over which energy and floors are smoothed along depth: 0.6 and 1.6 periods. */
enum { SMOOTH_BINS = 5, FLOOR_BINS = 13 };

static void sizes_set(gw_gpr *gpr)
{
    gpr->bin_step = 1 / gpr->band.center_norm / GPR_BINS_A_PERIOD;
    double reach = fmin(gpr_reach_samples(gpr), (double)gpr->band.n_samples);
    gpr->n_bins_max = (size_t)(reach / gpr->bin_step) + 1;
    gpr->smooth_bins = gpr->config.without & GW_GPR_SMOOTH ? 1 : SMOOTH_BINS;
    gpr->floor_bins = gpr->config.without & GW_GPR_WHITEN ? 2 * gpr->n_bins_max + 1 : FLOOR_BINS;
}

static gw_status floor_create(gw_gpr *gpr)
{
    const gw_level_config config = {
        .n_columns = GW_FOCUS_PLANES * gpr->n_bins_max, /* the others go along */
        .n_ranked = gpr->n_bins_max,
        .before = gw_gpr_rows(floor_m, gpr->config.spacing_m, 12, ROWS_BEFORE_MAX),
        .least = gw_gpr_rows(least_m, gpr->config.spacing_m, 8, ROWS_LEAST_MAX),
        .quantile = floor_quantile};
    return gw_level_create(&config, &gpr->floor);
}

static gw_status peaks_create(gw_gpr *gpr)
{
    double dx = gpr->config.spacing_m;
    const gw_blob_config blob = {.n_bins_max = gpr->n_bins_max,
                                 .reach = gw_gpr_rows(blob_m, dx, 1, 64),
                                 .beside_from = gw_gpr_rows(beside_from_m, dx, 2, 256),
                                 .beside_to = gw_gpr_rows(beside_to_m, dx, 3, 512),
                                 .ahead = gw_gpr_rows(ahead_m, dx, 2, 256),
                                 .half_wide = gw_gpr_rows(half_wide_m, dx, 1, 256),
                                 .apart = APART_BINS,
                                 .quarter = GPR_BINS_A_PERIOD / 4,
                                 .top = TOP_BINS,
                                 .ratio_least = ratio_least};
    gw_status status = gw_blob_create(&blob, &gpr->blob);
    gpr->reach = gw_gpr_rows(reach_m, dx, 2, 256);
    return status == GW_OK ? gw_peak_create(gpr->reach, &gpr->peaks) : status;
}

/* Rows are kept until their blobs are out: the first wait for their floor, all for `ahead`, which
 * is less. Of stepped frequency the wide band says nothing: its model is of the narrow one. */
static gw_status pitch_create(gw_gpr *gpr, const gw_focus_config *focus, size_t half)
{
    size_t wait = gw_gpr_rows(least_m, gpr->config.spacing_m, 8, ROWS_LEAST_MAX);
    const gw_pitch_config config = {.n_samples = focus->n_samples,
                                    .n_rows = 2 * (focus->aperture + half) + 1 + wait,
                                    .aperture = focus->aperture,
                                    .half = half,
                                    .reach = GPR_BINS_A_PERIOD / 2,
                                    .spacing_samples = focus->spacing_samples};
    return gpr->band.is_stepped ? GW_OK : gw_pitch_create(&config, &gpr->pitch);
}

static gw_status stages_create(gw_gpr *gpr)
{
    double dx = gpr->config.spacing_m;
    unsigned without = gpr->config.without;
    size_t aperture = without & GW_GPR_FOCUS ? 0 : gw_gpr_rows(aperture_m, dx, 1, 64);
    size_t half = without & GW_GPR_BOX ? 0 : gw_gpr_rows(smooth_m / 2, dx, 0, 64);
    const gw_focus_config focus = {.n_samples = gpr->band.n_samples,
                                   .aperture = aperture,
                                   .n_bins_max = gpr->n_bins_max,
                                   .spacing_samples = 2 * dx / GPR_WAVE_M_PER_NS *
                                                      gpr->band.sample_rate_hz * 1e-9};
    gpr->aperture = focus.aperture;
    gw_status status = floor_create(gpr);
    if (status == GW_OK)
        status = gw_focus_create(&focus, &gpr->focus);
    if (status == GW_OK)
        status = gw_box_create(GW_FOCUS_PLANES * gpr->n_bins_max, half, &gpr->box);
    if (status == GW_OK)
        status = pitch_create(gpr, &focus, half);
    if (status == GW_OK)
        status = peaks_create(gpr);
    return status;
}

static size_t memory_lay(gw_gpr *gpr, char *memory)
{
    size_t at = 0;
#define LAY(field, count)                                                                          \
    (gpr->field = (void *)(memory ? memory + at : NULL), at += (count) * sizeof *gpr->field)
    LAY(kept, GPR_SCANS_KEPT);
    LAY(energy, GW_FOCUS_PLANES * gpr->n_bins_max);
    LAY(smooth, GW_FOCUS_PLANES * gpr->n_bins_max);
    LAY(levels, gpr->n_bins_max);
#undef LAY
    return at;
}

gw_status gw_gpr_create(const gw_gpr_config *config, gw_gpr **out, gw_error *error)
{
    const gw_gpr_front_config of_front = {.stream = config->stream,
                                          .channel = config->channel,
                                          .spacing_m = config->spacing_m,
                                          .speed_m_per_ns = config->speed_m_per_ns,
                                          .calibration = config->calibration,
                                          .show = config->show,
                                          .show_user = config->show_user,
                                          .is_wide = config->stream->waveform != GW_WAVEFORM_SFCW,
                                          .without = config->without};
    const gw_calibration_gpr *calibration = config->calibration;
    gw_gpr sizes = {.config = *config, .far_scale = 1};
    *out = NULL;
    gw_status status = gw_gpr_front_create(&of_front, &sizes.front, error);
    if (status != GW_OK)
        return status;
    sizes.band = *gw_gpr_front_band(sizes.front);
    if (calibration && calibration->far_scale > 0)
        sizes.far_scale = calibration->far_scale;
    sizes.speed = gw_speed_of(config->speed_m_per_ns);
    sizes.is_far_assumed = !gw_far_gpr_holds(config->stream->center_hz,
                                             config->is_spacing_known ? config->spacing_m : 0);
    sizes.score_least = gw_far_gpr_score(config->far_per_m / sizes.far_scale);
    sizes_set(&sizes);
    gw_gpr *gpr = calloc(1, sizeof *gpr + memory_lay(&sizes, NULL));
    if (!gpr) {
        gw_gpr_front_destroy(sizes.front);
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", config->stream->name);
    }
    *gpr = sizes;
    memory_lay(gpr, (char *)(gpr + 1));
    gw_usual_reset(&gpr->usual);
    status = stages_create(gpr);
    if (status != GW_OK) {
        gw_gpr_destroy(gpr);
        return gw_error_set(error, status, "%s: %s", config->stream->name, gw_status_text(status));
    }
    gpr->config.stream = NULL; /* the caller's; not kept */
    gpr->config.calibration = NULL;
    *out = gpr;
    return GW_OK;
}

void gw_gpr_destroy(gw_gpr *gpr)
{
    if (!gpr)
        return;
    gw_gpr_front_destroy(gpr->front);
    gw_focus_destroy(gpr->focus);
    gw_box_destroy(gpr->box);
    gw_level_destroy(gpr->floor);
    gw_blob_destroy(gpr->blob);
    gw_pitch_destroy(gpr->pitch);
    gw_peak_destroy(gpr->peaks);
    free(gpr);
}
