/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ground gathered from a chain's reports: each row once, and what was not searched is no part of
 * it.
 */
#include "daemon/stretch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static gw_coverage report(uint64_t first, uint64_t n, double from_m, double to_m)
{
    return (gw_coverage){.first_row = first,
                         .n_rows = n,
                         .from_m = from_m,
                         .to_m = to_m,
                         .noise = 2,
                         .max_score = from_m,
                         .from_ns = (int64_t)first * 1000000,
                         .to_ns = (int64_t)(first + n - 1) * 1000000};
}

static void cells_that_touch_are_one(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage out, hole;
    assert_false(gw_stretch_close(&stretch, &out));
    for (unsigned k = 0; k < 10; k++) {
        gw_coverage one = report(100 * k, 90, 0.1 * k, 0.1 * k + 0.1);
        assert_false(gw_stretch_hole(&stretch, &one, &hole));
        assert_false(gw_stretch_is_anew(&stretch, &one));
        gw_stretch_add(&stretch, &one, 0);
    }
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 0);
    assert_int_equal(out.n_rows, 990); /* those between cells belong to the second */
    assert_true(out.from_m == 0 && fabs(out.to_m - 1) < 1e-12 && out.max_score == 0.9);
    assert_true(fabs(out.noise - 2) < 1e-12);
    assert_true(fabs(out.speed_m_s - 1 / 0.989) < 1e-9);
}

static void a_stand_is_counted_once(void **state)
{
    (void)state;
    for (unsigned at = 0; at < 3; at++) {
        gw_stretch stretch = {.is_open = false};
        gw_coverage out;
        for (unsigned k = 0; k < 3; k++) {
            gw_coverage one = report(100 * k, 90, 0.1 * k, 0.1 * k + 0.1);
            one.stood_s = k == at ? 60 : 0;
            gw_stretch_add(&stretch, &one, 0);
        }
        assert_true(gw_stretch_close(&stretch, &out));
        assert_true(out.stood_s == 60);
    }
}

/* Two stretches touch as two cells do. */
static void rows_between_stretches_are_covered_once(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage one = report(0, 90, 0, 0.1), two = report(100, 90, 0.1, 0.2), out;
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    gw_stretch_add(&stretch, &two, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 90);
    assert_int_equal(out.n_rows, 100);
}

/* A quick head: one scan is the nearest to two places. */
static void a_row_that_two_cells_share_is_counted_once(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage one = report(0, 10, 0, 0.1), two = report(9, 1, 0.12, 0.12), out;
    gw_stretch_add(&stretch, &one, 0);
    assert_false(gw_stretch_is_anew(&stretch, &two));
    gw_stretch_add(&stretch, &two, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.n_rows, 10);
    assert_true(out.to_m == 0.12);
    gw_coverage other = report(3, 10, 0, 0.1);
    assert_true(gw_stretch_is_anew(&stretch, &other));
}

static void ground_that_was_left_out_is_told_apart(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage one = report(0, 100, 0, 0.1), two = report(500, 100, 0.5, 0.6), hole, out;
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_close(&stretch, &out)); /* however long ago */
    assert_true(gw_stretch_hole(&stretch, &two, &hole));
    assert_int_equal(hole.first_row, 100);
    assert_int_equal(hole.n_rows, 400);
    assert_true(hole.from_m == 0.1 && hole.to_m == 0.5 && isnan(hole.noise));
    assert_int_equal(hole.from_ns, one.to_ns);
    assert_int_equal(hole.to_ns, two.from_ns);
    gw_stretch_break(&stretch);
    gw_stretch_add(&stretch, &two, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 500);
}

/* One scan is missing; and a head that stood is told again to be a cell back. */
static void a_scan_that_is_missing_is_a_hole(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage one = report(0, 10, 0, 0.2), two = report(11, 1, 0.24, 0.24), hole;
    gw_coverage again = report(11, 1, 0.19, 0.2), before = report(11, 1, 0.1, 0.1);
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_hole(&stretch, &two, &hole));
    assert_true(hole.from_m == 0.2 && hole.to_m == 0.24);
    assert_false(gw_stretch_hole(&stretch, &again, &hole));
    assert_true(gw_stretch_hole(&stretch, &before, &hole));
}

static void without_places_there_are_no_holes(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage one = report(0, 10, (double)NAN, (double)NAN), hole;
    gw_coverage two = report(500, 10, 3, 4);
    gw_stretch_add(&stretch, &one, 0);
    assert_false(gw_stretch_hole(&stretch, &two, &hole));
}

/* After lost samples the gap record says what is missing. */
static void after_a_break_nothing_touches(void **state)
{
    (void)state;
    gw_stretch stretch = {.is_open = false};
    gw_coverage one = report(0, 10, 0, 0.1), two = report(500, 10, 3, 4), hole, out;
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    gw_stretch_break(&stretch);
    assert_false(gw_stretch_hole(&stretch, &two, &hole));
    gw_stretch_add(&stretch, &two, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_that_touch_are_one),
        cmocka_unit_test(a_stand_is_counted_once),
        cmocka_unit_test(rows_between_stretches_are_covered_once),
        cmocka_unit_test(a_row_that_two_cells_share_is_counted_once),
        cmocka_unit_test(ground_that_was_left_out_is_told_apart),
        cmocka_unit_test(a_scan_that_is_missing_is_a_hole),
        cmocka_unit_test(without_places_there_are_no_holes),
        cmocka_unit_test(after_a_break_nothing_touches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
