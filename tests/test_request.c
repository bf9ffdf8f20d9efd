/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

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
        {"{}", "op: hello, status or replay expected"},
        {"{\"op\":1}", "op: hello, status or replay expected"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_request_is_read),
        cmocka_unit_test(what_is_left_out_has_its_bounds),
        cmocka_unit_test(a_wrong_request_is_refused_with_the_reason),
        cmocka_unit_test(a_request_longer_than_the_limit_is_not_even_parsed),
        cmocka_unit_test(an_error_knows_the_id_of_its_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
