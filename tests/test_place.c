/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/place.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define MS INT64_C(1000000)

static gw_place place;

/* Readings each 10 ms from 10 ms on, at m/s; returns when the last one was. */
static int64_t walk(int n, double m_s)
{
    double from_m = place.n_rows ? gw_place_newest(&place) : 0;
    int64_t from_ns = place.n_rows ? place.time_ns[(place.n_rows - 1) % GW_PLACE_ROWS] : 0;
    for (int k = 1; k <= n; k++)
        gw_place_push(&place, from_ns + k * 10 * MS, from_m + 0.01 * k * m_s);
    return from_ns + n * 10 * MS;
}

static int begin(void **state)
{
    (void)state;
    place = (gw_place){.n_rows = 0};
    return 0;
}

static double found(int64_t time_ns)
{
    double along_m = (double)NAN;
    assert_int_equal(gw_place_find(&place, time_ns, &along_m), GW_PLACE_KNOWN);
    return along_m;
}

static void a_lost_pose_goes_on_at_its_last_speed(void **state)
{
    double along_m;
    (void)state;
    int64_t last = walk(300, 0.4);
    assert_int_equal(gw_place_find(&place, last + 1, &along_m), GW_PLACE_EARLY);
    gw_place_lose(&place);
    for (int64_t after = MS; after < 100000 * MS; after *= 3) {
        assert_true(fabs(found(last + after) - 1.2 - 0.4e-9 * (double)after) < 1e-9);
        double told = after > 100 * MS ? 1e-9 * (double)after : 0;
        assert_true(fabs(gw_place_reckoned_s(&place, last + after) - told) < 1e-9);
    }
    assert_true(gw_place_reckoned_s(&place, last - MS) == 0);
}

/* Standing or going back when it was lost: as it went forward before. */
static void the_speed_is_that_at_which_the_head_went_forward(void **state)
{
    (void)state;
    walk(100, 0.7);
    walk(200, 0);
    int64_t last = walk(100, -0.3);
    gw_place_lose(&place);
    assert_true(fabs(found(last + 1000 * MS) - (gw_place_newest(&place) + 0.7)) < 0.03);
    begin(state);
    last = walk(100, 0.001); /* none is known: that which is taken where there is no pose */
    gw_place_lose(&place);
    assert_true(fabs(found(last + 1000 * MS) - (gw_place_newest(&place) + 0.5)) < 1e-9);
}

/* When it was there first; later passes over the same place do not count. */
static void a_place_is_reached_once(void **state)
{
    int64_t when_ns;
    (void)state;
    assert_int_equal(gw_place_reach(&place, 0, &when_ns), GW_PLACE_EARLY);
    walk(200, 0.5); /* to 1 m */
    assert_int_equal(gw_place_reach(&place, 0.75, &when_ns), GW_PLACE_KNOWN);
    assert_true(llabs(when_ns - 1500 * MS) < MS);
    assert_int_equal(gw_place_reach(&place, 0.7525, &when_ns), GW_PLACE_KNOWN);
    assert_true(llabs(when_ns - 1505 * MS) < MS);
    assert_int_equal(gw_place_reach(&place, 1.01, &when_ns), GW_PLACE_EARLY);
    assert_int_equal(gw_place_reach(&place, -1, &when_ns), GW_PLACE_NEVER);
    walk(200, -0.5);
    assert_int_equal(gw_place_reach(&place, 1.01, &when_ns), GW_PLACE_EARLY);
    walk(300, 0.5); /* to 1.5 m */
    assert_int_equal(gw_place_reach(&place, 0.75, &when_ns), GW_PLACE_KNOWN);
    assert_true(llabs(when_ns - 1500 * MS) < MS);
    assert_int_equal(gw_place_reach(&place, 1.25, &when_ns), GW_PLACE_KNOWN);
    assert_true(llabs(when_ns - 6500 * MS) < MS);
    walk(3 * GW_PLACE_ROWS, 0); /* a stand forgets nothing */
    assert_int_equal(gw_place_reach(&place, 0.75, &when_ns), GW_PLACE_KNOWN);
    assert_true(llabs(when_ns - 1500 * MS) < 21 * MS);
    assert_int_equal(gw_place_reach(&place, 1.25, &when_ns), GW_PLACE_KNOWN);
    assert_true(llabs(when_ns - 6500 * MS) < 21 * MS);
    assert_false(gw_place_has_forgotten(&place));
    walk(3 * GW_PAST_STEPS, 0.5); /* what is not kept any more is not guessed */
    assert_int_equal(gw_place_reach(&place, 0.75, &when_ns), GW_PLACE_NEVER);
    assert_true(gw_place_has_forgotten(&place));
}

