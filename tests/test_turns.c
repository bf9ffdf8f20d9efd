/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/turns.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static gw_turns turns;
static int64_t now_ns;

static int begin(void **state)
{
    (void)state;
    turns = (gw_turns){0};
    now_ns = 0;
    return 0;
}

/* A reading each 10 ms, 1 cm apart; returns when it ended. */
static int64_t walk(double from_m, double to_m)
{
    int n = (int)lround(fabs(to_m - from_m) * 100);
    for (int k = 0; k <= n; k++)
        gw_turns_push(&turns, now_ns += 10000000, from_m + (to_m - from_m) * k / n);
    return now_ns;
}

static void each_time_has_the_pass_it_was_in(void **state)
{
    (void)state;
    int64_t first = walk(0, 8), second = walk(0, 8), third = walk(2, 3);
    assert_int_equal(turns.n, 2);
    assert_int_equal(gw_turns_pass(&turns, INT64_MIN), 0);
    assert_int_equal(gw_turns_pass(&turns, first), 0);
    assert_int_equal(gw_turns_pass(&turns, first + 10000000), 1);
    assert_int_equal(gw_turns_pass(&turns, second), 1);
    assert_int_equal(gw_turns_pass(&turns, third), 2);
    assert_int_equal(gw_turns_pass(&turns, INT64_MAX), 2);
}

static void the_way_back_is_one_turn_however_long(void **state)
{
    (void)state;
    walk(0, 8);
    walk(8, 7.51); /* a step back, and on */
    walk(7.51, 8);
    assert_int_equal(turns.n, 0);
    walk(8, 0);
    walk(0, 0.04); /* a tremble */
    walk(0.04, -1);
    assert_int_equal(turns.n, 1);
    walk(-1, 8);
    assert_int_equal(turns.n, 1);
    walk(8, 7);
    assert_int_equal(turns.n, 2);
}

static void places_that_count_afresh_are_another_pass(void **state)
{
    (void)state;
    int64_t end = walk(0, 2);
    gw_turns_break(&turns);
    assert_int_equal(gw_turns_pass(&turns, end), 0);
    walk(2, 4); /* the same number is not the same place */
    assert_int_equal(turns.n, 1);
    gw_turns_push(&turns, now_ns += 1, (double)NAN);
    assert_int_equal(turns.n, 1);
}

static void more_turns_than_are_kept_still_count(void **state)
{
    (void)state;
    for (int k = 0; k < 2 * GW_TURNS_KEPT; k++)
        walk(0, 1);
    assert_int_equal(gw_turns_pass(&turns, now_ns), 2 * GW_TURNS_KEPT - 1);
    assert_int_equal(gw_turns_pass(&turns, 0), GW_TURNS_KEPT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_time_has_the_pass_it_was_in, begin),
        cmocka_unit_test_setup(the_way_back_is_one_turn_however_long, begin),
        cmocka_unit_test_setup(places_that_count_afresh_are_another_pass, begin),
        cmocka_unit_test_setup(more_turns_than_are_kept_still_count, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
