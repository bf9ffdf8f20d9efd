/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/track.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { EVENTS_MAX = sizeof((gw_track_events *)0)->list / sizeof(gw_client_event) };

void gw_track_event(gw_track_events *out, const gw_client_event *event, const json_t *message)
{
    /* One message or reply makes at most HELD_MAX events and a few more, and the list is emptied
     * before the next is taken. */
    assert(out->n < EVENTS_MAX);
    gw_client_event *to = &out->list[(out->first + out->n++) % EVENTS_MAX];
    *to = *event;
    to->message = message ? json_incref((json_t *)(uintptr_t)message) : NULL;
}

void gw_track_reset(gw_track *track, uint64_t next)
{
    const char *kind = track->kind;
    for (size_t k = 0; k < track->n_held; k++)
        json_decref(track->held[k].message);
    memset(track, 0, sizeof *track);
    track->kind = kind;
    track->next = track->durable_next = next;
    track->ahead_ms = track->behind_ms = -1;
}

static void record_emit(gw_track *track, json_t *message, uint64_t kind_seq, bool replayed,
                        gw_track_events *out)
{
    gw_client_event event = {.type = GW_CLIENT_RECORD, .kind_seq = kind_seq, .replayed = replayed};
    snprintf(event.kind, sizeof event.kind, "%s", track->kind);
    if (kind_seq >= track->durable_next &&
        json_is_true(json_object_get(json_object_get(message, "data"), "durable")))
        track->durable_next = kind_seq + 1;
    gw_track_event(out, &event, message);
}

static void held_flush(gw_track *track, gw_track_events *out)
{
    size_t n = 0;
    for (; n < track->n_held && track->held[n].kind_seq <= track->next; n++) {
        if (track->held[n].kind_seq == track->next) {
            record_emit(track, track->held[n].message, track->next, track->held[n].replayed, out);
            track->next++;
        }
        json_decref(track->held[n].message);
    }
    track->n_held -= n;
    memmove(track->held, track->held + n, track->n_held * sizeof *track->held);
}

/* Full: it is left out, and asked for when its turn comes. */
static void held_add(gw_track *track, json_t *message, uint64_t kind_seq, bool replayed)
{
    size_t at = track->n_held;
    while (at > 0 && track->held[at - 1].kind_seq > kind_seq)
        at--;
    if (track->n_held == GW_TRACK_HELD_MAX || (at > 0 && track->held[at - 1].kind_seq == kind_seq))
        return;
    memmove(track->held + at + 1, track->held + at, (track->n_held - at) * sizeof *track->held);
    track->held[at].kind_seq = kind_seq;
    track->held[at].message = json_incref(message);
    track->held[at].replayed = replayed;
    track->n_held++;
}

static void hole_add(gw_track *track, uint64_t from, uint64_t to)
{
    if (track->n_holes == GW_TRACK_HOLES_MAX)
        memmove(track->holes, track->holes + 1, --track->n_holes * sizeof *track->holes);
    track->holes[track->n_holes++] = (gw_track_range){from, to};
}

/* A late record of a range that was given up: the range shrinks or falls in two. */
static bool hole_fill(gw_track *track, uint64_t kind_seq)
{
    for (size_t k = 0; k < track->n_holes; k++) {
        gw_track_range hole = track->holes[k];
        if (kind_seq < hole.from || kind_seq > hole.to)
            continue;
        memmove(track->holes + k, track->holes + k + 1,
                (--track->n_holes - k) * sizeof *track->holes);
        if (kind_seq > hole.from)
            hole_add(track, hole.from, kind_seq - 1);
        if (kind_seq < hole.to)
            hole_add(track, kind_seq + 1, hole.to);
        return true;
    }
    return false;
}

/* The record was next: whatever waited for it follows. */
static void progress(gw_track *track, gw_track_events *out)
{
    held_flush(track, out);
    track->tries = 0;
    track->ahead_ms = -1;
    track->is_oldest_wanted = false;
    if (track->next > track->newest)
        track->is_missing = false;
}

void gw_track_take(gw_track *track, json_t *message, uint64_t kind_seq, bool replayed,
                   gw_track_events *out)
{
    if (kind_seq > track->newest)
        track->newest = kind_seq;
    if (track->next == 0)
        track->next = kind_seq; /* the first number seen; all before it is not wanted */
    if (kind_seq > track->next) {
        held_add(track, message, kind_seq, replayed);
        track->is_missing = true;
    } else if (kind_seq == track->next) {
        record_emit(track, message, kind_seq, replayed, out);
        track->next++;
        progress(track, out);
    } else if (hole_fill(track, kind_seq)) {
        record_emit(track, message, kind_seq, replayed, out);
    }
}

bool gw_track_newest(gw_track *track, uint64_t newest, bool is_last, int64_t now_ms)
{
    if (newest > track->newest)
        track->newest = newest;
    if (newest < track->next)
        track->ahead_ms = -1;
    else if (track->ahead_ms < 0)
        track->ahead_ms = now_ms;
    if (track->ahead_ms >= 0 && (is_last || now_ms - track->ahead_ms >= GW_TRACK_AHEAD_MS))
        track->is_missing = true;
    if (newest + 1 >= track->next) {
        track->behind_ms = -1;
    } else if (track->behind_ms < 0) {
        track->behind_ms = now_ms;
        track->behind_newest = newest;
    }
    return track->behind_ms < 0 || now_ms - track->behind_ms < GW_TRACK_AHEAD_MS;
}

gw_track_range gw_track_missing(const gw_track *track)
{
    uint64_t to = track->n_held ? track->held[0].kind_seq - 1 : track->newest;
    return (gw_track_range){track->next, to};
}

void gw_track_give_up(gw_track *track, uint64_t to, bool for_good, gw_track_events *out)
{
    gw_client_event event = {.type = GW_CLIENT_GAP, .from_seq = track->next, .to_seq = to};
    snprintf(event.kind, sizeof event.kind, "%s", track->kind);
    if (!track->is_oldest_wanted || !for_good)
        gw_track_event(out, &event, NULL);
    if (!for_good)
        hole_add(track, track->next, to);
    track->next = to + 1;
    progress(track, out);
}

void gw_track_fail(gw_track *track, int64_t now_ms, gw_track_events *out)
{
    gw_track_range range = gw_track_missing(track);
    track->retry_ms = now_ms + GW_TRACK_RETRY_MS;
    if (++track->tries < GW_TRACK_TRIES || range.to < range.from)
        return;
    track->hole_ms = now_ms + GW_TRACK_HOLE_MS;
    gw_track_give_up(track, range.to, false, out);
}
