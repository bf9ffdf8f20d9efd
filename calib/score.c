/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double target_margin_m = 0.15, metal_reach_m = 0.30;
static const double depth_margin_m = 0.02, depth_margin = 0.1; /* of the true depth */

enum { WORDS_MAX = 64 };

/* One target, and what each sensor made of it. */
typedef struct target {
    const char *words[3]; /* class, name, soil */
    struct {
        double best; /* score; 0: none */
        bool is_heard, is_depth_near;
        double place_m, depth_m; /* errors of the best alarm; NAN unknown */
    } by[GW_SENSOR_COUNT];
} target;

typedef struct false_one {
    gw_sensor sensor;
    const char *soil;
    double score;
    bool is_alarm;
} false_one;

struct gw_score {
    target *targets;
    false_one *falses;
    size_t n_targets, n_falses, n_lanes;
    size_t n_words[3];
    char *words[3][WORDS_MAX];
    double searched_m[GW_SENSOR_COUNT][WORDS_MAX]; /* by soil */
    double searched_m2[WORDS_MAX];                 /* by arrays */
    size_t n_arrays;                               /* lanes */
    gw_score_metal md_alarms, unlikely;
};

gw_score *gw_score_create(void)
{
    return calloc(1, sizeof(gw_score));
}

static int word_find(const gw_score *score, int which, const char *word)
{
    for (size_t k = 0; k < score->n_words[which]; k++)
        if (strcmp(score->words[which][k], word) == 0)
            return (int)k;
    return -1;
}

/* The kept copy of a word; the last one stands for all beyond WORDS_MAX. */
static const char *word_keep(gw_score *score, int which, const char *word)
{
    int at = word_find(score, which, *word ? word : "unknown");
    size_t *n = &score->n_words[which];
    if (at < 0) {
        at = (int)(*n < WORDS_MAX ? *n : WORDS_MAX - 1);
        if (*n < WORDS_MAX && (score->words[which][at] = strdup(*word ? word : "unknown")))
            ++*n;
    }
    return score->words[which][at] ? score->words[which][at] : "";
}

static bool is_at(const gw_detection *detection, double along_m, double reach_m)
{
    return fabs(detection->along_m - along_m) <= reach_m;
}

/* Of an array's radar along and across, where both are known. */
static double distance_m(const gw_detection *detection, const gw_truth_item *item, double swath_m)
{
    double along = detection->along_m - item->along_m, across = detection->cross_m - item->cross_m;
    bool is_flat = swath_m > 0 && detection->sensor == GW_SENSOR_GPR && !isnan(across);
    return is_flat ? hypot(along, across) : fabs(along);
}

static bool is_on(const gw_detection *detection, const gw_truth_item *item, double swath_m)
{
    return distance_m(detection, item, swath_m) <= 0.5 * item->diameter_m + target_margin_m;
}

static void target_judge(target *to, const gw_truth_item *item, const gw_score_lane *lane)
{
    double nearest[GW_SENSOR_COUNT];
    for (int s = 0; s < GW_SENSOR_COUNT; s++) {
        to->by[s].place_m = to->by[s].depth_m = (double)NAN;
        nearest[s] = (double)INFINITY;
    }
    for (size_t k = 0; k < lane->n_detections; k++) {
        const gw_detection *d = &lane->detections[k];
        double distance = distance_m(d, item, lane->swath_m);
        if (!is_on(d, item, lane->swath_m))
            continue;
        to->by[d->sensor].best = fmax(to->by[d->sensor].best, d->score);
        if (!d->alarm || distance >= nearest[d->sensor])
            continue;
        nearest[d->sensor] = distance;
        to->by[d->sensor].is_heard = true;
        to->by[d->sensor].place_m = d->along_m - item->along_m;
        to->by[d->sensor].depth_m = d->depth_m - item->depth_m;
        to->by[d->sensor].is_depth_near =
            fabs(d->depth_m - item->depth_m) <= depth_margin_m + depth_margin * fabs(item->depth_m);
    }
}

static bool is_on_target(const gw_detection *detection, const gw_score_lane *lane)
{
    for (size_t k = 0; k < lane->n_targets; k++)
        if (is_on(detection, &lane->targets[k], lane->swath_m))
            return true;
    return false;
}

static bool is_on_metal(const gw_detection *detection, const gw_score_lane *lane)
{
    for (size_t k = 0; k < lane->n_metals; k++)
        if (is_at(detection, lane->metals[k].along_m, metal_reach_m))
            return true;
    return false;
}

static bool is_false(const gw_detection *detection, const gw_score_lane *lane)
{
    if (is_on_target(detection, lane) ||
        (detection->sensor == GW_SENSOR_MD && is_on_metal(detection, lane)))
        return false;
    return isfinite(detection->along_m);
}

static void metal_count(gw_score_metal *metal, const gw_detection *d, const gw_score_lane *lane)
{
    bool is_target = is_on_target(d, lane);
    metal->n++;
    metal->n_targets += is_target;
    metal->n_metals += !is_target && is_on_metal(d, lane);
}

