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

/* What came out, in short: R3 record 3, r3 replayed, H heartbeat, L live, B blind, S stream,
 * G4-6 gap. Heartbeats are left out unless asked for. */
static char log_text[4096];

static void drain(gw_sequence *seq)
{
    gw_client_event event;
    while (gw_sequence_next(seq, &event)) {
        size_t n = strlen(log_text);
        char *to = log_text + n;
        size_t size = sizeof log_text - n;
        switch (event.type) {
        case GW_CLIENT_RECORD:
            assert_non_null(event.message);
            snprintf(to, size, "%c%llu ", event.replayed ? 'r' : 'R',
                     (unsigned long long)event.kind_seq);
            break;
        case GW_CLIENT_GAP:
            snprintf(to, size, "G%llu-%llu ", (unsigned long long)event.from_seq,
                     (unsigned long long)event.to_seq);
            break;
        case GW_CLIENT_BLIND:
            snprintf(to, size, "B ");
            break;
        case GW_CLIENT_LIVE:
            snprintf(to, size, "L ");
            break;
        case GW_CLIENT_STREAM:
            snprintf(to, size, "S ");
            break;
        default:
            break;
        }
    }
}

static void send_record(gw_sequence *seq, const char *stream, int number, bool replayed, int64_t ms)
{
    char text[400];
    snprintf(
        text, sizeof text,
        "{\"type\":\"org.groundwatch.detection.v1\",\"data\":{\"stream\":\"%s\",\"seq\":\"%d\","
        "\"kind_seq\":\"%d\",\"durable\":true}}",
        stream, number, number);
    json_t *message = json_loads(text, 0, NULL);
    gw_sequence_take(seq, message, replayed, ms);
    json_decref(message);
    drain(seq);
}

static void send_beat(gw_sequence *seq, const char *stream, int newest, int64_t ms)
{
    char text[400];
    snprintf(
        text, sizeof text,
        "{\"type\":\"org.groundwatch.heartbeat.v1\",\"data\":{\"stream\":\"%s\",\"seq\":\"%d\","
        "\"kind_seq\":\"1\",\"durable\":false,\"state\":\"SEARCHING\","
        "\"newest\":{\"detection\":\"%d\"}}}",
        stream, newest, newest);
    json_t *message = json_loads(text, 0, NULL);
    gw_sequence_take(seq, message, false, ms);
    json_decref(message);
    drain(seq);
}

static void send_end(gw_sequence *seq, int id, int oldest, bool more, int64_t ms)
{
    char text[200];
    snprintf(
        text, sizeof text,
        "{\"op\":\"end\",\"id\":\"%d\",\"kind\":\"detection\",\"next\":\"1\",\"oldest\":\"%d\","
        "\"more\":%s}",
        id, oldest, more ? "true" : "false");
    json_t *reply = json_loads(text, 0, NULL);
    gw_sequence_reply(seq, reply, ms);
    json_decref(reply);
    drain(seq);
}

/* The request of this instant as "ID:FROM-TO", "" when there is none. */
static const char *ask(gw_sequence *seq, int64_t ms)
{
    static char text[GW_SEQUENCE_REQUEST_MAX], out[80];
    out[0] = 0;
    if (gw_sequence_ask(seq, ms, text)) {
        json_t *root = json_loads(text, 0, NULL);
        assert_non_null(root);
        assert_string_equal(json_string_value(json_object_get(root, "kind")), "detection");
        snprintf(out, sizeof out, "%s:%s-%s", json_string_value(json_object_get(root, "id")),
                 json_string_value(json_object_get(root, "from")),
                 json_string_value(json_object_get(root, "to")));
        json_decref(root);
    }
    return out;
}

static gw_sequence *start(bool can_replay, bool history)
{
    gw_sequence *seq = gw_sequence_create(can_replay, history, NULL, 0);
    log_text[0] = 0;
    assert_non_null(seq);
    return seq;
}

static void finish(gw_sequence *seq, const char *expected)
{
    drain(seq);
    gw_sequence_destroy(seq);
    assert_string_equal(log_text, expected);
}

static void the_first_number_seen_is_the_beginning(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_beat(seq, stream_a, 7, 10); /* 7 is past, 8 is not */
    send_record(seq, stream_a, 7, false, 11);
    send_record(seq, stream_a, 8, false, 12);
    finish(seq, "L R8 ");
    seq = start(true, false);
    send_record(seq, stream_a, 7, false, 10);
    send_beat(seq, stream_a, 7, 11);
    send_record(seq, stream_a, 8, false, 12);
    finish(seq, "R7 L R8 ");
}

static void a_jump_is_filled_by_replay_in_order_and_once(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_beat(seq, stream_a, 1, 10);
    send_record(seq, stream_a, 2, false, 11);
    send_record(seq, stream_a, 6, false, 12);
    assert_string_equal(ask(seq, 13), "1:3-5");
    assert_string_equal(ask(seq, 14), ""); /* one at a time */
    send_record(seq, stream_a, 3, true, 15);
    send_record(seq, stream_a, 7, false, 16);
    send_record(seq, stream_a, 4, true, 17);
    send_record(seq, stream_a, 4, true, 18);
    send_record(seq, stream_a, 5, true, 19);
    send_end(seq, 1, 1, false, 20);
    send_record(seq, stream_a, 6, false, 21);
    assert_string_equal(ask(seq, 22), "");
    finish(seq, "L R2 r3 r4 r5 R6 R7 ");
}

