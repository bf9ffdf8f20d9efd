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

enum { GW_CLIENT_KINDS = 7 };

/* How far a subscriber came: keep it, and go on there. kinds in the order detection, health,
 * session, coverage, gap, outcome, check. */
typedef struct gw_client_position {
    char stream[37];                /* "": none */
    uint64_t next[GW_CLIENT_KINDS]; /* kind_seq of the record to come; 0: not known yet */
} gw_client_position;

typedef struct gw_client_config {
    const char *live;   /* endpoint: ipc://... or tcp://HOST:PORT */
    const char *replay; /* endpoint; NULL: live only, gaps are reported and not filled */
    bool history;       /* begin with the oldest record of the journal, not with what comes next */
    bool scope;         /* also the pictures: GW_CLIENT_SCOPE */
    const gw_client_position *position; /* go on there; NULL: as history says. When the daemon has
                                           another stream by now: STREAM, then from its oldest */
    /* CURVE, for endpoints beyond this machine; Z85, 40 characters; NULL: none */
    const char *server_key, *public_key, *secret_key;
} gw_client_config;

typedef enum {
    GW_CLIENT_NOTHING,   /* time-out: nothing new */
    GW_CLIENT_RECORD,    /* a record, next in its kind */
    GW_CLIENT_HEARTBEAT, /* a heartbeat: states and ages, renewed */
    GW_CLIENT_BLIND,     /* nothing, or old news only, for 300 ms: what was shown is not true now */
    GW_CLIENT_LIVE,      /* heard again after BLIND (or for the first time) */
    GW_CLIENT_GAP,       /* records lost for good: kind, from_seq..to_seq */
    GW_CLIENT_STREAM,    /* another stream began: its numbers start afresh */
    GW_CLIENT_SCOPE,     /* a picture: message and bytes; lossy, of no gap's business */
    GW_CLIENT_REPLY      /* the answer to gw_client_request: message */
} gw_client_event_type;

typedef struct gw_client_event {
    gw_client_event_type type;
    char kind[16]; /* "detection", ... */
    uint64_t kind_seq, from_seq, to_seq;
    bool replayed;
    const json_t *message; /* the CloudEvents object, or the reply; borrowed until the next poll */
    const void *bytes;     /* of SCOPE; borrowed until the next poll */
    size_t n_bytes;
} gw_client_event;

/* NULL on error, with one line in error (size n_error). */
gw_client *gw_client_create(const gw_client_config *config, char *error, unsigned n_error);

/* Next event, waiting at most timeout_ms. */
void gw_client_poll(gw_client *client, int timeout_ms, gw_client_event *event);

/* Send a request (docs/messages.md); its `id`, if any, begins with a letter. The answer comes as
 * REPLY. False: not connected, or no replay endpoint; nothing was sent. An answer may never come:
 * the caller has a time-out. */
bool gw_client_request(gw_client *client, const json_t *request);

/* Where it stands now: everything before has been delivered. */
void gw_client_where(const gw_client *client, gw_client_position *position);

/* "detection", ... of position.next[kind]. */
const char *gw_client_kind(size_t kind);

/* A new CURVE key pair, Z85. False: not possible here. */
bool gw_client_keys(char public_key[41], char secret_key[41]);

void gw_client_destroy(gw_client *client);

#endif
