/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/message.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const gw_detection found = {.sensor = GW_SENSOR_GPR,
                                   .along_m = 3.21,
                                   .cross_m = (double)NAN,
                                   .scan = 160,
                                   .channel = 0,
                                   .sample = 87,
                                   .depth_m = 0.1,
                                   .depth_sd_m = (double)NAN,
                                   .speed_m_per_ns = 0.1,
                                   .speed_sd_m_per_ns = 0.01,
                                   .score = 1.0 / 3,
                                   .far_per_m = 1e-7,
                                   .alarm = true};
static const gw_message_head head = {.kind = GW_RECORD_DETECTION,
                                     .seq = UINT64_MAX,
                                     .kind_seq = 7,
                                     .time_ns = 1767323045123456789,
                                     .durable = true,
                                     .stream = "0f8fad5b-d9cb-469f-a165-70867728950e",
                                     .device = "head-1",
                                     .calibration = "uncalibrated"};

static json_t *event_make(const gw_detection *detection, const gw_stream *stream)
{
    const gw_message_origin origin = {.stream = stream, .epoch = 2};
    json_t *data = gw_message_detection(detection, &origin, "an-id");
    assert_non_null(data);
    char *text = gw_message_encode(&head, data);
    json_decref(data);
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    json_t *event = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    assert_non_null(event);
    return event;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static void an_event_is_a_cloudevent(void **state)
{
    json_t *event = event_make(&found, NULL);
    (void)state;
    assert_string_equal(text_at(event, "specversion"), "1.0");
    assert_string_equal(text_at(event, "id"),
                        "0f8fad5b-d9cb-469f-a165-70867728950e/18446744073709551615");
    assert_string_equal(text_at(event, "source"), "/groundwatch/head-1");
    assert_string_equal(text_at(event, "type"), "org.groundwatch.detection.v1");
    assert_string_equal(text_at(event, "time"), "2026-01-02T03:04:05.123456789Z");
    assert_string_equal(text_at(event, "datacontenttype"), "application/json");
    json_decref(event);
}

static void wide_integers_are_decimal_strings(void **state)
{
    json_t *event = event_make(&found, NULL), *data = json_object_get(event, "data");
    (void)state;
    assert_string_equal(text_at(data, "seq"), "18446744073709551615");
    assert_string_equal(text_at(data, "kind_seq"), "7");
    assert_string_equal(text_at(data, "time_ns"), "1767323045123456789");
    assert_true(json_is_true(json_object_get(data, "durable")));
    json_decref(event);
}

static void a_detection_has_the_keys_of_a_detect_line(void **state)
{
    gw_stream stream = {.name = "lane.dzt", .emulated = true, .hash = "abcd"};
    json_t *event = event_make(&found, &stream), *data = json_object_get(event, "data");
    (void)state;
    assert_string_equal(text_at(data, "recording"), "lane.dzt");
    assert_string_equal(text_at(data, "sensor"), "gpr");
    assert_string_equal(text_at(data, "hash"), "abcd");
    assert_true(json_is_true(json_object_get(data, "emulated")));
    assert_int_equal(json_integer_value(json_object_get(data, "scan")), 160);
    assert_int_equal(json_integer_value(json_object_get(data, "sample")), 87);
    assert_int_equal(json_integer_value(json_object_get(data, "epoch")), 2);
    assert_true(json_is_true(json_object_get(data, "alarm")));
    /* Bit for bit: 17 digits. */
    assert_true(json_real_value(json_object_get(data, "score")) == found.score);
    assert_true(json_real_value(json_object_get(data, "far_per_m")) == found.far_per_m);
    json_decref(event);
}

static void what_is_unknown_is_absent(void **state)
{
    gw_detection d = found;
    static const char *const absent[] = {"cross_m",         "depth_sd_m", "scan",
                                         "channel",         "sample",     "unlikely",
                                         "spacing_assumed", "recording",  "hash"};
    (void)state;
    d.scan = d.channel = -1;
    d.sample = -1;
    json_t *event = event_make(&d, NULL), *data = json_object_get(event, "data");
    for (size_t k = 0; k < sizeof absent / sizeof *absent; k++)
        assert_null(json_object_get(data, absent[k]));
    json_decref(event);
}

static void a_name_that_is_not_utf8_is_still_a_message(void **state)
{
    gw_stream stream = {.name = "lane\xff.dzt"};
    json_t *event = event_make(&found, &stream);
    (void)state;
    json_decref(event);
}

static void a_time_before_1970_keeps_its_order(void **state)
{
    char text[GW_TIME_MAX];
    (void)state;
    gw_message_time(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999999Z");
    gw_message_time(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000000000Z");
    gw_message_time(INT64_MAX, text);
    assert_string_equal(text, "2262-04-11T23:47:16.854775807Z");
    gw_message_time(INT64_MIN, text);
    assert_string_equal(text, "1677-09-21T00:12:43.145224192Z");
}

static void health_names_every_reason(void **state)
{
    gw_link_report report = {.state = GW_STATE_BLIND, .reasons = ~0u >> (32 - 15)};
    report.sensors[GW_KIND_MD].present = 1;
    report.sensors[GW_KIND_MD].age_ns = -1;
    json_t *data = gw_message_health(&report, "for people");
    (void)state;
    assert_non_null(data);
    assert_string_equal(text_at(data, "state"), "BLIND");
    assert_int_equal(json_array_size(json_object_get(data, "reasons")), 15);
    const json_t *sensors = json_object_get(data, "sensors");
    assert_int_equal(json_array_size(sensors), 1);
    assert_string_equal(text_at(json_array_get(sensors, 0), "sensor"), "md");
    assert_null(json_object_get(json_array_get(sensors, 0), "age_ms"));
    json_decref(data);
}

static void uuids_differ_and_are_well_formed(void **state)
{
    char a[GW_UUID_MAX], b[GW_UUID_MAX];
    (void)state;
    gw_uuid_make(a);
    gw_uuid_make(b);
    assert_int_equal(strlen(a), 36);
    assert_string_not_equal(a, b);
    assert_int_equal(a[14], '4');
    assert_non_null(strchr("89ab", a[19]));
}

static void the_topic_ends_with_a_slash(void **state)
{
    char topic[GW_TOPIC_MAX];
    (void)state;
    gw_message_topic(GW_RECORD_COVERAGE, "head-1", topic);
    assert_string_equal(topic, "v1/coverage/head-1/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_a_cloudevent),
        cmocka_unit_test(wide_integers_are_decimal_strings),
        cmocka_unit_test(a_detection_has_the_keys_of_a_detect_line),
        cmocka_unit_test(what_is_unknown_is_absent),
        cmocka_unit_test(a_name_that_is_not_utf8_is_still_a_message),
        cmocka_unit_test(a_time_before_1970_keeps_its_order),
        cmocka_unit_test(health_names_every_reason),
        cmocka_unit_test(uuids_differ_and_are_well_formed),
        cmocka_unit_test(the_topic_ends_with_a_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
