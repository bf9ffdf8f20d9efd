/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The map's memory: every record once and in order to every page, stale heartbeats tell nothing, a
 * slow page loses pictures first. And who may ask for the page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/map/feed.h"
#include "clients/map/guard.h"

static void record_give(gw_feed *feed, int number)
{
    json_t *message = json_pack("{s:s,s:{s:i}}", "type", "org.groundwatch.detection.v1", "data",
                                "number", number);
    const gw_client_event event = {.type = GW_CLIENT_RECORD, .message = message};
    gw_feed_take(feed, &event, 0);
    json_decref(message);
}

static void heartbeat_give(gw_feed *feed, const char *state, int64_t now_ms)
{
    json_t *message = json_pack("{s:{s:s}}", "data", "state", state);
    const gw_client_event event = {.type = GW_CLIENT_HEARTBEAT, .message = message};
    gw_feed_take(feed, &event, now_ms);
    json_decref(message);
}

static void picture_give(gw_feed *feed, int number)
{
    const signed char values[6] = {1, 2, 3, -4, -5, -6};
    json_t *message = json_pack("{s:{s:i}}", "data", "picture", number);
    const gw_client_event event = {
        .type = GW_CLIENT_SCOPE, .message = message, .bytes = values, .n_bytes = sizeof values};
    gw_feed_take(feed, &event, 0);
    json_decref(message);
}

/* Next message in text; NULL: none, or a picture. */
static json_t *text_next(gw_feed *feed, gw_feed_place *place)
{
    gw_feed_message message;
    if (!gw_feed_next(feed, place, &message) || message.is_binary)
        return NULL;
    json_t *read = json_loadb((char *)message.bytes, message.n, 0, NULL);
    assert_non_null(read);
    return read;
}

static json_int_t member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void every_page_gets_every_record_once(void **state)
{
    (void)state;
    gw_feed *feed = gw_feed_create(1 << 20);
    gw_feed_place early = {0, 0, 0}, late = {0, 0, 0};
    json_t *read;
    for (int k = 0; k < 3000; k++) {
        record_give(feed, k);
        read = text_next(feed, &early);
        assert_int_equal(member(json_object_get(json_object_get(read, "event"), "data"), "number"),
                         k);
        json_decref(read);
    }
    assert_null(text_next(feed, &early));
    for (int k = 0; k < 3000; k++) {
        read = text_next(feed, &late);
        assert_int_equal(member(read, "n"), k);
        json_decref(read);
    }
    assert_null(text_next(feed, &late));
    gw_feed_destroy(feed);
}

static void what_was_forgotten_is_numbered(void **state)
{
    (void)state;
    enum { KEPT_BYTES = 4000, RECORDS = 500 };
    gw_feed *feed = gw_feed_create(KEPT_BYTES);
    gw_feed_place place = {0, 0, 0};
    for (int k = 0; k < RECORDS; k++)
        record_give(feed, k);
    assert_true(gw_feed_tick(feed, 1000));
    json_t *read = text_next(feed, &place);
    json_int_t first = member(read, "first");
    assert_int_equal(member(read, "next"), RECORDS);
    assert_true(first > 0 && first < RECORDS);
    json_decref(read);
    size_t n_bytes = 0;
    gw_feed_message message;
    for (json_int_t k = first; k < RECORDS; k++) {
        assert_true(gw_feed_next(feed, &place, &message));
        n_bytes += message.n;
    }
    assert_true(n_bytes <= KEPT_BYTES && n_bytes > KEPT_BYTES / 2);
    assert_false(gw_feed_next(feed, &place, &message));
    gw_feed_destroy(feed);
}

static bool is_live(gw_feed *feed, gw_feed_place *place, int64_t now_ms)
{
    gw_feed_tick(feed, now_ms);
    json_t *read = text_next(feed, place);
    assert_non_null(read);
    const json_t *live = json_object_get(read, "live");
    bool is = json_is_true(live);
    assert_true(json_is_boolean(live) && is == (json_object_get(read, "heartbeat") != NULL));
    json_decref(read);
    return is;
}

