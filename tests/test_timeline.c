/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const int64_t MS = 1000000, S = 1000000000, T0 = INT64_C(1795534594000000000);

/* A device that makes a row every 10 ms, and a link that delays them. */
typedef struct bench {
    gw_timeline timeline;
    double speed;
    int64_t made_ns; /* device's time of the next row */
    int64_t clock_ns, delay_ns;
    gw_timeline_row row;
} bench;

static void bench_begin(bench *b, double speed, int64_t row_ns)
{
    const gw_timeline_config config = {.speed = speed, .row_ns = (double)row_ns};
    *b = (bench){.speed = speed, .made_ns = T0, .delay_ns = 2 * MS};
    gw_timeline_begin(&b->timeline, &config);
}

static void again(bench *b)
{
    const gw_timeline_config config = b->timeline.config;
    gw_timeline_begin(&b->timeline, &config);
}

/* The next row, n rows on; true when its time is that of a clock that nobody set. */
static bool row_take(bench *b, uint64_t n)
{
    b->made_ns += 10 * MS * (int64_t)n;
    int64_t arrival_ns = 5 * S + (int64_t)((double)(b->made_ns - T0) / b->speed) + b->delay_ns;
    b->row = gw_timeline_next(&b->timeline, b->made_ns + b->clock_ns, arrival_ns, n);
    return llabs(b->row.time_ns - b->made_ns) < MS;
}

static void rows_take(bench *b, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        assert_true(row_take(b, 1));
        assert_int_equal(b->row.set_ns, 0);
    }
}

static void a_clock_that_is_set_is_undone_and_said(void **state)
{
    static const int64_t by_ns[] = {3600000000000, -3600000000000, 200000000, -200000000};
    (void)state;
    for (size_t k = 0; k < sizeof by_ns / sizeof *by_ns; k++) {
        bench b;
        bench_begin(&b, 1, 10 * MS);
        rows_take(&b, 300);
        b.clock_ns = by_ns[k];
        assert_true(row_take(&b, 1));
        assert_int_equal(b.row.set_ns, by_ns[k]);
        rows_take(&b, 300);
        b.clock_ns += by_ns[k]; /* and again, with rows lost at the same time */
        assert_true(row_take(&b, 50));
        assert_int_equal(b.row.set_ns, by_ns[k]);
        assert_true(gw_timeline_late_ns(&b.timeline) < MS);
    }
}

static void rows_that_are_lost_or_not_made_set_no_clock(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 10 * MS);
    rows_take(&b, 300);
    assert_true(row_take(&b, 1000)); /* the counter says so */
    assert_int_equal(b.row.set_ns, 0);
    b.made_ns += 5 * S; /* the counter stood still with the device */
    assert_true(row_take(&b, 1));
    assert_int_equal(b.row.set_ns, 0);
    assert_true(gw_timeline_late_ns(&b.timeline) < MS);
}

static void rows_by_distance_may_wait_but_their_clock_may_not_run_ahead(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 0);
    rows_take(&b, 300);
    b.made_ns += 60 * S; /* the head stood still */
    assert_true(row_take(&b, 1));
    assert_int_equal(b.row.set_ns, 0);
    b.clock_ns = 3600 * S;
    row_take(&b, 1);
    assert_true(llabs(b.row.set_ns - b.clock_ns) < MS);
    assert_true(llabs(b.row.time_ns - b.made_ns) < MS);
    b.clock_ns = -3600 * S;
    row_take(&b, 1);
    assert_true(llabs(b.row.set_ns + 7200 * S) < 2 * MS);
    assert_true(llabs(b.row.time_ns - b.made_ns) < 2 * MS);
}

static void what_waits_is_late_and_catches_up(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 10 * MS);
    rows_take(&b, 300);
    b.delay_ns = 800 * MS;
    rows_take(&b, 100);
    assert_true(llabs(gw_timeline_late_ns(&b.timeline) - 798 * MS) < MS);
    rows_take(&b, 60000); /* ten minutes later it is still known: the lead has faded by 0.12 s */
    assert_true(gw_timeline_late_ns(&b.timeline) > 600 * MS);
    b.delay_ns = 2 * MS; /* it comes all at once */
    rows_take(&b, 100);
    assert_true(gw_timeline_late_ns(&b.timeline) < MS);
}

