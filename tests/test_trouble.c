/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A metal detector in trouble: it is said, no alarm storm comes of it, what could not be heard is
 * not counted as searched, and the noise that is published stays that of the receiver.
 */
#include "dsp/trouble.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "drivers/playback.h"

enum { TONES = 3, HOP = 640 };

static const double metres = 24;

static unsigned judged(gw_current *state, double factor, size_t lost)
{
    double current[TONES], beside[TONES];
    for (size_t k = 0; k < TONES; k++) {
        current[k] = (k < lost ? 1e-4 : factor) * (1 + (double)k);
        beside[k] = 1e-4;
    }
    return gw_current_judge(state, current, beside);
}

static void a_current_is_held_against_what_it_was_at_first(void **state)
{
    gw_current current = {.n_tones = TONES};
    (void)state;
    for (int k = 0; k < 50; k++)
        assert_int_equal(judged(&current, 1, 0), 0);
    assert_int_equal(judged(&current, 1.04, 0), 0);
    assert_int_equal(judged(&current, 1.06, 0), GW_TROUBLE_REFERENCE_DRIFTS);
    assert_int_equal(judged(&current, 0.94, 0), GW_TROUBLE_REFERENCE_DRIFTS);
    assert_int_equal(judged(&current, 1, 1), GW_TROUBLE_TONE_LOST);
    assert_int_equal(judged(&current, 1, TONES), GW_TROUBLE_TONE_LOST | GW_TROUBLE_REFERENCE_LOST);
    assert_int_equal(judged(&current, 1, 0), 0);
}

/* What never had a current is lost from the beginning, and is not what it was "at first". */
static void a_detector_that_never_sent_is_lost(void **state)
{
    gw_current current = {.n_tones = TONES};
    (void)state;
    for (int k = 0; k < 100; k++)
        assert_int_equal(judged(&current, 1, TONES),
                         GW_TROUBLE_TONE_LOST | GW_TROUBLE_REFERENCE_LOST);
    for (int k = 0; k < 100; k++)
        assert_int_equal(judged(&current, 1, 0), 0);
}

static bool is_clipped(double size, double limit, double noise)
{
    float samples[HOP];
    unsigned seed = 5;
    for (int k = 0; k < HOP; k++) {
        seed = seed * 1664525u + 1013904223u;
        double x = size * (sin(k * 0.157) + 0.6 * sin(k * 1.1 + 1) + 0.4 * sin(k * 2.356 + 2)) +
                   noise * ((double)(seed >> 8) / 8388608 - 1);
        samples[k] = (float)nearbyint(fmin(fmax(x, -limit), limit));
    }
    return gw_samples_are_clipped(samples, HOP);
}

static void flat_tops_are_clipped_and_round_ones_are_not(void **state)
{
    (void)state;
    for (double size = 30; size < 2e4; size *= 1.3) {
        assert_false(is_clipped(size, 1e9, 13));
        assert_false(is_clipped(size, 1e9, 0));
        if (size > 200)
            assert_true(is_clipped(size, nearbyint(size), 13));
    }
}

typedef struct played {
    int n_alarms;
    double searched_m, noise;
    size_t n_covers;
    unsigned trouble;
} played;

static void alarm_count(void *user, const gw_detection *detection)
{
    ((played *)user)->n_alarms += detection->alarm;
}

static void ground_take(void *user, const gw_coverage *coverage)
{
    played *p = user;
    p->searched_m += coverage->to_m - coverage->from_m;
    p->noise += coverage->noise;
    p->n_covers++;
}

/* Blank loam with a metal detector of this noise and these coils. */
static played scene_play(const char *noise, const char *coils)
{
    played got = {0};
    char path[64];
    gw_error error;
    gw_playback *playback;
    const gw_detector_config config = {.far_per_m = 0.1};
    const gw_detector_sink sink = {.detection = alarm_count, .coverage = ground_take, .user = &got};
    snprintf(path, sizeof path, "trouble-%ld.yaml", (long)getpid());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "name: trouble\nseed: 142\nlength_m: %g\nsensors: [md]\n"
            "soil: {chi: 3.0e-4, variation: 0.1, drop_variation: 0.005}\n"
            "lift_off: {mean_m: 0.05, rms_m: 0.006}\nnoise: {%s}\nmd: {%s}\n",
            metres, noise, coils);
    fclose(f);
    assert_int_equal(gw_playback_open(path, &playback, &error), GW_OK);
    assert_int_equal(gw_playback_start(playback, &config, &sink, &error), GW_OK);
    while (gw_playback_step(playback, &error) == GW_OK)
        ;
    got.trouble = gw_playback_trouble(playback);
    got.noise /= (double)got.n_covers;
    gw_playback_close(playback);
    unlink(path);
    return got;
}

