/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/gate_impl.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { NOTES_MAX = 2000, BATCH = 256, FEED_MS = 50, COMPLAINT_MS = 1000 };

typedef struct note_buffer {
    gw_link_note note;
    char json[GW_LINK_JSON_MAX + 1];
} note_buffer;

/* A stop that is followed by the core's end is a clean one. */
static void session_note(gate *g, gw_record_kind kind, const char *json)
{
    if (kind != GW_RECORD_SESSION)
        return;
    json_t *root = json_loads(json, 0, NULL);
    const char *event = json_string_value(json_object_get(json_object_get(root, "data"), "event"));
    g->is_stopped = event && strcmp(event, "stop") == 0;
    json_decref(root);
}

void feed_follow(gate *g)
{
    gw_error error;
    if (strcmp(g->stream, g->report.stream) != 0) {
        g->published = g->stream[0] ? 0 : g->report.newest_seq;
        memcpy(g->stream, g->report.stream, sizeof g->stream);
        memset(g->published_kind, 0, sizeof g->published_kind);
        g->is_stopped = g->has_acked = false;
        backlog_reset(g->log);
        command_reset(g);
        gw_journal_close(g->journal);
        g->journal = NULL;
        g->journal_ms = g->now_ms - GATE_JOURNAL_MS;
    }
    if (g->journal || g->now_ms - g->journal_ms < GATE_JOURNAL_MS)
        return;
    g->journal_ms = g->now_ms;
    if (gw_journal_open(g->options->journal, &g->journal, &error) != GW_OK) {
        gate_log("%s", error.text);
        g->journal = NULL;
    } else if (strcmp(gw_journal_stream(g->journal), g->stream) != 0) {
        gate_log("%s: holds another stream than the core's", g->options->journal);
        gw_journal_close(g->journal);
        g->journal = NULL;
    }
}

void feed_report_raise(gate *g)
{
    gw_link_report *report = &g->report;
    if (strcmp(g->stream, report->stream) != 0)
        return;
    if (g->published > report->newest_seq)
        report->newest_seq = g->published;
    for (int kind = 0; kind < GW_RECORD_HEARTBEAT; kind++)
        if (g->published_kind[kind] > report->newest_kind_seq[kind])
            report->newest_kind_seq[kind] = g->published_kind[kind];
}

static void published_raise(gate *g, gw_record_kind kind, uint64_t seq, uint64_t kind_seq)
{
    if (seq > g->published)
        g->published = seq;
    if (kind_seq > g->published_kind[kind])
        g->published_kind[kind] = kind_seq;
    feed_report_raise(g);
}

typedef struct feed {
    gate *g;
    uint64_t until;
    size_t n;
} feed;

static bool record_visit(void *user, const gw_journal_record *record)
{
    feed *to = user;
    if (record->seq > to->until)
        return false;
    gate_publish(to->g, record->topic, record->json);
    session_note(to->g, record->kind, record->json);
    command_published(to->g, record, true);
    published_raise(to->g, record->kind, record->seq, record->kind_seq);
    to->n++;
    return true;
}

/* A damaged record is passed over, with a word: subscribers name it as a gap, and what comes after
 * it is not held up. Anything else may pass: the journal is opened again later. */
static void journal_fail(gate *g, gw_status status, const gw_error *error)
{
    if (g->now_ms - g->complaint_ms >= COMPLAINT_MS) {
        gate_log("%s", error->text);
        g->complaint_ms = g->now_ms;
    }
    if (status == GW_EFORMAT && g->published < g->report.newest_seq) {
        g->published++;
        return;
    }
    gw_journal_close(g->journal);
    g->journal = NULL;
    g->journal_ms = g->now_ms;
}

void feed_journal(gate *g, uint64_t until)
{
    int64_t start_ms = gate_clock_ms();
    gw_error error;
    g->has_more = false;
    while (g->journal && g->published < until) {
        feed to = {.g = g, .until = until};
        gw_status status = gw_journal_read(g->journal, GW_RECORD_COUNT, g->published, BATCH,
                                           record_visit, &to, &error);
        if (status != GW_OK)
            journal_fail(g, status, &error);
        else if (to.n < BATCH)
            return;
        if ((g->has_more = gate_clock_ms() - start_ms > FEED_MS))
            return; /* the rest in the next turn: heartbeats must not wait */
    }
}

/* A record that is in no journal: out at once, after what was journalled before it. */
static void note_publish(gate *g, const note_buffer *in)
{
    char topic[GW_TOPIC_MAX];
    gw_record_kind kind = (gw_record_kind)in->note.kind;
    gw_message_topic(kind, gate_words(g).device, topic);
    if (in->note.seq > g->published + 1)
        feed_journal(g, in->note.seq - 1);
    gate_publish(g, topic, in->json);
    session_note(g, kind, in->json);
    backlog_add(g->log, &(backlog_record){.seq = in->note.seq,
                                          .kind_seq = in->note.kind_seq,
                                          .kind = kind,
                                          .topic = topic,
                                          .json = in->json});
    command_published(
        g,
        &(gw_journal_record){
            .seq = in->note.seq, .kind_seq = in->note.kind_seq, .kind = kind, .json = in->json},
        false);
    published_raise(g, kind, in->note.seq, in->note.kind_seq);
}

static bool note_is_whole(const note_buffer *in, size_t n)
{
    return n >= sizeof in->note && in->note.kind < GW_RECORD_COUNT &&
           in->note.n_json <= GW_LINK_JSON_MAX && n >= sizeof in->note + in->note.n_json &&
           !memchr(in->json, 0, in->note.n_json);
}

void feed_queue(gate *g)
{
    note_buffer in;
    for (int k = 0; k < NOTES_MAX; k++) {
        ssize_t n = recv(g->options->queue_fd, &in, sizeof in - 1, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            g->is_over = true;
            return;
        }
        if (!note_is_whole(&in, (size_t)n)) {
            gate_log("a note of the core that is not understood was left out");
            continue;
        }
        in.json[in.note.n_json] = 0;
        if (in.note.n_json)
            note_publish(g, &in);
    }
}

void feed_ack(gate *g)
{
    gw_link_order ack = {.type = GW_LINK_ACK, .published_seq = g->published};
    if (g->has_acked && g->acked == g->published)
        return;
    if (send(g->options->queue_fd, &ack, sizeof ack, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return;
    g->has_acked = true;
    g->acked = g->published;
}
