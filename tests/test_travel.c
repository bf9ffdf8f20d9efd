/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/travel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon/clocks.h"

static const int64_t S = 1000000000;

/* Walk by steps of 1 cm; how far until it is said. */
static double walk(gw_travel *travel, double from_m, double to_m, uint64_t n_reports,
                   bool has_begun)
{
    double step_m = to_m < from_m ? -0.01 : 0.01, way_m = 0;
    for (double at_m = from_m; way_m < fabs(to_m - from_m); at_m += step_m, way_m += 0.01)
        if (gw_travel_is_uncovered(travel, at_m, n_reports, has_begun))
            return way_m;
    return (double)INFINITY;
}

static void ground_that_no_chain_reports_is_said_after_two_metres(void **state)
{
    gw_travel travel = {.has_place = false};
    (void)state;
    assert_true(isinf(walk(&travel, 0, 1.9, 5, true)));
    assert_true(isinf(walk(&travel, 1.9, 3.8, 6, true))); /* a report in between */
    double way_m = walk(&travel, 3.8, 9, 6, true);
    assert_true(way_m < 0.3);
    assert_true(gw_travel_is_uncovered(&travel, 9, 6, true));
    assert_false(gw_travel_is_uncovered(&travel, 9, 7, true));
    way_m = walk(&travel, 9, 0, 7, true); /* backwards, too */
    assert_true(way_m > 1.9 && way_m < 2.1);
}

static void a_chain_may_learn_for_ten_metres(void **state)
{
    gw_travel travel = {.has_place = false};
    (void)state;
    double way_m = walk(&travel, 0, 20, 0, false);
    assert_true(way_m > 9.9 && way_m < 10.1);
}

static void a_head_that_stands_or_is_set_down_elsewhere_is_not_on_its_way(void **state)
{
    gw_travel travel = {.has_place = false};
    (void)state;
    for (int k = 0; k < 1000; k++)
        assert_false(gw_travel_is_uncovered(&travel, 3, 1, true));
    assert_false(gw_travel_is_uncovered(&travel, 300, 1, true));
    assert_false(gw_travel_is_uncovered(&travel, (double)NAN, 1, true));
    assert_false(gw_travel_is_uncovered(&travel, 600, 1, true));
    assert_true(isinf(walk(&travel, 600, 601.9, 1, true)));
}

static void clocks_that_differ_are_said_when_it_lasts(void **state)
{
    gw_clocks clocks = {.apart_ns = 0};
    int64_t same[GW_KIND_COUNT] = {100 * S, 100 * S + S / 2, 0}; /* one is not known */
    int64_t apart[GW_KIND_COUNT] = {100 * S, 100 * S, 102 * S};
    (void)state;
    for (int64_t now_ns = S; now_ns < 9 * S; now_ns += S)
        assert_false(gw_clocks_disagree(&clocks, same, now_ns));
    assert_false(gw_clocks_disagree(&clocks, apart, 10 * S));
    assert_false(gw_clocks_disagree(&clocks, apart, 11 * S));
    assert_true(gw_clocks_disagree(&clocks, apart, 12 * S));
    assert_false(gw_clocks_disagree(&clocks, same, 13 * S));
    assert_false(gw_clocks_disagree(&clocks, apart, 14 * S));
    const int64_t none[GW_KIND_COUNT] = {0};
    assert_false(gw_clocks_disagree(&clocks, none, 99 * S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_that_no_chain_reports_is_said_after_two_metres),
        cmocka_unit_test(a_chain_may_learn_for_ten_metres),
        cmocka_unit_test(a_head_that_stands_or_is_set_down_elsewhere_is_not_on_its_way),
        cmocka_unit_test(clocks_that_differ_are_said_when_it_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
