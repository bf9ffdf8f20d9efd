/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sequence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/delay.h"
#include "clients/envelope.h"
#include "clients/track.h"

struct gw_sequence {
    bool can_replay, history;
    bool is_live, was_told_blind;
    int64_t heard_ms; /* last heartbeat that was not old */
    gw_delay delay;
    char stream[37]; /* "" until the first message */
    gw_track tracks[GW_ENVELOPE_KINDS];
    struct {
        gw_track *track; /* NULL: nothing is asked for */
        gw_track_range range;
        bool is_hole; /* of a range that was given up before */
        uint64_t id, n_records;
        int64_t end_ms;
    } open; /* the one request that is out */
    uint64_t n_requests;
    json_t *shown; /* message of the last event handed out */
    gw_track_events events;
};

static void position_take(gw_sequence *seq, const gw_client_position *position)
{
    if (!position->stream[0] || !seq->can_replay)
        return;
    memcpy(seq->stream, position->stream, sizeof seq->stream);
    seq->stream[sizeof seq->stream - 1] = 0;
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++) {
        if (!position->next[kind])
            continue;
        gw_track_reset(&seq->tracks[kind], position->next[kind]);
        seq->tracks[kind].is_oldest_wanted = false;
    }
}

gw_sequence *gw_sequence_create(bool can_replay, bool history, const gw_client_position *position,
                                int64_t now_ms)
{
    gw_sequence *seq = calloc(1, sizeof *seq);
    if (!seq)
        return NULL;
    seq->can_replay = can_replay;
    seq->history = history && can_replay;
    seq->heard_ms = now_ms;
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++) {
        seq->tracks[kind].kind = gw_envelope_name((gw_envelope_kind)kind);
        gw_track_reset(&seq->tracks[kind], seq->history ? 1 : 0);
        seq->tracks[kind].is_oldest_wanted = seq->history;
    }
    if (position)
        position_take(seq, position);
    return seq;
}

static void event_emit(gw_sequence *seq, gw_client_event_type type, const json_t *message)
{
    gw_client_event event = {.type = type};
    if (type == GW_CLIENT_HEARTBEAT)
        snprintf(event.kind, sizeof event.kind, "heartbeat");
    gw_track_event(&seq->events, &event, message);
}

/* A stream that began while we listened is wanted whole. */
static void stream_begin(gw_sequence *seq, const char *stream)
{
    bool is_first = !seq->stream[0];
    snprintf(seq->stream, sizeof seq->stream, "%s", stream);
    if (is_first)
        return;
    seq->open.track = NULL;
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++)
        gw_track_reset(&seq->tracks[kind], 1);
    event_emit(seq, GW_CLIENT_STREAM, NULL);
}

/* The core came back with fewer records than it had published: those that were never durable are
 * gone, and their numbers will be used again. */
static void track_restart(gw_sequence *seq, gw_track *track)
{
    uint64_t next = track->behind_newest + 1;
    if (track->durable_next && track->durable_next < next)
        next = track->durable_next;
    if (seq->open.track == track)
        seq->open.track = NULL;
    gw_track_reset(track, next);
}

/* Without replay a gap is a loss. */
static void loss_settle(gw_sequence *seq, gw_track *track)
{
    gw_track_range range = gw_track_missing(track);
    if (!seq->can_replay && track->is_missing && range.to >= range.from)
        gw_track_give_up(track, range.to, true, &seq->events);
}

/* It waited on its way, and what it says of the state was true then. */
static bool heartbeat_is_old(gw_sequence *seq, const json_t *message, const gw_envelope *in,
                             int64_t now_ms)
{
    const char *id = json_string_value(json_object_get(message, "id"));
    const char *slash = id ? strrchr(id, '/') : NULL;
    char run[GW_DELAY_RUN_MAX];
    uint64_t sent_ns;
    if (!slash || !gw_envelope_number(json_object_get(in->data, "clock_ns"), &sent_ns))
        return false; /* a sender that does not say when */
    snprintf(run, sizeof run, "%.*s", (int)(slash - id), id);
    return gw_delay_take(&seq->delay, run, (int64_t)(sent_ns / 1000000), now_ms) >
           GW_SEQUENCE_STALE_MS;
}