static void a_loss_at_the_end_is_found_by_the_heartbeat(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_beat(seq, stream_a, 1, 0);
    send_beat(seq, stream_a, 3, 100);
    assert_string_equal(ask(seq, 399), "");
    send_beat(seq, stream_a, 3, 399);
    assert_string_equal(ask(seq, 399), "");
    send_beat(seq, stream_a, 3, 400);
    assert_string_equal(ask(seq, 400), "1:2-3");
    send_record(seq, stream_a, 2, true, 401);
    send_record(seq, stream_a, 3, true, 401);
    send_end(seq, 1, 1, false, 402);
    finish(seq, "L r2 r3 ");
}

static void silence_of_300_ms_is_blind_and_said_once(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    gw_sequence_tick(seq, 300);
    drain(seq);
    assert_string_equal(log_text, "");
    assert_int_equal(gw_sequence_due_ms(seq), 301);
    gw_sequence_tick(seq, 301);
    gw_sequence_tick(seq, 900);
    send_beat(seq, stream_a, 0, 1000);
    send_record(seq, stream_a, 1, false, 1290); /* a record renews nothing */
    gw_sequence_tick(seq, 1301);
    finish(seq, "B L R1 B ");
}

static void history_begins_where_the_journal_does(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, true);
    send_record(seq, stream_a, 12, false, 5);
    assert_string_equal(ask(seq, 6), "1:1-11");
    send_record(seq, stream_a, 9, true, 7);
    send_record(seq, stream_a, 10, true, 7);
    send_end(seq, 1, 9, true, 8);
    assert_string_equal(ask(seq, 9), "2:11-11");
    send_record(seq, stream_a, 11, true, 10);
    send_end(seq, 2, 9, false, 11);
    finish(seq, "r9 r10 r11 R12 ");
    seq = start(true, true);
    send_beat(seq, stream_a, 0, 5); /* an empty journal */
    assert_string_equal(ask(seq, 6), "");
    send_record(seq, stream_a, 1, false, 7);
    finish(seq, "L R1 ");
    seq = start(true, true);
    send_record(seq, stream_a, 12, false, 5); /* it is the only one left */
    assert_string_equal(ask(seq, 6), "1:1-11");
    send_end(seq, 1, 12, false, 7);
    finish(seq, "R12 ");
}

/* And not where the first answer seems to: its first records may have been lost on the way. */
static void history_has_the_first_record_even_if_its_answer_was_lost(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, true);
    send_record(seq, stream_a, 4, false, 5);
    assert_string_equal(ask(seq, 6), "1:1-3");
    send_record(seq, stream_a, 2, true, 7);
    send_record(seq, stream_a, 3, true, 7);
    send_end(seq, 1, 1, true, 8);
    assert_string_equal(ask(seq, 9), ""); /* nothing was gained: not at once */
    assert_string_equal(ask(seq, 308), "2:1-1");
    send_record(seq, stream_a, 1, true, 309);
    send_end(seq, 2, 1, false, 310);
    assert_string_equal(ask(seq, 700), "");
    finish(seq, "r1 r2 r3 R4 ");
}

static void what_the_journal_no_longer_has_is_named_at_once(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_record(seq, stream_a, 2, false, 1);
    send_record(seq, stream_a, 9, false, 2);
    assert_string_equal(ask(seq, 3), "1:3-8");
    send_end(seq, 1, 6, false, 4);
    assert_string_equal(ask(seq, 5), "2:6-8");
    for (int k = 6; k <= 8; k++)
        send_record(seq, stream_a, k, true, 6);
    send_end(seq, 2, 6, false, 7);
    finish(seq, "R2 G3-5 r6 r7 r8 R9 ");
}

static void a_replay_that_never_answers_becomes_a_gap_and_may_still_come_late(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    int64_t ms = 2;
    send_record(seq, stream_a, 1, false, 1);
    send_record(seq, stream_a, 4, false, 2);
    for (int k = 0; k < 4; k++) {
        send_beat(seq, stream_a, 4, ms);
        assert_string_not_equal(ask(seq, ms), "");
        assert_string_equal(log_text, "R1 L ");
        ms += 1000;
        send_beat(seq, stream_a, 4, ms);
        gw_sequence_tick(seq, ms);
        drain(seq);
        assert_string_equal(ask(seq, ms), ""); /* a pause between tries */
        ms += 300;
    }
    assert_string_equal(log_text, "R1 L G2-3 R4 ");
    ms += 5000;
    send_beat(seq, stream_a, 4, ms);
    assert_string_equal(ask(seq, ms), "5:2-3");
    send_record(seq, stream_a, 3, true, ms);
    send_end(seq, 5, 1, false, ms);
    ms += 5000;
    send_beat(seq, stream_a, 4, ms);
    assert_string_equal(ask(seq, ms), "6:2-2");
    send_record(seq, stream_a, 2, true, ms);
    send_record(seq, stream_a, 2, true, ms);
    finish(seq, "R1 L G2-3 R4 r3 r2 ");
}

