/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/health.h"

#include <stdio.h>
#include <string.h>

static const int64_t second_ns = 1000000000, age_least_ns = 50000000;

/* At 1 m/s the head is half a metre further when it is heard; more than a coil. */
static const int64_t late_most_ns = 500000000;

static unsigned source_reasons(const gw_health_feed *feed)
{
    int64_t limit = 3 * feed->block_ns > age_least_ns ? 3 * feed->block_ns : age_least_ns;
    if (feed->state == GW_FEED_LOST || feed->state == GW_FEED_FAILED)
        return GW_REASON_NO_DEVICE;
    if (feed->state == GW_FEED_ENDED)
        return GW_REASON_NO_SAMPLES;
    if (feed->state == GW_FEED_STARTING || feed->age_ns == INT64_MAX)
        return GW_REASON_STARTING;
    return feed->is_live && feed->age_ns > limit ? GW_REASON_NO_SAMPLES : 0;
}

static unsigned trouble_reasons(const gw_health_feed *feed)
{
    static const unsigned of[GW_TROUBLES] = {
        GW_REASON_TONE_LOST, GW_REASON_REFERENCE_LOST, GW_REASON_REFERENCE_DRIFTS,
        GW_REASON_CLIPPED,   GW_REASON_MESH,           GW_REASON_ROW};
    unsigned reasons = 0;
    for (int bit = 0; feed->kind == GW_KIND_MD && bit < GW_TROUBLES; bit++)
        if (feed->trouble_age_ns[bit] < second_ns)
            reasons |= of[bit];
    return reasons;
}

unsigned gw_health_sensor(const gw_health_feed *feed)
{
    unsigned reasons = source_reasons(feed) | trouble_reasons(feed);
    if (feed->kind != GW_KIND_POSE && !feed->is_covered)
        reasons |= GW_REASON_LEARNING;
    if (feed->lost_age_ns < second_ns)
        reasons |= GW_REASON_LOST;
    if (feed->clipped_age_ns < second_ns)
        reasons |= GW_REASON_CLIPPED;
    if (feed->stuck_age_ns < second_ns)
        reasons |= GW_REASON_STUCK;
    if (feed->is_live && feed->late_ns > late_most_ns)
        reasons |= GW_REASON_LATE;
    if (feed->set_age_ns < 10 * second_ns)
        reasons |= GW_REASON_CLOCK;
    if (feed->is_uncovered)
        reasons |= GW_REASON_UNCOVERED;
    if (feed->dropped_age_ns < second_ns || (feed->is_live && feed->fill > 0.5))
        reasons |= GW_REASON_OVERLOAD;
    return reasons;
}

gw_state gw_health_overall(const gw_health_whole *whole, unsigned *reasons)
{
    unsigned n_sensors = 0, n_blind = 0, of_seeing = 0, of_blind = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!whole->present[kind] || kind == GW_KIND_POSE)
            continue;
        bool blind = gw_state_of(whole->reasons[kind]) == GW_STATE_BLIND;
        n_sensors++;
        n_blind += blind;
        *(blind ? &of_blind : &of_seeing) |= whole->reasons[kind];
    }
    *reasons = whole->common | of_seeing;
    if (n_blind)
        *reasons |= n_blind == n_sensors ? of_blind : (unsigned)GW_REASON_ONE_SENSOR;
    if (n_sensors == 0)
        *reasons |= GW_REASON_STARTING;
    if (whole->present[GW_KIND_POSE] && gw_state_of(whole->reasons[GW_KIND_POSE]) == GW_STATE_BLIND)
        *reasons |= GW_REASON_NO_POSE;
    gw_state state = gw_state_of(*reasons);
    return state != GW_STATE_BLIND && whole->is_alarm ? GW_STATE_ALARM : state;
}

static void reasons_print(const char *who, unsigned reasons, char *text, size_t size)
{
    for (unsigned bit = 1; bit && bit <= reasons; bit <<= 1) {
        size_t n = strlen(text);
        if (reasons & bit)
            snprintf(text + n, size - n, "%s%s%s%s", n ? "; " : "", who, *who ? ": " : "",
                     gw_reason_text(bit));
    }
}

void gw_health_text(const gw_link_report *report, char *text, size_t size)
{
    unsigned told = 0;
    text[0] = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!report->sensors[kind].present)
            continue;
        reasons_print(gw_kind_name((gw_kind)kind), report->sensors[kind].reasons, text, size);
        told |= report->sensors[kind].reasons;
    }
    reasons_print("", report->reasons & ~told, text, size);
}
