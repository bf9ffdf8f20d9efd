/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/health.h"
#include "daemon/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MS INT64_C(1000000)

static const gw_health_feed good = {
    .kind = GW_KIND_GPR,
    .is_live = true,
    .state = GW_FEED_STREAMING,
    .age_ns = 8 * MS,
    .block_ns = 10 * MS,
    .lost_age_ns = INT64_MAX,
    .dropped_age_ns = INT64_MAX,
    .clipped_age_ns = INT64_MAX,
    .stuck_age_ns = INT64_MAX,
    .trouble_age_ns = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
    .set_age_ns = INT64_MAX,
    .is_covered = true};

static gw_state whole_state(unsigned gpr, unsigned md, unsigned common, bool alarm,
                            unsigned *reasons)
{
    const gw_health_whole whole = {.present = {true, true, false},
                                   .reasons = {gpr, md, 0},
                                   .common = common,
                                   .is_alarm = alarm};
    return gw_health_overall(&whole, reasons);
}

static void a_good_sensor_has_no_reason(void **state)
{
    (void)state;
    assert_int_equal(gw_health_sensor(&good), 0);
    assert_int_equal(gw_state_of(0), GW_STATE_SEARCHING);
}

static void samples_that_stop_are_blind_after_three_blocks(void **state)
{
    gw_health_feed feed = good;
    (void)state;
    feed.age_ns = 50 * MS;
    assert_int_equal(gw_health_sensor(&feed), 0);
    feed.age_ns = 51 * MS;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_NO_SAMPLES);
    assert_int_equal(gw_state_of(GW_REASON_NO_SAMPLES), GW_STATE_BLIND);
    feed.block_ns = 100 * MS;
    assert_int_equal(gw_health_sensor(&feed), 0);
    feed.age_ns = 301 * MS;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_NO_SAMPLES);
}

static void what_is_not_known_is_blind(void **state)
{
    gw_health_feed feed = {
        .kind = GW_KIND_MD,
        .age_ns = INT64_MAX,
        .lost_age_ns = INT64_MAX,
        .dropped_age_ns = INT64_MAX,
        .clipped_age_ns = INT64_MAX,
        .stuck_age_ns = INT64_MAX,
        .trouble_age_ns = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        .set_age_ns = INT64_MAX};
    unsigned reasons;
    const gw_health_whole nothing = {.common = 0};
    (void)state;
    assert_int_equal(gw_state_of(gw_health_sensor(&feed)), GW_STATE_BLIND);
    assert_int_equal(gw_health_overall(&nothing, &reasons), GW_STATE_BLIND);
    assert_string_equal(gw_state_name((gw_state)77), "BLIND");
    assert_string_equal(gw_reason_word(1u << 30), "unknown");
}

static void each_trouble_has_its_own_reason(void **state)
{
    gw_health_feed feed = good;
    (void)state;
    feed.state = GW_FEED_LOST;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_NO_DEVICE);
    feed = good;
    feed.state = GW_FEED_ENDED;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_NO_SAMPLES);
    feed = good;
    feed.is_covered = false;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_LEARNING);
    feed.kind = GW_KIND_POSE;
    assert_int_equal(gw_health_sensor(&feed), 0);
    feed = good;
    feed.lost_age_ns = 999 * MS;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_LOST);
    feed.lost_age_ns = 1000 * MS;
    assert_int_equal(gw_health_sensor(&feed), 0);
    feed.clipped_age_ns = 0;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_CLIPPED);
    feed = good;
    feed.stuck_age_ns = 0;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_STUCK);
    feed = good;
    feed.dropped_age_ns = 0;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_OVERLOAD);
    feed = good;
    feed.fill = 0.6;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_OVERLOAD);
    feed.is_live = false; /* a recording fills its ring and waits */
    assert_int_equal(gw_health_sensor(&feed), 0);
}

static void a_metal_detector_says_what_is_wrong_with_it(void **state)
{
    static const unsigned of[GW_TROUBLES] = {
        GW_REASON_TONE_LOST, GW_REASON_REFERENCE_LOST, GW_REASON_REFERENCE_DRIFTS,
        GW_REASON_CLIPPED,   GW_REASON_MESH,           GW_REASON_ROW};
    (void)state;
    for (int bit = 0; bit < GW_TROUBLES; bit++) {
        gw_health_feed feed = good;
        feed.kind = GW_KIND_MD;
        feed.trouble_age_ns[bit] = 999 * MS;
        assert_int_equal(gw_health_sensor(&feed), of[bit]);
        feed.trouble_age_ns[bit] = 1000 * MS;
        assert_int_equal(gw_health_sensor(&feed), 0);
    }
    assert_int_equal(gw_state_of(GW_REASON_TONE_LOST), GW_STATE_BLIND);
    assert_int_equal(gw_state_of(GW_REASON_REFERENCE_LOST), GW_STATE_BLIND);
    assert_int_equal(gw_state_of(GW_REASON_REFERENCE_DRIFTS), GW_STATE_DEGRADED);
}

