/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/command_decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define OPS                                                                                        \
    "op: hello, status, latest, replay, acknowledge, outcome, check, mute, snapshot or record "    \
    "expected"
#define UUID "638c4c81-12f8-46fa-8ac2-4b2f59371394"
#define REPLAY "{\"op\":\"replay\",\"stream\":\"" UUID "\",\"kind\":\"detection\""

static const char *decode(const char *text, request *out)
{
    return request_decode(text, strlen(text), out);
}

static void a_whole_request_is_read(void **state)
{
    request to;
    (void)state;
    assert_null(
        decode(REPLAY ",\"from\":\"7\",\"to\":\"9007199254740993\",\"max\":10,\"id\":\"x\"}", &to));
    assert_int_equal(to.op, REQUEST_REPLAY);
    assert_string_equal(to.stream, UUID);
    assert_string_equal(to.id, "x");
    assert_int_equal(to.kind, GW_RECORD_DETECTION);
    assert_int_equal(to.from, 7);
    assert_true(to.to == 9007199254740993u); /* 2^53 + 1: no double holds it */
    assert_int_equal(to.max, 10);
    assert_null(decode("{\"op\":\"hello\"}", &to));
    assert_int_equal(to.op, REQUEST_HELLO);
    assert_null(decode("{\"op\":\"status\",\"later\":[1]}", &to));
    assert_int_equal(to.op, REQUEST_STATUS);
}

static void what_is_left_out_has_its_bounds(void **state)
{
    request to;
    (void)state;
    assert_null(decode(REPLAY ",\"from\":\"0\",\"max\":5000}", &to));
    assert_int_equal(to.from, 1);
    assert_true(to.to == INT64_MAX);
    assert_int_equal(to.max, REQUEST_RECORDS_MAX);
    assert_null(decode("{\"op\":\"replay\",\"stream\":\"\",\"kind\":\"any\",\"from\":\"1\"}", &to));
    assert_int_equal(to.kind, GW_RECORD_COUNT);
}

static void a_wrong_request_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *text, *reason;
    } all[] = {
        {"", "not JSON"},
        {"\xff\xfe", "not JSON"},
        {"{\"op\":\"hello\"", "not JSON"},
        {"{\"op\":\"hello\",\"op\":\"status\"}", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", OPS},
        {"{\"op\":1}", OPS},
        {"{\"op\":\"latest\",\"from\":7}", "from: a decimal string expected"},
        {"{\"op\":\"hello\",\"id\":7}", "id: a string of at most 64 bytes expected"},
        {"{\"op\":\"replay\"}", "stream: the stream's UUID expected"},
        {"{\"op\":\"replay\",\"stream\":\"" UUID "0\"}", "stream: the stream's UUID expected"},
        {"{\"op\":\"replay\",\"stream\":\"" UUID "\",\"kind\":\"heartbeat\",\"from\":\"1\"}",
         "kind: a journalled kind or \"any\" expected"},
        {REPLAY "}", "from: a decimal string expected"},
        {REPLAY ",\"from\":1}", "from: a decimal string expected"},
        {REPLAY ",\"from\":\"-1\"}", "from: a decimal string expected"},
        {REPLAY ",\"from\":\"01\"}", "from: a decimal string expected"},
        {REPLAY ",\"from\":\"1 \"}", "from: a decimal string expected"},
        {REPLAY ",\"from\":\"9223372036854775808\"}", "from: a decimal string expected"},
        {REPLAY ",\"from\":\"18446744073709551617\"}", "from: a decimal string expected"},
        {REPLAY ",\"from\":\"5\",\"to\":\"\"}", "to: a decimal string expected"},
        {REPLAY ",\"from\":\"5\",\"to\":\"4\"}", "to: lies before from"},
        {REPLAY ",\"from\":\"5\",\"max\":0}", "max: a number of at least 1 expected"},
        {REPLAY ",\"from\":\"5\",\"max\":1.5}", "max: a number of at least 1 expected"},
    };
    request to;
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const char *reason = decode(all[k].text, &to);
        assert_non_null(reason);
        assert_string_equal(reason, all[k].reason);
    }
}

static void a_request_longer_than_the_limit_is_not_even_parsed(void **state)
{
    static char text[REQUEST_BYTES_MAX + 2];
    request to;
    (void)state;
    memset(text, ' ', sizeof text);
    memcpy(text, "{\"op\":\"hello\"}", 14);
    assert_null(request_decode(text, REQUEST_BYTES_MAX, &to));
    assert_string_equal(request_decode(text, REQUEST_BYTES_MAX + 1, &to), "request too long");
}

static void an_error_knows_the_id_of_its_request(void **state)
{
    request to;
    (void)state;
    assert_non_null(decode("{\"op\":\"replay\",\"id\":\"abc\"}", &to));
    assert_string_equal(to.id, "abc");
}

#define COMMAND(op) "{\"op\":\"" op "\",\"request\":\"" UUID "\",\"by\":\"A\""

