/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/clocks.h -- do the clocks of the devices agree? Pure.
 *
 * A sensor's samples get their place from the odometer's times: clocks that differ put them
 * elsewhere, or nowhere.
 */
#ifndef GW_DAEMON_CLOCKS_H
#define GW_DAEMON_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/frame.h"

typedef struct gw_clocks {
    int64_t apart_ns; /* CLOCK_MONOTONIC since when they differ; 0: they do not */
} gw_clocks;

/* clock_ns: of each stream against ours, 0 unknown. True when two have differed by more than a
 * second for two seconds: a stream that has just begun may come late. */
bool gw_clocks_disagree(gw_clocks *clocks, const int64_t clock_ns[GW_KIND_COUNT], int64_t now_ns);

#endif
