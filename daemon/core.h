/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/core.h -- all parts of the daemon, made and started in order, ended in the order of the
 * samples' way: sources, detect, survey, store, gate, journal.
 */
#ifndef GW_DAEMON_CORE_H
#define GW_DAEMON_CORE_H

#include "daemon/options.h"

typedef struct gw_core gw_core;

/* Open every source, the journal and the gate, and let it run. The errors of gw_source_list and
 * _open, gw_detector_create, gw_journal_create; GW_ECONFIG: two sources of one kind. options must
 * outlive it. */
gw_status gw_core_create(const gw_options *options, gw_core **out, gw_error *error);

/* One turn of the main thread, every 20 ms. False when all recordings have ended. */
bool gw_core_turn(gw_core *core);

/* Stop in order: what the chains still hold is recorded, the journal complete, the gate told.
 * reason: for the session's record. GW_EIO: records are in no journal; GW_EINTERNAL: a thread
 * hangs; the error of a recording that could not be read to its end. */
gw_status gw_core_stop(gw_core *core, const char *reason, gw_error *error);
void gw_core_destroy(gw_core *core);

#endif
