/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ground that is given instead of learnt: as it was learnt once, or by its phase; and its level,
 * before and after it is taken out.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dsp/balance.h"
#include "dsp/footprint.h"
#include "dsp/md.h"
#include "dsp/md_window.h"

enum { TONES = 4, CELLS = 450, OBJECT = 225 };

static const double noise = 1e-3; /* of a cell, both parts together */
static const double phases[TONES] = {0.05, 0.10, 0.15, 0.20}, other[TONES] = {0.9, 1.0, 1.1, 1.2};
static const gw_balance tracking = {.mode = GW_BALANCE_TRACKING},
                        one_shot = {.mode = GW_BALANCE_ONE_SHOT};

static double uniform(void)
{
    static unsigned state = 7;
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) / 16777216.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(6.283185307179586 * uniform());
}

/* Ground of rms `height` along `phase`, and a dipole whose response has phase `metal`. */
static void lane_solve(gw_md_window *window, double height, const double *phase, double strength,
                       double metal)
{
    static gw_footprint footprint;
    const double sigmas[TONES] = {noise, noise, noise, noise};
    gw_footprint_make(&footprint, 0.13);
    gw_md_window_clear(window);
    for (int k = 0; k < CELLS; k++) {
        gw_complex response[TONES];
        double ground = height * (sin(k * 0.071) + sin(k * 0.113 + 1));
        double shape = strength * gw_footprint_at(&footprint, 4, (k - OBJECT) * 0.01);
        for (int t = 0; t < TONES; t++) {
            double re = ground * cos(phase[t]) + shape * cos(metal) + noise * normal() / sqrt(2);
            double im = ground * sin(phase[t]) + shape * sin(metal) + noise * normal() / sqrt(2);
            response[t] = (gw_complex){(float)re, (float)im};
        }
        gw_md_window_add(window, response, true);
    }
    gw_md_window_solve(window, sigmas, false);
}

static gw_md_window *window_of(const gw_balance *balance, const gw_ground *ground)
{
    gw_md_window *window;
    assert_int_equal(gw_md_window_create(TONES, NULL, 0.13, &window), GW_OK);
    gw_md_window_freeze(window, balance, ground);
    return window;
}

static gw_ground learnt(double height, const double *phase)
{
    gw_md_window *window = window_of(&tracking, NULL);
    gw_ground ground = {.n_tones = TONES};
    lane_solve(window, height, phase, 0, 0);
    assert_true(gw_md_window_learn(window, ground.covariance));
    gw_md_window_destroy(window);
    return ground;
}

static double score_most(const gw_md_window *window)
{
    const gw_md_target *targets;
    double best = 0;
    size_t n = gw_md_window_targets(window, &targets);
    for (size_t k = 0; k < n; k++)
        best = fmax(best, targets[k].score);
    return best;
}

/* rms of two sines of height h is h, half of it in each part: (h / noise)^2. */
static void the_ground_is_heard_at_its_level(void **state)
{
    (void)state;
    for (double height = 10 * noise; height < 2000 * noise; height *= 10) {
        gw_md_window *window = window_of(&tracking, NULL);
        const double even[TONES] = {M_PI / 4, M_PI / 4, M_PI / 4, M_PI / 4};
        lane_solve(window, height, even, 0, 0);
        gw_md_soil soil = gw_md_window_soil(window);
        assert_true(fabs(soil.heard_db - 20 * log10(height / noise)) < 2.5);
        assert_true(soil.residual_db < 3); /* one direction of eight is the ground's */
        gw_md_window_destroy(window);
    }
}

static void frozen_ground_is_taken_out_and_another_is_said(void **state)
{
    (void)state;
    gw_ground ground = learnt(100 * noise, phases);
    gw_md_window *window = window_of(&one_shot, &ground);
    lane_solve(window, 100 * noise, phases, 0, 0);
    assert_true(gw_md_window_soil(window).residual_db < 3 && score_most(window) < 4);
    lane_solve(window, 100 * noise, phases, 30 * noise, 1.5);
    assert_true(score_most(window) > 20);
    lane_solve(window, 100 * noise, other, 0, 0);
    assert_true(gw_md_window_soil(window).residual_db > 20);
    gw_md_window_destroy(window);
}

