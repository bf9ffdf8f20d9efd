/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/navigator.h -- one thread that keeps the fixes of a gpsd, for those who ask where a sample
 * was taken. It opens gpsd again, once a second, for as long as it is away.
 *
 * Asking takes a lock that is held for a copy; the detect thread never asks.
 */
#ifndef GW_DAEMON_NAVIGATOR_H
#define GW_DAEMON_NAVIGATOR_H

#include "drivers/config.h"
#include "drivers/fixes.h"

typedef struct gw_navigator gw_navigator;

/* gpsd need not be there yet. heading_deg: of the lane; NAN unknown. */
gw_status gw_navigator_create(const gw_config_gnss *config, double heading_deg, gw_navigator **out,
                              gw_error *error);
gw_status gw_navigator_start(gw_navigator *navigator, gw_error *error);

/* The ground under a point of the head, seen from its middle, at a time of CLOCK_MONOTONIC. */
gw_fix gw_navigator_find(gw_navigator *navigator, int64_t when_ns, const gw_lever *point);

/* Last trouble with gpsd; false when there was none since the last call. */
bool gw_navigator_trouble(gw_navigator *navigator, gw_error *trouble);

bool gw_navigator_stop(gw_navigator *navigator, void (*idle)(void *user), void *user);
void gw_navigator_destroy(gw_navigator *navigator);

#endif
