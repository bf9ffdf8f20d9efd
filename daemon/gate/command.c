/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/gate_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { WISH_MS = 5000, INDEX_BATCH = 256, INDEX_MS = 10 };

/* The session first: what came before its start is not open any more (latest.c). */
static const gw_record_kind index_kinds[GATE_INDEX_KINDS] = {GW_RECORD_SESSION, GW_RECORD_DETECTION,
                                                             GW_RECORD_OUTCOME, GW_RECORD_CHECK};

static void reply(gate *g, const guest_id *to, char *json)
{
    if (json)
        publisher_reply(g->pub, to, NULL, json);
    free(json);
}

static request wish_request(const gate_wish *wish)
{
    request to = {.op = REQUEST_OUTCOME};
    memcpy(to.id, wish->id, sizeof to.id);
    memcpy(to.request, wish->request, sizeof to.request);
    return to;
}

void command_expire(gate *g, int64_t until_ms, const char *reason)
{
    for (size_t k = 0; k < g->commands.n_wishes;) {
        if (g->commands.wishes[k].end_ms > until_ms) {
            k++;
            continue;
        }
        request to = wish_request(&g->commands.wishes[k]);
        reply(g, &g->commands.wishes[k].from, words_error(&to, reason));
        g->commands.wishes[k] = g->commands.wishes[--g->commands.n_wishes];
    }
}

void command_tick(gate *g)
{
    command_expire(g, g->now_ms,
                   "no answer of the core within 5 s: it may be recorded later, or not; "
                   "ask again with the same request");
}

static void wishes_answer(gate *g, const char *uuid, const known_record *record)
{
    for (size_t k = 0; k < g->commands.n_wishes;) {
        if (strcmp(g->commands.wishes[k].request, uuid) != 0) {
            k++;
            continue;
        }
        request to = wish_request(&g->commands.wishes[k]);
        reply(g, &g->commands.wishes[k].from, words_recorded(&to, g->stream, record));
        g->commands.wishes[k] = g->commands.wishes[--g->commands.n_wishes];
    }
}

static void record_index(gate *g, const char *json, const known_record *record, bool is_new)
{
    json_t *root = json_loads(json, 0, NULL);
    const json_t *data = json_object_get(root, "data");
    const char *uuid = json_string_value(json_object_get(data, "request"));
    const char *id = json_string_value(json_object_get(data, "id"));
    bool has_room = true;
    if (uuid)
        has_room = known_add(g->commands.known, KNOWN_REQUEST, uuid, record);
    else if (id && record->kind == GW_RECORD_DETECTION)
        has_room =
            known_add(g->commands.known,
                      json_object_get(data, "status") ? KNOWN_NEWEST : KNOWN_DETECTION, id, record);
    if (!has_room && !g->commands.is_full)
        gate_log("the journal names more than can be looked up: commands are refused");
    g->commands.is_full |= !has_room;
    latest_take(g, record, data);
    if (uuid && is_new)
        wishes_answer(g, uuid, record);
    json_decref(root);
}

void command_published(gate *g, const gw_journal_record *record, bool durable)
{
    const known_record its = {record->kind, record->seq, record->kind_seq, durable};
    for (size_t k = 0; k < GATE_INDEX_KINDS; k++)
        if (record->kind == index_kinds[k])
            record_index(g, record->json, &its, true);
}

static bool index_visit(void *user, const gw_journal_record *record)
{
    gate *g = user;
    const known_record its = {record->kind, record->seq, record->kind_seq, true};
    record_index(g, record->json, &its, false);
    g->commands.indexed[g->commands.n_indexed] = record->kind_seq;
    g->commands.n_batch++;
    return true;
}

bool command_index(gate *g)
{
    int64_t start_ms = gate_clock_ms();
    while (g->journal && g->commands.n_indexed < GATE_INDEX_KINDS &&
           gate_clock_ms() - start_ms < INDEX_MS) {
        uint64_t *after = &g->commands.indexed[g->commands.n_indexed];
        g->commands.n_batch = 0;
        gw_status status = gw_journal_read(g->journal, index_kinds[g->commands.n_indexed], *after,
                                           INDEX_BATCH, index_visit, g, NULL);
        if (status == GW_EFORMAT)
            ++*after; /* damaged: it names nothing */
        else if (status != GW_OK)
            return false;
        else if (g->commands.n_batch < INDEX_BATCH)
            g->commands.n_indexed++;
    }
    return g->journal && g->commands.n_indexed < GATE_INDEX_KINDS;
}

void command_reset(gate *g)
{
    command_expire(g, INT64_MAX, "a new stream began: ask again with the same request");
    known_reset(g->commands.known);
    latest_reset(g);
    memset(g->commands.indexed, 0, sizeof g->commands.indexed);
    g->commands.n_indexed = 0;
    g->commands.is_full = false;
}

typedef struct search {
    uint64_t kind_seq;
    json_t *data;
} search;

static bool search_visit(void *user, const gw_journal_record *record)
{
    search *s = user;
    json_t *root = record->kind_seq == s->kind_seq ? json_loads(record->json, 0, NULL) : NULL;
    s->data = json_incref(json_object_get(root, "data"));
    json_decref(root);
    return false;
}

