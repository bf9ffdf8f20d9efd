/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pinpoint: 1 over the strongest place, 0 from half of it on, no chattering in between, and it
 * forgets.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dsp/footprint.h"
#include "dsp/pinpoint.h"

static const double hop_s = 0.01;

static void the_strongest_place_is_one_and_half_of_it_nothing(void **state)
{
    gw_pinpoint p = {0};
    (void)state;
    assert_true(gw_pinpoint_push(&p, 10, 0) == 1);
    assert_true(fabs(gw_pinpoint_push(&p, 7.5, 0) - 0.5) < 1e-12);
    assert_true(fabs(gw_pinpoint_push(&p, 6, 0) - 0.2) < 1e-12);
    assert_true(gw_pinpoint_push(&p, 4.9, 0) == 0);
    assert_true(gw_pinpoint_push(&p, 6, 0) == 0); /* not on again before 0.7 */
    assert_true(fabs(gw_pinpoint_push(&p, 7, 0) - 0.4) < 1e-12);
    assert_true(gw_pinpoint_push(&p, 20, 0) == 1);
    assert_true(gw_pinpoint_push(&p, 10, 0) == 0);
}

static void nothing_is_no_place(void **state)
{
    gw_pinpoint p = {0};
    (void)state;
    for (int k = 0; k < 1000; k++) /* the usual, and what is no number */
        assert_true(gw_pinpoint_push(&p, k % 7 ? 1 : (double)NAN, hop_s) == 0);
}

/* A head that rests where the amplitude lies anywhere between 0.52 and 0.68 of the peak, with
 * noise: it changes at most once. */
static void at_the_rim_it_does_not_chatter(void **state)
{
    unsigned noise = 1;
    (void)state;
    for (double rim = 0.52; rim < 0.69; rim += 0.02) {
        gw_pinpoint p = {0};
        int n_changes = 0;
        bool was_on = true;
        gw_pinpoint_push(&p, 100, hop_s);
        for (int k = 0; k < 20; k++) { /* 0.2 s: the peak falls by a twentieth */
            noise = noise * 1664525u + 1013904223u;
            double a = 100 * rim + 1.5 * ((double)(noise >> 8) / 8388608.0 - 1);
            bool is_on = gw_pinpoint_push(&p, a, hop_s) > 0;
            n_changes += is_on != was_on;
            was_on = is_on;
        }
        assert_true(n_changes <= 1);
    }
}

/* After n half lives the peak is 2^-n of what it was. */
static void it_forgets(void **state)
{
    gw_pinpoint p = {0};
    (void)state;
    gw_pinpoint_push(&p, 100, 0);
    assert_true(gw_pinpoint_push(&p, 10, 3) == 0); /* 50 still */
    assert_true(fabs(p.peak - 50) < 1e-9);
    for (int k = 0; k < 600; k++)
        gw_pinpoint_push(&p, 0, hop_s);
    assert_true(fabs(p.peak - 12.5) < 1e-9);
    assert_true(fabs(gw_pinpoint_push(&p, 10, 0) - (0.8 - 0.5) / 0.5) < 1e-9);
}

/* Over a dipole, to and fro: greatest over it each time, and silent 0.3 m off. */
static void a_sweep_is_loudest_over_the_object(void **state)
{
    static gw_footprint footprint;
    gw_pinpoint p = {0};
    double best[3] = {0}, at[3] = {9, 9, 9};
    (void)state;
    gw_footprint_make(&footprint, 0.13);
    double top = gw_footprint_at(&footprint, 3, 0);
    for (int k = 0; k < 300; k++) {
        double x = k < 100   ? -0.5 + 0.01 * k
                   : k < 200 ? 0.5 - 0.01 * (k - 100)
                             : -0.5 + 0.01 * (k - 200);
        double value =
            gw_pinpoint_push(&p, 1 + 30 * fabs(gw_footprint_at(&footprint, 3, x)) / top, hop_s);
        if (fabs(x) > 0.3)
            assert_true(value == 0 || k < 100); /* the first way does not know the peak yet */
        if (value >= best[k / 100]) {
            best[k / 100] = value;
            at[k / 100] = x;
        }
    }
    for (int turn = 0; turn < 3; turn++)
        assert_true(fabs(at[turn]) < 0.02 && best[turn] > 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strongest_place_is_one_and_half_of_it_nothing),
        cmocka_unit_test(nothing_is_no_place),
        cmocka_unit_test(at_the_rim_it_does_not_chatter),
        cmocka_unit_test(it_forgets),
        cmocka_unit_test(a_sweep_is_loudest_over_the_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
