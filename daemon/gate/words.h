/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/words.h -- what the gate says on its own: heartbeats, its last word on health, and
 * the replies of the replay endpoint. Structs in, JSON out. Pure, but for the clock in events.
 */
#ifndef GW_DAEMON_GATE_WORDS_H
#define GW_DAEMON_GATE_WORDS_H

#include "daemon/gate/known.h"
#include "daemon/gate/request.h"
#include "daemon/link.h"

typedef struct words {
    const gw_link_report *report; /* what the core said last */
    int64_t age_ns;               /* of the report: ages grow by it */
    const char *device;
    const char *run; /* names this run of the gate, in the ids of its own events */
} words;

/* All return a malloc'd string, or NULL when out of memory. */

/* CloudEvents: heartbeat `number` of this run, and a health record that stands outside of the
 * numbering (seq and kind_seq are 0: no journal holds it). */
char *words_heartbeat(const words *from, uint64_t number);
char *words_health(const words *from);

/* A picture; `number` counts the core's. */
char *words_scope(const words *from, const gw_scope_frame *frame, uint64_t number);

char *words_hello(const words *from, const request *to);
char *words_status(const words *from, const request *to, uint64_t published_seq, size_t n_clients);

/* End of an answer: go on at `next`; `oldest` is the least number that can still be replayed, 0
 * when there is none. */
typedef struct words_end {
    uint64_t next, oldest;
    bool more;
} words_end;
char *words_replayed(const request *to, const words_end *end);
/* The same of what is open; n_open in all. */
char *words_latest(const request *to, const char *stream, const words_end *end, size_t n_open);
/* The record that a command made. */
char *words_recorded(const request *to, const char *stream, const known_record *record);
char *words_error(const request *to, const char *reason);

#endif
