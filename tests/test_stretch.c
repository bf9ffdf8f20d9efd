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

static gw_stretch begun(uint64_t row)
{
    gw_stretch stretch = {.is_open = false};
    gw_stretch_begin(&stretch, row, (int64_t)row * 1000000);
    return stretch;
}

static void cells_that_touch_are_one(void **state)
{
    (void)state;
    gw_stretch stretch = begun(0);
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
        gw_stretch stretch = begun(0);
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
    gw_stretch stretch = begun(0);
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
    gw_stretch stretch = begun(0);
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
    gw_stretch stretch = begun(0);
    gw_coverage one = report(0, 100, 0, 0.1), two = report(500, 100, 0.5, 0.6), hole, out;
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_close(&stretch, &out)); /* however long ago */
    assert_true(gw_stretch_hole(&stretch, &two, &hole));
    assert_int_equal(hole.first_row, 100);
    assert_int_equal(hole.n_rows, 400);
    assert_true(hole.from_m == 0.1 && hole.to_m == 0.5 && isnan(hole.noise));
    assert_int_equal(hole.from_ns, one.to_ns);
    assert_int_equal(hole.to_ns, two.from_ns);
    gw_stretch_begin(&stretch, 500, two.from_ns);
    gw_stretch_add(&stretch, &two, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 500);
}

/* One scan is missing; and a head that stood is told again to be a cell back. */
static void a_scan_that_is_missing_is_a_hole(void **state)
{
    (void)state;
    gw_stretch stretch = begun(0);
    gw_coverage one = report(0, 10, 0, 0.2), two = report(11, 1, 0.24, 0.24), hole;
    gw_coverage again = report(11, 1, 0.19, 0.2), before = report(11, 1, 0.1, 0.1);
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_hole(&stretch, &two, &hole));
    assert_true(hole.from_m == 0.2 && hole.to_m == 0.24);
    assert_false(gw_stretch_hole(&stretch, &again, &hole));
    assert_true(gw_stretch_hole(&stretch, &before, &hole));
}

/* A report whose rows go on from those before is no hole, wherever the head was. */
static void without_places_rows_tell_of_holes(void **state)
{
    (void)state;
    gw_stretch stretch = begun(0);
    gw_coverage one = report(0, 10, (double)NAN, (double)NAN), hole;
    gw_coverage two = report(10, 10, (double)NAN, (double)NAN);
    gw_coverage other = report(500, 10, (double)NAN, (double)NAN);
    gw_stretch_add(&stretch, &one, 0);
    assert_false(gw_stretch_hole(&stretch, &two, &hole));
    assert_true(gw_stretch_hole(&stretch, &other, &hole));
    assert_int_equal(hole.first_row, 10);
    assert_int_equal(hole.n_rows, 490);
    assert_true(isnan(hole.from_m) && isnan(hole.to_m));
}

/* The pose told no place of them, or nothing was heard. */
static void rows_before_the_first_report_are_told_apart(void **state)
{
    (void)state;
    gw_stretch stretch = begun(40);
    gw_coverage one = report(100, 90, 0.5, 0.6), next = report(190, 90, 0.6, 0.7), hole, out;
    assert_false(gw_stretch_is_anew(&stretch, &one));
    assert_true(gw_stretch_hole(&stretch, &one, &hole));
    assert_int_equal(hole.first_row, 40);
    assert_int_equal(hole.n_rows, 60);
    assert_true(isnan(hole.from_m) && isnan(hole.to_m) && isnan(hole.speed_m_s));
    assert_int_equal(hole.from_ns, 40000000);
    assert_int_equal(hole.to_ns, one.from_ns);
    gw_stretch_begin(&stretch, 100, one.from_ns);
    assert_false(gw_stretch_hole(&stretch, &one, &hole));
    gw_stretch_add(&stretch, &one, 0);
    assert_false(gw_stretch_hole(&stretch, &next, &hole));
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 100);
    assert_int_equal(out.n_rows, 90);
}

/* They waited for their place in vain. */
static void rows_after_the_last_report_are_told_apart(void **state)
{
    (void)state;
    gw_stretch stretch = begun(0);
    gw_coverage one = report(0, 90, 0, 0.1);
    assert_int_equal(gw_stretch_rest(&stretch, GW_SENSOR_MD, 300).n_rows, 300); /* of all */
    gw_stretch_add(&stretch, &one, 0);
    assert_int_equal(gw_stretch_rest(&stretch, GW_SENSOR_MD, 90).n_rows, 0);
    assert_int_equal(gw_stretch_rest(&stretch, GW_SENSOR_MD, 80).n_rows, 0);
    gw_coverage rest = gw_stretch_rest(&stretch, GW_SENSOR_MD, 300);
    assert_int_equal(rest.sensor, GW_SENSOR_MD);
    assert_int_equal(rest.first_row, 90);
    assert_int_equal(rest.n_rows, 210);
    assert_true(isnan(rest.from_m) && isnan(rest.to_m));
    assert_int_equal(rest.from_ns, one.to_ns);
}

/* After lost samples the gap record says what is missing. */
static void after_a_break_nothing_touches(void **state)
{
    (void)state;
    gw_stretch stretch = begun(0);
    gw_coverage one = report(0, 10, 0, 0.1), two = report(500, 10, 3, 4), hole, out;
    gw_stretch_add(&stretch, &one, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    gw_stretch_begin(&stretch, 500, two.from_ns);
    assert_false(gw_stretch_hole(&stretch, &two, &hole));
    gw_stretch_add(&stretch, &two, 0);
    assert_true(gw_stretch_close(&stretch, &out));
    assert_int_equal(out.first_row, 500);
    gw_coverage again = report(0, 10, 0, 0.1); /* a device that counts from 0 again */
    gw_stretch_begin(&stretch, 0, again.from_ns);
    assert_false(gw_stretch_is_anew(&stretch, &again));
    assert_false(gw_stretch_hole(&stretch, &again, &hole));
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
        cmocka_unit_test(without_places_rows_tell_of_holes),
        cmocka_unit_test(rows_before_the_first_report_are_told_apart),
        cmocka_unit_test(rows_after_the_last_report_are_told_apart),
        cmocka_unit_test(after_a_break_nothing_touches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