static gw_status room_make(gw_score *score, const gw_score_lane *lane)
{
    size_t n_targets = score->n_targets + lane->n_targets + 1;
    size_t n_falses = score->n_falses + lane->n_detections + 1;
    target *targets = realloc(score->targets, n_targets * sizeof *targets);
    if (targets)
        score->targets = targets;
    false_one *falses = realloc(score->falses, n_falses * sizeof *falses);
    if (falses)
        score->falses = falses;
    return targets && falses ? GW_OK : GW_ENOMEM;
}

gw_status gw_score_add(gw_score *score, const gw_score_lane *lane)
{
    if (room_make(score, lane) != GW_OK)
        return GW_ENOMEM;
    const char *soil = word_keep(score, 2, lane->soil);
    int at = word_find(score, 2, soil);
    for (int s = 0; s < GW_SENSOR_COUNT && at >= 0; s++)
        score->searched_m[s][at] += lane->searched_m[s];
    if (at >= 0)
        score->searched_m2[at] += lane->searched_m[GW_SENSOR_GPR] * lane->swath_m;
    score->n_arrays += lane->swath_m > 0;
    for (size_t k = 0; k < lane->n_targets; k++) {
        const gw_truth_item *item = &lane->targets[k];
        target *to = &score->targets[score->n_targets++];
        *to = (target){.words = {word_keep(score, 0, item->class_name),
                                 word_keep(score, 1, item->name), soil}};
        target_judge(to, item, lane);
    }
    for (size_t k = 0; k < lane->n_detections; k++) {
        const gw_detection *d = &lane->detections[k];
        if (d->sensor == GW_SENSOR_MD && d->alarm)
            metal_count(&score->md_alarms, d, lane);
        if (d->unlikely)
            metal_count(&score->unlikely, d, lane);
        if (is_false(d, lane))
            score->falses[score->n_falses++] = (false_one){d->sensor, soil, d->score, d->alarm};
    }
    score->n_lanes++;
    return GW_OK;
}

static bool is_wanted(const target *one, const gw_score_filter *filter)
{
    return (!filter->class_name || strcmp(filter->class_name, one->words[0]) == 0) &&
           (!filter->name || strcmp(filter->name, one->words[1]) == 0) &&
           (!filter->soil || strcmp(filter->soil, one->words[2]) == 0);
}

static void found_settle(gw_score_found *found)
{
    found->pd = found->n ? (double)found->n_found / (double)found->n : (double)NAN;
    found->limits = (gw_limits){(double)NAN, (double)NAN};
    if (found->n)
        found->limits = gw_limits_binomial(found->n_found, found->n, GW_SCORE_ALPHA);
}

gw_score_found gw_score_heard(const gw_score *score, gw_sensor sensor,
                              const gw_score_filter *filter)
{
    gw_score_found found = {.n = 0};
    for (size_t k = 0; k < score->n_targets; k++)
        if (is_wanted(&score->targets[k], filter)) {
            found.n++;
            found.n_found += score->targets[k].by[sensor].is_heard;
        }
    found_settle(&found);
    return found;
}

gw_score_metal gw_score_md_alarms(const gw_score *score)
{
    return score->md_alarms;
}

gw_score_metal gw_score_unlikely(const gw_score *score)
{
    return score->unlikely;
}

static double searched_of(const gw_score *score, gw_sensor sensor, const char *soil)
{
    double sum = 0;
    for (size_t k = 0; k < score->n_words[2]; k++)
        if (!soil || strcmp(soil, score->words[2][k]) == 0)
            sum += score->searched_m[sensor][k];
    return sum;
}

/* NAN where there is a lane that no array went over, and of other sensors. */
static double searched_m2_of(const gw_score *score, gw_sensor sensor, const char *soil)
{
    double sum = 0;
    for (size_t k = 0; k < score->n_words[2]; k++)
        if (!soil || strcmp(soil, score->words[2][k]) == 0)
            sum += score->searched_m2[k];
    bool is_area = sensor == GW_SENSOR_GPR && sum > 0 && score->n_arrays == score->n_lanes;
    return is_area ? sum : (double)NAN;
}

gw_score_false gw_score_false_alarms(const gw_score *score, gw_sensor sensor, const char *soil)
{
    gw_score_false sum = {.searched_m = searched_of(score, sensor, soil)};
    for (size_t k = 0; k < score->n_falses; k++) {
        const false_one *one = &score->falses[k];
        sum.n += one->sensor == sensor && one->is_alarm && (!soil || strcmp(soil, one->soil) == 0);
    }
    gw_limits limits = gw_limits_poisson(sum.n, GW_SCORE_ALPHA);
    sum.per_m = sum.searched_m > 0 ? (double)sum.n / sum.searched_m : (double)NAN;
    sum.per_m_limits = (gw_limits){limits.low / sum.searched_m, limits.high / sum.searched_m};
    sum.searched_m2 = searched_m2_of(score, sensor, soil);
    sum.per_m2 = (double)sum.n / sum.searched_m2;
    sum.per_m2_limits = (gw_limits){limits.low / sum.searched_m2, limits.high / sum.searched_m2};
    return sum;
}

