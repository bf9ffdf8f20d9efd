/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/gpr_impl.h"

#include <math.h>

#include "dsp/far.h"

/* Time zero lies before the strongest sample, the first bin after it, in wavelets. From training
 * lanes. */
static const double surface_lead = 0.35, blank = 0.5;
static const double depth_max_m = 0.40;

/* Of where depth begins to count: antennas stand on the ground or some centimetres over it; and in
 * periods, of which more where their length is not known. */
static const double start_sd_m = 0.015, start_periods = 0.25, start_guessed = 0.5;

/* The top of the ground comes after the strongest sample, by so many periods: antennas are some
 * centimetres up. From 558 mines of the training lanes; with a calibration it is measured. Of
 * stepped frequency neither this nor the middle is told: the measured walkway is searched on the
 * ground. */
static const double top_lag = 0.46;

/* Over which floors are averaged for the depths of reference. */
static const double reference_m = 2;

/* And for whether what is not seen says something. */
static const double sight_m = 1.5;

/* As deep as radars for larger things look at least, periods: theirs are as long as that depth. */
static const double reach_periods = 4;

double gpr_reach_samples(const gw_gpr *gpr)
{
    double least = 2 * depth_max_m / GPR_WAVE_M_PER_NS * 1e-9 * gpr->band.sample_rate_hz;
    return fmax(least, reach_periods / gpr->band.center_norm);
}

void gw_gpr_push(gw_gpr *gpr, const float *counts, const gw_gpr_scan *scan)
{
    gw_gpr_front_push(gpr->front, counts, scan);
}

static void reference_place(gw_gpr *gpr)
{
    double period = 1 / gpr->band.center_norm;
    bool is_fitted = gpr->band.is_time_known && gpr->band.is_center_known &&
                     !gpr->band.is_stepped && !gpr->is_far_assumed;
    const gw_reference_gpr_config config = {
        .speed_m_per_ns = gpr->config.speed_m_per_ns,
        .speed_sd_m_per_ns = gpr->speed.sd_m_per_ns,
        .sample_rate_hz = gpr->band.sample_rate_hz,
        .period_samples = period,
        .first_samples = gpr->first_bin - (double)gpr->peak,
        .step_samples = gpr->bin_step,
        .n_bins = gpr->n_bins,
        .rows = gw_gpr_rows(reference_m, gpr->config.spacing_m, 1, GPR_SCANS_KEPT),
        .is_fitted = is_fitted};
    gw_reference_gpr_make(&gpr->reference, &config);
    const gw_sight_config of_sight = {
        .speed_m_per_ns = config.speed_m_per_ns,
        .period_samples = period,
        .peak_samples = (double)gpr->peak,
        .first_samples = config.first_samples,
        .step_samples = config.step_samples,
        .n_samples = gpr->band.n_samples,
        .n_bins = config.n_bins,
        .rows = gw_gpr_rows(sight_m, gpr->config.spacing_m, 1, GPR_SCANS_KEPT),
        .is_fitted = is_fitted};
    gw_sight_make(&gpr->sight, &of_sight);
}

/* Bins count from the strongest sample, not from the envelope's peak: that one moves with the
 * height of the antennas, as the direct wave and the surface's echo run into one another. */
static void bins_place(gw_gpr *gpr)
{
    size_t peak = gw_gpr_front_peak(gpr->front);
    double wavelet = (double)gpr->band.wavelet, last = (double)(gpr->band.n_samples - 1);
    gpr->peak = peak;
    gpr->surface = (double)peak - surface_lead * wavelet;
    gpr->first_bin = (double)peak + blank * wavelet;
    double bins =
        (fmin(last, (double)peak + gpr_reach_samples(gpr)) - gpr->first_bin) / gpr->bin_step;
    gpr->n_bins = bins > 0 ? (size_t)bins : 0;
    gw_focus_place(gpr->focus, gpr->surface, gpr->first_bin, gpr->bin_step, gpr->n_bins);
    gw_blob_place(gpr->blob, gpr->n_bins);
    if (gpr->pitch)
        gw_pitch_place(gpr->pitch, gpr->surface, gpr->first_bin, gpr->bin_step, gpr->n_bins);
    reference_place(gpr);
    gpr->is_placed = true;
}

