/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/decision.h -- a detection as a daemon's journal holds it, and the session that it was
 * made in.
 */
#ifndef GW_CLIENTS_LOG_DECISION_H
#define GW_CLIENTS_LOG_DECISION_H

#include <jansson.h>

#include "dsp/status.h"

typedef struct gw_decision {
    json_t *detection; /* `data` of the first record with this id */
    json_t *session;   /* `data` of the session's start before it; NULL: none is kept */
    json_t *passes;    /* what later passes said of the same place, an array */
    int n_updates;     /* later records with this id */
} gw_decision;

/* GW_ENOENT (no file, no such id), GW_EIO, GW_EFORMAT (no journal; the record is damaged). */
gw_status gw_decision_find(const char *journal, const char *id, gw_decision *out, gw_error *error);
void gw_decision_free(gw_decision *decision);

#endif
