/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/gpr_impl.h"

#include <math.h>

#include "dsp/far.h"

/* Around the strongest arrival's envelope: time zero lies before its peak, the first bin after it,
 * in wavelets; and the floor below the surface is not taken higher than this under it, so that
 * targets that stand close together do not pass for the noise of the ground. From training lanes.
 */
static const double surface_lead = 0.35, blank = 0.8, floor_max_db = -45;
/* With a calibration the surface's own echo is known; the strongest arrival, to which the limit
 * above was fitted, is the direct wave, so much above it over ground of permittivity 6. */
static const double surface_to_peak_db = 9;
static const double depth_max_m = 0.60, depth_sd_floor_m = 0.015;

static void scan_load(gw_gpr *gpr, const float *counts)
{
    size_t n = gpr->n_samples;
    double sum = 0;
    for (size_t k = n / 2; k < n; k++)
        sum += (double)counts[k];
    float mean = (float)(sum / (double)(n - n / 2));
    for (size_t k = 0; k < n; k++)
        gpr->scan[k] = counts[k < gpr->n_marks ? gpr->n_marks : k] - mean;
}

void gw_gpr_push(gw_gpr *gpr, const float *counts, const gw_gpr_scan *scan)
{
    gpr_kept *kept = gpr->kept + gpr->n_pushed++ % GPR_SCANS_KEPT;
    *kept = (gpr_kept){.scan = *scan};
    scan_load(gpr, counts);
    gw_fft_forward(gpr->fft, gpr->scan, gpr->n_samples, gpr->spectrum);
    for (size_t k = 0; k <= gpr->size / 2; k++) {
        gpr->spectrum[k].re *= gpr->mask[k];
        gpr->spectrum[k].im *= gpr->mask[k];
    }
    kept->shift = gw_align_process(gpr->align, gpr->fft, gpr->spectrum, gpr->scan);
    gw_level_push(gpr->background, gpr->scan);
}

/* x: [n_samples] real in; analytic: out. */
static void analytic_make(gw_gpr *gpr, const float *x)
{
    gw_fft_forward(gpr->fft, x, gpr->n_samples, gpr->spectrum);
    gw_fft_analytic(gpr->fft, gpr->spectrum, gpr->n_samples, gpr->analytic);
}

/* The surface is where the background's envelope peaks; bins start below its wavelet. */
static void bins_place(gw_gpr *gpr, const float *background)
{
    const gw_complex *z = gpr->analytic;
    size_t peak = 0;
    float highest = 0;
    analytic_make(gpr, background);
    for (size_t k = 0; k < gpr->n_samples; k++) {
        float power = z[k].re * z[k].re + z[k].im * z[k].im;
        if (power > highest) {
            highest = power;
            peak = k;
        }
    }
    if (gpr->is_calibrated) { /* from what is known instead of what is strongest */
        double direct = fmin(fmax(gpr->origin.direct, 0), (double)(gpr->n_samples - 1));
        peak = (size_t)(direct + 0.5);
        highest = gpr->origin.surface_power * (float)pow(10, surface_to_peak_db / 10);
    }
    double wavelet = (double)gpr->wavelet, last = (double)(gpr->n_samples - 1);
    double reach = 2 * depth_max_m / GPR_WAVE_M_PER_NS * 1e-9 * gpr->sample_rate_hz;
    gpr->floor_max = highest * (float)pow(10, floor_max_db / 10);
    gpr->surface = (double)peak - surface_lead * wavelet;
    gpr->first_bin = peak + (size_t)(blank * wavelet);
    double bins =
        (fmin(last, (double)peak + reach) - (double)gpr->first_bin) / (double)gpr->bin_step;
    gpr->n_bins = bins > 0 ? (size_t)bins : 0;
    gw_focus_place(gpr->focus, gpr->surface, gpr->first_bin, gpr->bin_step, gpr->n_bins);
    gpr->is_placed = true;
}

