/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/health.h -- from what is seen of the sources to states and reasons. Pure.
 */
#ifndef GW_DAEMON_HEALTH_H
#define GW_DAEMON_HEALTH_H

#include "daemon/acquire.h"
#include "daemon/link.h"

/* Ages in ns; INT64_MAX: never. */
typedef struct gw_health_feed {
    gw_kind kind;
    bool is_live;
    gw_feed_state state;
    int64_t age_ns, block_ns; /* since the last block came; nominal time of a block */
    int64_t lost_age_ns, dropped_age_ns, clipped_age_ns, stuck_age_ns;
    int64_t trouble_age_ns[GW_TROUBLES]; /* md: of each bit of gw_trouble */
    int64_t late_ns, set_age_ns;         /* how late it came; since its clock was set */
    bool is_covered;                     /* the chain reports ground of this epoch */
    bool is_uncovered; /* the head has moved on, and the chain reports none of that ground */
    double fill;       /* of the ring, 0..1 */
} gw_health_feed;

typedef struct gw_health_whole {
    bool present[GW_KIND_COUNT];
    unsigned reasons[GW_KIND_COUNT]; /* of each sensor */
    unsigned common;                 /* reasons of the daemon itself */
    bool is_alarm;                   /* an alarm was raised in the last second */
} gw_health_whole;

/* Reasons of one sensor. */
unsigned gw_health_sensor(const gw_health_feed *feed);

/* Reasons and state of the whole: the worst over its sensors, except that one blind sensor of
 * several leaves ONE_SENSOR. ALARM never hides BLIND. */
gw_state gw_health_overall(const gw_health_whole *whole, unsigned *reasons);

/* "gpr: samples stopped coming; the network side is down" into text; "" when there is no reason. */
void gw_health_text(const gw_link_report *report, char *text, size_t size);

#endif
