/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/reference_gpr.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BINS = 78 };
static const double alarm = 0.38;

/* A radar of 1.5 GHz and 42.7 samples a nanosecond, bins of an eighth of a period. */
static gw_reference_gpr_config config_of(double speed_m_per_ns)
{
    return (gw_reference_gpr_config){.speed_m_per_ns = speed_m_per_ns,
                                     .speed_sd_m_per_ns = 0.05 * speed_m_per_ns,
                                     .sample_rate_hz = 42.7e9,
                                     .period_samples = 28.4,
                                     .first_samples = 21.3,
                                     .step_samples = 3.56,
                                     .n_bins = BINS,
                                     .rows = 100,
                                     .is_fitted = true};
}

/* Floor of -38 dB under the direct wave's power, that falls by fall_db in all. */
static void ground_push(gw_reference_gpr *reference, double fall_db, int n)
{
    float levels[BINS];
    for (int b = 0; b < BINS; b++)
        levels[b] = (float)(1e8 * pow(10, -3.8 - fall_db / 10 * b / BINS));
    for (int k = 0; k < n; k++)
        gw_reference_gpr_push(reference, levels, 1e8);
}

static double depth_of(double speed_m_per_ns, double fall_db, gw_named body, double score)
{
    gw_reference_gpr reference;
    const gw_reference_gpr_config config = config_of(speed_m_per_ns);
    gw_reference_gpr_make(&reference, &config);
    ground_push(&reference, fall_db, 5);
    return gw_reference_gpr_tell(&reference, body, score).depth_m;
}

static void what_is_unknown_has_no_depth_but_a_reason(void **state)
{
    gw_reference_gpr reference;
    gw_reference_gpr_config config = config_of(0);
    (void)state;
    gw_reference_gpr_make(&reference, &config);
    ground_push(&reference, 20, 5);
    assert_int_equal(reference.untold, GW_UNTOLD_SPEED);
    assert_true(isnan(gw_reference_gpr_tell(&reference, GW_NAMED_AT_320, alarm).depth_m));
    config = config_of(0.09);
    gw_reference_gpr_make(&reference, &config);
    assert_int_equal(reference.untold, GW_UNTOLD_LEARNING);
    assert_true(isnan(gw_reference_gpr_tell(&reference, GW_NAMED_AT_320, alarm).depth_m));
    config.is_fitted = false;
    gw_reference_gpr_make(&reference, &config);
    ground_push(&reference, 20, 5);
    assert_int_equal(reference.untold, GW_UNTOLD_WAVEFORM);
    assert_true(isnan(gw_reference_gpr_tell(&reference, GW_NAMED_AT_320, alarm).depth_m));
}

static void ground_unlike_all_that_was_fitted_has_no_depth(void **state)
{
    (void)state;
    assert_true(isfinite(depth_of(0.09, 20, GW_NAMED_AT_320, alarm)));
    assert_true(isnan(depth_of(0.2, 20, GW_NAMED_AT_320, alarm)));   /* permittivity 2.2 */
    assert_true(isnan(depth_of(0.09, -40, GW_NAMED_AT_320, alarm))); /* a floor that rises */
}

static void a_higher_score_that_is_wanted_reaches_less_deep(void **state)
{
    (void)state;
    for (int body = 0; body < GW_NAMED_COUNT; body++) {
        double last_m = (double)INFINITY;
        for (double score = 0.05; score < 1e12; score *= 1.5) {
            double at_m = depth_of(0.09, 20, (gw_named)body, score);
            assert_true(at_m <= last_m && at_m >= 0 && at_m < 0.41);
            last_m = at_m;
        }
        assert_true(last_m == 0);
    }
}

static void ground_that_takes_more_is_seen_less_deep(void **state)
{
    (void)state;
    for (int body = 0; body < GW_NAMED_COUNT; body++)
        assert_true(depth_of(0.09, 30, (gw_named)body, 0.1) <
                    depth_of(0.09, 15, (gw_named)body, 0.1));
}

/* Plastic of permittivity 3 in ground of nearly as much sends back next to nothing. */
static void plastic_is_found_less_deep_in_ground_that_is_like_it(void **state)
{
    (void)state;
    assert_true(depth_of(0.15, 15, GW_NAMED_PLASTIC_112, 0.1) <
                depth_of(0.09, 15, GW_NAMED_PLASTIC_112, 0.1));
}

static void what_the_speed_leaves_open_is_told(void **state)
{
    gw_reference_gpr reference;
    const gw_reference_gpr_config config = config_of(0.09);
    (void)state;
    gw_reference_gpr_make(&reference, &config);
    ground_push(&reference, 20, 5);
    gw_reference_depth told = gw_reference_gpr_tell(&reference, GW_NAMED_PLASTIC_112, 0.1);
    assert_true(told.depth_m > 0.03 && told.sd_m > 0 && told.sd_m < told.depth_m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unknown_has_no_depth_but_a_reason),
        cmocka_unit_test(ground_unlike_all_that_was_fitted_has_no_depth),
        cmocka_unit_test(a_higher_score_that_is_wanted_reaches_less_deep),
        cmocka_unit_test(ground_that_takes_more_is_seen_less_deep),
        cmocka_unit_test(plastic_is_found_less_deep_in_ground_that_is_like_it),
        cmocka_unit_test(what_the_speed_leaves_open_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
