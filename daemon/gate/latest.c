/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What holds now, for who joins late: the newest session's start, the newest health, and the newest
 * record of each indication that is open. Filled from the journal with what commands look up.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/gate/gate_impl.h"

void latest_reset(gate *g)
{
    memset(&g->latest, 0, sizeof g->latest);
}

/* Whether it was there, with a newer record than this one. */
static bool open_remove(gate_latest *all, const char *id, uint64_t kind_seq)
{
    size_t k = 0;
    while (k < all->n && strcmp(all->open[k].id, id) != 0)
        k++;
    if (k == all->n)
        return false;
    if (all->open[k].kind_seq > kind_seq)
        return true;
    all->n--;
    memmove(&all->open[k], &all->open[k + 1], (all->n - k) * sizeof *all->open);
    return false;
}

static void detection_take(gate_latest *all, const known_record *record, const json_t *data)
{
    const char *id = json_string_value(json_object_get(data, "id"));
    const char *status = json_string_value(json_object_get(data, "status"));
    bool is_closed = status && strcmp(status, "closed") == 0;
    if (!id || strlen(id) >= sizeof all->open[0].id || record->seq < all->start_seq ||
        open_remove(all, id, record->kind_seq) || is_closed)
        return;
    if (all->n == GATE_OPEN_MAX) /* the core keeps less: not in sane use */
        memmove(&all->open[0], &all->open[1], --all->n * sizeof *all->open);
    size_t at = all->n++;
    for (; at > 0 && all->open[at - 1].kind_seq > record->kind_seq; at--)
        all->open[at] = all->open[at - 1];
    memcpy(all->open[at].id, id, strlen(id) + 1);
    all->open[at].kind_seq = record->kind_seq;
}

static void session_take(gate_latest *all, const known_record *record, const json_t *data)
{
    const char *event = json_string_value(json_object_get(data, "event"));
    bool is_start = event && strcmp(event, "start") == 0;
    if (!event || record->seq < all->start_seq || (!is_start && strcmp(event, "stop") != 0))
        return;
    all->n = 0;
    all->start_seq = record->seq;
    if (is_start)
        all->start_kind_seq = record->kind_seq;
}

void latest_take(gate *g, const known_record *record, const json_t *data)
{
    if (record->kind == GW_RECORD_DETECTION)
        detection_take(&g->latest, record, data);
    else if (record->kind == GW_RECORD_SESSION)
        session_take(&g->latest, record, data);
}

typedef struct sending {
    gate *g;
    uint64_t kind_seq;
    size_t n_bytes;
    bool is_sent;
} sending;

static bool one_visit(void *user, const gw_journal_record *record)
{
    sending *s = user;
    if (record->kind_seq == s->kind_seq)
        s->is_sent = publisher_reply(s->g->pub, &s->g->request.from, record->topic, record->json);
    s->n_bytes = strlen(record->json);
    return false;
}

/* Bytes that were sent; 0: it cannot be had, or the client takes no more. */
static size_t one_send(gate *g, gw_record_kind kind, uint64_t kind_seq)
{
    sending s = {.g = g, .kind_seq = kind_seq};
    const backlog_record *held = backlog_find(g->log, kind, kind_seq);
    if (!kind_seq)
        return 0;
    if (held && held->kind_seq == kind_seq)
        one_visit(&s, &(gw_journal_record){
                          .kind_seq = kind_seq, .topic = held->topic, .json = held->json});
    else if (g->journal)
        gw_journal_read(g->journal, kind, kind_seq - 1, 1, one_visit, &s, NULL);
    return s.is_sent ? s.n_bytes : 0;
}

void latest_answer(gate *g, const request *to)
{
    const gate_latest *all = &g->latest;
    words_end end = {.next = to->from};
    size_t n = 0, n_bytes = 0, k = 0;
    char *json;
    if (g->commands.n_indexed < GATE_INDEX_KINDS) {
        json = words_error(to, "the journal is still being read: ask again");
    } else {
        if (!to->from) {
            one_send(g, GW_RECORD_SESSION, all->start_kind_seq);
            one_send(g, GW_RECORD_HEALTH,
                     g->published_kind[GW_RECORD_HEALTH]
                         ? g->published_kind[GW_RECORD_HEALTH]
                         : g->report.newest_kind_seq[GW_RECORD_HEALTH]);
        }
        while (k < all->n && all->open[k].kind_seq < to->from)
            k++;
        for (; k < all->n && n < GATE_LATEST_MAX && n_bytes < GATE_REPLAY_BYTES; k++, n++) {
            n_bytes += one_send(g, GW_RECORD_DETECTION, all->open[k].kind_seq);
            end.next = all->open[k].kind_seq + 1;
        }
        end.more = k < all->n;
        json = words_latest(to, g->stream, &end, all->n);
    }
    if (json)
        publisher_reply(g->pub, &g->request.from, NULL, json);
    free(json);
}
