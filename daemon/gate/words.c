/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/words.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "daemon/clock.h"
#include "daemon/message.h"

enum { DUMP_FLAGS = JSON_COMPACT | JSON_REAL_PRECISION(10) };

/* 64-bit numbers travel as decimal strings: browsers lose them otherwise. */
static json_t *number_encode(uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    return json_string(text);
}

static json_t *reasons_encode(uint32_t reasons)
{
    json_t *list = json_array();
    for (unsigned bit = 0; bit < 32; bit++)
        if (reasons & (1u << bit))
            json_array_append_new(list, json_string(gw_reason_word(1u << bit)));
    return list;
}

static json_t *newest_encode(const gw_link_report *report)
{
    json_t *newest = json_object();
    for (int kind = 0; kind < GW_RECORD_HEARTBEAT; kind++)
        json_object_set_new(newest, gw_record_name((gw_record_kind)kind),
                            number_encode(report->newest_kind_seq[kind]));
    return newest;
}

static json_t *sensors_encode(const words *from)
{
    json_t *list = json_array();
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        const gw_link_sensor *sensor = &from->report->sensors[kind];
        if (!sensor->present)
            continue;
        json_t *one = json_pack(
            "{s:s, s:s, s:o, s:I, s:o, s:o, s:o}", "sensor", gw_kind_name((gw_kind)kind), "state",
            gw_state_name((gw_state)sensor->state), "reasons", reasons_encode(sensor->reasons),
            "epoch", (json_int_t)sensor->epoch, "rows", number_encode(sensor->rows), "lost",
            number_encode(sensor->lost_upstream), "dropped", number_encode(sensor->dropped_by_us));
        if (sensor->age_ns >= 0)
            json_object_set_new(one, "age_ms",
                                json_integer((sensor->age_ns + from->age_ns) / 1000000));
        json_array_append_new(list, one);
    }
    return list;
}

/* The event around data. An id of its own, for these are not numbered by the core. */
static json_t *event_encode(const words *from, gw_record_kind kind, const char *id, json_t *data)
{
    char type[64], source[96], time[GW_TIME_MAX];
    int64_t now_ns = gw_clock_utc_ns();
    gw_message_time(now_ns, time);
    snprintf(type, sizeof type, "org.groundwatch.%s.v1", gw_record_name(kind));
    snprintf(source, sizeof source, "/groundwatch/%s", from->device);
    json_object_set_new(data, "stream", json_string(from->report->stream));
    json_object_set_new(data, "time_ns", number_encode((uint64_t)now_ns));
    json_object_set_new(data, "durable", json_false());
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "specversion", "1.0", "id", id,
                     "source", source, "type", type, "time", time, "datacontenttype",
                     "application/json", "data", data);
}

static char *dump(json_t *root)
{
    char *text = root ? json_dumps(root, DUMP_FLAGS) : NULL;
    json_decref(root);
    return text;
}

char *words_heartbeat(const words *from, uint64_t number)
{
    const gw_link_report *report = from->report;
    char id[128];
    json_t *data = json_pack(
        "{s:o, s:o, s:o, s:o, s:s, s:o, s:b, s:o}", "seq", number_encode(report->newest_seq),
        "kind_seq", number_encode(number), "newest", newest_encode(report), "oldest",
        number_encode(report->oldest_seq), "state", gw_state_name((gw_state)report->state),
        "reasons", reasons_encode(report->reasons), "emulated", (int)(report->emulated != 0),
        "sensors", sensors_encode(from));
    if (isfinite(report->along_m))
        json_object_set_new(data, "along_m", json_real(report->along_m));
    if (report->is_recording)
        json_object_set_new(data, "recording", json_true());
    if (report->muted_s > 0)
        json_object_set_new(data, "muted_s", json_real(report->muted_s));
    json_object_set_new(data, "clock_ns", number_encode((uint64_t)gw_clock_ns(CLOCK_BOOTTIME)));
    snprintf(id, sizeof id, "%s/heartbeat/%s/%" PRIu64, report->stream, from->run, number);
    return dump(event_encode(from, GW_RECORD_HEARTBEAT, id, data));
}

char *words_health(const words *from)
{
    const gw_link_report *report = from->report;
    char id[128];
    const char *text = "the state is unknown";
    for (unsigned bit = 0; bit < 32; bit++)
        if (report->reasons & (1u << bit))
            text = gw_reason_text(1u << bit);
    json_t *data = gw_message_health(report, text);
    json_object_set_new(data, "seq", json_string("0"));
    json_object_set_new(data, "kind_seq", json_string("0"));
    snprintf(id, sizeof id, "%s/gate/%s", report->stream, from->run);
    return dump(event_encode(from, GW_RECORD_HEALTH, id, data));
}