static void a_command_becomes_the_data_of_its_record(void **state)
{
    request to;
    (void)state;
    assert_null(decode(COMMAND("outcome") ",\"model\":\"PMN\",\"year\":1987,\"depth_m\":0}", &to));
    assert_int_equal(to.kind, GW_RECORD_OUTCOME);
    assert_string_equal(to.request, UUID);
    assert_int_equal(json_object_size(to.data), 5); /* without op */
    request_free(&to);
    assert_null(decode(COMMAND("acknowledge") ",\"detection\":\"d\"}", &to));
    assert_int_equal(to.kind, GW_RECORD_DETECTION);
    request_free(&to);
    assert_null(
        decode(COMMAND("check") ",\"result\":\"pass\",\"measured\":{\"depth_m\":0.1}}", &to));
    assert_int_equal(to.kind, GW_RECORD_CHECK);
    request_free(&to);
}

static void a_command_that_is_not_right_is_refused_whole(void **state)
{
    static const char *const all[][2] = {
        {COMMAND("outcome") "}", "at least one of"},
        {COMMAND("outcome") ",\"modle\":\"x\"}", "modle: not known"},
        {COMMAND("outcome") ",\"Bad\\u00e9\":\"x\"}", "a member: not known"},
        {COMMAND("outcome") ",\"note\":\"\"}", "note: one line of text"},
        {COMMAND("outcome") ",\"note\":\"a\\tb\"}", "note: one line of text"},
        {COMMAND("outcome") ",\"note\":\"a\",\"year\":2101}", "year: a whole number from 1900"},
        {COMMAND("outcome") ",\"note\":\"a\",\"depth_m\":true}", "depth_m: a number from 0 to 10"},
        {COMMAND("outcome") ",\"note\":\"a\",\"lat\":1}", "lat and lon"},
        {COMMAND("outcome") ",\"note\":\"a\",\"placed\":\"\"}", "placed: one of"},
        {COMMAND("check") "}", "result"},
        {COMMAND("check") ",\"result\":\"maybe\"}", "result: one of pass fail"},
        {COMMAND("check") ",\"result\":\"pass\",\"measured\":{}}", "measured: an object"},
        {COMMAND("check") ",\"result\":\"pass\",\"measured\":{\"a\":null}}", "measured: an object"},
        {COMMAND("acknowledge") "}", "detection"},
        {"{\"op\":\"check\",\"result\":\"pass\",\"request\":\"" UUID "\"}", "request and by"},
        {"{\"op\":\"check\",\"request\":\"638c4c81-12f8-16fa-8ac2-4b2f59371394\"}",
         "request: a UUID"}};
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        request to;
        const char *reason = decode(all[k][0], &to);
        assert_non_null(reason);
        if (!strstr(reason, all[k][1]))
            fail_msg("%s: %s", all[k][0], reason);
        assert_null(to.data);
    }
}

static void a_time_is_a_day_of_the_calendar_with_an_offset(void **state)
{
    static const char *const right[] = {"2026-11-24T09:36:34Z", "2024-02-29T23:59:60.5+04:30",
                                        "1970-01-01T00:00:00.123456789-23:59",
                                        "2100-12-31T00:00:00Z", "2000-02-29T00:00:00Z"};
    static const char *const wrong[] = {"",
                                        "2026-11-24",
                                        "2026-11-24T09:36:34",
                                        "2026-11-24t09:36:34z",
                                        "2026-11-31T00:00:00Z",
                                        "2026-02-29T00:00:00Z",
                                        "2100-02-29T00:00:00Z",
                                        "2101-01-01T00:00:00Z",
                                        "1969-12-31T23:59:59Z",
                                        "2026-13-01T00:00:00Z",
                                        "2026-00-01T00:00:00Z",
                                        "2026-01-00T00:00:00Z",
                                        "2026-01-01T24:00:00Z",
                                        "2026-01-01T00:60:00Z",
                                        "2026-01-01T00:00:61Z",
                                        "2026-01-01T00:00:00.Z",
                                        "2026-01-01T00:00:00.1234567890Z",
                                        "2026-01-01T00:00:00+24:00",
                                        "2026-01-01T00:00:00+0400",
                                        "2026-01-01T00:00:00Zx",
                                        "2026-01-01 00:00:00Z",
                                        "+026-01-01T00:00:00Z"};
    (void)state;
    for (size_t k = 0; k < sizeof right / sizeof *right; k++)
        if (!command_time_is_right(right[k]))
            fail_msg("refused: %s", right[k]);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        if (command_time_is_right(wrong[k]))
            fail_msg("taken: %s", wrong[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_request_is_read),
        cmocka_unit_test(what_is_left_out_has_its_bounds),
        cmocka_unit_test(a_wrong_request_is_refused_with_the_reason),
        cmocka_unit_test(a_command_becomes_the_data_of_its_record),
        cmocka_unit_test(a_command_that_is_not_right_is_refused_whole),
        cmocka_unit_test(a_time_is_a_day_of_the_calendar_with_an_offset),
        cmocka_unit_test(a_request_longer_than_the_limit_is_not_even_parsed),
        cmocka_unit_test(an_error_knows_the_id_of_its_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
