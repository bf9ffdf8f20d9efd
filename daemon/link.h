/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/link.h -- what the core and its gate share: one page of memory, one queue, one journal.
 *
 *   page   (memfd, mapped by both) the core's supervisor writes it every GW_LINK_BEAT_MS, and only
 *          while every stage of the core is alive; the gate reads it for the heartbeat. A beat that
 *          stands still for GW_LINK_DEAD_MS means that the core hangs: the gate publishes BLIND and
 * ends. queue  (SOCK_SEQPACKET pair, both ends non-blocking) core to gate, one datagram a record:
 *          gw_link_note, followed by the record's JSON when it is not durable. Its end means that
 *          the core is gone. A full queue loses only wake-ups and counted, non-durable records.
 *   journal (SQLite) the gate opens it read-only and publishes what is newer than what it last
 * sent.
 */
#ifndef GW_DAEMON_LINK_H
#define GW_DAEMON_LINK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/pictures.h"
#include "daemon/state.h"
#include "dsp/frame.h"
#include "dsp/status.h"

/* Kinds of record, in the order of the arrays below. The last two are never journalled. */
#define GW_RECORD_LIST(X)                                                                          \
    X(DETECTION, "detection")                                                                      \
    X(COVERAGE, "coverage")                                                                        \
    X(HEALTH, "health")                                                                            \
    X(SESSION, "session")                                                                          \
    X(OUTCOME, "outcome")                                                                          \
    X(CHECK, "check")                                                                              \
    X(GAP, "gap")                                                                                  \
    X(HEARTBEAT, "heartbeat")                                                                      \
    X(SCOPE, "scope")

typedef enum {
#define X(name, word) GW_RECORD_##name,
    GW_RECORD_LIST(X)
#undef X
        GW_RECORD_COUNT
} gw_record_kind;

enum { GW_LINK_BEAT_MS = 20, GW_LINK_DEAD_MS = 500, GW_LINK_JSON_MAX = 8192 };

typedef struct gw_link_sensor {
    uint32_t present; /* 1 when a source is configured */
    uint32_t state;   /* gw_state */
    uint32_t reasons; /* bits of gw_reason */
    uint32_t epoch;
    int64_t age_ns; /* since the last sample came; -1 never */
    uint64_t rows, lost_upstream, dropped_by_us;
} gw_link_sensor;

typedef struct gw_link_report {
    char stream[37]; /* UUID of the journal's stream */
    char device[64];
    uint32_t state, reasons;
    uint32_t emulated;               /* 1: some source is an emulator or a recording */
    uint32_t is_recording;           /* live streams are written to the disk */
    double along_m;                  /* NAN unknown */
    double muted_s;                  /* so long the local alarm is still muted; 0: it is not */
    uint64_t newest_seq, oldest_seq; /* of the stream; oldest still in the journal; 0 none */
    uint64_t newest_kind_seq[GW_RECORD_COUNT];
    gw_link_sensor sensors[GW_KIND_COUNT];
} gw_link_report;

/* Sequence lock: odd while it is written. */
typedef struct gw_link_page {
    _Atomic uint64_t version;
    _Atomic uint64_t beat;
    gw_link_report report;
    gw_pictures pictures;
} gw_link_page;

typedef struct gw_link_note {
    uint64_t seq, kind_seq;
    int64_t time_ns;
    uint32_t kind; /* gw_record_kind */
    uint32_t durable;
    uint32_t n_json; /* bytes that follow; 0 when durable */
} gw_link_note;

/* Gate to core, on the same queue, one datagram each. ACK: once when the gate's endpoints are
 * bound, then whenever it has published all that is new. COMMAND: a record that a client asks for;
 * the gate has checked it, and waits to see it come back as a record. An endpoint that cannot be
 * bound ends the gate before its first ack with the exit status of the contract and one line on
 * standard error. The core starts it as groundwatch-gate --page-fd N --queue-fd N --journal FILE
 * --live E [...] --replay E [...]
 */
typedef enum { GW_LINK_ACK = 1, GW_LINK_COMMAND = 2 } gw_link_type;

typedef struct gw_link_order {
    uint32_t type;          /* gw_link_type; others are passed over */
    uint32_t kind;          /* COMMAND: gw_record_kind of the record */
    uint64_t published_seq; /* ACK: newest seq published; 0 none yet */
    uint32_t n_json;        /* COMMAND: bytes that follow, the record's `data`; else 0 */
} gw_link_order;

const char *gw_record_name(gw_record_kind kind);

/* Core: a new page and queue; fds to hand to the gate. */
gw_status gw_link_create(gw_link_page **page, int *page_fd, int *core_queue_fd, int *gate_queue_fd,
                         gw_error *error);

/* Gate: map the page read-only. NULL on failure. */
const gw_link_page *gw_link_map(int page_fd);

/* Write a report and advance the beat. One writer. */
void gw_link_publish(gw_link_page *page, const gw_link_report *report);

/* Read a whole report; false if the writer could not be overtaken in 1,000 tries. */
bool gw_link_read(const gw_link_page *page, gw_link_report *report, uint64_t *beat);

#endif