static void nothing_is_given_up_while_the_gate_is_away(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_beat(seq, stream_a, 1, 0);
    send_record(seq, stream_a, 4, false, 1);
    gw_sequence_tick(seq, 400);
    for (int64_t ms = 400; ms < 20000; ms += 400) {
        assert_string_not_equal(ask(seq, ms), "");
        gw_sequence_unsent(seq, ms);
    }
    finish(seq, "L B ");
}

static void without_replay_a_jump_is_a_gap_at_once(void **state)
{
    (void)state;
    gw_sequence *seq = start(false, true);
    send_record(seq, stream_a, 5, false, 1);
    send_record(seq, stream_a, 8, false, 2);
    assert_string_equal(ask(seq, 3), "");
    send_beat(seq, stream_a, 10, 10);
    send_beat(seq, stream_a, 10, 310);
    finish(seq, "R5 G6-7 R8 L G9-10 ");
}

static void a_new_stream_is_wanted_from_its_first_record(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_beat(seq, stream_a, 5, 0);
    send_record(seq, stream_a, 7, false, 1);
    assert_string_equal(ask(seq, 2), "1:6-6");
    send_record(seq, stream_b, 2, false, 3);
    send_record(seq, stream_a, 6, true, 4); /* an answer out of the old one */
    send_end(seq, 1, 1, false, 4);
    assert_string_equal(ask(seq, 5), "2:1-1");
    send_record(seq, stream_b, 1, true, 6);
    finish(seq, "L S r1 R2 ");
}

static void numbers_that_fell_back_begin_anew(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_record(seq, stream_a, 5, false, 0);
    send_record(seq, stream_a, 6, false, 0);
    send_beat(seq, stream_a, 5, 10); /* the page lags behind the journal */
    send_beat(seq, stream_a, 6, 110);
    assert_string_equal(log_text, "R5 R6 L ");
    send_beat(seq, stream_a, 3, 400);
    send_beat(seq, stream_a, 3, 700);
    send_record(seq, stream_a, 4, false, 710);
    finish(seq, "R5 R6 L S R4 ");
}

static void more_than_can_be_held_is_asked_for(void **state)
{
    (void)state;
    gw_sequence *seq = start(true, false);
    send_record(seq, stream_a, 1, false, 0);
    for (int k = 3; k <= 400; k++)
        send_record(seq, stream_a, k, false, 0);
    assert_string_equal(ask(seq, 1), "1:2-2");
    send_record(seq, stream_a, 2, true, 2);
    send_end(seq, 1, 1, false, 3);
    assert_string_equal(ask(seq, 4), "2:259-400");
    gw_sequence_destroy(seq);
}

static void what_is_not_understood_is_left_out(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "[]",
        "{}",
        "{\"type\":3}",
        "{\"type\":\"org.groundwatch.detection.v1\"}",
        "{\"type\":\"org.groundwatch.detection.v2\",\"data\":{\"stream\":\"a\",\"kind_seq\":\"1\"}"
        "}",
        "{\"type\":\"org.groundwatch.detection.v1\",\"data\":{\"stream\":\"a\",\"kind_seq\":1}}",
        "{\"type\":\"org.groundwatch.detection.v1\",\"data\":{\"stream\":\"a\","
        "\"kind_seq\":\"99999999999999999999\"}}",
        "{\"type\":\"org.groundwatch.heartbeat.v1\",\"data\":[]}"};
    gw_sequence *seq = start(true, false);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        json_t *message = json_loads(bad[k], 0, NULL);
        assert_non_null(message);
        gw_sequence_take(seq, message, k % 2, 0);
        gw_sequence_reply(seq, message, 0);
        json_decref(message);
    }
    finish(seq, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_number_seen_is_the_beginning),
        cmocka_unit_test(a_jump_is_filled_by_replay_in_order_and_once),
        cmocka_unit_test(a_loss_at_the_end_is_found_by_the_heartbeat),
        cmocka_unit_test(silence_of_300_ms_is_blind_and_said_once),
        cmocka_unit_test(history_begins_where_the_journal_does),
        cmocka_unit_test(history_has_the_first_record_even_if_its_answer_was_lost),
        cmocka_unit_test(what_the_journal_no_longer_has_is_named_at_once),
        cmocka_unit_test(a_replay_that_never_answers_becomes_a_gap_and_may_still_come_late),
        cmocka_unit_test(nothing_is_given_up_while_the_gate_is_away),
        cmocka_unit_test(without_replay_a_jump_is_a_gap_at_once),
        cmocka_unit_test(a_new_stream_is_wanted_from_its_first_record),
        cmocka_unit_test(numbers_that_fell_back_begin_anew),
        cmocka_unit_test(more_than_can_be_held_is_asked_for),
        cmocka_unit_test(what_is_not_understood_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