/* A hand that stands trembles by 3 mm; it had been raised by 0.2 m half a second before. */
static void head_move(int n, double m_s, double height_m, double tremble_m)
{
    for (int k = 0; k < n; k++) {
        double along_m = place.n_rows ? gw_place_newest(&place) : 0;
        int64_t time_ns = place.n_rows ? place.time_ns[(place.n_rows - 1) % GW_PLACE_ROWS] : 0;
        double shift_m = tremble_m * (k % 7 - 3) / 3;
        gw_place_push(&place, time_ns + 10 * MS, along_m + 0.01 * m_s);
        gw_place_lift(&place, height_m + shift_m);
        gw_place_cross(&place, 0.3 - shift_m);
    }
}

/* However long the head stands, how it was held before is known; a head that goes on and on
 * forgets, and says so. */
static void a_stand_of_any_length_leaves_the_past_known(void **state)
{
    (void)state;
    head_move(100, 0.5, 0.05, 0);
    head_move(50, 0.5, 0.25, 0); /* from 1.01 to 1.50 s */
    head_move(50, 0.5, 0.05, 0);
    double before_m = gw_place_height(&place, 500 * MS, 1250 * MS);
    head_move(20 * GW_PLACE_ROWS, 0, 0.05, 0.003);
    assert_true(fabs(gw_place_height(&place, 500 * MS, 1250 * MS) - before_m) < 0.005);
    assert_true(fabs(gw_place_height(&place, 1200 * MS, 1200 * MS) - 0.25) < 1e-9);
    assert_true(fabs(gw_place_height(&place, 800 * MS, 900 * MS) - 0.05) < 1e-9);
    assert_true(fabs(gw_place_height_most(&place, 500 * MS, 1250 * MS) - 0.25) < 1e-9);
    assert_true(fabs(gw_place_across(&place, 500 * MS, 1250 * MS) - 0.3) < 1e-9);
    assert_false(gw_place_is_forgotten(&place, 500 * MS));
    /* a raise while it stood is in its time */
    head_move(10, 0, 0.2, 0);
    head_move(2 * GW_PLACE_ROWS, 0, 0.05, 0.003);
    assert_true(gw_place_height_most(&place, 500 * MS, INT64_C(100000) * 10 * MS) > 0.24);
    head_move(3 * GW_PAST_STEPS, 0.5, 0.05, 0);
    assert_true(gw_place_is_forgotten(&place, 500 * MS));
    assert_true(isnan(gw_place_height(&place, 500 * MS, 1250 * MS)));
    assert_true(isnan(gw_place_height_most(&place, 500 * MS, 1250 * MS)));
}

/* Where the pose told nothing, its past does not either. */
static void a_loss_is_no_stand(void **state)
{
    (void)state;
    head_move(100, 0.5, 0.05, 0);
    int64_t last = place.time_ns[(place.n_rows - 1) % GW_PLACE_ROWS];
    gw_place_push(&place, last + 5000 * MS, gw_place_newest(&place));
    gw_place_lift(&place, 0.05);
    head_move(2 * GW_PLACE_ROWS, 0, 0.05, 0);
    assert_true(fabs(gw_place_height(&place, last - 300 * MS, last) - 0.05) < 1e-9);
    assert_true(isnan(gw_place_height(&place, last + 2000 * MS, last + 2500 * MS)));
}

static void a_pose_that_returns_ends_it(void **state)
{
    (void)state;
    int64_t last = walk(100, 0.5), back = last + 3000 * MS;
    gw_place_lose(&place);
    gw_place_lose(&place); /* said again */
    gw_place_push(&place, back, 1.7);
    gw_place_push(&place, back + 10 * MS, 1.705);
    assert_true(fabs(found(back + 5 * MS) - 1.7025) < 1e-9);
    assert_true(gw_place_reckoned_s(&place, back) == 0);
    assert_true(gw_place_reckoned_s(&place, back - MS) > 2.9); /* what is told late of before */
    double along_m;
    assert_int_equal(gw_place_find(&place, back + 20 * MS, &along_m), GW_PLACE_EARLY);
}

static void before_the_first_reading_nothing_is_reckoned(void **state)
{
    double along_m;
    (void)state;
    gw_place_lose(&place);
    assert_int_equal(gw_place_find(&place, MS, &along_m), GW_PLACE_EARLY);
    assert_true(gw_place_reckoned_s(&place, MS) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_lost_pose_goes_on_at_its_last_speed, begin),
        cmocka_unit_test_setup(the_speed_is_that_at_which_the_head_went_forward, begin),
        cmocka_unit_test_setup(a_place_is_reached_once, begin),
        cmocka_unit_test_setup(a_stand_of_any_length_leaves_the_past_known, begin),
        cmocka_unit_test_setup(a_loss_is_no_stand, begin),
        cmocka_unit_test_setup(a_pose_that_returns_ends_it, begin),
        cmocka_unit_test_setup(before_the_first_reading_nothing_is_reckoned, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
