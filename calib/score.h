/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/score.h -- detections against truth over many lanes.
 *
 * A target counts as found by a sensor when a detection lies within its radius + 0.15 m along the
 * lane -- of a radar array along and across; several on one target count once. A detection near no
 * target is false; one of the metal detector's is not when it lies within 0.30 m of any metal
 * object. The ROC takes every detection by its score; what was heard takes those that are alarms.
 */
#ifndef GW_CALIB_SCORE_H
#define GW_CALIB_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "calib/limits.h"
#include "calib/truth.h"
#include "dsp/detection.h"

#define GW_SCORE_ALPHA 0.05 /* limits are those of 95 % */

enum { GW_SCORE_WORD_MAX = 32 };

typedef struct gw_score gw_score;

typedef struct gw_score_lane {
    const char *soil; /* "": unknown */
    const gw_truth_item *targets, *metals;
    size_t n_targets, n_metals;
    const gw_detection *detections;
    size_t n_detections;
    double searched_m[GW_SENSOR_COUNT]; /* 0: that sensor was not there */
    double swath_m;                     /* of a radar array; 0: the head goes over a line */
} gw_score_lane;

/* Which targets, which ground. NULL: all. */
typedef struct gw_score_filter {
    const char *class_name, *name, *soil;
} gw_score_filter;

typedef struct gw_score_found {
    size_t n, n_found;
    double pd;
    gw_limits limits;
} gw_score_found;

typedef struct gw_score_false {
    size_t n;
    double searched_m, per_m; /* NAN where nothing was searched */
    gw_limits per_m_limits;
    double searched_m2, per_m2; /* NAN where not all lanes were an array's */
    gw_limits per_m2_limits;
} gw_score_false;

/* Place along the lane, depth: found less true, of alarms on targets. */
typedef struct gw_score_errors {
    size_t n;
    double bias_m, rms_m; /* NAN when n is 0 */
} gw_score_errors;

/* Alarms of the metal detector by what lies there: a target, else metal within 0.30 m, else nothing
 * that is known. */
typedef struct gw_score_metal {
    size_t n, n_targets, n_metals;
} gw_score_metal;

typedef struct gw_score_point {
    double false_per_m, pd, threshold;
} gw_score_point;

gw_score *gw_score_create(void);

/* GW_ENOMEM. */
gw_status gw_score_add(gw_score *score, const gw_score_lane *lane);

/* Targets that an alarm found. */
gw_score_found gw_score_heard(const gw_score *score, gw_sensor sensor,
                              const gw_score_filter *filter);
gw_score_false gw_score_false_alarms(const gw_score *score, gw_sensor sensor, const char *soil);

/* All of them; those that fusion marks unlikely. None is muted by that. */
gw_score_metal gw_score_md_alarms(const gw_score *score);
gw_score_metal gw_score_unlikely(const gw_score *score);

/* Targets found with the threshold at which at most this many false detections a metre remain. */
gw_score_found gw_score_at_rate(const gw_score *score, gw_sensor sensor, double false_per_m,
                                const gw_score_filter *filter);

/* The same a square metre; none (n is 0) where not all lanes were an array's. */
gw_score_found gw_score_at_rate_m2(const gw_score *score, gw_sensor sensor, double false_per_m2,
                                   const gw_score_filter *filter);

/* The curve, from the highest threshold down; returns its points, at most n_max. */
size_t gw_score_curve(const gw_score *score, gw_sensor sensor, gw_score_point *points,
                      size_t n_max);

/* Of the depths that errors are told of, those at most 0.02 m + 10 % of the true depth off. */
gw_score_found gw_score_depth_near(const gw_score *score, gw_sensor sensor);

gw_score_errors gw_score_place(const gw_score *score, gw_sensor sensor);
gw_score_errors gw_score_depth(const gw_score *score, gw_sensor sensor);

/* The different values of a word among the targets (0: class, 1: name) or lanes (2: soil), in
 * order: word k, NULL past the last. */
const char *gw_score_word(const gw_score *score, int which, size_t k);

size_t gw_score_lanes(const gw_score *score);
double gw_score_searched(const gw_score *score, gw_sensor sensor);
void gw_score_destroy(gw_score *score);

#endif