static void residual_push(gw_gpr *gpr, const gw_gpr_residual *residual)
{
    gpr_kept *kept = gpr->kept + gpr->n_residual++ % GPR_SCANS_KEPT;
    *kept = (gpr_kept){.scan = residual->scan,
                       .origin = residual->origin,
                       .shift = residual->shift,
                       .direct = residual->direct};
    if (!gpr->is_placed)
        bins_place(gpr);
    kept->alike = gw_sight_hear(&gpr->sight, residual->values);
    gw_focus_push(gpr->focus, gw_gpr_front_analytic(gpr->front));
    if (gpr->pitch)
        gw_pitch_push(gpr->pitch, gw_gpr_front_wide(gpr->front));
}

/* Mean over `width` bins around each; in and out differ. */
static void bins_smooth(const float *in, size_t n, size_t width, float *out)
{
    size_t half = width / 2;
    for (size_t b = 0; b < n; b++) {
        size_t from = b > half ? b - half : 0, to = b + half + 1 < n ? b + half + 1 : n;
        float sum = 0;
        for (size_t j = from; j < to; j++)
            sum += in[j];
        out[b] = sum / (float)(to - from);
    }
}

/* focus: smooth along depth */
static void energy_push(gw_gpr *gpr)
{
    for (size_t plane = 0; plane < GW_FOCUS_PLANES; plane++)
        bins_smooth(gpr->energy + plane * gpr->n_bins_max, gpr->n_bins, gpr->smooth_bins,
                    gpr->smooth + plane * gpr->n_bins_max);
    gw_box_push(gpr->box, gpr->smooth);
}

/* row: energy, over the levels of its depths */
static void focused_show(gw_gpr *gpr, const gw_gpr_scan *scan, const float *row)
{
    for (size_t b = 0; b < gpr->n_bins; b++) /* smooth is free between two rows */
        gpr->smooth[b] = gpr->levels[b] > 0 ? row[b] / gpr->levels[b] : 0;
    const gw_stage_row shown = {.stage = GW_STAGE_FOCUSED,
                                .channel = gpr->config.channel,
                                .scan = scan->scan,
                                .along_m = scan->along_m,
                                .from_samples = gpr->first_bin,
                                .step_samples = gpr->bin_step,
                                .n = gpr->n_bins,
                                .values = gpr->smooth};
    gpr->config.show(gpr->config.show_user, &shown);
}

/* reference: how deep what is named would be an alarm here */
static void reference_push(gw_gpr *gpr, gpr_kept *kept)
{
    double score = gw_usual_raw(&gpr->usual, gpr->score_least);
    gw_reference_gpr_push(&gpr->reference, gpr->levels, (double)kept->direct);
    for (int body = 0; body < GW_NAMED_COUNT; body++)
        kept->named[body] = gw_reference_gpr_tell(&gpr->reference, (gw_named)body, score);
    gw_sight_push(&gpr->sight, gpr->levels, (double)kept->direct, kept->alike);
    kept->tells = gw_sight_tells(&gpr->sight);
    if (gpr->config.watch_ground)
        gpr->config.watch_ground(gpr->config.user, &kept->scan, &gpr->reference);
}

/* whiten: every depth in units of its own floor */
static void floor_push(gw_gpr *gpr, const float *row, const float *floor)
{
    float sum = 0;
    bins_smooth(floor, gpr->n_bins, gpr->floor_bins, gpr->levels);
    for (size_t b = 0; b < gpr->n_bins; b++)
        sum += gpr->levels[b];
    gpr_kept *kept = gpr->kept + gpr->n_floored++ % GPR_SCANS_KEPT;
    kept->floor = gpr->n_bins ? sum / (float)gpr->n_bins : 0;
    reference_push(gpr, kept);
    if (gpr->config.show)
        focused_show(gpr, &kept->scan, row);
    gw_blob_push(gpr->blob, row, gpr->levels);
}

static double bin_depth_m(const gw_gpr *gpr, size_t bin)
{
    double at = gpr->first_bin + (double)bin * gpr->bin_step;
    return (at - gpr->surface) / gpr->band.sample_rate_hz * 1e9 * GPR_WAVE_M_PER_NS / 2;
}