static void only_a_fresh_heartbeat_is_passed_on(void **state)
{
    (void)state;
    const gw_client_event blind = {.type = GW_CLIENT_BLIND};
    gw_feed *feed = gw_feed_create(1 << 20);
    gw_feed_place place = {0, 0, 0};
    assert_false(is_live(feed, &place, 0));
    heartbeat_give(feed, "SEARCHING", 1000);
    assert_true(is_live(feed, &place, 1000));
    assert_true(is_live(feed, &place, 1000 + GW_FEED_BLIND_MS));
    assert_false(is_live(feed, &place, 1400 + GW_FEED_BLIND_MS));
    heartbeat_give(feed, "SEARCHING", 3000);
    assert_true(is_live(feed, &place, 3000));
    gw_feed_take(feed, &blind, 3010); /* said at once, not with the next beat */
    assert_false(is_live(feed, &place, 3010));
    gw_feed_destroy(feed);
}

static void a_beat_goes_before_records_and_these_before_pictures(void **state)
{
    (void)state;
    gw_feed *feed = gw_feed_create(1 << 20);
    gw_feed_place place = {0, 0, 0};
    gw_feed_message message;
    for (int k = 0; k < 3 * GW_FEED_PICTURES; k++)
        picture_give(feed, k);
    record_give(feed, 0);
    gw_feed_tick(feed, 1000);
    json_t *read = text_next(feed, &place);
    assert_string_equal(json_string_value(json_object_get(read, "t")), "beat");
    json_decref(read);
    read = text_next(feed, &place);
    assert_string_equal(json_string_value(json_object_get(read, "t")), "record");
    json_decref(read);
    for (int k = 2 * GW_FEED_PICTURES; k < 3 * GW_FEED_PICTURES; k++) {
        char head[40];
        assert_true(gw_feed_next(feed, &place, &message) && message.is_binary);
        int n = snprintf(head, sizeof head, "{\"picture\":%d}", k);
        assert_int_equal(message.n, 4 + n + 6);
        assert_int_equal(message.bytes[0], n);
        assert_memory_equal(message.bytes + 4, head, (size_t)n);
        assert_int_equal((signed char)message.bytes[4 + n + 5], -6);
    }
    assert_false(gw_feed_next(feed, &place, &message));
    gw_feed_destroy(feed);
}

static void records_lost_for_good_are_said(void **state)
{
    (void)state;
    const gw_client_event gap = {
        .type = GW_CLIENT_GAP, .kind = "coverage", .from_seq = 5, .to_seq = 9};
    gw_feed *feed = gw_feed_create(1 << 20);
    gw_feed_place place = {0, 0, 0};
    gw_feed_take(feed, &gap, 0);
    gw_feed_tick(feed, 1000);
    json_t *beat = text_next(feed, &place), *read = text_next(feed, &place);
    assert_int_equal(member(beat, "lost"), 5);
    assert_int_equal(member(read, "to"), 9);
    json_decref(beat);
    json_decref(read);
    gw_feed_destroy(feed);
}

static void only_this_machine_is_welcome(void **state)
{
    (void)state;
    static const char *const own[] = {"127.0.0.1:8642", "localhost:8642", "localhost",
                                      "[::1]:8642"};
    static const char *const foreign[] = {"",
                                          "evil.example",
                                          "127.0.0.1.evil.example:8642",
                                          "localhost:80",
                                          "localhos",
                                          "127.0.0.1:8642.evil",
                                          "xlocalhost:8642",
                                          "127.0.0.1:86420"};
    char origin[80];
    for (size_t k = 0; k < sizeof own / sizeof *own; k++) {
        snprintf(origin, sizeof origin, "http://%s", own[k]);
        assert_true(gw_guard_host(own[k], 8642) && gw_guard_origin(origin, 8642));
        snprintf(origin, sizeof origin, "https://%s", own[k]);
        assert_false(gw_guard_origin(origin, 8642));
    }
    for (size_t k = 0; k < sizeof foreign / sizeof *foreign; k++) {
        snprintf(origin, sizeof origin, "http://%s", foreign[k]);
        assert_false(gw_guard_host(foreign[k], 8642) || gw_guard_origin(origin, 8642));
    }
    assert_true(gw_guard_origin("", 8642)); /* no browser */
    assert_false(gw_guard_origin("null", 8642));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_gets_every_record_once),
        cmocka_unit_test(what_was_forgotten_is_numbered),
        cmocka_unit_test(only_a_fresh_heartbeat_is_passed_on),
        cmocka_unit_test(a_beat_goes_before_records_and_these_before_pictures),
        cmocka_unit_test(records_lost_for_good_are_said),
        cmocka_unit_test(only_this_machine_is_welcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
