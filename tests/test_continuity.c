/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/continuity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const int64_t MS = 1000000;

static gw_continuity by_counter(unsigned bits, uint64_t repeat_rows)
{
    gw_continuity c;
    const gw_continuity_config config = {
        .by = GW_CONTINUITY_COUNTER, .counter_bits = bits, .repeat_rows = repeat_rows};
    gw_continuity_reset(&c, &config);
    return c;
}

static gw_continuity_step count(gw_continuity *c, uint32_t counter)
{
    const gw_continuity_mark mark = {.counter = counter};
    return gw_continuity_next(c, &mark);
}

static void first_row_has_the_counter_and_nothing_is_lost(void **state)
{
    (void)state;
    gw_continuity c = by_counter(32, 2);
    gw_continuity_step step = count(&c, 1000);
    assert_int_equal(step.row, 1000);
    assert_int_equal(step.n_lost, 0);
    assert_false(step.is_repeated || step.is_restarted);
}

static void missing_counters_are_counted(void **state)
{
    (void)state;
    gw_continuity c = by_counter(32, 2);
    count(&c, 7);
    assert_int_equal(count(&c, 8).n_lost, 0);
    gw_continuity_step step = count(&c, 12);
    assert_int_equal(step.n_lost, 3);
    assert_int_equal(step.row, 12);
}

static void rows_go_on_beyond_32_bits(void **state)
{
    (void)state;
    gw_continuity c = by_counter(32, 2);
    count(&c, UINT32_MAX - 1);
    count(&c, UINT32_MAX);
    gw_continuity_step step = count(&c, 0);
    assert_true(step.row == UINT64_C(0x100000000));
    assert_int_equal(step.n_lost, 0);
    step = count(&c, 3);
    assert_true(step.row == UINT64_C(0x100000003));
    assert_int_equal(step.n_lost, 2);
    for (uint64_t turn = 1; turn < 4; turn++)
        for (uint64_t part = 0; part < 4; part++) {
            uint64_t row = (turn << 32) + (part << 30) + 5;
            assert_true(count(&c, (uint32_t)row).row == row);
        }
}

static void narrow_counters_wrap_by_their_own_width(void **state)
{
    (void)state;
    gw_continuity c = by_counter(8, 2);
    for (unsigned row = 250; row < 2000; row++) {
        gw_continuity_step step = count(&c, row & 255);
        assert_int_equal(step.row, row);
        assert_int_equal(step.n_lost, 0);
    }
}

static void repeated_rows_are_left_out_and_lose_nothing(void **state)
{
    (void)state;
    gw_continuity c = by_counter(32, 20);
    for (uint32_t k = 0; k < 40; k++)
        count(&c, k);
    for (uint32_t k = 30; k < 40; k++)
        assert_true(count(&c, k).is_repeated);
    gw_continuity_step step = count(&c, 40);
    assert_false(step.is_repeated);
    assert_int_equal(step.row, 40);
    assert_int_equal(step.n_lost, 0);
}

static void counter_that_falls_far_back_began_afresh(void **state)
{
    (void)state;
    gw_continuity c = by_counter(32, 20);
    count(&c, 5000);
    gw_continuity_step step = count(&c, 0);
    assert_true(step.is_restarted);
    assert_false(step.is_repeated);
    assert_int_equal(step.row, 0);
    assert_int_equal(step.n_lost, 0);
    step = count(&c, 1);
    assert_false(step.is_restarted);
    assert_int_equal(step.row, 1);
}

/* A clock of 100 rows a second whose rows come `delay` after their time. */
static gw_continuity by_clock(void)
{
    gw_continuity c;
    const gw_continuity_config config = {.by = GW_CONTINUITY_CLOCK, .rate_hz = 100};
    gw_continuity_reset(&c, &config);
    return c;
}

static gw_continuity_step tick(gw_continuity *c, int64_t time_ns, int64_t arrival_ns)
{
    const gw_continuity_mark mark = {.time_ns = time_ns, .arrival_ns = arrival_ns};
    return gw_continuity_next(c, &mark);
}

static void clock_that_jitters_loses_nothing(void **state)
{
    (void)state;
    gw_continuity c = by_clock();
    for (int64_t k = 0; k < 1000; k++) {
        int64_t time_ns = k * 10 * MS + (k % 3 - 1) * 2 * MS;
        gw_continuity_step step = tick(&c, time_ns, time_ns + 5 * MS);
        assert_int_equal(step.row, k);
        assert_int_equal(step.n_lost, 0);
    }
}

