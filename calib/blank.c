/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/blank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calib/limits.h"
#include "calib/run.h"

enum { CANDIDATES_MAX = 65536, RANK_LEAST = 3 };

static const double scale_least = 0.1, scale_most = 10;
/* A candidate so rare that one lane in a hundred has one: something is buried there. */
static const double odds_least = 0.01;

typedef struct tally {
    gw_calibration_noise_sensor sensors[2]; /* gpr, md */
    double floor_length_m[2];
    double rarest_far[2], rarest_at_m[2], from_m[2];
    bool is_placed[2], has_depth;
    size_t n[2];
    double fars[2][CANDIDATES_MAX];
} tally;

static void detection_take(void *user, const gw_detection *detection)
{
    tally *t = user;
    int sensor = detection->sensor == GW_SENSOR_MD;
    if (detection->sensor == GW_SENSOR_FUSED)
        return;
    if (t->n[sensor] < CANDIDATES_MAX)
        t->fars[sensor][t->n[sensor]++] = detection->far_per_m;
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

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* far_per_m of candidate number `rank` from the rarest, 1 the first, in between by its neighbours.
 */
static double far_of(const double *fars, size_t n, double rank)
{
    double at = fmin(fmax(rank - 1, 0), (double)(n - 1));
    size_t low = (size_t)at, high = low + 1 < n ? low + 1 : low;
    return fars[low] + (at - (double)low) * (fars[high] - fars[low]);
}

static void scale_fit(tally *t, int sensor, double far_per_m)
{
    gw_calibration_noise_sensor *s = &t->sensors[sensor];
    double rank = far_per_m * s->length_m, *fars = t->fars[sensor];
    gw_limits ranks = gw_limits_poisson((size_t)(rank + 0.5), 0.05);
    size_t n = t->n[sensor];
    qsort(fars, n, sizeof *fars, by_value);
    while (s->n_candidates < n && fars[s->n_candidates] <= far_per_m)
        s->n_candidates++;
    s->far_scale = far_per_m / far_of(fars, n, rank + 0.5);
    s->far_scale_low = far_per_m / far_of(fars, n, ranks.high);
    s->far_scale_high = far_per_m / far_of(fars, n, ranks.low);
    s->far_scale = fmax(s->far_scale, scale_least);
}

static gw_status sensor_judge(tally *t, int sensor, double far_per_m, gw_error *error)
{
    static const char *const names[] = {"gpr", "md"};
    gw_calibration_noise_sensor *s = &t->sensors[sensor];
    if (!t->is_placed[sensor] || !t->n[sensor])
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the places along the ground are unknown: a pose is needed",
                            names[sensor]);
    if (far_per_m * s->length_m < RANK_LEAST)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %.1f m of ground, at least %.0f m are needed for %g false alarms "
                            "a metre",
                            names[sensor], s->length_m, ceil(RANK_LEAST / far_per_m), far_per_m);
    if (t->rarest_far[sensor] * s->length_m < odds_least)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: a strong indication at %.2f m: this ground is not blank. Mark the "
                            "place, and take other ground",
                            names[sensor], t->rarest_at_m[sensor]);
    scale_fit(t, sensor, far_per_m);
    s->floor /= t->floor_length_m[sensor];
    if (s->far_scale > scale_most)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %llu candidates on %.1f m, %.0f times what the scores stand for: "
                            "this ground is not blank, or the sensor is disturbed",
                            names[sensor], (unsigned long long)s->n_candidates, s->length_m,
                            s->far_scale);
    return GW_OK;
}

gw_status gw_blank_fit(const gw_takes *takes, const gw_calibration_file *file, double far_per_m,
                       gw_calibration_noise *out, gw_error *error)
{
    gw_calibration values;
    tally *t = calloc(1, sizeof *t);
    const gw_detector_sink sink = {
        .detection = detection_take, .coverage = coverage_take, .user = t};
    if (!t)
        return gw_error_set(error, GW_ENOMEM, "noise: out of memory");
    for (int sensor = 0; sensor < 2; sensor++)
        t->rarest_far[sensor] = t->from_m[sensor] = (double)INFINITY;
    gw_calibration_values(file, &values);
    values.gpr.far_scale = values.md.far_scale = 0;
    gw_status status = gw_takes_detect(takes, &values, &sink, NULL, error);
    for (int sensor = 0; sensor < 2 && status == GW_OK; sensor++)
        if (takes->has[sensor == 0 ? GW_KIND_GPR : GW_KIND_MD])
            status = sensor_judge(t, sensor, far_per_m, error);
    if (status == GW_OK && takes->has[GW_KIND_GPR] && !t->has_depth)
        status = gw_error_set(error, GW_EFORMAT,
                              "gpr: no ground is seen under the antennas: set the head on the "
                              "ground, and calibrate air before");
    *out =
        (gw_calibration_noise){.far_per_m = far_per_m, .gpr = t->sensors[0], .md = t->sensors[1]};
    free(t);
    return status;
}
