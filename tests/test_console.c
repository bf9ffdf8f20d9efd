/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/console_support.h"

#include <stdlib.h>

#include "daemon/state.h"

static void before_the_first_heartbeat_it_is_blind(void **state)
{
    (void)state;
    assert_int_equal(gw_console_state(console, 1000), GW_SHOWN_BLIND);
    assert_true(shows(1000, "BLIND: nothing is heard of the daemon yet"));
    take(GW_CLIENT_LIVE, "", NULL, 1000); /* without a state that is nothing */
    assert_int_equal(gw_console_state(console, 1001), GW_SHOWN_BLIND);
}

static void states_are_shown_as_they_are_heard(void **state)
{
    (void)state;
    static const char *const words[] = {"BLIND", "DEGRADED", "SEARCHING", "ALARM"};
    char members[64], text[64];
    for (int k = 0; k < 4; k++) {
        snprintf(members, sizeof members, "\"state\":\"%s\",\"along_m\":1.5", words[k]);
        beat(members, 1000 + k);
        assert_int_equal(gw_console_state(console, 1000 + k), k);
        snprintf(text, sizeof text, " %s: ", words[k]);
        assert_true(shows(1000 + k, text));
        assert_int_equal(canvas.cells[0].style, k);
        assert_int_equal(canvas.cells[canvas.width - 1].style, k); /* full width */
    }
}

static void an_unknown_state_is_blind(void **state)
{
    (void)state;
    static const char *const others[] = {
        "\"state\":\"FINE\"", "\"state\":\"searching\"",  "\"state\":7",
        "\"along_m\":1",      "\"state\":\"SEARCHING \"", "\"state\":\"\""};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        beat("\"state\":\"SEARCHING\"", 1000);
        assert_int_equal(gw_console_state(console, 1000), GW_SHOWN_SEARCHING);
        beat(others[k], 1000);
        assert_int_equal(gw_console_state(console, 1000), GW_SHOWN_BLIND);
        assert_true(shows(1000, "not known here: state"));
    }
}

static void silence_is_blind_after_300_ms_whatever_was_said(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\",\"along_m\":3.25", 1000);
    assert_int_equal(gw_console_state(console, 1300), GW_SHOWN_ALARM);
    assert_true(shows(1300, "head at    3.25 m"));
    assert_int_equal(gw_console_state(console, 1301), GW_SHOWN_BLIND);
    assert_true(shows(1301, "BLIND: nothing is heard: what was shown is no longer true"));
    assert_false(shows(1301, "3.25"));
    assert_true(shows(1301, "BLIND 1x, last 12:34:56"));
    alarm_come("a", 3, 1400); /* a record renews nothing */
    assert_int_equal(gw_console_state(console, 1400), GW_SHOWN_BLIND);
    beat("\"state\":\"SEARCHING\"", 2301);
    assert_true(shows(2301, "for 1.0 s"));
}

static void the_clients_word_of_silence_is_blind_at_once(void **state)
{
    (void)state;
    beat("\"state\":\"SEARCHING\"", 1000);
    take(GW_CLIENT_BLIND, "", NULL, 1001);
    assert_int_equal(gw_console_state(console, 1001), GW_SHOWN_BLIND);
    beat("\"state\":\"SEARCHING\"", 1002);
    assert_int_equal(gw_console_state(console, 1002), GW_SHOWN_SEARCHING);
}

static void last_words_stay_in_silence(void **state)
{
    (void)state;
    beat("\"state\":\"BLIND\",\"reasons\":[\"stopped\"]", 1000);
    assert_true(shows(2000, "said last: the daemon was stopped"));
}

