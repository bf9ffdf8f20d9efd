/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/past.h"

#include <math.h>

static const double along_step_m = 0.01, height_step_m = 0.01, cross_step_m = 0.02;
static const int64_t silent_ns = 1000000000;

void gw_past_reset(gw_past *past)
{
    past->n_steps = 0;
}

static const gw_past_step *step_at(const gw_past *past, uint64_t k)
{
    return past->steps + k % GW_PAST_STEPS;
}

static uint64_t oldest_of(const gw_past *past)
{
    return past->n_steps > GW_PAST_STEPS ? past->n_steps - GW_PAST_STEPS : 0;
}

/* Both unknown is near, too. */
static bool is_near(double a, double b, double step)
{
    return fabs(a - b) < step || (isnan(a) && isnan(b));
}

static bool goes_on(const gw_past_step *step, const gw_past_reading *reading)
{
    return reading->time_ns - step->until_ns <= silent_ns &&
           is_near(reading->along_m, step->first.along_m, along_step_m) &&
           is_near(reading->height_m, step->first.height_m, height_step_m) &&
           is_near(reading->cross_m, step->first.cross_m, cross_step_m);
}

static void step_add(gw_past_step *step, const gw_past_reading *reading)
{
    step->until_ns = reading->time_ns;
    step->n++;
    step->height_sum += reading->height_m;
    step->height_most = fmax(step->height_most, reading->height_m);
    step->cross_sum += reading->cross_m;
    if (!(reading->along_m > step->front_m))
        return;
    step->front_m = reading->along_m;
    step->front_ns = reading->time_ns;
}

void gw_past_push(gw_past *past, const gw_past_reading *reading)
{
    uint64_t n = past->n_steps;
    gw_past_step *newest = n ? past->steps + (n - 1) % GW_PAST_STEPS : NULL;
    if (newest && goes_on(newest, reading)) {
        step_add(newest, reading);
        return;
    }
    double front_m = newest ? fmax(newest->front_m, reading->along_m) : reading->along_m;
    gw_past_step *step = past->steps + past->n_steps++ % GW_PAST_STEPS;
    *step = (gw_past_step){.first = *reading,
                           .front_ns = reading->time_ns,
                           .from_front_m = front_m,
                           .front_m = front_m,
                           .height_most = -(double)INFINITY};
    step_add(step, reading);
}

/* Whether a step ends before a key. */
typedef bool ends_before(const gw_past_step *step, const void *key);

/* First step that does not; n_steps: none. */
static uint64_t step_first(const gw_past *past, ends_before *is_before, const void *key)
{
    uint64_t from = oldest_of(past), to = past->n_steps;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (is_before(step_at(past, middle), key))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_earlier(const gw_past_step *step, const void *time_ns)
{
    return step->until_ns < *(const int64_t *)time_ns;
}

static bool is_nearer(const gw_past_step *step, const void *along_m)
{
    return step->front_m < *(const double *)along_m;
}

/* How many of its readings lie in a time, about; 1 at least. */
static double readings_in(const gw_past_step *step, int64_t from_ns, int64_t to_ns)
{
    double began = fmax((double)(from_ns - step->first.time_ns), 0);
    double all = (double)(step->until_ns - step->first.time_ns);
    double ended = fmin((double)(to_ns - step->first.time_ns), all);
    return all > 0 ? 1 + (step->n - 1) * fmax(ended - began, 0) / all : 1;
}

gw_past_sums gw_past_over(const gw_past *past, int64_t from_ns, int64_t to_ns)
{
    gw_past_sums sums = {(double)NAN, (double)NAN, (double)NAN};
    uint64_t k = step_first(past, is_earlier, &from_ns);
    double n = 0, height = 0, cross = 0, most = -(double)INFINITY;
    if (gw_past_is_forgotten(past, from_ns) || k == past->n_steps ||
        step_at(past, k)->first.time_ns - to_ns > silent_ns)
        return sums;
    do {
        const gw_past_step *step = step_at(past, k++);
        double part = readings_in(step, from_ns, to_ns);
        n += part;
        height += part * step->height_sum / step->n;
        cross += part * step->cross_sum / step->n;
        most = fmax(most, step->height_most);
    } while (k < past->n_steps && step_at(past, k)->first.time_ns <= to_ns);
    sums.height_m = height / n;
    sums.height_most_m = isfinite(height) ? most : (double)NAN;
    sums.cross_m = cross / n;
    return sums;
}

bool gw_past_is_forgotten(const gw_past *past, int64_t time_ns)
{
    uint64_t oldest = oldest_of(past);
    return oldest > 0 && time_ns < step_at(past, oldest)->first.time_ns;
}

/* Between two times and places. */
static int64_t time_between(const int64_t times_ns[2], const double places_m[2], double along_m)
{
    double part = (along_m - places_m[0]) / (places_m[1] - places_m[0]);
    return times_ns[0] + (int64_t)(part * (double)(times_ns[1] - times_ns[0]));
}

bool gw_past_reach(const gw_past *past, double along_m, int64_t *time_ns)
{
    uint64_t k = step_first(past, is_nearer, &along_m), oldest = oldest_of(past);
    if (k == past->n_steps)
        return false;
    const gw_past_step *step = step_at(past, k);
    if (along_m >= step->from_front_m) {
        const int64_t times_ns[2] = {step->first.time_ns, step->front_ns};
        const double places_m[2] = {step->from_front_m, step->front_m};
        *time_ns =
            along_m == step->from_front_m ? times_ns[0] : time_between(times_ns, places_m, along_m);
        return true;
    }
    if (k == oldest)
        return false;
    const gw_past_step *before = step_at(past, k - 1);
    const int64_t times_ns[2] = {before->front_ns, step->first.time_ns};
    const double places_m[2] = {before->front_m, step->from_front_m};
    *time_ns = time_between(times_ns, places_m, along_m);
    return true;
}
