/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/request.h -- one request of a client: outside bytes in, a checked struct out. Pure.
 *
 *   {"op":"hello"}  {"op":"status"}  {"op":"latest"[,"from":"N"]}
 *   {"op":"replay","stream":UUID,"kind":"detection"|...|"any","from":"N"[,"to":"M"][,"max":1000]}
 *   {"op":"acknowledge"|"outcome"|"check"|"mute"|"snapshot"|"record","request":UUID,"by":TEXT, ...}
 *                                                                          (docs/messages.md)
 *
 * each with an optional "id" (a short string), which every reply to it repeats.
 */
#ifndef GW_DAEMON_GATE_REQUEST_H
#define GW_DAEMON_GATE_REQUEST_H

#include <jansson.h>
#include <stddef.h>

#include "daemon/link.h"

enum {
    REQUEST_BYTES_MAX = 4096,
    REQUEST_RECORDS_MAX = 1000,
    REQUEST_ID_MAX = 64,
    REQUEST_UUID_MAX = 37,
    REQUEST_REASON_MAX = 160
};

typedef enum {
    REQUEST_HELLO,
    REQUEST_STATUS,
    REQUEST_LATEST,
    REQUEST_REPLAY,
    REQUEST_ACKNOWLEDGE, /* from here on: commands */
    REQUEST_OUTCOME,
    REQUEST_CHECK,
    REQUEST_MUTE,
    REQUEST_SNAPSHOT,
    REQUEST_RECORD
} request_op;

typedef struct request {
    request_op op;
    char id[REQUEST_ID_MAX + 1]; /* "" when the client gave none */
    /* replay; from also of latest, then 0 or more */
    char stream[37];
    gw_record_kind kind; /* GW_RECORD_COUNT: any kind, and the numbers are seq, not kind_seq */
    uint64_t from, to;   /* 1 <= from <= to <= INT64_MAX */
    size_t max;          /* 1..REQUEST_RECORDS_MAX */
    /* commands: kind is that of the record to be made */
    char request[REQUEST_UUID_MAX]; /* "" when it could not be read */
    json_t *data;                   /* the record's data, as far as the client says it; owned */
    char reason[REQUEST_REASON_MAX];
} request;

/* NULL when the bytes are a request; else why they are not: a constant, or out->reason. `id` and
 * `request` are filled whenever they could be read, so that an error reply can repeat them. */
const char *request_decode(const void *bytes, size_t n_bytes, request *out);

/* Frees what request_decode made; zeros will do. */
void request_free(request *held);

static inline bool request_is_command(const request *to)
{
    return to->op >= REQUEST_ACKNOWLEDGE;
}

#endif
