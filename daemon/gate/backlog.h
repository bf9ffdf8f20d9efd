/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/backlog.h -- records that were published but are not in the journal (yet), in memory,
 * so that a subscriber who missed one can still ask for it. Bounded: the oldest make room.
 */
#ifndef GW_DAEMON_GATE_BACKLOG_H
#define GW_DAEMON_GATE_BACKLOG_H

#include <stddef.h>

#include "daemon/link.h"

enum { BACKLOG_RECORDS_MAX = 1024, BACKLOG_BYTES_MAX = 1 << 20 };

typedef struct backlog backlog;

typedef struct backlog_record {
    uint64_t seq, kind_seq;
    gw_record_kind kind;
    const char *topic, *json;
} backlog_record;

/* NULL: out of memory. */
backlog *backlog_create(void);

/* Copies the record; one with a seq that is held already is not taken twice. */
void backlog_add(backlog *log, const backlog_record *record);

/* The held record with the least number >= `number`: kind_seq of `kind`, or seq when kind is
 * GW_RECORD_COUNT. NULL: none. */
const backlog_record *backlog_find(const backlog *log, gw_record_kind kind, uint64_t number);

/* A new stream: nothing held belongs to it. */
void backlog_reset(backlog *log);
void backlog_destroy(backlog *log);

#endif
