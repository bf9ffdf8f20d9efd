/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/sequence.h -- the subscriber without sockets and clock: messages and replies in, events
 * and requests out. Every record is delivered once, in the order of its kind.
 *
 *   first number of a kind seen (record, or heartbeat's newest)   the next one is awaited
 *   record.kind_seq > next                                        held; next.. is asked for
 *   heartbeat.newest >= next for 300 ms                           asked for
 *   record.kind_seq < next                                        known: dropped
 *   4 tries without progress, or the journal begins later         GAP, and on with what was held
 *   no heartbeat for 300 ms                                       BLIND
 *   a heartbeat that was 300 ms longer on its way than the quickest   not heard: it is old
 *   another stream, or numbers that fell back                     STREAM; numbers start afresh
 */
#ifndef GW_CLIENTS_SEQUENCE_H
#define GW_CLIENTS_SEQUENCE_H

#include "clients/client.h"

enum { GW_SEQUENCE_STALE_MS = 300, GW_SEQUENCE_ANSWER_MS = 1000, GW_SEQUENCE_REQUEST_MAX = 256 };

typedef struct gw_sequence gw_sequence;

/* history: begin with the oldest record of the journal; it needs can_replay. position (NULL: none):
 * go on there. NULL: no memory. */
gw_sequence *gw_sequence_create(bool can_replay, bool history, const gw_client_position *position,
                                int64_t now_ms);

/* A message from the live socket, or out of a replay. What is not understood is left out. After it,
 * take events until there is none. */
void gw_sequence_take(gw_sequence *seq, json_t *message, bool replayed, int64_t now_ms);

/* The end of a replay, or an error in place of it. */
void gw_sequence_reply(gw_sequence *seq, const json_t *reply, int64_t now_ms);

/* Nothing more waits in the sockets: judge by the clock. */
void gw_sequence_tick(gw_sequence *seq, int64_t now_ms);

/* The request to send now, into text[GW_SEQUENCE_REQUEST_MAX]; false: none. */
bool gw_sequence_ask(gw_sequence *seq, int64_t now_ms, char *text);

/* It could not be sent. */
void gw_sequence_unsent(gw_sequence *seq, int64_t now_ms);

/* Next event; false: none. Its message lives until the next call. */
bool gw_sequence_next(gw_sequence *seq, gw_client_event *event);

/* Everything before has been handed out by gw_sequence_next. */
void gw_sequence_where(const gw_sequence *seq, gw_client_position *position);

/* When gw_sequence_tick or gw_sequence_ask may have something to say, though no message came. */
int64_t gw_sequence_due_ms(const gw_sequence *seq);

void gw_sequence_destroy(gw_sequence *seq);

#endif
