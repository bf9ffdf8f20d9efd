/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/known.h -- which record a detection's id, or a command's `request`, belongs to. Pure,
 * in memory: filled from the journal, a slice a turn, for looking there for each command would make
 * heartbeats late. At most a million entries; then it says that it is full.
 */
#ifndef GW_DAEMON_GATE_KNOWN_H
#define GW_DAEMON_GATE_KNOWN_H

#include "daemon/link.h"

enum { KNOWN_MAX = 1 << 20 };

typedef struct known known;
typedef enum {
    KNOWN_DETECTION,
    KNOWN_REQUEST,
    KNOWN_NEWEST /* state of a detection that a later pass updated */
} known_sort;

typedef struct known_record {
    gw_record_kind kind;
    uint64_t seq, kind_seq;
    bool durable;
} known_record;

/* NULL: out of memory. */
known *known_create(void);

/* The first record of a text stays, of KNOWN_NEWEST the last; that it is durable by now is taken
 * over. False: no room. */
bool known_add(known *all, known_sort sort, const char *text, const known_record *record);

/* NULL: none. Borrowed until the next call. */
const known_record *known_find(const known *all, known_sort sort, const char *text);

/* A new stream: nothing known belongs to it. */
void known_reset(known *all);
void known_destroy(known *all);

#endif
