/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/cue.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/random.h"

enum { SAMPLES = 256, SCANS = 200, APEX = 150, WAVELET = 24 };

/* Scans 0.02 m apart. A hyperbola's apex is at 0.10 m depth, as steep as in ground of 0.12 m/ns. */
static const gw_cue_config config = {
    .n_samples = SAMPLES, .wavelet = WAVELET, .guard = 6, .memory = 50, .least = 30};
static float scores[SCANS];

static double pulse(double t)
{
    double a = t / 5;
    return (1 - 2 * a * a) * exp(-a * a);
}

static void scan_fill(float *x, uint64_t scan, double echo, double scale)
{
    double offset = 0.02 * ((double)scan - APEX), slant = hypot(0.10, offset);
    double at = 40 + slant / 0.10 * 60, beam = 0.10 / slant * (0.10 / slant);
    for (int k = 0; k < SAMPLES; k++) {
        uint64_t counter = scan * SAMPLES + (uint64_t)k;
        double noise = gw_random_normal(3, counter), direct = 1000 * pulse(k - 40);
        x[k] = (float)(scale * (direct + noise + echo * beam * pulse(k - at)));
    }
}

static void scans_walk(gw_cue *cue, double echo, double scale)
{
    float x[SAMPLES];
    for (uint64_t k = 0; k < SCANS; k++) {
        scan_fill(x, k, echo, scale);
        scores[k] = gw_cue_process(cue, x);
        assert_true(scores[k] >= 0 && scores[k] <= 1);
    }
}

static size_t greatest(void)
{
    size_t best = 0;
    for (size_t k = 1; k < SCANS; k++)
        if (scores[k] > scores[best])
            best = k;
    return best;
}

static gw_cue *start(void)
{
    gw_cue *cue;
    assert_int_equal(gw_cue_create(&config, &cue), GW_OK);
    return cue;
}

static void ground_that_stands_still_is_silent(void **state)
{
    gw_cue *cue = start();
    (void)state;
    scans_walk(cue, 0, 1);
    for (size_t k = 0; k < SCANS; k++)
        assert_true(scores[k] < 0.1F);
    gw_cue_destroy(cue);
}

/* 10 times the noise, 40 dB under the direct wave. */
static void is_greatest_within_5_cm_of_the_apex(void **state)
{
    gw_cue *cue = start();
    (void)state;
    scans_walk(cue, 10, 1);
    assert_true(greatest() >= APEX - 2 && greatest() <= APEX + 2);
    assert_true(scores[greatest()] > 0.3F);
    for (size_t k = APEX + 25; k < SCANS; k++) /* 0.5 m beyond it is over */
        assert_true(scores[k] < 0.15F);
    gw_cue_destroy(cue);
}

static void rises_with_the_echo_and_not_with_the_gain(void **state)
{
    gw_cue *cue = start();
    float before = 0;
    (void)state;
    for (double echo = 6; echo < 30; echo *= 1.5) {
        gw_cue_reset(cue);
        scans_walk(cue, echo, 1);
        float most = scores[greatest()];
        assert_true(most > before);
        before = most;
        gw_cue_reset(cue);
        scans_walk(cue, echo, 32);
        assert_true(fabsf(scores[greatest()] - most) < 1e-3F);
    }
    gw_cue_destroy(cue);
}

static void says_nothing_before_the_ground_is_known(void **state)
{
    gw_cue *cue = start();
    float x[SAMPLES];
    (void)state;
    for (uint64_t k = 0; k < config.least + config.guard; k++) {
        scan_fill(x, k, 0, k % 7 == 6 ? 3 : 1);
        assert_true(gw_cue_process(cue, x) == 0);
    }
    gw_cue_destroy(cue);
}

static void reset_forgets_everything(void **state)
{
    gw_cue *cue = start();
    float fresh[SCANS];
    (void)state;
    scans_walk(cue, 10, 1);
    memcpy(fresh, scores, sizeof fresh);
    gw_cue_reset(cue);
    scans_walk(cue, 10, 1);
    assert_memory_equal(fresh, scores, sizeof fresh);
    gw_cue_destroy(cue);
}

static void bad_sizes_are_refused(void **state)
{
    const gw_cue_config bad[] = {{15, 4, 1, 1, 1},   {65537, 4, 1, 1, 1}, {64, 0, 1, 1, 1},
                                 {64, 33, 1, 1, 1},  {64, 4, 0, 1, 1},    {64, 4, 4097, 1, 1},
                                 {64, 4, 1, 0, 1},   {64, 4, 1, 4097, 1}, {64, 4, 1, 1, 0},
                                 {64, 4, 1, 1, 4097}};
    gw_cue *cue;
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_int_equal(gw_cue_create(&bad[k], &cue), GW_EINVAL);
        assert_null(cue);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_that_stands_still_is_silent),
        cmocka_unit_test(is_greatest_within_5_cm_of_the_apex),
        cmocka_unit_test(rises_with_the_echo_and_not_with_the_gain),
        cmocka_unit_test(says_nothing_before_the_ground_is_known),
        cmocka_unit_test(reset_forgets_everything),
        cmocka_unit_test(bad_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
