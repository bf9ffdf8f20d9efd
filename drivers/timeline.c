/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/timeline.h"

#include <math.h>
#include <stdlib.h>

static const int64_t step_least_ns = 50000000, fallback_ns = 10000000;
static const int64_t known_ns = 1000000000;      /* after so long the greatest lead is known */
static const int64_t late_most_ns = 60000000000; /* beyond it is another clock */
static const double fade = 200e-6;               /* more than quartz differs */
static const long double far_ns = 9e18L;

static int64_t rounded(long double ns)
{
    return (int64_t)llroundl(fminl(fmaxl(ns, -far_ns), far_ns));
}

static int64_t lead_of(const gw_timeline *t, int64_t time_ns, int64_t arrival_ns)
{
    return rounded((long double)time_ns - (long double)t->config.speed * (long double)arrival_ns);
}

void gw_timeline_begin(gw_timeline *timeline, const gw_timeline_config *config)
{
    /* A player that is faster than its recording begins at the present when it begins anew. */
    if (config->speed != 1 || timeline->config.speed != 1)
        timeline->has_lead = false;
    timeline->config = *config;
    timeline->has_last = false;
}

/* First row of a link: is the device's clock still the one that had been set? */
static void offset_choose(gw_timeline *t, int64_t time_ns, int64_t arrival_ns)
{
    int64_t plain_ns = lead_of(t, time_ns, arrival_ns);
    if (!t->has_lead || llabs(plain_ns - t->lead_ns) < llabs(plain_ns + t->offset_ns - t->lead_ns))
        t->offset_ns = 0;
    t->first_ns = arrival_ns;
    if (!t->has_lead || plain_ns + t->offset_ns < t->lead_ns - late_most_ns) {
        t->lead_ns = plain_ns + t->offset_ns;
        t->arrival_ns = arrival_ns;
    }
    t->has_lead = true;
}

/* By how much the clock was set between the last row and this one. */
static int64_t set_find(const gw_timeline *t, int64_t time_ns, int64_t arrival_ns, uint64_t n_rows)
{
    int64_t passed_ns = time_ns - t->last_ns;
    int64_t came_ns =
        rounded((long double)t->config.speed * (long double)(arrival_ns - t->arrival_ns));
    bool are_counted = t->config.row_ns > 0 && n_rows > 0;
    int64_t expected_ns =
        are_counted ? rounded((long double)n_rows * (long double)t->config.row_ns) : came_ns;
    int64_t excess_ns = passed_ns - expected_ns;
    /* delivery in lumps: what came faster than it was made had waited */
    double slack_ns = (double)step_least_ns * fmax(1, t->config.speed);
    int64_t least_ns = step_least_ns + (are_counted ? expected_ns / 50 : 0); /* a rate is nominal */
    bool is_known = arrival_ns - t->first_ns >= known_ns;
    bool leads = (double)(lead_of(t, time_ns + t->offset_ns, arrival_ns) - t->lead_ns) > slack_ns;
    bool is_back = are_counted ? excess_ns < -least_ns : passed_ns < -fallback_ns;
    bool is_ahead = excess_ns > least_ns && (is_known ? leads : are_counted);
    return is_back || is_ahead ? excess_ns : 0;
}

static void lead_take(gw_timeline *t, int64_t lead_ns, int64_t arrival_ns)
{
    t->lead_ns -= rounded((long double)fade * (long double)t->config.speed *
                          (long double)(arrival_ns - t->arrival_ns));
    if (lead_ns > t->lead_ns)
        t->lead_ns = lead_ns;
    t->last_lead_ns = lead_ns;
}

gw_timeline_row gw_timeline_next(gw_timeline *timeline, int64_t time_ns, int64_t arrival_ns,
                                 uint64_t n_rows)
{
    gw_timeline *t = timeline;
    gw_timeline_row row = {.set_ns = 0};
    if (t->has_last)
        row.set_ns = set_find(t, time_ns, arrival_ns, n_rows);
    else
        offset_choose(t, time_ns, arrival_ns);
    t->offset_ns -= row.set_ns;
    row.time_ns = time_ns + t->offset_ns;
    lead_take(t, lead_of(t, row.time_ns, arrival_ns), arrival_ns);
    t->last_ns = time_ns;
    t->arrival_ns = arrival_ns;
    t->has_last = true;
    return row;
}

int64_t gw_timeline_late_ns(const gw_timeline *timeline)
{
    return rounded((long double)(timeline->lead_ns - timeline->last_lead_ns) /
                   (long double)timeline->config.speed);
}

int64_t gw_timeline_clock_ns(const gw_timeline *timeline)
{
    return rounded((long double)timeline->lead_ns / (long double)timeline->config.speed);
}