static void known_set(json_t *object, const char *key, double value)
{
    if (isfinite(value))
        json_object_set_new(object, key, json_real(value));
}

static void scope_gpr_set(json_t *data, const gw_scope_frame *frame)
{
    json_object_set_new(data, "type", json_string("i8"));
    json_object_set_new(data, "channel", json_integer(frame->channel));
    json_object_set_new(data, "first_scan", json_integer(frame->first_row));
    known_set(data, "provisional", (double)frame->provisional);
    known_set(data, "provisional_m", frame->provisional_m);
    if (frame->step_ns > 0) {
        known_set(data, "from_ns", frame->from_ns);
        known_set(data, "step_ns", frame->step_ns);
    }
}

static void scope_md_set(json_t *data, const gw_scope_frame *frame)
{
    json_t *tones = json_array();
    for (size_t k = 0; k < frame->n_tones && k < GW_TONES_MAX; k++)
        json_array_append_new(tones, json_real(frame->tones_hz[k]));
    json_t *pinpoint = json_array();
    for (size_t k = 0; k < frame->n_rows && k < GW_SCOPE_PINPOINTS_MAX; k++)
        json_array_append_new(pinpoint, json_real(round(1e3 * (double)frame->pinpoint[k]) / 1e3));
    json_object_set_new(data, "type", json_string("f32"));
    json_object_set_new(data, "pinpoint", pinpoint);
    json_object_set_new(data, "tones_hz", tones);
    known_set(data, "row_s", frame->row_s);
}

char *words_scope(const words *from, const gw_scope_frame *frame, uint64_t number)
{
    char id[128];
    json_t *data =
        json_pack("{s:s, s:o, s:s, s:I, s:I}", "seq", "0", "kind_seq", number_encode(number),
                  "sensor", gw_sensor_name(frame->sensor), "n_rows", (json_int_t)frame->n_rows,
                  "n_columns", (json_int_t)frame->n_columns);
    known_set(data, "from_m", frame->from_m);
    known_set(data, "to_m", frame->to_m);
    if (frame->sensor == GW_SENSOR_GPR)
        scope_gpr_set(data, frame);
    else
        scope_md_set(data, frame);
    snprintf(id, sizeof id, "%s/scope/%s/%" PRIu64, from->report->stream, from->run, number);
    return dump(event_encode(from, GW_RECORD_SCOPE, id, data));
}

static char *reply_dump(json_t *root, const request *to)
{
    if (to->id[0])
        json_object_set_new(root, "id", json_string(to->id));
    return dump(root);
}

char *words_hello(const words *from, const request *to)
{
    return reply_dump(json_pack("{s:s, s:s, s:s, s:o, s:o}", "op", "hello", "stream",
                                from->report->stream, "device", from->device, "newest",
                                newest_encode(from->report), "oldest",
                                number_encode(from->report->oldest_seq)),
                      to);
}

char *words_status(const words *from, const request *to, uint64_t published_seq, size_t n_clients)
{
    return reply_dump(json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:s}", "op", "status",
                                "stream", from->report->stream, "device", from->device, "state",
                                gw_state_name((gw_state)from->report->state), "reasons",
                                reasons_encode(from->report->reasons), "sensors",
                                sensors_encode(from), "published", number_encode(published_seq),
                                "clients", (json_int_t)n_clients, "version", GW_VERSION),
                      to);
}

char *words_replayed(const request *to, const words_end *end)
{
    return reply_dump(json_pack("{s:s, s:s, s:o, s:o, s:b}", "op", "end", "kind",
                                to->kind == GW_RECORD_COUNT ? "any" : gw_record_name(to->kind),
                                "next", number_encode(end->next), "oldest",
                                number_encode(end->oldest), "more", (int)end->more),
                      to);
}

char *words_latest(const request *to, const char *stream, const words_end *end, size_t n_open)
{
    return reply_dump(json_pack("{s:s, s:s, s:I, s:o, s:b}", "op", "latest", "stream", stream,
                                "open", (json_int_t)n_open, "next", number_encode(end->next),
                                "more", (int)end->more),
                      to);
}

char *words_recorded(const request *to, const char *stream, const known_record *record)
{
    return reply_dump(json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b}", "op", "recorded", "request",
                                to->request, "kind", gw_record_name(record->kind), "stream", stream,
                                "seq", number_encode(record->seq), "kind_seq",
                                number_encode(record->kind_seq), "durable", (int)record->durable),
                      to);
}

char *words_error(const request *to, const char *reason)
{
    json_t *root = json_pack("{s:s, s:s}", "op", "error", "reason", reason);
    if (to->request[0])
        json_object_set_new(root, "request", json_string(to->request));
    return reply_dump(root, to);
}
