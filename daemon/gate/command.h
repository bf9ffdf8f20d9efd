/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/command.h -- clients to core: a command goes out on the core's queue, and is answered
 * when its record comes back. Who asks again is answered from what the journal says.
 */
#ifndef GW_DAEMON_GATE_COMMAND_H
#define GW_DAEMON_GATE_COMMAND_H

#include "daemon/gate/guests.h"
#include "daemon/gate/known.h"
#include "daemon/gate/request.h"
#include "daemon/journal.h"

enum { GATE_WISHES_MAX = 64, GATE_INDEX_KINDS = 4 };

/* A command that was handed to the core, and whose record has not come back yet. */
typedef struct gate_wish {
    guest_id from;
    int64_t end_ms;
    char id[REQUEST_ID_MAX + 1], request[REQUEST_UUID_MAX];
} gate_wish;

typedef struct gate_commands {
    known *known;                       /* detections and requests of the stream */
    uint64_t indexed[GATE_INDEX_KINDS]; /* kind_seq up to which the journal was read for it */
    size_t n_indexed;                   /* kinds that were read to their end */
    size_t n_batch;
    bool is_full;
    gate_wish wishes[GATE_WISHES_MAX];
    size_t n_wishes;
} gate_commands;

struct gate;

/* Answer a command that was decoded, or hand it to the core. */
void command_answer(struct gate *g, const request *to);
/* A record was published: who asked for it is told. */
void command_published(struct gate *g, const gw_journal_record *record, bool durable);
/* Read on in the journal for what it names, for some milliseconds. True: there is more. */
bool command_index(struct gate *g);
/* Tell those who have waited too long. */
void command_tick(struct gate *g);
/* Tell those whose time ends by until_ms. */
void command_expire(struct gate *g, int64_t until_ms, const char *reason);
/* A new stream. */
void command_reset(struct gate *g);

#endif