static void step_of_a_clock_is_a_loss(void **state)
{
    (void)state;
    gw_continuity c = by_clock();
    for (int64_t k = 0; k < 300; k++)
        tick(&c, k * 10 * MS, k * 10 * MS + 5 * MS);
    gw_continuity_step step = tick(&c, 350 * 10 * MS, 350 * 10 * MS + 5 * MS);
    assert_int_equal(step.n_lost, 50);
    assert_int_equal(step.row, 350);
}

/* Old rows, then a gap where the device's memory was full: the clock only catches up. */
static void loss_after_a_backlog_is_a_loss(void **state)
{
    (void)state;
    gw_continuity c = by_clock();
    for (int64_t k = 0; k < 300; k++)
        tick(&c, k * 10 * MS, k * 10 * MS + 5 * MS);
    for (int64_t k = 300; k < 400; k++) /* a stall of 2 s, then all that was kept at once */
        assert_int_equal(tick(&c, k * 10 * MS, 5000 * MS).n_lost, 0);
    assert_int_equal(tick(&c, 4990 * MS, 5000 * MS).n_lost, 99);
}

static void clock_that_is_set_forward_is_no_loss(void **state)
{
    (void)state;
    gw_continuity c = by_clock();
    const int64_t set_ns = 3600 * 1000 * MS;
    for (int64_t k = 0; k < 600; k++) {
        int64_t now_ns = k * 10 * MS;
        gw_continuity_step step = tick(&c, now_ns + (k >= 300 ? set_ns : 0), now_ns + 5 * MS);
        assert_int_equal(step.n_lost, 0);
        assert_int_equal(step.row, k);
    }
}

static void clock_that_is_set_back_is_no_loss(void **state)
{
    (void)state;
    gw_continuity c = by_clock();
    const int64_t set_ns = 3600 * 1000 * MS;
    for (int64_t k = 0; k < 600; k++) {
        int64_t now_ns = k * 10 * MS;
        gw_continuity_step step = tick(&c, now_ns - (k >= 300 ? set_ns : 0), now_ns + 5 * MS);
        assert_int_equal(step.n_lost, 0);
        assert_int_equal(step.row, k);
    }
    /* and it goes on telling losses by the new time */
    assert_int_equal(tick(&c, 6100 * MS - set_ns, 6105 * MS).n_lost, 10);
}

/* 1,000 rows a second in blocks of 10, delivered with up to 300 ms of delay. */
static uint64_t lost_by_rate(double part_kept, int64_t stall_ms)
{
    gw_continuity c;
    const gw_continuity_config config = {.by = GW_CONTINUITY_RATE, .rate_hz = 1000};
    uint64_t n_lost = 0;
    double kept = 0;
    gw_continuity_reset(&c, &config);
    for (int64_t block = 0; block < 6000; block++) {
        int64_t arrival_ns = block * 10 * MS + (block * 7919 % 300) * MS;
        if (block >= 2000 && block * 10 < 20000 + stall_ms)
            arrival_ns = (20000 + stall_ms) * MS;
        for (int k = 0; k < 10; k++) {
            kept += block >= 3000 ? part_kept : 1;
            if (kept < 1)
                continue;
            kept -= 1;
            n_lost += tick(&c, 0, arrival_ns).n_lost;
        }
    }
    return n_lost;
}

static void rows_at_their_rate_lose_nothing_however_they_are_delivered(void **state)
{
    (void)state;
    assert_int_equal(lost_by_rate(1, 0), 0);
    assert_int_equal(lost_by_rate(1, 3000), 0);
}

static void rows_that_fall_short_of_their_rate_are_lost(void **state)
{
    (void)state;
    /* a quarter of the last 30,000; what the last window lost is not yet known */
    assert_in_range(lost_by_rate(0.75, 0), 4500, 8000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_row_has_the_counter_and_nothing_is_lost),
        cmocka_unit_test(missing_counters_are_counted),
        cmocka_unit_test(rows_go_on_beyond_32_bits),
        cmocka_unit_test(narrow_counters_wrap_by_their_own_width),
        cmocka_unit_test(repeated_rows_are_left_out_and_lose_nothing),
        cmocka_unit_test(counter_that_falls_far_back_began_afresh),
        cmocka_unit_test(clock_that_jitters_loses_nothing),
        cmocka_unit_test(step_of_a_clock_is_a_loss),
        cmocka_unit_test(loss_after_a_backlog_is_a_loss),
        cmocka_unit_test(clock_that_is_set_forward_is_no_loss),
        cmocka_unit_test(clock_that_is_set_back_is_no_loss),
        cmocka_unit_test(rows_at_their_rate_lose_nothing_however_they_are_delivered),
        cmocka_unit_test(rows_that_fall_short_of_their_rate_are_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