static void heartbeat_take(gw_sequence *seq, const json_t *message, const gw_envelope *in,
                           int64_t now_ms)
{
    const json_t *newest = json_object_get(in->data, "newest");
    const char *state = json_string_value(json_object_get(in->data, "state"));
    bool has_restarted = false;
    uint64_t number;
    if (heartbeat_is_old(seq, message, in, now_ms))
        return;
    seq->heard_ms = now_ms;
    if (!seq->is_live)
        event_emit(seq, GW_CLIENT_LIVE, NULL);
    seq->is_live = true;
    event_emit(seq, GW_CLIENT_HEARTBEAT, message);
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++) {
        gw_track *track = &seq->tracks[kind];
        if (!gw_envelope_number(json_object_get(newest, track->kind), &number))
            continue;
        if (track->next == 0)
            gw_track_reset(track, number + 1);
        bool is_last = (state && strcmp(state, "BLIND") == 0) || track->is_oldest_wanted;
        if (!gw_track_newest(track, number, is_last, now_ms)) {
            track_restart(seq, track);
            has_restarted = true;
        }
        loss_settle(seq, track);
    }
    if (has_restarted)
        event_emit(seq, GW_CLIENT_STREAM, NULL);
}

void gw_sequence_take(gw_sequence *seq, json_t *message, bool replayed, int64_t now_ms)
{
    gw_envelope in;
    if (!gw_envelope_decode(message, &in))
        return;
    if (strcmp(in.stream, seq->stream) != 0) {
        if (replayed)
            return; /* an answer out of the stream before */
        stream_begin(seq, in.stream);
    }
    if (in.kind == GW_ENVELOPE_HEARTBEAT) {
        if (!replayed)
            heartbeat_take(seq, message, &in, now_ms);
        return;
    }
    gw_track *track = &seq->tracks[in.kind];
    if (in.kind_seq == 0) { /* the gate's own word: outside of all numbers */
        gw_client_event event = {.type = GW_CLIENT_RECORD, .replayed = replayed};
        snprintf(event.kind, sizeof event.kind, "%s", track->kind);
        gw_track_event(&seq->events, &event, message);
        return;
    }
    gw_track_take(track, message, in.kind_seq, replayed, &seq->events);
    loss_settle(seq, track);
    if (replayed && seq->open.track == track) {
        seq->open.n_records++;
        seq->open.end_ms = now_ms + GW_SEQUENCE_ANSWER_MS;
    }
}

/* While the gate is away nothing is given up: there is nobody to ask. */
static void request_fail(gw_sequence *seq, int64_t now_ms)
{
    gw_track *track = seq->open.track;
    bool is_hole = seq->open.is_hole;
    seq->open.track = NULL;
    if (!track || is_hole)
        return;
    if (seq->is_live)
        gw_track_fail(track, now_ms, &seq->events);
    else
        track->retry_ms = now_ms + GW_TRACK_RETRY_MS;
}

/* A range that was given up is no longer in the journal: not to be asked for again. */
static void holes_cut(gw_track *track, uint64_t oldest)
{
    size_t n = 0;
    for (size_t k = 0; k < track->n_holes; k++)
        if (track->holes[k].to >= oldest)
            track->holes[n++] = track->holes[k];
    track->n_holes = n;
}

static void answer_end(gw_sequence *seq, const json_t *reply, int64_t now_ms)
{
    gw_track *track = seq->open.track;
    gw_track_range asked = seq->open.range;
    bool has_more = json_is_true(json_object_get(reply, "more"));
    uint64_t oldest = 0;
    gw_envelope_number(json_object_get(reply, "oldest"), &oldest);
    if (seq->open.is_hole) {
        seq->open.track = NULL;
        holes_cut(track, oldest);
        if (has_more && seq->open.n_records)
            track->hole_ms = now_ms;
        return;
    }
    if (track->next > asked.to || (has_more && track->next > asked.from)) {
        seq->open.track = NULL; /* all of it came, or a part: go on at once */
        return;
    }
    if (oldest > track->next) {
        seq->open.track = NULL;
        gw_track_give_up(track, oldest - 1 < asked.to ? oldest - 1 : asked.to, true, &seq->events);
        return;
    }
    request_fail(seq, now_ms);
}

void gw_sequence_reply(gw_sequence *seq, const json_t *reply, int64_t now_ms)
{
    const char *op = json_string_value(json_object_get(reply, "op"));
    const char *id = json_string_value(json_object_get(reply, "id"));
    bool is_error = op && strcmp(op, "error") == 0;
    if (!op || !seq->open.track)
        return;
    if (id ? strtoull(id, NULL, 10) != seq->open.id : !is_error)
        return; /* of a request that was given up */
    if (is_error)
        request_fail(seq, now_ms);
    else if (strcmp(op, "end") == 0)
        answer_end(seq, reply, now_ms);
}

void gw_sequence_tick(gw_sequence *seq, int64_t now_ms)
{
    if (now_ms - seq->heard_ms > GW_SEQUENCE_STALE_MS && (seq->is_live || !seq->was_told_blind)) {
        seq->is_live = false;
        seq->was_told_blind = true;
        event_emit(seq, GW_CLIENT_BLIND, NULL);
    }
    if (seq->open.track && now_ms >= seq->open.end_ms)
        request_fail(seq, now_ms);
}

