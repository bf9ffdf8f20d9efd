/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/posture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dsp/place.h"

static gw_posture limits_make(double speed_m_s)
{
    static const gw_stream gpr = {.kind = GW_KIND_GPR, .scan_spacing_m = 0.02};
    static const gw_stream md = {.kind = GW_KIND_MD, .coil_radius_m = 0.10};
    const gw_stream *const streams[GW_KIND_COUNT] = {[GW_KIND_GPR] = &gpr, [GW_KIND_MD] = &md};
    const gw_config_survey config = {.height_max_m = 0.15, .speed_max_m_s = speed_m_s};
    return gw_posture_limits(&config, streams);
}

static void what_is_beyond_a_limit_is_degraded_and_beyond_twice_blind(void **state)
{
    gw_posture limits = limits_make(1);
    (void)state;
    for (int kind = 0; kind < GW_KIND_POSE; kind++) {
        gw_kind of = (gw_kind)kind;
        assert_int_equal(gw_posture_reasons(&limits, of, 0.15, 1), 0);
        assert_int_equal(gw_posture_reasons(&limits, of, 0.151, 0.3), GW_REASON_TOO_HIGH);
        assert_int_equal(gw_posture_reasons(&limits, of, 0.05, -1.01), GW_REASON_TOO_FAST);
        unsigned high = gw_posture_reasons(&limits, of, 0.31, 0.3);
        assert_int_equal(high, GW_REASON_TOO_HIGH | GW_REASON_UNCOVERED);
        assert_int_equal(gw_state_of(high), GW_STATE_BLIND);
        unsigned fast = gw_posture_reasons(&limits, of, 0.05, 2.01);
        assert_int_equal(gw_state_of(fast), GW_STATE_BLIND);
    }
    assert_int_equal(gw_state_of(GW_REASON_TOO_HIGH), GW_STATE_DEGRADED);
    assert_int_equal(gw_state_of(GW_REASON_TOO_FAST), GW_STATE_DEGRADED);
}

static void what_is_not_known_says_nothing(void **state)
{
    gw_posture limits = limits_make(1);
    (void)state;
    assert_int_equal(gw_posture_reasons(&limits, GW_KIND_MD, (double)NAN, (double)NAN), 0);
}

/* Half of a coil of 0.10 m in 40 ms: 1.25 m/s. Scans by distance are where they are at any speed.
 */
static void without_a_configured_speed_the_sensors_say_what_they_can_follow(void **state)
{
    gw_posture limits = limits_make(0);
    (void)state;
    assert_int_equal(gw_posture_reasons(&limits, GW_KIND_MD, 0.05, 1.24), 0);
    assert_int_equal(gw_posture_reasons(&limits, GW_KIND_MD, 0.05, 1.26), GW_REASON_TOO_FAST);
    assert_int_equal(gw_posture_reasons(&limits, GW_KIND_GPR, 0.05, 9), 0);
}

/* Ground is not searched where nobody knows how the head was held. */
static void what_is_not_known_any_more_is_blind(void **state)
{
    (void)state;
    assert_int_equal(gw_posture_unknown(0, false), 0);
    assert_int_equal(gw_state_of(gw_posture_unknown(0.5, false)), GW_STATE_DEGRADED);
    assert_int_equal(gw_state_of(gw_posture_unknown(0, true)), GW_STATE_BLIND);
    assert_true(gw_posture_unknown(0, true) & GW_REASON_NO_POSE);
    assert_int_equal(gw_state_of(gw_posture_unknown(0.5, true)), GW_STATE_BLIND);
}

static const int64_t MS = 1000000;

/* Height from 0.05 m, rising 1 mm a reading of 10 ms; 0.5 m/s. */
static void pose_fill(gw_place *place, unsigned n)
{
    gw_place_reset(place);
    for (unsigned k = 0; k < n; k++) {
        gw_place_push(place, k * 10 * MS, 0.005 * k);
        gw_place_lift(place, 0.05 + 0.001 * k);
    }
}

static void a_height_is_the_mean_of_its_readings(void **state)
{
    static gw_place place;
    (void)state;
    pose_fill(&place, 101);
    assert_true(fabs(gw_place_height(&place, 200 * MS, 400 * MS) - 0.080) < 1e-12);
    assert_true(fabs(gw_place_height(&place, 201 * MS, 203 * MS) - 0.071) < 1e-12);
    assert_true(fabs(gw_place_height_newest(&place) - 0.150) < 1e-12);
    assert_true(fabs(gw_place_speed(&place) - 0.5) < 1e-9);
}

static void a_height_that_was_not_told_is_not_known(void **state)
{
    static gw_place place;
    (void)state;
    gw_place_reset(&place);
    assert_true(isnan(gw_place_height(&place, 0, 1)) && isnan(gw_place_speed(&place)));
    gw_place_push(&place, 0, 0);
    gw_place_push(&place, 10 * MS, 0.01);
    assert_true(isnan(gw_place_height(&place, 0, 20 * MS)));
    pose_fill(&place, 101);
    assert_true(isnan(gw_place_height(&place, 2500 * MS, 2600 * MS))); /* long after the last */
    pose_fill(&place, 3 * GW_PAST_STEPS);
    assert_true(isnan(gw_place_height(&place, 0, 10 * MS))); /* not kept so long */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_beyond_a_limit_is_degraded_and_beyond_twice_blind),
        cmocka_unit_test(what_is_not_known_says_nothing),
        cmocka_unit_test(without_a_configured_speed_the_sensors_say_what_they_can_follow),
        cmocka_unit_test(what_is_not_known_any_more_is_blind),
        cmocka_unit_test(a_height_is_the_mean_of_its_readings),
        cmocka_unit_test(a_height_that_was_not_told_is_not_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
