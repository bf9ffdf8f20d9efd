/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/continuity.h"

#include <math.h>

static const int64_t window_ns = 10000000000; /* of accounting by rate */
static const double shortfall_part = 0.02;    /* of a window's rows: more is a loss, not a drift */

/* The lead of a clock over arrivals grows with every faster delivery; after so long it is known. */
static const int64_t lead_known_ns = 1000000000, lead_slack_ns = 50000000;

void gw_continuity_reset(gw_continuity *continuity, const gw_continuity_config *config)
{
    *continuity = (gw_continuity){.config = *config};
}

static gw_continuity_step counter_next(const gw_continuity *c, uint32_t counter)
{
    const uint32_t mask = UINT32_MAX >> (32 - c->config.counter_bits);
    gw_continuity_step step = {.row = counter & mask};
    if (!c->has_last)
        return step;
    /* on the circle of the counter's numbers: up to half of it is forwards, else backwards */
    uint32_t ahead = (counter - (uint32_t)c->last) & mask, back = -ahead & mask;
    if (ahead != 0 && ahead <= mask / 2) {
        step.row = c->last + ahead;
        step.n_lost = ahead - 1;
    } else if (back <= c->config.repeat_rows) {
        step.is_repeated = true;
    } else {
        step.is_restarted = true;
    }
    return step;
}

static gw_continuity_step clock_next(gw_continuity *c, const gw_continuity_mark *mark)
{
    gw_continuity_step step = {.row = c->has_last ? c->last + 1 : 0};
    int64_t lead_ns = mark->time_ns - mark->arrival_ns;
    double periods = (double)(mark->time_ns - c->last_ns) * 1e-9 * c->config.rate_hz;
    bool is_lead_known = mark->arrival_ns - c->first_arrival_ns >= lead_known_ns;
    bool is_set = is_lead_known && lead_ns > c->lead_ns + lead_slack_ns;
    if (c->has_last && periods > 1.5 && !is_set) {
        step.n_lost = (uint64_t)(fmin(periods, 1e15) - 0.5);
        step.row += step.n_lost;
    }
    if (!c->has_last || lead_ns > c->lead_ns || mark->time_ns < c->last_ns)
        c->lead_ns = lead_ns;
    c->last_ns = mark->time_ns;
    return step;
}

/* Rows that should have come and did not, at the best moment of each window: delivery in lumps
 * comes and goes, what is lost stays away. */
static gw_continuity_step rate_next(gw_continuity *c, const gw_continuity_mark *mark)
{
    gw_continuity_step step = {.row = c->has_last ? c->last + 1 : 0};
    const double window_rows = (double)window_ns * 1e-9 * c->config.rate_hz;
    double due = (double)(mark->arrival_ns - c->first_arrival_ns) * 1e-9 * c->config.rate_hz;
    c->n_seen++;
    c->behind = fmin(c->behind, due - (double)c->n_seen);
    if (mark->arrival_ns - c->window_ns < window_ns)
        return step;
    double lost = c->behind - c->behind_before;
    if (c->has_before && lost > fmax(shortfall_part * window_rows, 1)) {
        step.n_lost = (uint64_t)lost;
        step.row += step.n_lost;
    }
    c->behind_before = c->behind;
    c->has_before = true;
    c->behind = (double)INFINITY;
    c->window_ns = mark->arrival_ns;
    return step;
}

gw_continuity_step gw_continuity_next(gw_continuity *continuity, const gw_continuity_mark *mark)
{
    gw_continuity *c = continuity;
    gw_continuity_step step;
    if (!c->has_last) {
        c->first_arrival_ns = c->window_ns = mark->arrival_ns;
        c->behind = (double)INFINITY;
    }
    switch (c->config.by) {
    case GW_CONTINUITY_COUNTER:
        step = counter_next(c, mark->counter);
        break;
    case GW_CONTINUITY_CLOCK:
        step = clock_next(c, mark);
        break;
    default:
        step = rate_next(c, mark);
    }
    if (step.is_repeated) {
        step.row = c->last;
        return step;
    }
    c->has_last = true;
    c->last = step.row;
    return step;
}