static int downwards(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Scores of the false detections of a sensor, highest first; free it. */
static double *falses_sort(const gw_score *score, gw_sensor sensor, size_t *n)
{
    double *sorted = malloc((score->n_falses + 1) * sizeof *sorted);
    *n = 0;
    for (size_t k = 0; sorted && k < score->n_falses; k++)
        if (score->falses[k].sensor == sensor)
            sorted[(*n)++] = score->falses[k].score;
    if (sorted)
        qsort(sorted, *n, sizeof *sorted, downwards);
    return sorted;
}

/* n_allowed: false detections that may remain. */
static gw_score_found found_above(const gw_score *score, gw_sensor sensor, double n_allowed,
                                  const gw_score_filter *filter)
{
    size_t n_sorted;
    double *sorted = falses_sort(score, sensor, &n_sorted);
    double allowed = floor(n_allowed + 1e-9);
    /* the highest false score that must stay below the threshold */
    double below = sorted && allowed < (double)n_sorted ? sorted[(size_t)allowed] : 0;
    gw_score_found found = {.n = 0};
    for (size_t k = 0; k < score->n_targets; k++)
        if (is_wanted(&score->targets[k], filter)) {
            found.n++;
            found.n_found += score->targets[k].by[sensor].best > below;
        }
    free(sorted);
    found_settle(&found);
    return found;
}

gw_score_found gw_score_at_rate(const gw_score *score, gw_sensor sensor, double false_per_m,
                                const gw_score_filter *filter)
{
    return found_above(score, sensor, false_per_m * searched_of(score, sensor, NULL), filter);
}

gw_score_found gw_score_at_rate_m2(const gw_score *score, gw_sensor sensor, double false_per_m2,
                                   const gw_score_filter *filter)
{
    double area = searched_m2_of(score, sensor, NULL);
    gw_score_found none = {.n = 0};
    found_settle(&none);
    return isnan(area) ? none : found_above(score, sensor, false_per_m2 * area, filter);
}

size_t gw_score_curve(const gw_score *score, gw_sensor sensor, gw_score_point *points, size_t n_max)
{
    size_t n_sorted, n = 0;
    double *sorted = falses_sort(score, sensor, &n_sorted);
    double searched = searched_of(score, sensor, NULL);
    for (size_t f = 0; sorted && f <= n_sorted && n < n_max && searched > 0; f++) {
        double below = f < n_sorted ? sorted[f] : 0;
        size_t n_found = 0;
        for (size_t k = 0; k < score->n_targets; k++)
            n_found += score->targets[k].by[sensor].best > below;
        points[n++] = (gw_score_point){
            .false_per_m = (double)f / searched,
            .pd = score->n_targets ? (double)n_found / (double)score->n_targets : (double)NAN,
            .threshold = below};
    }
    free(sorted);
    return n;
}

static gw_score_errors errors_sum(const gw_score *score, gw_sensor sensor, bool is_depth)
{
    gw_score_errors errors = {.n = 0};
    double sum = 0, squares = 0;
    for (size_t k = 0; k < score->n_targets; k++) {
        const target *one = &score->targets[k];
        double value = is_depth ? one->by[sensor].depth_m : one->by[sensor].place_m;
        if (isnan(value))
            continue;
        errors.n++;
        sum += value;
        squares += value * value;
    }
    errors.bias_m = errors.n ? sum / (double)errors.n : (double)NAN;
    errors.rms_m = errors.n ? sqrt(squares / (double)errors.n) : (double)NAN;
    return errors;
}

gw_score_errors gw_score_place(const gw_score *score, gw_sensor sensor)
{
    return errors_sum(score, sensor, false);
}

gw_score_errors gw_score_depth(const gw_score *score, gw_sensor sensor)
{
    return errors_sum(score, sensor, true);
}

gw_score_found gw_score_depth_near(const gw_score *score, gw_sensor sensor)
{
    gw_score_found found = {.n = 0};
    for (size_t k = 0; k < score->n_targets; k++) {
        found.n += isnan(score->targets[k].by[sensor].depth_m) ? 0 : 1;
        found.n_found += score->targets[k].by[sensor].is_depth_near;
    }
    found_settle(&found);
    return found;
}

const char *gw_score_word(const gw_score *score, int which, size_t k)
{
    return k < score->n_words[which] ? score->words[which][k] : NULL;
}

size_t gw_score_lanes(const gw_score *score)
{
    return score->n_lanes;
}

double gw_score_searched(const gw_score *score, gw_sensor sensor)
{
    return searched_of(score, sensor, NULL);
}

void gw_score_destroy(gw_score *score)
{
    if (!score)
        return;
    for (int which = 0; which < 3; which++)
        for (size_t k = 0; k < score->n_words[which]; k++)
            free(score->words[which][k]);
    free(score->targets);
    free(score->falses);
    free(score);
}