static bool track_wants(const gw_track *track, gw_track_range *range)
{
    *range = gw_track_missing(track);
    return track->is_missing && track->next && range->to >= range->from;
}

static bool hole_wants(gw_track *track, int64_t now_ms, gw_track_range *range)
{
    if (!track->n_holes || now_ms < track->hole_ms)
        return false;
    track->hole_ms = now_ms + GW_TRACK_HOLE_MS;
    *range = track->holes[0];
    memmove(track->holes, track->holes + 1, (track->n_holes - 1) * sizeof *track->holes);
    track->holes[track->n_holes - 1] = *range; /* the next one next time */
    return true;
}

bool gw_sequence_ask(gw_sequence *seq, int64_t now_ms, char *text)
{
    gw_track_range range;
    if (!seq->can_replay || !seq->stream[0] || seq->open.track)
        return false;
    for (int pass = 0; pass < 2; pass++) {
        for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++) {
            gw_track *track = &seq->tracks[kind];
            if (pass ? !(seq->is_live && hole_wants(track, now_ms, &range))
                     : !(track_wants(track, &range) && now_ms >= track->retry_ms))
                continue;
            seq->open.track = track;
            seq->open.range = range;
            seq->open.is_hole = pass;
            seq->open.n_records = 0;
            seq->open.id = ++seq->n_requests;
            seq->open.end_ms = now_ms + GW_SEQUENCE_ANSWER_MS;
            snprintf(text, GW_SEQUENCE_REQUEST_MAX,
                     "{\"op\":\"replay\",\"id\":\"%" PRIu64 "\",\"stream\":\"%s\",\"kind\":\"%s\","
                     "\"from\":\"%" PRIu64 "\",\"to\":\"%" PRIu64 "\",\"max\":1000}",
                     seq->open.id, seq->stream, track->kind, range.from, range.to);
            return true;
        }
    }
    return false;
}

void gw_sequence_unsent(gw_sequence *seq, int64_t now_ms)
{
    request_fail(seq, now_ms);
}

bool gw_sequence_next(gw_sequence *seq, gw_client_event *event)
{
    gw_track_events *events = &seq->events;
    json_decref(seq->shown);
    seq->shown = NULL;
    if (!events->n)
        return false;
    *event = events->list[events->first];
    seq->shown = (json_t *)(uintptr_t)event->message;
    events->first = (events->first + 1) % (sizeof events->list / sizeof *events->list);
    events->n--;
    return true;
}

/* What waits to be handed out has not been delivered. */
void gw_sequence_where(const gw_sequence *seq, gw_client_position *position)
{
    const gw_track_events *events = &seq->events;
    const size_t n_list = sizeof events->list / sizeof *events->list;
    memset(position, 0, sizeof *position);
    memcpy(position->stream, seq->stream, sizeof position->stream);
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++)
        position->next[kind] = seq->tracks[kind].next;
    for (size_t k = 0; k < events->n; k++) {
        const gw_client_event *event = &events->list[(events->first + k) % n_list];
        uint64_t number = event->type == GW_CLIENT_GAP ? event->from_seq : event->kind_seq;
        for (int kind = 0; kind < GW_ENVELOPE_KINDS && number; kind++)
            if (strcmp(event->kind, seq->tracks[kind].kind) == 0 && number < position->next[kind])
                position->next[kind] = number;
    }
}

int64_t gw_sequence_due_ms(const gw_sequence *seq)
{
    int64_t due_ms = INT64_MAX;
    if (seq->is_live || !seq->was_told_blind)
        due_ms = seq->heard_ms + GW_SEQUENCE_STALE_MS + 1;
    if (seq->open.track)
        return seq->open.end_ms < due_ms ? seq->open.end_ms : due_ms;
    if (!seq->can_replay || !seq->stream[0])
        return due_ms;
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++) {
        const gw_track *track = &seq->tracks[kind];
        gw_track_range range;
        if (track_wants(track, &range) && track->retry_ms < due_ms)
            due_ms = track->retry_ms;
        if (seq->is_live && track->n_holes && track->hole_ms < due_ms)
            due_ms = track->hole_ms;
    }
    return due_ms;
}

void gw_sequence_destroy(gw_sequence *seq)
{
    gw_client_event event;
    if (!seq)
        return;
    while (gw_sequence_next(seq, &event))
        ;
    for (int kind = 0; kind < GW_ENVELOPE_KINDS; kind++)
        gw_track_reset(&seq->tracks[kind], 0);
    free(seq);
}