typedef struct trouble_case {
    const char *noise, *coils;
    unsigned trouble;
    double lost_m;
} trouble_case;

/* Hum 20 dB stronger than of the plain scene, ten impulses a second, a reference that drifts by a
 * tenth, a receiver that clips, a tone that is lost. */
static void trouble_check(const char *coils, const trouble_case *cases, size_t n_cases)
{
    const played plain = scene_play("hum_counts: 120", coils);
    assert_int_equal(plain.trouble, 0);
    for (size_t k = 0; k < n_cases; k++) {
        char all[512];
        snprintf(all, sizeof all, "%s, %s", coils, cases[k].coils);
        const played got = scene_play(cases[k].noise, *cases[k].coils ? all : coils);
        print_message("%s, %s: %d alarms (%d), noise %.3f, searched %.2f m\n", cases[k].noise,
                      cases[k].coils, got.n_alarms, plain.n_alarms, got.noise / plain.noise,
                      got.searched_m);
        assert_int_equal(got.trouble & cases[k].trouble, cases[k].trouble);
        assert_true(cases[k].trouble || !got.trouble);
        assert_true(got.n_alarms <= 2 * plain.n_alarms);
        assert_true(got.searched_m < metres - cases[k].lost_m + 0.3);
        assert_true(got.searched_m > metres - cases[k].lost_m - 1);
        assert_true(got.noise > 0.7 * plain.noise);
        if (cases[k].trouble != GW_TROUBLE_CLIPPED) /* what clipping adds is noise between tones */
            assert_true(got.noise < 1.25 * plain.noise);
    }
}

static void trouble_is_said_and_makes_no_storm(void **state)
{
    (void)state;
    const trouble_case cases[] = {
        {"hum_counts: 1200", "", 0, 0},
        {"impulses_per_m: 22", "", 0, 0},
        {"hum_counts: 120", "reference_drift: 0.1", GW_TROUBLE_REFERENCE_DRIFTS, 0},
        {"hum_counts: 120", "clip_counts: 3000", GW_TROUBLE_CLIPPED, 0},
        {"hum_counts: 120", "lost_tone_hz: 4800, lost_from_m: 10, lost_to_m: 16",
         GW_TROUBLE_TONE_LOST, 6},
    };
    trouble_check("drift: 0.02", cases, sizeof cases / sizeof *cases);
}

static void eight_tones_are_no_worse_off(void **state)
{
    (void)state;
    const trouble_case cases[] = {
        {"hum_counts: 1200", "", 0, 0},
        {"impulses_per_m: 22", "", 0, 0},
        {"hum_counts: 120", "reference_drift: 0.1", GW_TROUBLE_REFERENCE_DRIFTS, 0},
        {"hum_counts: 120", "clip_counts: 8000", GW_TROUBLE_CLIPPED, 0},
        {"hum_counts: 120", "lost_tone_hz: 13600, lost_from_m: 10, lost_to_m: 16",
         GW_TROUBLE_TONE_LOST, 6},
    };
    trouble_check(
        "rate_hz: 256000, coil_radius_m: 0.125, receive_radius_m: 0.125, gain_error: 0.01, "
        "tones_hz: [1000, 1900, 3700, 7100, 13600, 26100, 50100, 96100]",
        cases, sizeof cases / sizeof *cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_current_is_held_against_what_it_was_at_first),
        cmocka_unit_test(a_detector_that_never_sent_is_lost),
        cmocka_unit_test(flat_tops_are_clipped_and_round_ones_are_not),
        cmocka_unit_test(trouble_is_said_and_makes_no_storm),
        cmocka_unit_test(eight_tones_are_no_worse_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