/* background: what stands still along the lane is not a target */
static void residual_push(gw_gpr *gpr, const float *x, const float *background)
{
    if (gpr->is_calibrated)
        gpr_surface_watch(gpr, background);
    if (!gpr->is_placed)
        bins_place(gpr, background);
    for (size_t k = 0; k < gpr->n_samples; k++)
        gpr->scan[k] = x[k] - background[k];
    analytic_make(gpr, gpr->scan);
    gw_focus_push(gpr->focus, gpr->analytic);
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

/* whiten and CFAR: every depth in units of its own floor, then the largest. Peaks are looked for in
 * that ratio; a candidate's score is the ratio to the floor that ground can have at most. */
static void score_push(gw_gpr *gpr, const float *energy, const float *floor)
{
    gpr_kept *kept = gpr->kept + gpr->n_scored++ % GPR_SCANS_KEPT;
    float best = 0, sum = 0;
    bins_smooth(floor, gpr->n_bins, GPR_BINS_A_WAVELET, gpr->smooth);
    for (size_t b = 0; b < gpr->n_bins; b++) {
        float ratio = energy[b] / (gpr->smooth[b] + 1e-9f);
        float capped = energy[b] / (fminf(gpr->smooth[b], gpr->floor_max) + 1e-9f);
        best = fmaxf(best, ratio);
        sum += gpr->smooth[b];
        if (capped > kept->score) {
            kept->score = capped;
            kept->bin = (uint32_t)b;
        }
    }
    kept->floor = gpr->n_bins ? sum / (float)gpr->n_bins : 0;
    gw_peak_push(gpr->peak, best);
}

static void detection_fill(const gw_gpr *gpr, uint64_t row, gw_detection *detection)
{
    const gpr_kept *kept = gpr->kept + row % GPR_SCANS_KEPT;
    const gw_gpr_config *config = &gpr->config;
    double at = (double)(gpr->first_bin + kept->bin * gpr->bin_step);
    double depth = (at - gpr->surface) / gpr->sample_rate_hz * 1e9 * GPR_WAVE_M_PER_NS / 2;
    double raw = fmin(fmax(at + (double)kept->shift, 0), (double)(gpr->n_samples - 1));
    *detection = (gw_detection){.sensor = GW_SENSOR_GPR,
                                .along_m = (double)NAN,
                                .cross_m = config->cross_m,
                                .scan = kept->scan.scan,
                                .channel = (int32_t)config->channel,
                                .sample = (int64_t)(raw + 0.5),
                                .depth_m = (double)NAN,
                                .depth_sd_m = (double)NAN,
                                .speed_m_per_ns = (double)NAN,
                                .score = (double)kept->score,
                                .far_per_m = gw_far_gpr((double)kept->score) * gpr->far_scale,
                                .amplitude = (double)NAN,
                                .phase_deg = (double)NAN,
                                .tone_hz = (double)NAN,
                                .spacing_assumed = !config->is_spacing_known,
                                .time_ns = kept->scan.time_ns};
    if (config->is_spacing_known)
        detection->along_m = kept->scan.along_m;
    if (gpr->is_calibrated)
        depth = gpr_surface_depth_m(gpr, &kept->origin, at);
    if (gpr->is_time_known && !isnan(depth)) {
        detection->depth_m = depth;
        detection->depth_sd_m = depth_sd_floor_m + GPR_WAVE_SPREAD * depth;
        detection->speed_m_per_ns = GPR_WAVE_M_PER_NS;
    }
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
        gw_peak_finish(gpr->peak);
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
    float ratio;
    uint64_t peak;
    for (;;) {
        if (gw_peak_pop(gpr->peak, &peak, &ratio)) {
            detection_fill(gpr, peak, detection);
            return true;
        }
        if (gw_level_pop(gpr->floor, &row, &levels)) {
            score_push(gpr, row, levels);
        } else if (gw_box_pop(gpr->box, gpr->energy)) {
            gw_level_push(gpr->floor, gpr->energy);
        } else if (gw_focus_pop(gpr->focus, gpr->energy)) {
            bins_smooth(gpr->energy, gpr->n_bins, GPR_BINS_A_WAVELET / 2, gpr->smooth);
            gw_box_push(gpr->box, gpr->smooth);
        } else if (gw_level_pop(gpr->background, &row, &levels)) {
            residual_push(gpr, row, levels);
        } else if (!stage_end(gpr)) {
            return false;
        }
    }
}

double gw_gpr_done_m(const gw_gpr *gpr)
{
    uint64_t done = gw_peak_done(gpr->peak);
    if (!done)
        return -(double)INFINITY;
    return gpr->kept[(done - 1) % GPR_SCANS_KEPT].scan.along_m;
}

bool gw_gpr_coverage(gw_gpr *gpr, gw_coverage *coverage)
{
    uint64_t from = gpr->n_covered, to = gw_peak_done(gpr->peak);
    if (to == from)
        return false;
    const gpr_kept *first = gpr->kept + from % GPR_SCANS_KEPT;
    const gpr_kept *last = gpr->kept + (to - 1) % GPR_SCANS_KEPT;
    double floor = 0, seconds = (double)(last->scan.time_ns - first->scan.time_ns) * 1e-9;
    float best = 0;
    for (uint64_t k = from; k < to; k++) {
        floor += (double)gpr->kept[k % GPR_SCANS_KEPT].floor;
        best = fmaxf(best, gpr->kept[k % GPR_SCANS_KEPT].score);
    }
    bool is_known = gpr->config.is_spacing_known;
    double length = last->scan.along_m - first->scan.along_m;
    *coverage = (gw_coverage){.sensor = GW_SENSOR_GPR,
                              .first_row = (uint64_t)first->scan.scan,
                              .n_rows = (uint64_t)(last->scan.scan - first->scan.scan + 1),
                              .from_m = is_known ? first->scan.along_m : (double)NAN,
                              .to_m = is_known ? last->scan.along_m : (double)NAN,
                              .noise = sqrt(floor / (double)(to - from)),
                              .max_score = (double)best,
                              .speed_m_s = is_known && seconds > 0 ? length / seconds : (double)NAN,
                              .from_ns = first->scan.time_ns,
                              .to_ns = last->scan.time_ns};
    gpr->n_covered = to;
    return true;
}

void gw_gpr_finish(gw_gpr *gpr)
{
    gw_level_finish(gpr->background);
    gpr->n_ended = 1;
}

void gw_gpr_reset(gw_gpr *gpr)
{
    gw_align_reset(gpr->align);
    gw_level_reset(gpr->background);
    gw_focus_reset(gpr->focus);
    gw_box_reset(gpr->box);
    gw_level_reset(gpr->floor);
    gw_peak_reset(gpr->peak);
    gpr->n_pushed = gpr->n_residual = gpr->n_scored = gpr->n_covered = 0;
    gpr->n_ended = 0;
    gpr->is_placed = false;
}
