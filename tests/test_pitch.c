/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/pitch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { SAMPLES = 64, ROWS = 60, BINS = 20, APERTURE = 3, HALF = 1, REACH = 2, LATE = 5 };

static const double t0 = 4.3, first = 9.1, step = 1.7, spacing = 3.1;
static gw_complex scans[ROWS][SAMPLES];
static float planes[ROWS][GW_FOCUS_PLANES][BINS];

static gw_pitch *pitch_make(size_t n_rows)
{
    const gw_pitch_config config = {.n_samples = SAMPLES,
                                    .n_rows = n_rows,
                                    .aperture = APERTURE,
                                    .half = HALF,
                                    .reach = REACH,
                                    .spacing_samples = spacing};
    gw_pitch *pitch;
    assert_int_equal(gw_pitch_create(&config, &pitch), GW_OK);
    gw_pitch_place(pitch, t0, first, step, BINS);
    return pitch;
}

static void scans_fill(void)
{
    uint32_t random = 7;
    for (size_t k = 0; k < ROWS; k++)
        for (size_t n = 0; n < SAMPLES; n++) {
            random = random * 1664525u + 1013904223u;
            scans[k][n].re = (float)(random >> 16) / 65536.0f - 0.5f;
            random = random * 1664525u + 1013904223u;
            scans[k][n].im = (float)(random >> 16) / 65536.0f - 0.5f;
        }
}

static void planes_fill(void)
{
    const gw_focus_config config = {SAMPLES, APERTURE, BINS, spacing};
    gw_focus *focus;
    size_t n = 0;
    assert_int_equal(gw_focus_create(&config, &focus), GW_OK);
    gw_focus_place(focus, t0, first, step, BINS);
    for (size_t k = 0; k < ROWS; k++) {
        gw_focus_push(focus, scans[k]);
        while (gw_focus_pop(focus, planes[n][0]))
            n++;
    }
    gw_focus_finish(focus);
    while (n < ROWS && gw_focus_pop(focus, planes[n][0]))
        n++;
    assert_int_equal(n, ROWS);
    gw_focus_destroy(focus);
}

/* Of the planes' sums about a place. */
static float turn_of(size_t row, size_t bin)
{
    float re = 0, im = 0;
    for (size_t k = row > HALF ? row - HALF : 0; k <= row + HALF && k < ROWS; k++)
        for (size_t b = bin > REACH ? bin - REACH : 0; b <= bin + REACH && b < BINS; b++) {
            re += planes[k][GW_FOCUS_TURN_RE][b];
            im += planes[k][GW_FOCUS_TURN_IM][b];
        }
    return atan2f(im, re) / 6.2831853f;
}

/* A whole turn is none. */
static void assert_alike(float turn, float other)
{
    assert_true(fabsf(remainderf(turn - other, 1)) < 1e-3f);
}

static void the_turn_is_that_of_the_focused_planes(void **state)
{
    gw_pitch *pitch = pitch_make(ROWS);
    (void)state;
    scans_fill();
    planes_fill();
    for (size_t k = 0; k < ROWS; k++)
        gw_pitch_push(pitch, scans[k]);
    for (size_t k = 0; k < ROWS; k++)
        for (size_t b = 0; b < BINS; b++)
            assert_alike(gw_pitch_at(pitch, k, b), turn_of(k, b));
    gw_pitch_destroy(pitch);
}

static void it_may_be_asked_as_late_as_rows_are_kept(void **state)
{
    gw_pitch *pitch = pitch_make(2 * (APERTURE + HALF) + 1 + LATE);
    size_t behind = APERTURE + HALF + LATE;
    (void)state;
    scans_fill();
    planes_fill();
    for (int life = 0; life < 2; life++) {
        for (size_t k = 0; k < ROWS; k++) {
            gw_pitch_push(pitch, scans[k]);
            for (size_t b = 0; k >= behind && b < BINS; b++)
                assert_alike(gw_pitch_at(pitch, k - behind, b), turn_of(k - behind, b));
        }
        gw_pitch_reset(pitch);
    }
    gw_pitch_destroy(pitch);
}

static void rows_that_are_too_few_are_refused(void **state)
{
    gw_pitch_config config = {.n_samples = SAMPLES, .n_rows = 8, .aperture = 3, .half = 1};
    gw_pitch *pitch;
    (void)state;
    assert_int_equal(gw_pitch_create(&config, &pitch), GW_EINVAL);
    assert_null(pitch);
    config.n_rows = 9;
    assert_int_equal(gw_pitch_create(&config, &pitch), GW_OK);
    gw_pitch_destroy(pitch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_turn_is_that_of_the_focused_planes),
        cmocka_unit_test(it_may_be_asked_as_late_as_rows_are_kept),
        cmocka_unit_test(rows_that_are_too_few_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
