/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/gate_impl.h -- the gate's state, shared by gate.c (loop, heartbeat, end), feed.c
 * (core to subscribers), replay.c (requests), latest.c and command.c (clients to core).
 */
#ifndef GW_DAEMON_GATE_GATE_IMPL_H
#define GW_DAEMON_GATE_GATE_IMPL_H

#include "daemon/gate/backlog.h"
#include "daemon/gate/command.h"
#include "daemon/gate/gate.h"
#include "daemon/gate/publish.h"
#include "daemon/gate/words.h"
#include "daemon/clock.h"
#include "daemon/journal.h"
#include "daemon/message.h"

enum {
    GATE_BEAT_MS = 100,
    GATE_START_MS = 5000,     /* for the core's first report */
    GATE_LAST_WORDS_MS = 400, /* replay is still answered after the last heartbeat */
    GATE_LINGER_MS = 300,     /* for the sockets to hand over what was sent */
    GATE_JOURNAL_MS = 500,    /* between tries to open a journal that does not open */
    GATE_REPLAY_BYTES = 256 << 10,
    GATE_OPEN_MAX = 2048, /* twice what the core keeps open */
    GATE_LATEST_MAX = 200 /* open ones in an answer */
};

/* Indications that are open, in the order of their newest records; of the core, no more than it
 * keeps open itself. */
typedef struct gate_latest {
    uint64_t start_seq, start_kind_seq; /* of the newest session; 0: not known */
    size_t n;
    struct gate_open {
        char id[37];
        uint64_t kind_seq; /* of its newest record */
    } open[GATE_OPEN_MAX];
} gate_latest;

typedef struct gate_scope {
    uint64_t next; /* number of the picture to be sent next */
    int64_t window_ms;
    unsigned n_sent[GW_SENSOR_COUNT]; /* in this window */
    gw_scope_frame frame;
} gate_scope;

typedef struct gate {
    const gate_options *options;
    publisher *pub;
    const gw_link_page *page;
    backlog *log;
    guests guests;

    gw_link_report report; /* last whole report read from the page */
    uint64_t beat;         /* of that report; 0: none yet */
    int64_t start_ms, beat_ms, now_ms;

    gw_journal *journal;  /* NULL: not open, or not the stream of the report */
    int64_t complaint_ms; /* the last time something was said about it */
    int64_t journal_ms;   /* last try to open it */
    char stream[37];      /* of what is published */
    uint64_t published;   /* newest seq sent, or known to have been sent by an earlier gate */
    uint64_t published_kind[GW_RECORD_COUNT]; /* newest kind_seq sent; 0: none by this gate */
    uint64_t acked;
    bool has_acked;
    bool has_more;     /* the journal holds more than was published in this turn */
    bool is_stopped;   /* the newest session record is a stop */
    bool is_over;      /* the core is gone or hangs */
    bool is_unguarded; /* nobody looks after who comes in */

    uint64_t n_beats, beat_sent; /* heartbeats sent; the beat that the last one rested on */
    int64_t next_beat_ms;
    char run[17];
    publisher_request request; /* the one being served */
    gate_scope scope;
    gate_commands commands;
    gate_latest latest;
    bool is_indexing; /* the journal is still being read for what it names */
} gate;

static inline int64_t gate_clock_ms(void)
{
    return gw_clock_monotonic_ns() / 1000000;
}

words gate_words(const gate *g);

/* One line on standard error. */
void gate_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* To the subscribers. json NULL, or no memory to send it: the process ends, for a gate that can say
 * nothing is worth nothing, and the core starts another. */
void gate_publish(gate *g, const char *topic, const char *json);

/* feed.c: what was sent exists: the report names no less, however late the core's is. */
void feed_report_raise(gate *g);
/* Take up the stream of the report: open its journal, begin at its newest record. */
void feed_follow(gate *g);
/* Empty the core's queue; sets is_over when the core closed it. */
void feed_queue(gate *g);
/* Publish what the journal holds beyond `published`, up to and including `until`, for at most
 * some milliseconds. */
void feed_journal(gate *g, uint64_t until);
/* Tell the core how far it got, when that is new. */
void feed_ack(gate *g);

/* scope.c: send the pictures that are new, while there are viewers. */
void scope_serve(gate *g);
/* timeout_ms, or less when pictures are to be looked for. */
int scope_wait(const gate *g, int timeout_ms);

/* latest.c: a record that says what is open; where it all begins anew; the answer to who asks. */
void latest_take(gate *g, const known_record *record, const json_t *data);
void latest_reset(gate *g);
void latest_answer(gate *g, const request *to);

/* replay.c: serve the requests that wait; bounded. */
void replay_serve(gate *g);

#endif