/* likeness: a scan's score is that of its likeliest blob */
static void blob_judge(gw_gpr *gpr, gw_blob_shape *shape)
{
    gpr_kept *kept = gpr->kept + shape->row % GPR_SCANS_KEPT;
    float features[GW_LIKENESS_FEATURES];
    if (gpr->pitch)
        shape->wide_cycles = gw_pitch_at(gpr->pitch, shape->row, shape->bin) * GPR_BINS_A_PERIOD;
    gw_likeness_features(shape, bin_depth_m(gpr, shape->bin), kept->direct, features);
    if (gpr->config.watch)
        gpr->config.watch(gpr->config.user, &kept->scan, features);
    float odds = (float)gw_likeness_odds(features, gpr->band.is_stepped);
    if (odds > kept->score) {
        kept->score = odds;
        kept->bin = (uint32_t)shape->bin;
        kept->offset = shape->offset;
        kept->wide = shape->wide;
    }
}

/* usual: scores in units of this ground */
static bool scores_push(gw_gpr *gpr)
{
    uint64_t done = gw_blob_done(gpr->blob);
    if (gpr->n_scored == done)
        return false;
    gpr_kept *kept = gpr->kept + gpr->n_scored++ % GPR_SCANS_KEPT;
    if (kept->score > 0)
        kept->score = (float)gw_usual_score(&gpr->usual, (double)kept->score);
    gw_peak_push(gpr->peaks, kept->score);
    return true;
}

/* As it is told: from where the top of the ground is in the mean. Never negative. */
static double depth_tell_m(const gw_gpr *gpr, double at)
{
    double top =
        gpr->band.is_stepped ? gpr->surface : (double)gpr->peak + top_lag / gpr->band.center_norm;
    return fmax((at - top) / gpr->band.sample_rate_hz * 1e9 * gpr->speed.m_per_ns / 2, 0);
}

static double depth_start_sd_m(const gw_gpr *gpr)
{
    double periods = gpr->band.is_center_known ? start_periods : start_guessed;
    double period_ns = 1e9 / (gpr->band.center_norm * gpr->band.sample_rate_hz);
    if (gpr->band.is_calibrated)
        return start_sd_m;
    return fmax(start_sd_m, periods * period_ns * gpr->speed.m_per_ns / 2);
}

/* To the middle of what was found: less than half of the way to another candidate, so that they
 * keep their order. */
static double middle_m(const gw_gpr *gpr, const gpr_kept *kept)
{
    double most = 0.49 * (double)gpr->reach;
    return fmin(fmax((double)kept->offset, -most), most) * gpr->config.spacing_m;
}

/* Those whose echoes were added up, and how wide they say that it is. */
static void rows_tell(const gw_gpr *gpr, uint64_t row, gw_detection *detection)
{
    const gpr_kept *kept = gpr->kept + row % GPR_SCANS_KEPT;
    uint64_t from = row > gpr->aperture ? row - gpr->aperture : 0;
    uint64_t to = row + gpr->aperture < gpr->n_residual ? row + gpr->aperture : gpr->n_residual - 1;
    detection->first_row = gpr->kept[from % GPR_SCANS_KEPT].scan.scan;
    detection->last_row = gpr->kept[to % GPR_SCANS_KEPT].scan.scan;
    if (gpr->config.is_spacing_known)
        detection->width_m = (double)kept->wide * gpr->config.spacing_m;
}