static void reasons_are_in_plain_words_of_all_sensors(void **state)
{
    (void)state;
    beat("\"state\":\"DEGRADED\",\"reasons\":[\"one_sensor\"],\"sensors\":[{\"sensor\":\"md\","
         "\"state\":\"BLIND\",\"reasons\":[\"stuck\"],\"age_ms\":12,\"lost\":\"3\",\"dropped\":"
         "\"4\"}]",
         0);
    char text[96];
    assert_true(gw_console_reason(console, 0, 0, text, sizeof text));
    assert_string_equal(text, "one sensor of several is blind");
    assert_true(gw_console_reason(console, 1, 0, text, sizeof text));
    assert_string_equal(text, "md: the input does not change: sensor at fault");
    assert_false(gw_console_reason(console, 2, 0, text, sizeof text));
    beat("\"state\":\"DEGRADED\",\"reasons\":[\"clipped\",\"not_moving\"],\"sensors\":[{"
         "\"sensor\":\"md\",\"reasons\":[\"clipped\",\"not_moving\"],\"lost\":\"3\","
         "\"dropped\":\"4\",\"age_ms\":12},{\"sensor\":\"gpr\",\"reasons\":[\"not_moving\"]}]",
         0);
    assert_true(gw_console_reason(console, 0, 0, text, sizeof text));
    assert_string_equal(text, "md: the input is saturated: away from large metal");
    assert_true(gw_console_reason(console, 1, 0, text, sizeof text));
    assert_string_equal(text, "the head stands still: sweep on");
    assert_false(gw_console_reason(console, 2, 0, text, sizeof text));
    assert_true(shows(0, "lost 3 dropped 4") && shows(0, "12 ms"));
    beat("\"state\":\"DEGRADED\",\"reasons\":[\"word_to_come\"]", 1);
    assert_true(shows(1, "DEGRADED: word_to_come"));
}

static void every_reason_of_the_daemon_has_plain_words_and_a_place_in_the_docs(void **state)
{
    (void)state;
    char path[1024], row[64];
    static char text[65536];
    snprintf(path, sizeof path, "%s/docs/blind.md", getenv("GW_ROOT") ? getenv("GW_ROOT") : ".");
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    else
        print_message("%s is not here: only the words are looked at\n", path);
    text[n] = 0;
#define X(name, bit, word, meaning, worst)                                                         \
    if (!gw_reason_plain(word))                                                                    \
        fail_msg("%s: no plain words", word);                                                      \
    snprintf(row, sizeof row, "\n| `%s` |", word);                                                 \
    if (n && !strstr(text, row))                                                                   \
        fail_msg("%s: not in docs/blind.md", word);
    GW_REASON_LIST(X)
#undef X
    assert_null(gw_reason_plain("no such reason"));
}

static void state_words_are_the_daemons(void **state)
{
    (void)state;
    for (int k = 0; k < 4; k++)
        assert_string_equal(gw_shown_word((gw_shown)k), gw_state_name((gw_state)k));
    assert_int_equal(gw_shown_of(NULL), GW_SHOWN_BLIND);
    assert_string_equal(gw_shown_word((gw_shown)77), "BLIND");
}

static void the_selection_goes_with_the_newest_or_stays_where_it_was_put(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\"", 0);
    alarm_come("a", 1, 0);
    alarm_come("b", 2, 0);
    alarm_come("c", 3, 0);
    assert_string_equal(console->alarms.list[0].id, "c");
    assert_string_equal(gw_alarms_selected(&console->alarms)->id, "c");
    assert_true(shows(0, ">09:36:34    3.00 m       md     0.07 . 0.01 m     9.5   0.001 NEW"));
    gw_console_press(console, GW_CONSOLE_DOWN, 0);
    alarm_come("d", 4, 0);
    assert_string_equal(gw_alarms_selected(&console->alarms)->id, "b");
    for (int k = 0; k < 9; k++)
        gw_console_press(console, GW_CONSOLE_DOWN, 0);
    assert_string_equal(gw_alarms_selected(&console->alarms)->id, "a");
    assert_true(shows(0, "    4.00 m")); /* the newest is seen all the same */
    take(GW_CLIENT_RECORD, "detection", "{\"data\":{\"id\":\"x\",\"alarm\":false}}", 0);
    assert_int_equal(console->alarms.n, 4); /* a candidate is no alarm */
}

static void an_alarm_that_comes_under_the_finger_is_not_acknowledged_unseen(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\"", 0);
    alarm_come("a", 1, 0);
    alarm_come("b", 2, 1000);
    assert_int_equal(gw_console_press(console, GW_CONSOLE_ACKNOWLEDGE, 1499), GW_ACTION_NONE);
    assert_int_equal(gw_console_press(console, GW_CONSOLE_ACKNOWLEDGE, 1500), GW_ACTION_REQUEST);
}

static json_t *press_a(const char *uuid, int64_t ms)
{
    if (gw_console_press(console, GW_CONSOLE_ACKNOWLEDGE, ms) != GW_ACTION_REQUEST)
        return NULL;
    return gw_console_request(console, uuid, ms);
}