static void what_comes_late_or_goes_unsearched_is_blind(void **state)
{
    gw_health_feed feed = good;
    (void)state;
    feed.late_ns = 500 * MS;
    assert_int_equal(gw_health_sensor(&feed), 0);
    feed.late_ns = 501 * MS;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_LATE);
    feed = good;
    feed.is_uncovered = true;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_UNCOVERED);
    assert_int_equal(gw_state_of(GW_REASON_LATE), GW_STATE_BLIND);
    assert_int_equal(gw_state_of(GW_REASON_UNCOVERED), GW_STATE_BLIND);
    feed = good;
    feed.set_age_ns = 0;
    assert_int_equal(gw_health_sensor(&feed), GW_REASON_CLOCK);
    assert_int_equal(gw_state_of(GW_REASON_CLOCK), GW_STATE_DEGRADED);
}

static void one_blind_sensor_of_two_is_degraded(void **state)
{
    unsigned reasons;
    (void)state;
    assert_int_equal(whole_state(GW_REASON_NO_DEVICE, 0, 0, false, &reasons), GW_STATE_DEGRADED);
    assert_int_equal(reasons, GW_REASON_ONE_SENSOR);
    assert_int_equal(whole_state(GW_REASON_NO_DEVICE, GW_REASON_CLIPPED, 0, false, &reasons),
                     GW_STATE_DEGRADED);
    assert_int_equal(reasons, GW_REASON_ONE_SENSOR | GW_REASON_CLIPPED);
}

static void all_blind_is_blind_even_with_an_alarm(void **state)
{
    unsigned reasons;
    (void)state;
    assert_int_equal(whole_state(GW_REASON_NO_DEVICE, GW_REASON_NO_SAMPLES, 0, true, &reasons),
                     GW_STATE_BLIND);
    assert_int_equal(reasons, GW_REASON_NO_DEVICE | GW_REASON_NO_SAMPLES);
    assert_int_equal(whole_state(0, 0, GW_REASON_STOPPED, true, &reasons), GW_STATE_BLIND);
}

static void an_alarm_shows_over_searching_and_degraded(void **state)
{
    unsigned reasons;
    (void)state;
    assert_int_equal(whole_state(0, 0, 0, true, &reasons), GW_STATE_ALARM);
    assert_int_equal(whole_state(0, 0, GW_REASON_JOURNAL, true, &reasons), GW_STATE_ALARM);
    assert_int_equal(reasons, GW_REASON_JOURNAL);
    assert_int_equal(whole_state(0, 0, 0, false, &reasons), GW_STATE_SEARCHING);
}

static void a_blind_pose_leaves_the_place_unknown(void **state)
{
    unsigned reasons;
    const gw_health_whole whole = {.present = {true, false, true},
                                   .reasons = {0, 0, GW_REASON_NO_SAMPLES}};
    (void)state;
    assert_int_equal(gw_health_overall(&whole, &reasons), GW_STATE_DEGRADED);
    assert_int_equal(reasons, GW_REASON_NO_POSE);
}

static void the_text_names_the_sensor(void **state)
{
    char text[200];
    gw_link_report report = {.reasons = GW_REASON_ONE_SENSOR | GW_REASON_JOURNAL};
    (void)state;
    report.sensors[GW_KIND_MD] = (gw_link_sensor){.present = 1, .reasons = GW_REASON_NO_DEVICE};
    gw_health_text(&report, text, sizeof text);
    assert_string_equal(text, "md: the device is gone; trying again; records cannot be written to "
                              "disk; one sensor of several is blind");
    char small[10];
    gw_health_text(&report, small, sizeof small);
    assert_int_equal(strlen(small), 9);
}

static void no_word_says_safe_or_clear(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 32; bit++) {
        assert_null(strstr(gw_reason_text(1u << bit), "safe"));
        assert_null(strstr(gw_reason_text(1u << bit), "clear"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_sensor_has_no_reason),
        cmocka_unit_test(samples_that_stop_are_blind_after_three_blocks),
        cmocka_unit_test(what_is_not_known_is_blind),
        cmocka_unit_test(each_trouble_has_its_own_reason),
        cmocka_unit_test(a_metal_detector_says_what_is_wrong_with_it),
        cmocka_unit_test(what_comes_late_or_goes_unsearched_is_blind),
        cmocka_unit_test(one_blind_sensor_of_two_is_degraded),
        cmocka_unit_test(all_blind_is_blind_even_with_an_alarm),
        cmocka_unit_test(an_alarm_shows_over_searching_and_degraded),
        cmocka_unit_test(a_blind_pose_leaves_the_place_unknown),
        cmocka_unit_test(the_text_names_the_sensor),
        cmocka_unit_test(no_word_says_safe_or_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
