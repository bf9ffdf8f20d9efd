/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/message.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/detection_json.h"
#include "drivers/geodesy.h"
#include "dsp/fft.h"

static int real_set(json_t *object, const char *key, double value)
{
    return isfinite(value) ? json_object_set_new(object, key, json_real(value)) : 0;
}

static int u64_set(json_t *object, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_object_set_new(object, key, json_string(text));
}

static int i64_set(json_t *object, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    return json_object_set_new(object, key, json_string(text));
}

/* Names come from devices and file systems: not always UTF-8. "" is left out. */
static int text_set(json_t *object, const char *key, const char *text)
{
    if (!text || !*text)
        return 0;
    json_t *string = json_string(text);
    return json_object_set_new(object, key, string ? string : json_string("(not UTF-8)"));
}

static json_t *checked(json_t *object, int failed)
{
    if (!failed)
        return object;
    json_decref(object);
    return NULL;
}

static int state_set(json_t *object, gw_state state, unsigned reasons)
{
    json_t *list = json_array();
    int failed = json_object_set_new(object, "state", json_string(gw_state_name(state)));
    for (unsigned bit = 1; list && bit && bit <= reasons; bit <<= 1)
        if (reasons & bit)
            failed |= json_array_append_new(list, json_string(gw_reason_word(bit)));
    return failed | json_object_set_new(object, "reasons", list);
}

/* "lat" and "lon", or with a prefix */
static int wgs84_set(json_t *object, const char *prefix, gw_wgs84 place)
{
    char key[16];
    snprintf(key, sizeof key, "%slat", prefix);
    int failed = real_set(object, key, place.lat_deg);
    snprintf(key, sizeof key, "%slon", prefix);
    return failed | real_set(object, key, place.lon_deg);
}

static int measured_set(json_t *object, const gw_message_place *place)
{
    double along_m, cross_m;
    const gw_fix *fix = place->fix;
    int failed =
        wgs84_set(object, "", fix->place) | real_set(object, "accuracy_m", fix->accuracy_m);
    failed |= json_object_set_new(object, "placed", json_string("measured"));
    if (!place->lane || !place->lane->is_known)
        return failed;
    gw_origin_measure(place->lane, fix->place, &along_m, &cross_m);
    return failed | real_set(object, "gnss_along_m", along_m) |
           real_set(object, "gnss_cross_m", cross_m);
}

/* What was measured, else what the lane's origin says; a receiver without a fix is said. */
static int place_set(json_t *object, const gw_message_place *place, double along_m, double cross_m)
{
    int failed = 0;
    if (place->fix)
        failed |= json_object_set_new(object, "fix", json_string(gw_fix_word(place->fix->type)));
    if (place->fix && place->fix->type != GW_FIX_NONE)
        return failed | measured_set(object, place);
    gw_origin_encode(place->lane, along_m, cross_m, object);
    return failed;
}

json_t *gw_message_detection(const gw_detection *detection, const gw_message_origin *origin,
                             const char *id)
{
    const gw_stream *stream = origin->stream;
    json_t *data = gw_detection_encode(detection, stream ? stream->name : NULL);
    int failed = json_object_set_new(data, "id", json_string(id));
    failed |= json_object_set_new(data, "emulated", json_boolean(stream && stream->emulated));
    failed |= text_set(data, "hash", stream ? stream->hash : NULL);
    failed |= json_object_set_new(data, "epoch", json_integer(origin->epoch));
    failed |= place_set(data, &origin->place, detection->along_m, detection->cross_m);
    return checked(data, failed);
}

/* Nothing where nothing is to be said of it: nobody searched there. */
static int reference_set(json_t *data, const gw_coverage *c)
{
    json_t *reference = gw_reference_encode(c);
    if (!reference || json_object_size(reference) > 0)
        return json_object_set_new(data, "reference", reference);
    json_decref(reference);
    return 0;
}

