/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/quality.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLES = 512, ROWS = 1200 };

static int32_t counts[ROWS * SAMPLES];

static gw_stream radar(unsigned bits, bool is_signed)
{
    return (gw_stream){.kind = GW_KIND_GPR,
                       .n_channels = 1,
                       .n_samples = SAMPLES,
                       .n_marks = 2,
                       .bits = bits,
                       .is_signed = is_signed};
}

static gw_stream coil(void)
{
    return (gw_stream){.kind = GW_KIND_MD,
                       .n_channels = 2,
                       .n_samples = 1,
                       .bits = 16,
                       .is_signed = true,
                       .row_rate_hz = 96000,
                       .roles = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT}};
}

/* Small numbers that change from one to the next and never repeat a scan. */
static void counts_fill(int32_t middle)
{
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        counts[k] = middle + (int32_t)((uint32_t)k * 2654435761u >> 26) - 32;
}

static uint32_t flags_of(gw_quality *quality, const gw_stream *stream, size_t from, size_t n_rows)
{
    const gw_block block = {.n_rows = n_rows,
                            .counts = counts + from * gw_stream_row_counts(stream)};
    return gw_quality_flags(quality, stream, &block);
}

static uint32_t radar_flags(const gw_stream *stream, unsigned bits, size_t n_rows)
{
    gw_quality quality;
    gw_quality_reset(&quality, stream, bits);
    return flags_of(&quality, stream, 0, n_rows);
}

static void live_radar_raises_nothing(void **state)
{
    (void)state;
    const gw_stream stream = radar(16, false);
    counts_fill(32768);
    assert_int_equal(radar_flags(&stream, 0, 50), 0);
}

static void samples_at_either_end_are_clipped(void **state)
{
    (void)state;
    const struct {
        unsigned bits;
        bool is_signed;
        unsigned of_converter;
        int32_t low, high;
    } formats[] = {{8, false, 0, 0, 255},
                   {16, false, 0, 0, 65535},
                   {16, true, 0, -32768, 32767},
                   {32, true, 0, INT32_MIN, INT32_MAX},
                   {32, true, 24, -8388608, 8388607},
                   {16, false, 12, 0, 4095}};
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        const gw_stream stream = radar(formats[f].bits, formats[f].is_signed);
        const int32_t ends[] = {formats[f].low, formats[f].high};
        int32_t middle = (int32_t)(((int64_t)ends[0] + ends[1]) / 2);
        for (size_t e = 0; e < 2; e++) {
            counts_fill(middle);
            counts[300] = ends[e];
            assert_int_equal(radar_flags(&stream, formats[f].of_converter, 1), GW_BLOCK_CLIPPED);
            counts[300] = e ? ends[e] - 1 : ends[e] + 1;
            assert_int_equal(radar_flags(&stream, formats[f].of_converter, 1), 0);
        }
    }
}

static void one_sample_in_a_thousand_is_not_yet_clipped(void **state)
{
    (void)state;
    const gw_stream stream = radar(16, false);
    counts_fill(32768);
    counts[400] = 65535;
    assert_int_equal(radar_flags(&stream, 0, 2), 0);
    counts[401] = 65535;
    assert_int_equal(radar_flags(&stream, 0, 2), GW_BLOCK_CLIPPED);
}

static void marks_are_no_samples(void **state)
{
    (void)state;
    const gw_stream stream = radar(16, false);
    counts_fill(32768);
    counts[0] = 0;
    counts[1] = 65535;
    assert_int_equal(radar_flags(&stream, 0, 1), 0);
    for (int k = 2; k < SAMPLES; k++)
        counts[k] = 30000;
    assert_int_equal(radar_flags(&stream, 0, 1), GW_BLOCK_STUCK);
}

static void flat_scan_is_stuck(void **state)
{
    (void)state;
    const gw_stream stream = radar(16, false);
    counts_fill(32768);
    for (int k = 0; k < SAMPLES; k++)
        counts[10 * SAMPLES + k] = 32768;
    assert_int_equal(radar_flags(&stream, 0, 10), 0);
    assert_int_equal(radar_flags(&stream, 0, 11), GW_BLOCK_STUCK);
}

static void same_scan_again_and_again_is_stuck_in_any_blocks(void **state)
{
    (void)state;
    const gw_stream stream = radar(16, false);
    counts_fill(32768);
    for (size_t r = 21; r < 40; r++) { /* only a counter in the marks goes on */
        memcpy(counts + r * SAMPLES, counts + 20 * SAMPLES, SAMPLES * sizeof *counts);
        counts[r * SAMPLES] = (int32_t)r;
    }
    for (size_t n_block = 1; n_block <= 40; n_block++) {
        gw_quality quality;
        gw_quality_reset(&quality, &stream, 0);
        for (size_t r = 0; r < 40; r += n_block) {
            size_t n = n_block < 40 - r ? n_block : 40 - r;
            bool has_eighth = r + n > 27;
            assert_int_equal(flags_of(&quality, &stream, r, n), has_eighth ? GW_BLOCK_STUCK : 0);
        }
    }
}

static void live_coil_raises_nothing(void **state)
{
    (void)state;
    const gw_stream stream = coil();
    counts_fill(0);
    assert_int_equal(radar_flags(&stream, 0, ROWS), 0);
}

/* 960 rows are 10 ms. */
static void coil_channel_without_a_change_is_stuck(void **state)
{
    (void)state;
    const gw_stream stream = coil();
    for (size_t channel = 0; channel < 2; channel++) {
        counts_fill(0);
        for (size_t r = 100; r < 1059; r++)
            counts[2 * r + channel] = 5000;
        assert_int_equal(radar_flags(&stream, 0, ROWS), 0);
        counts[2 * 1059 + channel] = 5000;
        assert_int_equal(radar_flags(&stream, 0, ROWS), GW_BLOCK_STUCK);
    }
}

static void coil_channel_is_found_stuck_across_blocks(void **state)
{
    (void)state;
    const gw_stream stream = coil();
    gw_quality quality;
    uint32_t flags = 0;
    counts_fill(0);
    for (size_t r = 0; r < ROWS; r++)
        counts[2 * r] = -3;
    gw_quality_reset(&quality, &stream, 0);
    for (size_t r = 0; r < 950; r += 10)
        assert_int_equal(flags_of(&quality, &stream, r, 10), 0);
    for (size_t r = 950; r < ROWS; r += 10)
        flags |= flags_of(&quality, &stream, r, 10);
    assert_int_equal(flags, GW_BLOCK_STUCK);
}

static void head_that_stands_still_is_not_stuck(void **state)
{
    (void)state;
    const gw_stream stream = {
        .kind = GW_KIND_POSE, .n_channels = 1, .n_samples = 1, .bits = 32, .is_signed = true};
    memset(counts, 0, sizeof counts);
    assert_int_equal(radar_flags(&stream, 0, ROWS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_radar_raises_nothing),
        cmocka_unit_test(samples_at_either_end_are_clipped),
        cmocka_unit_test(one_sample_in_a_thousand_is_not_yet_clipped),
        cmocka_unit_test(marks_are_no_samples),
        cmocka_unit_test(flat_scan_is_stuck),
        cmocka_unit_test(same_scan_again_and_again_is_stuck_in_any_blocks),
        cmocka_unit_test(live_coil_raises_nothing),
        cmocka_unit_test(coil_channel_without_a_change_is_stuck),
        cmocka_unit_test(coil_channel_is_found_stuck_across_blocks),
        cmocka_unit_test(head_that_stands_still_is_not_stuck)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