static void a_slow_clock_makes_no_row_late(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 10 * MS);
    for (size_t k = 0; k < 360000; k++) { /* an hour, 100 ppm */
        b.clock_ns -= 1000;
        row_take(&b, 1);
        assert_int_equal(b.row.set_ns, 0);
    }
    assert_true(gw_timeline_late_ns(&b.timeline) < MS);
}

static void a_backlog_at_the_beginning_is_not_late(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 10 * MS);
    for (b.delay_ns = 3 * S; b.delay_ns > 2 * MS; b.delay_ns -= 10 * MS)
        rows_take(&b, 1);
    rows_take(&b, 300);
    assert_true(gw_timeline_late_ns(&b.timeline) < 11 * MS);
}

static void a_player_that_is_faster_is_measured_in_its_own_time(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 20, 10 * MS);
    rows_take(&b, 3000);
    assert_true(gw_timeline_late_ns(&b.timeline) < MS);
    b.delay_ns = 302 * MS;
    rows_take(&b, 100);
    assert_true(llabs(gw_timeline_late_ns(&b.timeline) - 300 * MS) < MS);
    b.clock_ns = -3600 * S;
    row_take(&b, 1);
    assert_int_equal(b.row.set_ns, b.clock_ns);
}

static void a_new_link_keeps_what_was_undone_while_it_fits(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 10 * MS);
    rows_take(&b, 300);
    b.clock_ns = 3600 * S;
    row_take(&b, 1);
    again(&b);
    b.made_ns += 7 * S;
    assert_true(row_take(&b, 1)); /* its clock is still ahead */
    again(&b);
    b.clock_ns = 0; /* now it began afresh, right */
    assert_true(row_take(&b, 1));
    assert_int_equal(b.row.set_ns, 0);
    rows_take(&b, 300);
}

static void what_comes_late_after_the_connection_broke_is_late(void **state)
{
    bench b;
    (void)state;
    bench_begin(&b, 1, 10 * MS);
    rows_take(&b, 300);
    again(&b);
    b.delay_ns = 1002 * MS;
    rows_take(&b, 300);
    assert_true(llabs(gw_timeline_late_ns(&b.timeline) - 1000 * MS) < 2 * MS);
    again(&b);
    b.clock_ns = -3600 * S; /* another clock */
    row_take(&b, 1);
    assert_true(gw_timeline_late_ns(&b.timeline) < MS);
}

static void streams_of_one_clock_agree_whatever_their_rows(void **state)
{
    bench a, b;
    (void)state;
    bench_begin(&a, 20, 10 * MS);
    bench_begin(&b, 20, 0);
    b.delay_ns = 12 * MS;
    rows_take(&a, 500);
    for (size_t k = 0; k < 100; k++)
        row_take(&b, 7);
    assert_true(llabs(gw_timeline_clock_ns(&a.timeline) - gw_timeline_clock_ns(&b.timeline)) <
                11 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_is_set_is_undone_and_said),
        cmocka_unit_test(rows_that_are_lost_or_not_made_set_no_clock),
        cmocka_unit_test(rows_by_distance_may_wait_but_their_clock_may_not_run_ahead),
        cmocka_unit_test(what_waits_is_late_and_catches_up),
        cmocka_unit_test(a_slow_clock_makes_no_row_late),
        cmocka_unit_test(a_backlog_at_the_beginning_is_not_late),
        cmocka_unit_test(a_player_that_is_faster_is_measured_in_its_own_time),
        cmocka_unit_test(a_new_link_keeps_what_was_undone_while_it_fits),
        cmocka_unit_test(what_comes_late_after_the_connection_broke_is_late),
        cmocka_unit_test(streams_of_one_clock_agree_whatever_their_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