json_t *gw_message_coverage(const gw_coverage *coverage, const gw_message_coverage_extra *extra)
{
    const gw_coverage *c = coverage;
    const gw_message_place *place = &extra->place;
    json_t *data = json_object();
    int failed = json_object_set_new(data, "sensor", json_string(gw_sensor_name(c->sensor)));
    failed |= u64_set(data, "first_row", c->first_row) | u64_set(data, "n_rows", c->n_rows);
    failed |= real_set(data, "from_m", c->from_m) | real_set(data, "to_m", c->to_m);
    failed |= real_set(data, "noise", c->noise) | real_set(data, "max_score", c->max_score) |
              real_set(data, "speed_m_s", c->speed_m_s) | real_set(data, "height_m", c->height_m) |
              real_set(data, "cross_m", c->cross_m);
    if (c->reckoned_s > 0)
        failed |= real_set(data, "reckoned_s", c->reckoned_s);
    if (extra->is_standing)
        failed |= json_object_set_new(data, "standing", json_true());
    failed |= reference_set(data, c);
    if (c->sensor == GW_SENSOR_MD) {
        failed |= text_set(data, "balance", gw_balance_name(c->balance));
        failed |= real_set(data, "soil_db", c->soil_db) |
                  real_set(data, "soil_residual_db", c->soil_residual_db);
    }
    if (c->sensor == GW_SENSOR_MD && isfinite(c->mesh_m)) {
        failed |= text_set(data, "background", "mesh") | real_set(data, "mesh_m", c->mesh_m) |
                  real_set(data, "mesh_loss_db", c->mesh_loss_db);
    }
    if (c->sensor == GW_SENSOR_MD)
        failed |= real_set(data, "row_m", c->row_m) |
                  real_set(data, "stood_s", c->stood_s > 0 ? c->stood_s : (double)NAN);
    failed |= i64_set(data, "from_ns", c->from_ns) | i64_set(data, "to_ns", c->to_ns);
    failed |= u64_set(data, "lost", extra->n_lost);
    failed |= state_set(data, extra->state, extra->reasons);
    const double cross_m = isfinite(c->cross_m) ? c->cross_m : 0;
    failed |= place_set(data, place, c->to_m, cross_m);
    if (place->fix && place->fix->type != GW_FIX_NONE) {
        if (place->from && place->from->type != GW_FIX_NONE)
            failed |= wgs84_set(data, "from_", place->from->place);
    } else if (place->lane && place->lane->is_known && isfinite(c->from_m)) {
        failed |= wgs84_set(data, "from_", gw_origin_place(place->lane, c->from_m, cross_m));
    }
    return checked(data, failed);
}

static json_t *sensor_encode(gw_kind kind, const gw_link_sensor *sensor)
{
    json_t *object = json_object();
    int failed = json_object_set_new(object, "sensor", json_string(gw_kind_name(kind)));
    failed |= state_set(object, (gw_state)sensor->state, sensor->reasons);
    if (sensor->age_ns >= 0)
        failed |= real_set(object, "age_ms", (double)sensor->age_ns / 1e6);
    failed |= json_object_set_new(object, "epoch", json_integer(sensor->epoch));
    failed |= u64_set(object, "rows", sensor->rows) |
              u64_set(object, "lost", sensor->lost_upstream) |
              u64_set(object, "dropped", sensor->dropped_by_us);
    return checked(object, failed);
}

json_t *gw_message_health(const gw_link_report *report, const char *text)
{
    json_t *data = json_object(), *sensors = json_array();
    int failed = state_set(data, (gw_state)report->state, report->reasons);
    failed |= text_set(data, "text", text);
    for (int k = 0; k < GW_KIND_COUNT; k++)
        if (report->sensors[k].present)
            failed |=
                json_array_append_new(sensors, sensor_encode((gw_kind)k, &report->sensors[k]));
    failed |= json_object_set_new(data, "sensors", sensors);
    return checked(data, failed);
}

static json_t *phases_encode(const gw_balance *balance)
{
    json_t *list = json_array();
    int failed = 0;
    for (size_t k = 0; list && k < balance->n_phases; k++)
        failed |= json_array_append_new(list, json_real(balance->phase_deg[k]));
    return checked(list, failed);
}

