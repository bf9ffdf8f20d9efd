/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/assembler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 8, CHANNELS = 2, ROWS = 64, ALL = 40 };

/* Scans of two channels, N samples; rows are collected from blocks of any size. */
typedef struct bench {
    gw_stream stream;
    gw_assembler assembler;
    gw_block block;
    int32_t row[N * CHANNELS], counts[ROWS * N * CHANNELS], place_mm[ROWS];
    size_t n_rows, n_blocks;
    uint64_t rows[ROWS], n_lost;
    unsigned flags;
    int64_t times_ns[ROWS];
} bench;

static void bench_init(bench *b, gw_kind kind, size_t max_rows)
{
    const gw_continuity_config by = {
        .by = GW_CONTINUITY_COUNTER, .counter_bits = 32, .repeat_rows = 4};
    memset(b, 0, sizeof *b);
    b->stream = (gw_stream){.kind = kind,
                            .n_channels = CHANNELS,
                            .n_samples = kind == GW_KIND_GPR ? N : 1,
                            .row_rate_hz = 100};
    b->assembler.stream = &b->stream;
    b->assembler.row = b->row;
    b->block = (gw_block){.max_rows = max_rows, .counts = b->counts, .place_mm = b->place_mm};
    gw_assembler_reset(&b->assembler, &by);
    gw_assembler_begin(&b->assembler, &b->block);
}

static int32_t count_of(uint32_t scan, size_t channel, uint32_t index)
{
    return (int32_t)(scan * 1000 + channel * 100 + index);
}

/* Hand the block on: its rows must follow each other, and hold what was put in. */
static void block_check(bench *b)
{
    size_t n = b->stream.n_samples;
    for (size_t r = 0; r < b->block.n_rows; r++) {
        uint64_t row = b->block.row + r;
        for (size_t c = 0; c < CHANNELS; c++)
            for (uint32_t k = 0; k < n; k++)
                assert_int_equal(b->counts[(r * CHANNELS + c) * n + k],
                                 count_of((uint32_t)row, c, k));
        assert_int_equal(b->place_mm[r], row * 20);
        b->rows[b->n_rows++] = row;
    }
    if (b->block.n_rows == 0)
        return;
    assert_true(((b->block.flags & GW_BLOCK_GAP) != 0) == (b->block.n_lost > 0));
    assert_true(b->block.time_ns == (int64_t)b->block.row * 10000000);
    b->n_lost += b->block.n_lost;
    b->flags |= b->block.flags;
    b->n_blocks++;
}

static void put(bench *b, uint32_t scan, uint32_t index)
{
    int32_t counts[CHANNELS];
    for (size_t c = 0; c < CHANNELS; c++)
        counts[c] = count_of(scan, c, index);
    const gw_sample sample = {.counts = counts,
                              .index = index,
                              .counter = scan,
                              .time_ns = (int64_t)scan * 10000000,
                              .place_mm = (int32_t)scan * 20};
    if (gw_assembler_take(&b->assembler, &sample, &b->block))
        return;
    block_check(b);
    gw_assembler_begin(&b->assembler, &b->block);
}

static void scan_put(bench *b, uint32_t scan)
{
    for (uint32_t k = 0; k < b->stream.n_samples; k++)
        put(b, scan, k);
}

static void finish(bench *b)
{
    block_check(b);
    gw_assembler_begin(&b->assembler, &b->block);
    block_check(b);
}

static void whole_scans_come_out_in_any_block_size(void **state)
{
    (void)state;
    static bench b;
    for (size_t max_rows = 1; max_rows <= ALL + 1; max_rows++) {
        bench_init(&b, GW_KIND_GPR, max_rows);
        for (uint32_t scan = 0; scan < ALL; scan++)
            scan_put(&b, scan);
        finish(&b);
        assert_int_equal(b.n_rows, ALL);
        assert_int_equal(b.n_lost, 0);
        assert_int_equal(b.n_blocks, (ALL + max_rows - 1) / max_rows);
        for (size_t k = 0; k < ALL; k++)
            assert_int_equal(b.rows[k], k);
    }
}

static void stream_that_begins_in_a_scan_begins_with_the_next(void **state)
{
    (void)state;
    static bench b;
    bench_init(&b, GW_KIND_GPR, 16);
    for (uint32_t k = 5; k < N; k++)
        put(&b, 7, k);
    scan_put(&b, 8);
    finish(&b);
    assert_int_equal(b.n_rows, 1);
    assert_int_equal(b.rows[0], 8);
    assert_int_equal(b.n_lost, 0);
}

/* Whatever samples are missing, every scan that comes out is whole, and every other one between
 * the first and the last is counted. */
