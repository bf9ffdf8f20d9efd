/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sequence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *const stream_a = "aaaaaaaa-0000-4000-8000-000000000000",
                         *const stream_b = "bbbbbbbb-0000-4000-8000-000000000000";

static gw_sequence *resume(const gw_client_position *position)
{
    gw_sequence *seq = gw_sequence_create(true, true, position, 0);
    assert_non_null(seq);
    return seq;
}

static gw_client_position position_of(const char *stream, uint64_t next)
{
    gw_client_position position = {.next = {next, 1, 1, 1, 1, 1, 1}};
    snprintf(position.stream, sizeof position.stream, "%s", stream);
    return position;
}

static void take(gw_sequence *seq, const char *kind, const char *stream, int number)
{
    char text[500];
    snprintf(text, sizeof text,
             "{\"type\":\"org.groundwatch.%s.v1\",\"data\":{\"stream\":\"%s\",\"seq\":\"%d\","
             "\"kind_seq\":\"%d\",\"durable\":true,\"newest\":{\"detection\":\"%d\"}}}",
             kind, stream, number, number, number);
    json_t *message = json_loads(text, 0, NULL);
    gw_sequence_take(seq, message, false, 10);
    json_decref(message);
}

static bool type_next(gw_sequence *seq, gw_client_event_type type, gw_client_event *event)
{
    while (gw_sequence_next(seq, event))
        if (event->type == type)
            return true;
    return false;
}

static void a_resumed_subscriber_asks_for_what_it_lacks(void **state)
{
    (void)state;
    gw_client_position position = position_of(stream_a, 8);
    gw_sequence *seq = resume(&position);
    gw_client_event event;
    char text[GW_SEQUENCE_REQUEST_MAX];
    take(seq, "detection", stream_a, 11);
    assert_false(type_next(seq, GW_CLIENT_RECORD, &event));
    assert_true(gw_sequence_ask(seq, 10, text));
    assert_non_null(strstr(text, "\"from\":\"8\",\"to\":\"10\""));
    gw_sequence_destroy(seq);
}

static void what_it_had_is_not_delivered_again(void **state)
{
    (void)state;
    gw_client_position position = position_of(stream_a, 8);
    gw_sequence *seq = resume(&position);
    gw_client_event event;
    take(seq, "detection", stream_a, 7);
    assert_false(type_next(seq, GW_CLIENT_RECORD, &event));
    take(seq, "detection", stream_a, 8);
    assert_true(type_next(seq, GW_CLIENT_RECORD, &event));
    assert_int_equal(event.kind_seq, 8);
    gw_sequence_destroy(seq);
}

static void another_stream_is_said_and_wanted_whole(void **state)
{
    (void)state;
    gw_client_position position = position_of(stream_a, 8);
    gw_sequence *seq = resume(&position);
    gw_client_event event;
    char text[GW_SEQUENCE_REQUEST_MAX];
    take(seq, "detection", stream_b, 3);
    assert_true(type_next(seq, GW_CLIENT_STREAM, &event));
    assert_true(gw_sequence_ask(seq, 10, text));
    assert_non_null(strstr(text, "\"from\":\"1\",\"to\":\"2\""));
    gw_sequence_destroy(seq);
}

static void the_position_counts_only_what_was_handed_out(void **state)
{
    (void)state;
    gw_client_position position = position_of(stream_a, 8), now;
    gw_sequence *seq = resume(&position);
    gw_client_event event;
    for (int number = 8; number <= 10; number++)
        take(seq, "detection", stream_a, number);
    gw_sequence_where(seq, &now);
    assert_int_equal(now.next[0], 8);
    assert_true(gw_sequence_next(seq, &event));
    gw_sequence_where(seq, &now);
    assert_int_equal(now.next[0], 9);
    while (gw_sequence_next(seq, &event))
        ;
    gw_sequence_where(seq, &now);
    assert_int_equal(now.next[0], 11);
    assert_string_equal(now.stream, stream_a);
    assert_int_equal(now.next[1], 1);
    gw_sequence_destroy(seq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_subscriber_asks_for_what_it_lacks),
        cmocka_unit_test(what_it_had_is_not_delivered_again),
        cmocka_unit_test(another_stream_is_said_and_wanted_whole),
        cmocka_unit_test(the_position_counts_only_what_was_handed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
