/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long a heartbeat was on its way, told from the clocks' difference alone.
 */
#include "clients/delay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "clients/sequence.h"

enum { AHEAD_MS = 7000000 }; /* the sender's clock against ours: unknown to us */

static void what_comes_evenly_is_not_late(void **state)
{
    (void)state;
    gw_delay delay = {.run = ""};
    for (int64_t ms = 0; ms < 60000; ms += 100)
        assert_int_equal(gw_delay_take(&delay, "a", ms + AHEAD_MS, ms + 20), 0);
}

static void delay_is_counted_from_the_quickest(void **state)
{
    (void)state;
    gw_delay delay = {.run = ""};
    assert_int_equal(gw_delay_take(&delay, "a", 100, 150), 0);
    assert_int_equal(gw_delay_take(&delay, "a", 200, 210), 0);
    assert_int_equal(gw_delay_take(&delay, "a", 300, 350), 40);
    assert_int_equal(gw_delay_take(&delay, "a", 400, 1410), 1000);
    assert_int_equal(gw_delay_take(&delay, "a", 1450, 1460), 0);
}

/* A link that carries nine heartbeats in the time of ten: old after three seconds, though one
 * comes every 111 ms. */
static void a_slow_link_is_seen_though_it_is_never_silent(void **state)
{
    (void)state;
    gw_delay delay = {.run = ""};
    for (int64_t k = 0; k < 100; k++) {
        int64_t late_ms = gw_delay_take(&delay, "a", 100 * k, 50 + 100 * k + 100 * k / 9);
        assert_in_range(late_ms + 2, 100 * k / 9, 100 * k / 9 + 2); /* clocks may have drifted */
    }
}

/* Quartz clocks that part by 100 ppm are no delay, for as long as a day. */
static void clocks_that_drift_are_no_delay(void **state)
{
    (void)state;
    gw_delay delay = {.run = ""};
    for (int64_t s = 0; s < 86400; s++)
        assert_in_range(gw_delay_take(&delay, "a", 1000 * s - s / 10, 1000 * s), 0, 1);
}

static void another_run_begins_anew(void **state)
{
    (void)state;
    gw_delay delay = {.run = ""};
    assert_int_equal(gw_delay_take(&delay, "stream/heartbeat/1", 900000, 1000), 0);
    assert_int_equal(gw_delay_take(&delay, "stream/heartbeat/2", 100, 1100), 0); /* booted */
    assert_int_equal(gw_delay_take(&delay, "stream/heartbeat/2", 200, 1700), 500);
}

static void heartbeat_give(gw_sequence *seq, int64_t sent_ms, int64_t now_ms)
{
    char text[400];
    snprintf(text, sizeof text,
             "{\"type\":\"org.groundwatch.heartbeat.v1\",\"id\":\"s/heartbeat/1/%d\","
             "\"data\":{\"stream\":\"s\",\"kind_seq\":\"%d\",\"state\":\"SEARCHING\","
             "\"clock_ns\":\"%d000000\",\"newest\":{}}}",
             (int)(sent_ms / 100), (int)(sent_ms / 100), (int)sent_ms);
    json_t *message = json_loads(text, 0, NULL);
    assert_non_null(message);
    gw_sequence_take(seq, message, false, now_ms);
    gw_sequence_tick(seq, now_ms);
    json_decref(message);
}

static gw_client_event_type last_state(gw_sequence *seq, gw_client_event_type was)
{
    gw_client_event event;
    while (gw_sequence_next(seq, &event))
        if (event.type == GW_CLIENT_LIVE || event.type == GW_CLIENT_BLIND)
            was = event.type;
    return was;
}

/* Heartbeats that come every 200 ms and were sent every 100 ms. */
static void regular_news_that_are_old_are_blind(void **state)
{
    (void)state;
    gw_sequence *seq = gw_sequence_create(true, false, NULL, 0);
    gw_client_event_type seen = GW_CLIENT_NOTHING;
    int64_t now_ms = 100, sent_ms = 100;
    for (; sent_ms <= 1000; sent_ms += 100, now_ms += 200) {
        heartbeat_give(seq, sent_ms, now_ms);
        seen = last_state(seq, seen);
        int64_t fresh_ms = 700; /* the last that was at most 300 ms late came then */
        assert_int_equal(seen, now_ms - fresh_ms > 300 ? GW_CLIENT_BLIND : GW_CLIENT_LIVE);
    }
    heartbeat_give(seq, now_ms - 100, now_ms);
    assert_int_equal(last_state(seq, seen), GW_CLIENT_LIVE);
    gw_sequence_destroy(seq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_evenly_is_not_late),
        cmocka_unit_test(delay_is_counted_from_the_quickest),
        cmocka_unit_test(a_slow_link_is_seen_though_it_is_never_silent),
        cmocka_unit_test(clocks_that_drift_are_no_delay),
        cmocka_unit_test(another_run_begins_anew),
        cmocka_unit_test(regular_news_that_are_old_are_blind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
