/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/travel.h -- does the ground that the head goes over get searched? Pure.
 *
 * A chain can stand still while its samples come: then no ground is reported, and nothing else says
 * so. The way that the head went since the last report tells.
 */
#ifndef GW_DAEMON_TRAVEL_H
#define GW_DAEMON_TRAVEL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gw_travel {
    bool has_place;
    double along_m, since_m; /* place at the last look; way since the last report */
    uint64_t n_reports;
} gw_travel;

/* Look again: where the head is (NAN unknown), how many reports of ground there were so far, and
 * whether the chain has begun to report. True: more ground than the chain keeps back goes
 * unsearched (2 m; 10 m before the first report). */
bool gw_travel_is_uncovered(gw_travel *travel, double along_m, uint64_t n_reports, bool has_begun);

#endif
