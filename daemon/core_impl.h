/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/core_impl.h -- the parts of the core, shared by core.c (threads), core_open.c (sources,
 * journal, gate) and core_session.c (what is said of a session).
 */
#ifndef GW_DAEMON_CORE_IMPL_H
#define GW_DAEMON_CORE_IMPL_H

#include "daemon/command.h"
#include "daemon/core.h"
#include "daemon/supervisor.h"

struct gw_core {
    const gw_options *options;
    gw_bell blocks, findings;
    gw_acquire *acquires[GW_KIND_COUNT];
    gw_detect *detect;
    gw_journal *journal;
    gw_store *store;
    gw_alarm *alarm;
    gw_survey *survey;
    gw_recorder *recorder;
    gw_navigator *navigator; /* NULL: no receiver */
    gw_link_page *page;
    int queue_fd; /* the gate has it */
    gw_gate *gate;
    gw_command_desk commands; /* what clients ask to be recorded */
    gw_supervisor *supervisor;
    gw_calibration_file *calibration; /* NULL: uncalibrated */
    const char *note;                 /* of the journal, NULL none */
    bool is_stopped;                  /* by gw_core_stop */
    bool is_hung;                     /* a thread could not be joined: nothing may be freed */
};

/* Open all sources of the configuration; one of a kind. */
gw_status core_sources_open(gw_core *core, gw_error *error);

/* The calibration, if one is configured; it must fit the sources. */
gw_status core_calibration_open(gw_core *core, gw_error *error);

/* Folders, journal, store, page and queue, gate (not yet started). */
gw_status core_outputs_open(gw_core *core, gw_error *error);

/* Where the lane lies: the configuration's word, else that of a source. */
gw_origin core_place(const gw_core *core);

/* Say on standard error what runs where. */
void core_announce(const gw_core *core);

/* What a client asks of the session: to be done, and what was done is put into its record. */
void core_session_act(void *core, json_t *data);

/* The session's first records, and its last. */
void core_session_start(gw_core *core);
void core_session_stop(gw_core *core, const char *reason);

#endif
