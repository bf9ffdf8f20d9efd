/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/track.h -- the numbers of one kind: which record is next, what came too early and waits,
 * what is missing, what was given up. Pure.
 */
#ifndef GW_CLIENTS_TRACK_H
#define GW_CLIENTS_TRACK_H

#include "clients/client.h"

enum {
    GW_TRACK_HELD_MAX = 256,
    GW_TRACK_HOLES_MAX = 8,
    GW_TRACK_AHEAD_MS = 300, /* the heartbeat names newer records, and none comes: ask */
    GW_TRACK_TRIES = 4,      /* then the range is given up, and said to be */
    GW_TRACK_RETRY_MS = 300,
    GW_TRACK_HOLE_MS = 5000 /* what was given up is asked for again, in case it comes late */
};

/* Where events go. Every event holds a reference of its message. */
typedef struct gw_track_events {
    size_t first, n;
    gw_client_event list[4 * GW_TRACK_HELD_MAX];
} gw_track_events;

typedef struct gw_track_range {
    uint64_t from, to;
} gw_track_range;

typedef struct gw_track {
    const char *kind;
    uint64_t next;         /* kind_seq of the record to come; 0 until the first number is seen */
    uint64_t newest;       /* greatest kind_seq known to exist */
    uint64_t durable_next; /* one past the greatest that came as durable */
    bool is_oldest_wanted; /* `next` is wherever the journal begins, as the end of an answer says;
                              its first record may have been lost on the way */
    bool is_missing;       /* next..: to be asked for */
    int64_t ahead_ms, behind_ms; /* since when the heartbeat's newest is so; -1: it is not */
    uint64_t behind_newest;      /* newest when it was behind first */
    unsigned tries;
    int64_t retry_ms, hole_ms; /* not to be asked for before */
    size_t n_held, n_holes;
    struct {
        uint64_t kind_seq;
        json_t *message;
        bool replayed;
    } held[GW_TRACK_HELD_MAX]; /* in order */
    gw_track_range holes[GW_TRACK_HOLES_MAX];
} gw_track;

void gw_track_reset(gw_track *track, uint64_t next);

/* A record of this kind: it is delivered, held until its turn, or dropped as known. */
void gw_track_take(gw_track *track, json_t *message, uint64_t kind_seq, bool replayed,
                   gw_track_events *out);

/* The heartbeat's newest number. `is_last`: no other heartbeat is to be expected, ask now. False:
 * the numbers fell back for good, the core counts anew. */
bool gw_track_newest(gw_track *track, uint64_t newest, bool is_last, int64_t now_ms);

/* Range to ask for. */
gw_track_range gw_track_missing(const gw_track *track);

/* The range could not be had: it is asked for again later, or, after the last try, given up. */
void gw_track_fail(gw_track *track, int64_t now_ms, gw_track_events *out);

/* Go on after `to`: GAP, then the records that waited. for_good: it does not exist any more, and is
 * not asked for again. */
void gw_track_give_up(gw_track *track, uint64_t to, bool for_good, gw_track_events *out);

void gw_track_event(gw_track_events *out, const gw_client_event *event, const json_t *message);

#endif
