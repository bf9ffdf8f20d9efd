/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gnss.h -- fixes from a gpsd. The one file that speaks to libgps.
 *
 * The accuracy is what the receiver says in GST (deviations of 1 sigma, made 95 in 100), where
 * gpsd hands that on; else gpsd's own estimate.
 *
 * Reading waits for its time-out at most; opening for two seconds. One thread.
 */
#ifndef GW_DAEMON_GNSS_H
#define GW_DAEMON_GNSS_H

#include "drivers/fixes.h"
#include "dsp/status.h"

typedef struct gw_gnss gw_gnss;

/* GW_EUSAGE (the URI), GW_ENODEV (nobody answers there), GW_ENOMEM. */
gw_status gw_gnss_open(const char *uri, gw_gnss **out, gw_error *error);

/* The next fix. GW_ETIMEDOUT: none came; GW_ELOST: gpsd is gone. */
gw_status gw_gnss_read(gw_gnss *gnss, int timeout_ms, gw_fix *fix, gw_error *error);

void gw_gnss_close(gw_gnss *gnss);

#endif
