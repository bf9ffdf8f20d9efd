/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/gate_impl.h"

#include <stdlib.h>
#include <string.h>

enum { REQUESTS_A_TURN = 16, DAMAGED_MAX = 16 };

/* One answer in the making. Numbers are kind_seq, or seq when any kind is asked for. */
typedef struct answer {
    gate *g;
    const request *to;
    const backlog_record *held; /* next record of the backlog that is not older than `next` */
    uint64_t next;
    size_t n, n_bytes;
    bool is_full; /* the request's limit is reached */
    bool is_lost; /* the client takes no more, or left */
} answer;

static uint64_t number_of(const request *to, uint64_t seq, uint64_t kind_seq)
{
    return to->kind == GW_RECORD_COUNT ? seq : kind_seq;
}

static bool record_send(answer *a, uint64_t number, const char *topic, const char *json)
{
    size_t n_bytes = strlen(topic) + strlen(json);
    if (a->n == a->to->max || (a->n && a->n_bytes + n_bytes > GATE_REPLAY_BYTES)) {
        a->is_full = true;
        return false;
    }
    if (!publisher_reply(a->g->pub, &a->g->request.from, topic, json)) {
        a->is_lost = true;
        return false;
    }
    a->n++;
    a->n_bytes += n_bytes;
    a->next = number + 1;
    return true;
}

/* Records of the backlog below `number`: the journal does not have them. */
static bool held_send(answer *a, uint64_t number)
{
    a->held = backlog_find(a->g->log, a->to->kind, a->next);
    while (a->held) {
        uint64_t own = number_of(a->to, a->held->seq, a->held->kind_seq);
        if (own >= number)
            return true;
        if (!record_send(a, own, a->held->topic, a->held->json))
            return false;
        a->held = backlog_find(a->g->log, a->to->kind, a->next);
    }
    return true;
}

static bool record_visit(void *user, const gw_journal_record *record)
{
    answer *a = user;
    uint64_t number = number_of(a->to, record->seq, record->kind_seq);
    if (number > a->to->to || !held_send(a, number))
        return false;
    return record_send(a, number, record->topic, record->json);
}

static bool oldest_visit(void *user, const gw_journal_record *record)
{
    answer *a = user;
    a->next = number_of(a->to, record->seq, record->kind_seq);
    return false;
}

static uint64_t oldest_find(gate *g, const request *to)
{
    answer first = {.g = g, .to = to};
    const backlog_record *held = backlog_find(g->log, to->kind, 1);
    gw_journal_read(g->journal, to->kind, 0, 1, oldest_visit, &first, NULL);
    uint64_t own = held ? number_of(to, held->seq, held->kind_seq) : 0;
    return own && (!first.next || own < first.next) ? own : first.next;
}

static void reply(gate *g, char *json)
{
    if (json)
        publisher_reply(g->pub, &g->request.from, NULL, json);
    free(json);
}

/* One more is read than is asked for, so that the limit is told from the end. Damaged records are
 * passed over: the client sees that they are missing. */
static gw_status journal_scan(answer *a)
{
    gw_status status = GW_EIO;
    uint64_t after = a->to->from - 1;
    for (int k = 0; k < DAMAGED_MAX && a->g->journal; k++) {
        status = gw_journal_read(a->g->journal, a->to->kind, after, a->to->max + 1, record_visit, a,
                                 NULL);
        if (status != GW_EFORMAT || a->is_full || a->is_lost)
            break;
        after = a->next > after + 1 ? a->next : after + 1;
    }
    return status;
}

static void replay_answer(gate *g, const request *to)
{
    answer a = {.g = g, .to = to, .next = to->from};
    if (strcmp(to->stream, g->stream) != 0) {
        reply(g, words_error(to, "another stream"));
        return;
    }
    gw_status status = journal_scan(&a);
    if (!a.is_full && !a.is_lost)
        held_send(&a, to->to + 1);
    if (a.is_lost)
        return;
    if (status != GW_OK) {
        reply(g, words_error(to, "the journal cannot be read"));
        return;
    }
    words_end end = {.next = a.next, .oldest = oldest_find(g, to), .more = a.is_full};
    reply(g, words_replayed(to, &end));
}

static void request_answer(gate *g)
{
    request to;
    const publisher_request *raw = &g->request;
    words from = gate_words(g);
    const char *reason = raw->is_single ? request_decode(raw->bytes, raw->n_bytes, &to) : "";
    if (!raw->is_single) {
        memset(&to, 0, sizeof to);
        reason = "one frame of at most 4096 bytes expected";
    }
    if (!reason && g->beat == 0)
        reason = "no report of the core has come yet";
    if (reason)
        reply(g, words_error(&to, reason));
    else if (to.op == REQUEST_HELLO)
        reply(g, words_hello(&from, &to));
    else if (to.op == REQUEST_STATUS)
        reply(g, words_status(&from, &to, g->published, guests_count(&g->guests, g->now_ms)));
    else if (to.op == REQUEST_LATEST)
        latest_answer(g, &to);
    else if (request_is_command(&to))
        command_answer(g, &to);
    else
        replay_answer(g, &to);
    request_free(&to);
}

void replay_serve(gate *g)
{
    const request nobody = {.id = ""};
    for (int k = 0; k < REQUESTS_A_TURN && publisher_receive(g->pub, &g->request); k++) {
        switch (guests_admit(&g->guests, &g->request.from, g->now_ms)) {
        case GUEST_WELCOME:
            request_answer(g);
            break;
        case GUEST_TOO_FAST:
            reply(g, words_error(&nobody, "too many requests: 100 a second are served"));
            break;
        case GUEST_TOO_MANY:
            reply(g, words_error(&nobody, "too many clients: try again later"));
            break;
        case GUEST_IGNORED:
            break;
        }
    }
}
