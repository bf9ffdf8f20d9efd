/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/supervisor.h -- the main thread's turn, every 20 ms: ages, states, the watchdog of the
 * sources, the gate, and the page that says that the core is alive -- only while it is.
 *
 * The beat stops when the detect or survey thread has not turned for 400 ms, or the store thread
 * for 5 s (a slow disk is DEGRADED from 2 s on; a dead one is no reason to go blind at once).
 */
#ifndef GW_DAEMON_SUPERVISOR_H
#define GW_DAEMON_SUPERVISOR_H

#include "daemon/gate_child.h"
#include "daemon/survey.h"
#include "drivers/calibration.h"

typedef struct gw_supervisor gw_supervisor;

typedef struct gw_supervisor_config {
    gw_acquire *acquires[GW_KIND_COUNT]; /* by kind; NULL where there is none */
    gw_detect *detect;
    gw_survey *survey;
    gw_navigator *navigator; /* NULL: no receiver */
    gw_store *store;
    gw_alarm *alarm;
    gw_gate *gate;
    gw_recorder *recorder;
    gw_link_page *page;
    const gw_calibration_file *calibration; /* NULL: none */
    const char *device;
    gw_posture posture; /* limits */
} gw_supervisor_config;

gw_status gw_supervisor_create(const gw_supervisor_config *config, gw_supervisor **out,
                               gw_error *error);

/* One turn. */
void gw_supervisor_tick(gw_supervisor *supervisor);

/* From now on every turn says BLIND, stopped: the threads are being ended. */
void gw_supervisor_stop(gw_supervisor *supervisor);
void gw_supervisor_destroy(gw_supervisor *supervisor);

#endif