json_t *gw_message_session_encode(const gw_message_session *session)
{
    json_t *data = json_object(), *sources = json_array();
    int failed = text_set(data, "event", session->event) | text_set(data, "version", GW_VERSION);
    for (size_t k = 0; k < session->n_sources; k++) {
        const gw_stream *stream = session->sources[k].stream;
        json_t *source = json_object();
        failed |= text_set(source, "uri", session->sources[k].uri);
        failed |= text_set(source, "kind", gw_kind_name(stream->kind));
        failed |= text_set(source, "name", stream->name) | text_set(source, "hash", stream->hash);
        failed |= json_object_set_new(source, "emulated", json_boolean(stream->emulated));
        if (stream->arm.is_known)
            failed |= json_object_set_new(source, "lever_arm_m",
                                          json_pack("{s:f, s:f, s:f}", "forward",
                                                    stream->arm.forward_m, "right",
                                                    stream->arm.right_m, "up", stream->arm.up_m));
        failed |= json_array_append_new(sources, source);
    }
    failed |= json_object_set_new(data, "sources", sources);
    failed |= real_set(data, "far_per_m", session->far_per_m);
    if (session->speed_m_per_ns > 0)
        failed |= real_set(data, "speed_m_per_ns", session->speed_m_per_ns);
    failed |= text_set(data, "balance", gw_balance_name(session->balance.mode));
    if (session->balance.n_phases)
        failed |= json_object_set_new(data, "ground_phase_deg", phases_encode(&session->balance));
    failed |= text_set(data, "array", gw_array_way_name(session->array));
    if (session->place && session->place->is_known)
        failed |= json_object_set_new(data, "origin",
                                      json_pack("{s:f, s:f, s:f}", "lat", session->place->lat_deg,
                                                "lon", session->place->lon_deg, "heading_deg",
                                                session->place->heading_deg));
    if (session->gnss && session->gnss->uri[0])
        failed |= json_object_set_new(data, "gnss",
                                      json_pack("{s:s, s:{s:f, s:f}}", "uri", session->gnss->uri,
                                                "lever_arm_m", "forward",
                                                session->gnss->lever_arm.forward_m, "right",
                                                session->gnss->lever_arm.right_m));
    char plans[24];
    snprintf(plans, sizeof plans, "%016" PRIx64, gw_fft_plans());
    failed |= text_set(data, "operator", session->operator_name) |
              text_set(data, "instructions", session->instructions) |
              text_set(data, "fft", gw_fft_version()) | text_set(data, "fft_plans", plans);
    failed |=
        json_object_set_new(data, "clock_synchronised", json_boolean(session->is_synchronised));
    if (session->n_open >= 0)
        failed |= json_object_set_new(data, "open_detections", json_integer(session->n_open));
    failed |= text_set(data, "config_hash", session->config_hash);
    failed |= text_set(data, "reason", session->reason);
    return checked(data, failed);
}

static int ground_set(json_t *data, const gw_cells_strip *ground)
{
    return real_set(data, "from_m", 1e-3 * (double)ground->from_mm) |
           real_set(data, "to_m", 1e-3 * (double)ground->to_mm) |
           real_set(data, "from_cross_m", 1e-3 * (double)ground->left_mm) |
           real_set(data, "to_cross_m", 1e-3 * (double)ground->right_mm);
}

json_t *gw_message_gap_encode(const gw_message_gap *gap)
{
    json_t *data = json_object();
    int failed = text_set(data, "what", gap->what) | text_set(data, "sensor", gap->sensor);
    failed |= u64_set(data, "n", gap->n);
    if (gap->ground)
        failed |= ground_set(data, gap->ground);
    else if (strcmp(gap->what, "ground") != 0)
        failed |= u64_set(data, "from", gap->from) | u64_set(data, "to", gap->to);
    failed |= text_set(data, "reason", gap->reason);
    return checked(data, failed);
}

void gw_message_topic(gw_record_kind kind, const char *device, char *topic)
{
    snprintf(topic, GW_TOPIC_MAX, "v1/%s/%.64s/", gw_record_name(kind), device);
}

void gw_message_time(int64_t time_ns, char *text)
{
    int64_t s = time_ns / 1000000000, ns = time_ns % 1000000000;
    if (ns < 0) {
        ns += 1000000000;
        s--;
    }
    time_t seconds = (time_t)s;
    struct tm utc;
    char day[24];
    gmtime_r(&seconds, &utc);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, GW_TIME_MAX, "%s.%09dZ", day, (int)ns);
}

static int event_head_set(json_t *event, const gw_message_head *head)
{
    char text[160];
    int failed = json_object_set_new(event, "specversion", json_string("1.0"));
    snprintf(text, sizeof text, "%s/%" PRIu64, head->stream, head->seq);
    failed |= json_object_set_new(event, "id", json_string(text));
    snprintf(text, sizeof text, "/groundwatch/%.64s", head->device);
    failed |= json_object_set_new(event, "source", json_string(text));
    snprintf(text, sizeof text, "org.groundwatch.%s.v1", gw_record_name(head->kind));
    failed |= json_object_set_new(event, "type", json_string(text));
    gw_message_time(head->time_ns, text);
    failed |= json_object_set_new(event, "time", json_string(text));
    return failed | json_object_set_new(event, "datacontenttype", json_string("application/json"));
}

char *gw_message_encode(const gw_message_head *head, json_t *data)
{
    json_t *event = json_object(), *all = json_object();
    int failed = event_head_set(event, head);
    failed |= text_set(all, "stream", head->stream);
    failed |= u64_set(all, "seq", head->seq) | u64_set(all, "kind_seq", head->kind_seq);
    failed |= i64_set(all, "time_ns", head->time_ns);
    failed |= json_object_set_new(all, "durable", json_boolean(head->durable));
    if (!json_object_get(data, "calibration")) /* an update repeats that of the first record */
        failed |= text_set(all, "calibration", head->calibration);
    failed |= json_object_update_missing(all, data);
    failed |= json_object_set_new(event, "data", all);
    char *text = failed ? NULL : json_dumps(event, JSON_COMPACT);
    json_decref(event);
    return text;
}
