/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/client.h -- a subscriber that ends the day holding every record exactly once.
 *
 * Joins the live stream of a daemon's gate, finds gaps by `kind_seq` (from messages and from the
 * heartbeat's newest numbers), asks the replay endpoint for what is missing, drops what it already
 * had, and says BLIND when nothing was heard for 300 ms. One thread an object; no callback.
 */
#ifndef GW_CLIENTS_CLIENT_H
#define GW_CLIENTS_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct gw_client gw_client;

typedef struct gw_client_config {
    const char *live;   /* endpoint: ipc://... or tcp://127.0.0.1:PORT */
    const char *replay; /* endpoint; NULL: live only, gaps are reported and not filled */
    bool history;       /* begin with the oldest record of the journal, not with what comes next */
} gw_client_config;

typedef enum {
    GW_CLIENT_NOTHING,   /* time-out: nothing new */
    GW_CLIENT_RECORD,    /* a record, next in its kind */
    GW_CLIENT_HEARTBEAT, /* a heartbeat: states and ages, renewed */
    GW_CLIENT_BLIND,     /* nothing was heard for 300 ms: whatever was shown is no longer true */
    GW_CLIENT_LIVE,      /* heard again after BLIND (or for the first time) */
    GW_CLIENT_GAP,       /* records lost for good: kind, from_seq..to_seq */
    GW_CLIENT_STREAM     /* another stream began: its numbers start afresh */
} gw_client_event_type;

typedef struct gw_client_event {
    gw_client_event_type type;
    char kind[16]; /* "detection", ... */
    uint64_t kind_seq, from_seq, to_seq;
    bool replayed;
    const json_t *message; /* the CloudEvents object; borrowed until the next poll */
} gw_client_event;

/* NULL on error, with one line in error (size n_error). */
gw_client *gw_client_create(const gw_client_config *config, char *error, unsigned n_error);

/* Next event, waiting at most timeout_ms. */
void gw_client_poll(gw_client *client, int timeout_ms, gw_client_event *event);

void gw_client_destroy(gw_client *client);

#endif