/* R of one direction g: height^2 cos(a) cos(b) and so on, filtered by the footprint: its ratios. */
static void what_is_learnt_is_the_grounds_covariance(void **state)
{
    (void)state;
    gw_ground ground = learnt(300 * noise, phases);
    double re = ground.covariance[0];
    assert_true(re > 0);
    for (size_t k = 0; k < TONES; k++) { /* row of imaginary parts, column 0: cos(a_0) sin(a_k) */
        size_t row = TONES + k;
        double ratio = ground.covariance[row * (row + 1) / 2] / re;
        assert_true(fabs(ratio - sin(phases[k]) / cos(phases[0])) < 0.02);
    }
}

static void along_the_given_phase_nothing_counts(void **state)
{
    (void)state;
    gw_balance manual = {.mode = GW_BALANCE_MANUAL, .n_phases = TONES};
    for (int t = 0; t < TONES; t++)
        manual.phase_deg[t] = phases[t] * 180 / M_PI;
    gw_md_window *window = window_of(&manual, NULL);
    lane_solve(window, 100 * noise, phases, 0, 0);
    assert_true(gw_md_window_soil(window).residual_db < 3 && score_most(window) < 4);
    lane_solve(window, 100 * noise, phases, 30 * noise, 0.1 + M_PI / 2);
    assert_true(score_most(window) > 20);
    gw_md_window_destroy(window);
    gw_balance one = {.mode = GW_BALANCE_MANUAL, .n_phases = 1, .phase_deg = {30}};
    const double at_30[TONES] = {M_PI / 6, M_PI / 6, M_PI / 6, M_PI / 6};
    window = window_of(&one, NULL);
    lane_solve(window, 100 * noise, at_30, 50 * noise, M_PI / 6);
    assert_true(score_most(window) < 4);
    gw_md_window_destroy(window);
}

static void words_are_read(void **state)
{
    gw_balance balance = {.mode = GW_BALANCE_COUNT};
    (void)state;
    assert_true(gw_balance_read("tracking", &balance) && balance.mode == GW_BALANCE_TRACKING);
    assert_true(gw_balance_read("one-shot", &balance) && balance.mode == GW_BALANCE_ONE_SHOT);
    assert_true(gw_balance_read("manual:-3.5,2", &balance) && balance.mode == GW_BALANCE_MANUAL);
    assert_true(balance.n_phases == 2 && balance.phase_deg[0] == -3.5 && balance.phase_deg[1] == 2);
    static const char *const wrong[] = {"",           "manual:",    "manual:1,",
                                        "manual:400", "manual:nan", "manual:1;2",
                                        "manual",     "oneshot",    "tracking:1"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        assert_false(gw_balance_read(wrong[k], &balance));
    assert_true(balance.n_phases == 2);
    assert_string_equal(gw_balance_name(GW_BALANCE_ONE_SHOT), "one-shot");
}

static void a_balance_without_what_it_needs_is_refused(void **state)
{
    const double tones_hz[TONES] = {1e3, 4e3, 16e3, 64e3}, none[TONES] = {0};
    gw_md *md;
    gw_ground ground = {.n_tones = TONES - 1};
    gw_md_config config = {
        .n_tones = TONES, .tones_hz = tones_hz, .far_per_m = 0.1, .balance = one_shot};
    (void)state;
    assert_int_equal(gw_md_create(&config, &md), GW_EINVAL);
    config.ground = &ground;
    assert_int_equal(gw_md_create(&config, &md), GW_EINVAL);
    ground.n_tones = TONES;
    assert_int_equal(gw_md_create(&config, &md), GW_OK);
    gw_md_destroy(md);
    config.balance = (gw_balance){.mode = GW_BALANCE_MANUAL, .n_phases = 2};
    assert_int_equal(gw_md_create(&config, &md), GW_EINVAL);
    config.balance.n_phases = 1;
    config.tones_hz = none;
    assert_int_equal(gw_md_create(&config, &md), GW_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ground_is_heard_at_its_level),
        cmocka_unit_test(frozen_ground_is_taken_out_and_another_is_said),
        cmocka_unit_test(what_is_learnt_is_the_grounds_covariance),
        cmocka_unit_test(along_the_given_phase_nothing_counts),
        cmocka_unit_test(words_are_read),
        cmocka_unit_test(a_balance_without_what_it_needs_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