/* What the detection's record says, without what is its record's own; NULL: no such detection. */
static json_t *detection_find(gate *g, const char *id)
{
    static const char *const own[] = {"stream",  "seq",    "kind_seq", "time_ns",
                                      "durable", "status", "pass",     "closed_by"};
    const known_record *its = known_find(g->commands.known, KNOWN_NEWEST, id);
    if (!its)
        its = known_find(g->commands.known, KNOWN_DETECTION, id);
    search s = {.kind_seq = its ? its->kind_seq : 0};
    if (!its)
        return NULL;
    if (g->journal)
        gw_journal_read(g->journal, GW_RECORD_DETECTION, its->kind_seq - 1, 1, search_visit, &s,
                        NULL);
    const backlog_record *held = backlog_find(g->log, GW_RECORD_DETECTION, its->kind_seq);
    if (!s.data && held)
        search_visit(&s, &(gw_journal_record){.kind_seq = held->kind_seq, .json = held->json});
    for (size_t k = 0; s.data && k < sizeof own / sizeof *own; k++)
        json_object_del(s.data, own[k]);
    return s.data;
}

/* The samples that the indication rests on. */
static int samples_copy(json_t *to, const json_t *from)
{
    static const char *const members[] = {"sensor",    "recording", "hash",   "epoch",
                                          "scan",      "channel",   "sample", "gpr_scans",
                                          "md_sample", "md_samples"};
    json_t *samples = json_object();
    int failed = 0;
    for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
        json_t *value = json_object_get(from, members[k]);
        failed |= value ? json_object_set(samples, members[k], value) : 0;
    }
    return failed | json_object_set_new(to, "samples", samples);
}

/* A place that the client gives is taken as a whole: no latitude of one with the way of another. */
static void place_copy(json_t *to, const json_t *from)
{
    static const char *const frames[][4] = {{"lat", "lon", "placed"}, {"along_m", "cross_m"}};
    for (size_t k = 0; k < 2; k++) {
        if (json_object_get(to, frames[k][0]))
            continue;
        for (size_t m = 0; frames[k][m]; m++) {
            json_t *value = json_object_get(from, frames[k][m]);
            if (value && !json_object_get(to, frames[k][m]))
                json_object_set(to, frames[k][m], value);
        }
    }
}

static bool record_complete(const request *to, json_t *detection)
{
    if (to->op == REQUEST_OUTCOME) {
        place_copy(to->data, detection);
        return samples_copy(to->data, detection) == 0;
    }
    json_object_del(to->data, "detection");
    return json_object_set_new(to->data, "status", json_string("acknowledged")) == 0 &&
           json_object_update_missing(to->data, detection) == 0;
}

static const char *order_send(gate *g, const request *to)
{
    struct {
        gw_link_order head;
        char json[GW_LINK_JSON_MAX];
    } out = {.head = {.type = GW_LINK_COMMAND, .kind = to->kind}};
    size_t n = json_dumpb(to->data, out.json, sizeof out.json, JSON_COMPACT);
    if (n == 0 || n > sizeof out.json)
        return "the record would be too long";
    out.head.n_json = (uint32_t)n;
    if (send(g->options->queue_fd, &out, sizeof out.head + n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return "the core takes nothing at present: ask again";
    return NULL;
}

static const char *command_begin(gate *g, const request *to)
{
    const char *id = json_string_value(json_object_get(to->data, "detection")), *reason;
    json_t *detection = id ? detection_find(g, id) : NULL;
    if (id && !detection)
        return "detection: there is none with this id in this stream";
    bool is_whole = !detection || record_complete(to, detection);
    json_decref(detection);
    if (!is_whole)
        return "out of memory";
    if (g->commands.n_wishes == GATE_WISHES_MAX)
        return "too many commands wait for the core: ask again";
    if ((reason = order_send(g, to)))
        return reason;
    gate_wish *wish = &g->commands.wishes[g->commands.n_wishes++];
    wish->from = g->request.from;
    wish->end_ms = g->now_ms + WISH_MS;
    memcpy(wish->id, to->id, sizeof wish->id);
    memcpy(wish->request, to->request, sizeof wish->request);
    return NULL;
}

void command_answer(gate *g, const request *to)
{
    const guest_id *from = &g->request.from;
    const char *reason = g->request.refusal;
    if (!reason && (g->commands.is_full || g->commands.n_indexed < GATE_INDEX_KINDS))
        reason = g->commands.is_full ? "the journal names more than can be looked up"
                                     : "the journal is still being read: ask again";
    const known_record *earlier =
        reason ? NULL : known_find(g->commands.known, KNOWN_REQUEST, to->request);
    if (earlier && earlier->kind != to->kind)
        reason = "request: this UUID is that of another command";
    if (!reason && earlier)
        reply(g, from, words_recorded(to, g->stream, earlier));
    else if (reason || (reason = command_begin(g, to)))
        reply(g, from, words_error(to, reason));
}
