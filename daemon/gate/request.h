/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/request.h -- one request of a replay client: outside bytes in, a checked struct out.
 *
 *   {"op":"hello"}  {"op":"status"}
 *   {"op":"replay","stream":UUID,"kind":"detection"|...|"any","from":"N"[,"to":"M"][,"max":1000]}
 *
 * each with an optional "id" (a short string), which every reply to it repeats. Pure.
 */
#ifndef GW_DAEMON_GATE_REQUEST_H
#define GW_DAEMON_GATE_REQUEST_H

#include <stddef.h>

#include "daemon/link.h"

enum { REQUEST_BYTES_MAX = 4096, REQUEST_RECORDS_MAX = 1000, REQUEST_ID_MAX = 64 };

typedef enum { REQUEST_HELLO, REQUEST_STATUS, REQUEST_REPLAY } request_op;

typedef struct request {
    request_op op;
    char id[REQUEST_ID_MAX + 1]; /* "" when the client gave none */
    char stream[37];
    gw_record_kind kind; /* GW_RECORD_COUNT: any kind, and the numbers are seq, not kind_seq */
    uint64_t from, to;   /* 1 <= from <= to <= INT64_MAX */
    size_t max;          /* 1..REQUEST_RECORDS_MAX */
} request;

/* NULL when the bytes are a request; else why they are not: a constant. `id` is filled whenever
 * it could be read, so that an error reply can repeat it. */
const char *request_decode(const void *bytes, size_t n_bytes, request *out);

#endif
