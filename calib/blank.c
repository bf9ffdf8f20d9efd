/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/blank.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/detector.h"

enum { BLOCK_ROWS = 640 };

static const double counted_far_per_m = 1, length_least_m = 5;
static const double scale_least = 0.1, scale_most = 10;
/* A candidate so rare that one lane in a hundred has one: something is buried there. */
static const double odds_least = 0.01;

typedef struct tally {
    gw_calibration_noise_sensor sensors[2]; /* gpr, md */
    double floor_length_m[2];
    double rarest_far[2], rarest_at_m[2], from_m[2];
    bool is_placed[2], has_depth;
} tally;

/* The greatest mean is found in the gamma distribution: P(N <= n | mean) = Q(mean; n + 1). */
void gw_poisson_limits(uint64_t n, double confidence, double *low, double *high)
{
    double tail = (1 - confidence) / 2;
    *low = n ? gsl_cdf_gamma_Pinv(tail, (double)n, 1) : 0;
    *high = gsl_cdf_gamma_Qinv(tail, (double)n + 1, 1);
}

static void detection_take(void *user, const gw_detection *detection)
{
    tally *t = user;
    int sensor = detection->sensor == GW_SENSOR_MD;
    if (detection->sensor == GW_SENSOR_FUSED)
        return;
    if (detection->far_per_m <= counted_far_per_m)
        t->sensors[sensor].n_candidates++;
    if (detection->far_per_m < t->rarest_far[sensor]) {
        t->rarest_far[sensor] = detection->far_per_m;
        t->rarest_at_m[sensor] = detection->along_m;
    }
    t->has_depth |= isfinite(detection->depth_m);
}

static void coverage_take(void *user, const gw_coverage *coverage)
{
    tally *t = user;
    int sensor = coverage->sensor == GW_SENSOR_MD;
    double length = coverage->to_m - coverage->from_m;
    gw_calibration_noise_sensor *s = &t->sensors[sensor];
    if (!isfinite(length))
        return;
    /* scans stand at the ends of their stretch: the way to the next one is counted with it */
    t->is_placed[sensor] = true;
    t->from_m[sensor] = fmin(t->from_m[sensor], coverage->from_m);
    s->length_m = fmax(s->length_m, coverage->to_m - t->from_m[sensor]);
    s->floor += coverage->noise * fmax(length, 0.01);
    t->floor_length_m[sensor] += fmax(length, 0.01);
}

static double take_time(const gw_takes *takes, int kind, size_t row, double whole_s)
{
    const gw_take *take = &takes->takes[kind];
    return take->stream.row_rate_hz > 0 ? (double)row / take->stream.row_rate_hz
                                        : whole_s * (double)row / (double)take->n_rows;
}

static int next_of(const gw_takes *takes, const size_t *rows, double whole_s)
{
    int best = -1;
    for (int kind = GW_KIND_COUNT; kind-- > 0;) /* at the same time the pose comes first */
        if (takes->has[kind] && rows[kind] < takes->takes[kind].n_rows &&
            (best < 0 || take_time(takes, kind, rows[kind], whole_s) <
                             take_time(takes, best, rows[best], whole_s)))
            best = kind;
    return best;
}

static void takes_push(const gw_takes *takes, gw_detector *detector)
{
    size_t rows[GW_KIND_COUNT] = {0};
    double whole_s = 1;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takes->has[kind])
            whole_s = fmax(whole_s, gw_take_seconds(&takes->takes[kind]));
    for (int kind; (kind = next_of(takes, rows, whole_s)) >= 0;) {
        const gw_take *take = &takes->takes[kind];
        size_t n = kind == GW_KIND_GPR ? 4 : BLOCK_ROWS, row = rows[kind];
        n = n < take->n_rows - row ? n : take->n_rows - row;
        const gw_block block = {.row = row,
                                .time_ns =
                                    take->stream.start_ns + gw_stream_row_ns(&take->stream, row),
                                .n_rows = n,
                                .max_rows = n,
                                .counts = take->counts + row * gw_stream_row_counts(&take->stream),
                                .place_mm = take->place_mm + row};
        gw_detector_push(detector, (gw_kind)kind, &block);
        rows[kind] += n;
        if (rows[kind] == take->n_rows)
            gw_detector_finish(detector, (gw_kind)kind);
    }
}

static gw_status sensor_judge(tally *t, int sensor, gw_error *error)
{
    static const char *const names[] = {"gpr", "md"};
    gw_calibration_noise_sensor *s = &t->sensors[sensor];
    double expected = s->length_m * counted_far_per_m, low, high;
    if (!t->is_placed[sensor])
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the places along the ground are unknown: a pose is needed",
                            names[sensor]);
    if (s->length_m < length_least_m)
        return gw_error_set(error, GW_EFORMAT, "%s: %.1f m of ground, at least %.0f m are needed",
                            names[sensor], s->length_m, length_least_m);
    if (t->rarest_far[sensor] * s->length_m < odds_least)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: a strong indication at %.2f m: this ground is not blank. Mark the "
                            "place, and take other ground",
                            names[sensor], t->rarest_at_m[sensor]);
    gw_poisson_limits(s->n_candidates, 0.95, &low, &high);
    s->far_scale = ((double)s->n_candidates + 1) / (expected + 1);
    s->far_scale_low = low / expected;
    s->far_scale_high = high / expected;
    s->floor /= t->floor_length_m[sensor];
    if (s->far_scale > scale_most)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %llu candidates on %.1f m, %.0f times as many as the scores stand "
                            "for: this ground is not blank, or the sensor is disturbed",
                            names[sensor], (unsigned long long)s->n_candidates, s->length_m,
                            s->far_scale);
    s->far_scale = fmax(s->far_scale, scale_least);
    return GW_OK;
}

gw_status gw_blank_fit(const gw_takes *takes, const gw_calibration_file *file,
                       gw_calibration_noise *out, gw_error *error)
{
    tally t = {.rarest_far = {INFINITY, INFINITY}, .from_m = {INFINITY, INFINITY}};
    gw_calibration values;
    gw_detector *detector = NULL;
    gw_detector_config config = {.calibration = &values};
    const gw_detector_sink sink = {
        .detection = detection_take, .coverage = coverage_take, .user = &t};
    gw_calibration_values(file, &values);
    values.gpr.far_scale = values.md.far_scale = 0;
    gw_status status = GW_OK;
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (takes->has[kind]) {
            config.streams[kind] = &takes->takes[kind].stream;
            if (kind != GW_KIND_POSE)
                status = gw_take_judge(&takes->takes[kind], error);
        }
    if (status == GW_OK)
        status = gw_detector_create(&config, &sink, &detector, error);
    if (status != GW_OK) {
        status = error->status = status == GW_EINVAL ? GW_EFORMAT : status;
        return status;
    }
    takes_push(takes, detector);
    gw_detector_destroy(detector);
    for (int sensor = 0; sensor < 2 && status == GW_OK; sensor++)
        if (takes->has[sensor == 0 ? GW_KIND_GPR : GW_KIND_MD])
            status = sensor_judge(&t, sensor, error);
    if (status == GW_OK && takes->has[GW_KIND_GPR] && !t.has_depth && t.sensors[0].n_candidates)
        status = gw_error_set(error, GW_EFORMAT,
                              "gpr: no ground is seen under the antennas: set the head on the "
                              "ground, and calibrate air before");
    *out = (gw_calibration_noise){
        .far_per_m = counted_far_per_m, .gpr = t.sensors[0], .md = t.sensors[1]};
    return status;
}
