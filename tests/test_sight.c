/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/sight.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BINS = 74, ROWS = 75, SAMPLES = 512, PEAK = 60 };

/* A radar of 1.5 GHz and 42.7 samples a nanosecond, bins of an eighth of a period. */
static gw_sight_config config_of(double speed_m_per_ns)
{
    return (gw_sight_config){.speed_m_per_ns = speed_m_per_ns,
                             .period_samples = 28.4,
                             .peak_samples = PEAK,
                             .first_samples = 21.3,
                             .step_samples = 3.55,
                             .n_samples = SAMPLES,
                             .n_bins = BINS,
                             .rows = ROWS,
                             .is_fitted = true};
}

static gw_sight sight_of(double speed_m_per_ns)
{
    gw_sight sight;
    const gw_sight_config config = config_of(speed_m_per_ns);
    gw_sight_make(&sight, &config);
    return sight;
}

/* Floors as scenes gave them, dB over the direct wave, each three quarters of a period from 0.75
 * on; what lies between is straight. */
enum { POINTS = 13 };
typedef double profile[POINTS];
static const profile loam = {-34, -36, -45, -47, -48, -50, -51, -51, -52, -53, -54, -55, -55};
static const profile clay = {-33, -35, -47, -50, -53, -54, -56, -57, -58, -59, -60, -61, -61};
static const profile salt = {-34, -36, -49, -54, -57, -60, -61, -62, -63, -63, -63, -63, -63};
static const profile rough_salt = {-28, -30, -44, -49, -53, -56, -58, -60, -62, -62, -63, -63, -63};
static const profile hiss = {-33, -35, -40, -41, -42, -42, -42, -43, -43, -43, -43, -43, -43};
static const profile at_20_cm = {-33, -31, -31, -39, -48, -50, -50, -52, -53, -53, -54, -55, -55};
static const profile at_34_cm = {-58, -53, -38, -34, -35, -45, -51, -52, -53, -54, -55, -55, -56};

static double alike = 0.74; /* scans one with the next, as there */

static void ground_push(gw_sight *sight, const profile of, int n)
{
    float levels[BINS];
    for (int b = 0; b < BINS; b++) {
        int k = b / 6;
        double part = (b - 6 * k) / 6.0,
               db = of[k] + part * (of[k + 1 < POINTS ? k + 1 : k] - of[k]);
        levels[b] = (float)(1e8 * pow(10, db / 10));
    }
    for (int k = 0; k < n; k++)
        gw_sight_push(sight, levels, 1e8, alike);
}

static bool tells(const profile of, double speed_m_per_ns)
{
    gw_sight sight = sight_of(speed_m_per_ns);
    ground_push(&sight, of, ROWS);
    return gw_sight_tells(&sight);
}

static void silence_says_something_where_clutter_falls_slowly(void **state)
{
    (void)state;
    assert_true(tells(loam, 0));
    assert_true(tells(clay, 0));
}

static void it_says_nothing_in_ground_that_swallows_the_wave(void **state)
{
    (void)state;
    assert_false(tells(salt, 0));
    assert_false(tells(rough_salt, 0));
}

static void nor_under_antennas_that_are_lifted(void **state)
{
    (void)state;
    assert_false(tells(at_20_cm, 0));
    assert_false(tells(at_34_cm, 0));
}

/* Over clutter that turns slowly along the lane; loud: the receiver's noise against that. */
static double alike_of(double loud)
{
    gw_sight sight = sight_of(0);
    unsigned seed = 5;
    double heard = 0;
    for (int row = 0; row < 4 * ROWS; row++) {
        float residual[SAMPLES];
        for (int k = 0; k < SAMPLES; k++) {
            double sum = 0; /* as wide as the band: a sum over half a period */
            for (int j = 0; j < 4; j++) {
                seed = seed * 1664525u + 1013904223u;
                sum += (double)(seed >> 8) / (1 << 24) - 0.5;
            }
            residual[k] = (float)(sin(0.22 * k + 0.6 * row) + loud * sum);
        }
        heard = gw_sight_hear(&sight, residual);
    }
    return heard;
}

static void noise_is_another_in_every_scan_and_clutter_is_not(void **state)
{
    double last = 1;
    (void)state;
    assert_true(alike_of(0) > 0.75);
    assert_true(fabs(alike_of(1000)) < 0.1);
    for (double loud = 0.2; loud < 100; loud *= 4) {
        assert_true(alike_of(loud) < last);
        last = alike_of(loud);
    }
}

/* Whether the wave came through cannot be seen there. */
static void nor_where_the_receiver_s_noise_is_all_that_is_heard(void **state)
{
    double usual = alike;
    (void)state;
    assert_true(tells(loam, 0) && tells(hiss, 0));
    alike = 0.3;
    assert_false(tells(loam, 0));
    assert_false(tells(hiss, 0));
    alike = usual;
}

static void nor_in_ground_that_reflects_as_a_mine_does(void **state)
{
    (void)state;
    assert_true(tells(loam, 0.1));
    assert_false(tells(loam, 0.15)); /* dry sand, permittivity 4 */
}

static void nor_before_a_third_of_the_rows_were_seen(void **state)
{
    gw_sight sight = sight_of(0);
    (void)state;
    assert_false(gw_sight_tells(&sight));
    ground_push(&sight, loam, ROWS / 3 - 1);
    assert_false(gw_sight_tells(&sight));
    ground_push(&sight, loam, 1);
    assert_true(gw_sight_tells(&sight));
}

static void nor_of_other_radars_and_shorter_scans(void **state)
{
    gw_sight_config config = config_of(0);
    gw_sight sight;
    (void)state;
    config.is_fitted = false;
    gw_sight_make(&sight, &config);
    ground_push(&sight, loam, ROWS);
    assert_false(gw_sight_tells(&sight));
    config = config_of(0);
    config.n_bins = 24; /* 3.6 periods */
    gw_sight_make(&sight, &config);
    ground_push(&sight, loam, ROWS);
    assert_false(gw_sight_tells(&sight));
    config = config_of(0);
    config.n_samples = PEAK + 100;
    gw_sight_make(&sight, &config);
    ground_push(&sight, loam, ROWS);
    assert_false(gw_sight_tells(&sight));
}

static void another_ground_shows_within_two_and_a_half_metres(void **state)
{
    gw_sight sight = sight_of(0);
    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        ground_push(&sight, loam, 5 * ROWS / 3);
        assert_true(gw_sight_tells(&sight));
        ground_push(&sight, turn == 2 ? at_20_cm : salt, 5 * ROWS / 3);
        assert_false(gw_sight_tells(&sight));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_says_something_where_clutter_falls_slowly),
        cmocka_unit_test(it_says_nothing_in_ground_that_swallows_the_wave),
        cmocka_unit_test(nor_under_antennas_that_are_lifted),
        cmocka_unit_test(noise_is_another_in_every_scan_and_clutter_is_not),
        cmocka_unit_test(nor_where_the_receiver_s_noise_is_all_that_is_heard),
        cmocka_unit_test(nor_in_ground_that_reflects_as_a_mine_does),
        cmocka_unit_test(nor_before_a_third_of_the_rows_were_seen),
        cmocka_unit_test(nor_of_other_radars_and_shorter_scans),
        cmocka_unit_test(another_ground_shows_within_two_and_a_half_metres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