static void hole_anywhere_costs_only_the_scans_it_touches(void **state)
{
    (void)state;
    static bench b;
    for (uint32_t from = N; from < 4 * N; from++)
        for (uint32_t to = from + 1; to <= 6 * N; to++) {
            bench_init(&b, GW_KIND_GPR, 16);
            for (uint32_t k = 0; k < 8 * N; k++)
                if (k < from || k >= to)
                    put(&b, k / N, k % N);
            finish(&b);
            uint32_t touched = (to + N - 1) / N - from / N;
            assert_int_equal(b.n_lost, touched);
            assert_int_equal(b.n_rows, 8 - touched);
            assert_true(b.flags & GW_BLOCK_GAP);
        }
}

static void torn_scan_is_not_glued_to_the_next(void **state)
{
    (void)state;
    static bench b;
    bench_init(&b, GW_KIND_GPR, 16);
    scan_put(&b, 0);
    for (uint32_t k = 0; k < 4; k++)
        put(&b, 1, k);
    for (uint32_t k = 4; k < N; k++) /* fits by its index, but belongs to another scan */
        put(&b, 2, k);
    scan_put(&b, 3);
    finish(&b);
    assert_int_equal(b.n_rows, 2);
    assert_int_equal(b.n_lost, 2);
    assert_int_equal(b.assembler.n_partial, 1);
}

static void repeated_scans_are_left_out(void **state)
{
    (void)state;
    static bench b;
    bench_init(&b, GW_KIND_GPR, 16);
    for (uint32_t scan = 0; scan < 6; scan++)
        scan_put(&b, scan);
    for (uint32_t scan = 3; scan < 9; scan++)
        scan_put(&b, scan);
    finish(&b);
    assert_int_equal(b.n_rows, 9);
    assert_int_equal(b.n_lost, 0);
    assert_int_equal(b.assembler.n_repeated, 3);
}

static void device_that_counts_afresh_begins_an_epoch_in_a_block_of_its_own(void **state)
{
    (void)state;
    static bench b;
    bench_init(&b, GW_KIND_GPR, 16);
    for (uint32_t scan = 20; scan < 25; scan++)
        scan_put(&b, scan);
    assert_false(b.flags & GW_BLOCK_EPOCH);
    for (uint32_t scan = 0; scan < 5; scan++)
        scan_put(&b, scan);
    finish(&b);
    assert_int_equal(b.n_rows, 10);
    assert_int_equal(b.n_blocks, 2);
    assert_int_equal(b.rows[5], 0);
    assert_true(b.flags & GW_BLOCK_EPOCH);
    assert_int_equal(b.n_lost, 0);
}

static void scans_longer_than_said_are_noticed(void **state)
{
    (void)state;
    static bench b;
    bench_init(&b, GW_KIND_GPR, 16);
    scan_put(&b, 0);
    assert_int_equal(b.assembler.n_beyond, 0);
    put(&b, 0, N);
    assert_int_equal(b.assembler.n_beyond, 1);
}

static void rows_of_one_instant_are_taken_one_by_one(void **state)
{
    (void)state;
    static bench b;
    bench_init(&b, GW_KIND_MD, 7);
    for (uint32_t row = 3; row < 40; row++)
        if (row != 12 && row != 13)
            put(&b, row, 0);
    finish(&b);
    assert_int_equal(b.n_rows, 35);
    assert_int_equal(b.n_lost, 2);
    assert_int_equal(b.rows[0], 3);
}

/* In-phase and quadrature of each channel stand side by side in the row. */
static void parts_of_complex_samples_stay_together(void **state)
{
    static bench b;
    static int32_t row[2 * N * CHANNELS], counts[2 * N * CHANNELS * 4];
    (void)state;
    bench_init(&b, GW_KIND_GPR, 4);
    b.stream.is_complex = true;
    b.assembler.row = row;
    b.block.counts = counts;
    for (uint32_t index = 0; index < N; index++) {
        const int32_t parts[4] = {(int32_t)index, -(int32_t)index, 100 + (int32_t)index,
                                  -100 - (int32_t)index};
        const gw_sample sample = {.counts = parts, .index = index, .counter = 7};
        assert_true(gw_assembler_take(&b.assembler, &sample, &b.block));
    }
    assert_int_equal(b.block.n_rows, 1);
    for (int k = 0; k < N; k++) {
        assert_int_equal(counts[2 * k], k);
        assert_int_equal(counts[2 * k + 1], -k);
        assert_int_equal(counts[2 * (N + k)], 100 + k);
        assert_int_equal(counts[2 * (N + k) + 1], -100 - k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_scans_come_out_in_any_block_size),
        cmocka_unit_test(stream_that_begins_in_a_scan_begins_with_the_next),
        cmocka_unit_test(hole_anywhere_costs_only_the_scans_it_touches),
        cmocka_unit_test(torn_scan_is_not_glued_to_the_next),
        cmocka_unit_test(repeated_scans_are_left_out),
        cmocka_unit_test(device_that_counts_afresh_begins_an_epoch_in_a_block_of_its_own),
        cmocka_unit_test(scans_longer_than_said_are_noticed),
        cmocka_unit_test(parts_of_complex_samples_stay_together),
        cmocka_unit_test(rows_of_one_instant_are_taken_one_by_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
