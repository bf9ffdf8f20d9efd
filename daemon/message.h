/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/message.h -- records as CloudEvents 1.0 JSON (docs/messages.md). Pure: no clock, no state.
 *
 * The gw_message_<kind> functions make the `data` object of one kind, without the keys that the
 * store adds (stream, seq, kind_seq, time_ns, durable, calibration). Each returns a new object,
 * NULL when out of memory. 64-bit integers are decimal strings: browsers would round them.
 */
#ifndef GW_DAEMON_MESSAGE_H
#define GW_DAEMON_MESSAGE_H

#include <jansson.h>

#include "daemon/cells.h"
#include "daemon/link.h"
#include "drivers/config.h"
#include "drivers/uuid.h"
#include "dsp/array_way.h"
#include "dsp/detection.h"

enum { GW_TOPIC_MAX = 96, GW_TIME_MAX = 40 };

/* Where the ground of a record lies on the earth. */
typedef struct gw_message_place {
    const gw_origin *lane; /* NULL or unknown: along and across only, unless it is measured */
    const gw_fix *fix;     /* measured; NULL: by no receiver */
    const gw_fix *from;    /* coverage: where it begins */
} gw_message_place;

/* Where a record comes from. */
typedef struct gw_message_origin {
    const gw_stream *stream; /* NULL: none */
    uint32_t epoch;
    gw_message_place place;
} gw_message_origin;

typedef struct gw_message_coverage_extra {
    uint64_t n_lost;  /* rows missing within the stretch */
    bool is_standing; /* the head did not move: no ground */
    gw_state state;
    unsigned reasons;
    gw_message_place place;
} gw_message_coverage_extra;

typedef struct gw_message_session {
    const char *event; /* "start", "stop" */
    const char *reason;
    const char *config_hash;
    const char *operator_name; /* who works with it; "": not told */
    const char *instructions;  /* what the processor offers */
    bool is_synchronised;      /* our UTC is held to a reference */
    int n_open;                /* at a stop: indications that are closed with it; -1: not told */
    double far_per_m;
    double speed_m_per_ns; /* configured; 0: assumed */
    gw_balance balance;
    gw_array_way array;
    const gw_config_gnss *gnss; /* NULL: none */
    const gw_origin *place;
    size_t n_sources;
    struct {
        const char *uri;
        const gw_stream *stream;
    } sources[GW_KIND_COUNT];
} gw_message_session;

typedef struct gw_message_gap {
    const char *what;   /* "samples", "records", "ground" */
    const char *sensor; /* "gpr", "md", "pose"; NULL: of the daemon */
    uint64_t n, from, to;
    const gw_cells_strip *ground; /* what: "ground"; n in cells */
    const char *reason;
} gw_message_gap;

typedef struct gw_message_head {
    gw_record_kind kind;
    uint64_t seq, kind_seq;
    int64_t time_ns; /* since 1970, UTC */
    bool durable;
    const char *stream, *device;
    const char *calibration; /* hash of the file in force, or "uncalibrated"; NULL: left out */
} gw_message_head;

json_t *gw_message_detection(const gw_detection *detection, const gw_message_origin *origin,
                             const char *id);
json_t *gw_message_coverage(const gw_coverage *coverage, const gw_message_coverage_extra *extra);
json_t *gw_message_health(const gw_link_report *report, const char *text);
json_t *gw_message_session_encode(const gw_message_session *session);
json_t *gw_message_gap_encode(const gw_message_gap *gap);

/* The whole event around data, on one line; malloc'd, NULL when out of memory. */
char *gw_message_encode(const gw_message_head *head, json_t *data);

/* "v1/KIND/DEVICE/" into topic[GW_TOPIC_MAX]. */
void gw_message_topic(gw_record_kind kind, const char *device, char *topic);

/* RFC 3339 with nanoseconds into text[GW_TIME_MAX]. */
void gw_message_time(int64_t time_ns, char *text);

#endif