static void detection_fill(const gw_gpr *gpr, uint64_t row, gw_detection *detection)
{
    const gpr_kept *kept = gpr->kept + row % GPR_SCANS_KEPT;
    const gw_gpr_config *config = &gpr->config;
    double at = gpr->first_bin + kept->bin * gpr->bin_step;
    double depth = depth_tell_m(gpr, at);
    double raw = fmin(fmax(at + (double)kept->shift, 0), (double)(gpr->band.n_samples - 1));
    *detection = gw_detection_unknown(GW_SENSOR_GPR);
    detection->cross_m = config->cross_m;
    detection->scan = kept->scan.scan;
    detection->channel = (int32_t)config->channel;
    detection->sample = (int64_t)(raw + 0.5);
    detection->score = (double)kept->score;
    detection->far_per_m = gw_far_gpr((double)kept->score, gpr->band.is_stepped) * gpr->far_scale;
    detection->spacing_assumed = !config->is_spacing_known;
    detection->far_assumed = gpr->is_far_assumed;
    detection->time_ns = kept->scan.time_ns;
    if (config->is_spacing_known)
        detection->along_m = kept->scan.along_m + (gpr->band.is_stepped ? 0 : middle_m(gpr, kept));
    if (gpr->band.is_calibrated)
        depth = gw_gpr_front_depth_m(gpr->front, &kept->origin, at);
    if (gpr->band.is_time_known && !isnan(depth)) {
        detection->depth_m = depth;
        detection->depth_sd_m = gw_speed_depth_sd_m(&gpr->speed, depth, depth_start_sd_m(gpr));
        detection->speed_m_per_ns = gpr->speed.m_per_ns;
        detection->speed_sd_m_per_ns = gpr->speed.sd_m_per_ns;
    }
    rows_tell(gpr, row, detection);
    detection->alarm = detection->far_per_m <= config->far_per_m;
}

/* After the lane's end each stage learns of it once the one before has nothing left. */
static bool stage_end(gw_gpr *gpr)
{
    switch (gpr->n_ended) {
    case 1:
        gw_focus_finish(gpr->focus);
        break;
    case 2:
        gw_box_finish(gpr->box);
        break;
    case 3:
        gw_level_finish(gpr->floor);
        break;
    case 4:
        gw_blob_finish(gpr->blob);
        break;
    case 5:
        gw_peak_finish(gpr->peaks);
        break;
    default:
        return false;
    }
    gpr->n_ended++;
    return true;
}

/* The signal path. Every stage passes on what is due, the last one first, so that no stage ever
 * holds more than its own window. */
bool gw_gpr_pop(gw_gpr *gpr, gw_detection *detection)
{
    const float *row, *levels;
    gw_gpr_residual residual;
    gw_blob_shape shape;
    float score;
    uint64_t peak;
    for (;;) {
        if (gw_peak_pop(gpr->peaks, &peak, &score)) {
            detection_fill(gpr, peak, detection);
            if (!gpr->band.is_stepped &&
                !(gpr->config.without & GW_GPR_USUAL)) /* whose table is of scores as they are */
                gw_usual_learn(&gpr->usual, detection->score);
            return true;
        }
        if (gw_blob_pop(gpr->blob, &shape)) {
            blob_judge(gpr, &shape);
        } else if (scores_push(gpr)) {
            continue;
        } else if (gw_level_pop(gpr->floor, &row, &levels)) {
            floor_push(gpr, row, levels);
        } else if (gw_box_pop(gpr->box, gpr->energy)) {
            gw_level_push(gpr->floor, gpr->energy);
        } else if (gw_focus_pop(gpr->focus, gpr->energy)) {
            energy_push(gpr);
        } else if (gw_gpr_front_pop(gpr->front, &residual)) {
            residual_push(gpr, &residual);
        } else if (!stage_end(gpr)) {
            return false;
        }
    }
}

float gw_gpr_provisional(const gw_gpr *gpr)
{
    return gw_gpr_front_provisional(gpr->front);
}

double gw_gpr_done_m(const gw_gpr *gpr)
{
    uint64_t done = gw_peak_done(gpr->peaks);
    if (!done)
        return -(double)INFINITY;
    double behind = 0.5 * (double)gpr->reach * gpr->config.spacing_m; /* the next one may lie so */
    return gpr->kept[(done - 1) % GPR_SCANS_KEPT].scan.along_m - behind;
}

void gw_gpr_finish(gw_gpr *gpr)
{
    gw_gpr_front_finish(gpr->front);
    gpr->n_ended = 1;
}

void gw_gpr_reset(gw_gpr *gpr)
{
    gw_gpr_front_reset(gpr->front);
    gw_focus_reset(gpr->focus);
    gw_box_reset(gpr->box);
    gw_level_reset(gpr->floor);
    gw_blob_reset(gpr->blob);
    if (gpr->pitch)
        gw_pitch_reset(gpr->pitch);
    gw_peak_reset(gpr->peaks);
    gpr->n_residual = gpr->n_floored = gpr->n_scored = gpr->n_covered = 0;
    gw_usual_reset(&gpr->usual);
    gpr->n_ended = 0;
    gpr->is_placed = false;
}