static void an_acknowledgement_is_asked_for_and_recorded(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\"", 0);
    assert_null(press_a("u", 0)); /* of nothing */
    alarm_come("b", 2, 0);
    alarm_come("a", 1, -1000);
    json_t *request = press_a("uuid-1", 0);
    assert_string_equal(json_string_value(json_object_get(request, "op")), "acknowledge");
    assert_string_equal(json_string_value(json_object_get(request, "detection")), "a");
    assert_string_equal(json_string_value(json_object_get(request, "by")), "Anahit");
    assert_string_equal(json_string_value(json_object_get(request, "request")), "uuid-1");
    json_decref(request);
    assert_true(shows(0, "asking ..."));
    assert_null(press_a("uuid-2", 1)); /* under way */
    take(GW_CLIENT_REPLY, "", "{\"op\":\"recorded\",\"request\":\"other\",\"durable\":true}", 2);
    assert_true(shows(2, "asking ...")); /* somebody else's */
    take(GW_CLIENT_REPLY, "", "{\"op\":\"recorded\",\"request\":\"uuid-1\",\"durable\":true}", 2);
    assert_true(shows(2, "ack: Anahit") && shows(2, "acknowledgement recorded"));
    assert_string_equal(gw_alarms_selected(&console->alarms)->id, "b"); /* the next to see to */
    assert_int_equal(gw_alarms_n_open(&console->alarms), 1);
}

static void a_refusal_is_shown_with_its_reason_and_can_be_tried_again(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\"", 0);
    alarm_come("a", 1, 0);
    json_decref(press_a("uuid-1", 0));
    take(GW_CLIENT_REPLY, "",
         "{\"op\":\"error\",\"request\":\"uuid-1\",\"reason\":\"no key with `command`\"}", 1);
    assert_true(shows(1, "NOT RECORDED: no key with `command`") && shows(1, "NOT RECORDED"));
    json_t *request = press_a("uuid-2", 2);
    assert_string_equal(json_string_value(json_object_get(request, "request")), "uuid-2");
    json_decref(request);
}

static void no_answer_is_told_and_the_next_try_is_the_same_request(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\"", 0);
    alarm_come("a", 1, 0);
    json_decref(press_a("uuid-1", 0));
    gw_console_tick(console, 4999, "");
    assert_int_equal(console->alarms.list[0].asking, GW_ALARM_ASKED);
    gw_console_tick(console, 5000, "");
    assert_true(shows(5001, "NOT RECORDED: no answer"));
    json_t *request = press_a("uuid-2", 5002);
    assert_string_equal(json_string_value(json_object_get(request, "request")), "uuid-1");
    json_decref(request);
    gw_console_unsent(console, 5003);
    assert_true(shows(5003, "NOT RECORDED: not connected"));
}

static void who_acknowledged_elsewhere_is_shown(void **state)
{
    (void)state;
    beat("\"state\":\"ALARM\"", 0);
    alarm_come("a", 1, 0);
    take(GW_CLIENT_RECORD, "detection",
         "{\"data\":{\"id\":\"a\",\"alarm\":true,\"status\":\"acknowledged\",\"by\":\"Vahe\"}}", 0);
    assert_true(shows(0, "ack: Vahe") && console->alarms.n == 1);
    assert_null(press_a("u", 0));
}

static void lost_records_are_said(void **state)
{
    (void)state;
    beat("\"state\":\"SEARCHING\"", 0);
    gw_client_event event = {
        .type = GW_CLIENT_GAP, .kind = "detection", .from_seq = 4, .to_seq = 6};
    gw_console_take(console, &event, 0);
    assert_true(shows(0, "LOST: detection records 4..6") && shows(0, "3 records LOST"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(before_the_first_heartbeat_it_is_blind),
        CASE(states_are_shown_as_they_are_heard),
        CASE(an_unknown_state_is_blind),
        CASE(silence_is_blind_after_300_ms_whatever_was_said),
        CASE(the_clients_word_of_silence_is_blind_at_once),
        CASE(last_words_stay_in_silence),
        CASE(reasons_are_in_plain_words_of_all_sensors),
        CASE(every_reason_of_the_daemon_has_plain_words_and_a_place_in_the_docs),
        CASE(state_words_are_the_daemons),
        CASE(the_selection_goes_with_the_newest_or_stays_where_it_was_put),
        CASE(an_alarm_that_comes_under_the_finger_is_not_acknowledged_unseen),
        CASE(an_acknowledgement_is_asked_for_and_recorded),
        CASE(a_refusal_is_shown_with_its_reason_and_can_be_tried_again),
        CASE(no_answer_is_told_and_the_next_try_is_the_same_request),
        CASE(who_acknowledged_elsewhere_is_shown),
        CASE(lost_records_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
