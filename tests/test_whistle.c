/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/whistle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { SAMPLES = 512, SIZE = 1024, MEMORY = 100, SCANS = 60, LOUD = 40 };

static gw_whistle *whistle;
static gw_fft *fft;
static uint32_t random_state;

/* About normal, rms 1: twelve uniform ones. */
static double noise(void)
{
    double sum = 0;
    for (int k = 0; k < 12; k++) {
        random_state = random_state * 1664525u + 1013904223u;
        sum += (double)(random_state >> 8) / 16777216.0;
    }
    return sum - 6;
}

static int begin(void **state)
{
    (void)state;
    random_state = 3;
    return gw_whistle_create(SAMPLES, SIZE, MEMORY, &whistle) != GW_OK ||
           gw_fft_create(SIZE, &fft) != GW_OK;
}

static int end(void **state)
{
    (void)state;
    gw_whistle_destroy(whistle);
    gw_fft_destroy(fft);
    return 0;
}

/* An echo early in the scan, and noise of rms 1. */
static void scan_make(float *x)
{
    for (int k = 0; k < SAMPLES; k++) {
        double t = (double)(k - 60) / 12;
        x[k] = (float)(2000 * (1 - t * t) * exp(-t * t / 2) + noise());
    }
}

static double rms_between(const float *a, const float *b)
{
    double sum = 0;
    for (int k = 0; k < SAMPLES; k++)
        sum += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    return sqrt(sum / SAMPLES);
}

/* What is left of the tone, over the whole scan, is less than the noise: a tail of 153 samples
 * tells the frequency to 2e-4, and so the tone at the scan's other end to 0.5 rms in the mean. */
static void a_tone_goes_from_the_whole_scan(void **state)
{
    float x[SAMPLES], without[SAMPLES];
    double squares = 0;
    (void)state;
    for (int scan = 0; scan < SCANS; scan++) {
        scan_make(without);
        memcpy(x, without, sizeof x);
        double omega = 0.07 + 0.43 * (double)scan / SCANS, phase = 1.7 * scan;
        bool is_loud = scan >= LOUD && scan < LOUD + 12;
        for (int k = 0; k < SAMPLES && is_loud; k++)
            x[k] += (float)(14 * cos(omega * k + phase)); /* 20 dB over the noise */
        assert_int_equal(gw_whistle_process(whistle, fft, x), is_loud);
        assert_true(rms_between(x, without) < (is_loud ? 2 : 1e-9));
        squares += rms_between(x, without) * rms_between(x, without);
    }
    assert_true(squares / 12 < 1);
}

/* The lane begins in it: no level is known yet. */
static void a_tone_from_the_first_scan_on_goes(void **state)
{
    float x[SAMPLES], without[SAMPLES];
    (void)state;
    for (int scan = 0; scan < 8; scan++) {
        scan_make(without);
        for (int k = 0; k < SAMPLES; k++)
            x[k] = without[k] + (float)(14 * sin(0.2 * k + scan));
        assert_true(gw_whistle_process(whistle, fft, x));
        assert_true(rms_between(x, without) < 2);
    }
}

/* As a late echo that stays does, or another radar's ringing. */
static void what_is_in_every_scan_stays_bit_for_bit(void **state)
{
    float x[SAMPLES], before[SAMPLES];
    (void)state;
    for (int scan = 0; scan < SCANS; scan++) {
        scan_make(x);
        for (int k = 0; k < SAMPLES; k++)
            x[k] += (float)(scan < 12 ? 8 * noise() : 14 * cos(0.2 * k));
        memcpy(before, x, sizeof x);
        if (scan >= 12)
            assert_false(gw_whistle_process(whistle, fft, x));
        else
            gw_whistle_process(whistle, fft, x);
        assert_memory_equal(x, before, sizeof x);
    }
}

static void an_echo_in_the_tail_stays_bit_for_bit(void **state)
{
    float x[SAMPLES], before[SAMPLES];
    (void)state;
    for (int scan = 0; scan < SCANS; scan++) {
        scan_make(x);
        for (int k = 0; k < SAMPLES && scan == LOUD; k++) {
            double t = (double)(k - 430) / 5;
            x[k] += (float)(200 * (1 - t * t) * exp(-t * t / 2));
        }
        memcpy(before, x, sizeof x);
        assert_false(gw_whistle_process(whistle, fft, x));
        assert_memory_equal(x, before, sizeof x);
    }
}

/* A plate that rings on to the scan's end, which no scan before did. */
static void what_comes_after_the_direct_wave_alone_stays(void **state)
{
    float x[SAMPLES], before[SAMPLES];
    (void)state;
    for (int scan = 0; scan < SCANS; scan++) {
        scan_make(x);
        for (int k = 100; k < SAMPLES && scan >= LOUD; k++)
            x[k] += (float)(30 * cos(0.4 * k));
        memcpy(before, x, sizeof x);
        assert_false(gw_whistle_process(whistle, fft, x));
        assert_memory_equal(x, before, sizeof x);
    }
}

static void nothing_and_not_a_number_do_no_harm(void **state)
{
    float x[SAMPLES] = {0};
    (void)state;
    for (int scan = 0; scan < 20; scan++) {
        assert_false(gw_whistle_process(whistle, fft, x));
        assert_true(x[3] == 0.0f);
    }
    x[SAMPLES - 9] = NAN;
    assert_false(gw_whistle_process(whistle, fft, x));
    a_tone_goes_from_the_whole_scan(state);
}

static void a_reset_one_is_as_a_new_one(void **state)
{
    float x[SAMPLES];
    (void)state;
    for (int scan = 0; scan < 150; scan++) { /* more than it remembers */
        scan_make(x);
        for (int k = 0; k < SAMPLES; k++)
            x[k] *= 100.0f;
        gw_whistle_process(whistle, fft, x);
    }
    gw_whistle_reset(whistle);
    a_tone_goes_from_the_whole_scan(state);
}

static void wrong_sizes_are_refused(void **state)
{
    gw_whistle *made;
    (void)state;
    assert_int_equal(gw_whistle_create(15, SIZE, MEMORY, &made), GW_EINVAL);
    assert_int_equal(gw_whistle_create(SAMPLES, SAMPLES - 1, MEMORY, &made), GW_EINVAL);
    assert_int_equal(gw_whistle_create(SAMPLES, SIZE, 11, &made), GW_EINVAL);
    assert_int_equal(gw_whistle_create(SAMPLES, SIZE, 5000, &made), GW_EINVAL);
    assert_null(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_tone_goes_from_the_whole_scan, begin, end),
        cmocka_unit_test_setup_teardown(a_tone_from_the_first_scan_on_goes, begin, end),
        cmocka_unit_test_setup_teardown(what_is_in_every_scan_stays_bit_for_bit, begin, end),
        cmocka_unit_test_setup_teardown(an_echo_in_the_tail_stays_bit_for_bit, begin, end),
        cmocka_unit_test_setup_teardown(what_comes_after_the_direct_wave_alone_stays, begin, end),
        cmocka_unit_test_setup_teardown(nothing_and_not_a_number_do_no_harm, begin, end),
        cmocka_unit_test_setup_teardown(a_reset_one_is_as_a_new_one, begin, end),
        cmocka_unit_test(wrong_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
