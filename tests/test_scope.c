/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/scope.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SAMPLES = 512, TONES = 4, ROWS_MAX = 4096 };

static const gw_stream gpr = {
    .kind = GW_KIND_GPR, .n_channels = 1, .n_samples = SAMPLES, .sample_rate_hz = 40e9};
static const gw_stream md = {.kind = GW_KIND_MD,
                             .n_channels = 2,
                             .n_samples = 1,
                             .sample_rate_hz = 64000,
                             .n_tones = TONES,
                             .tones_hz = {1600, 4800, 11200, 24000}};

/* All that was shown, rows one after another. */
static struct {
    size_t n_frames, n_rows, rows_most;
    int8_t lines[ROWS_MAX][GW_SCOPE_COLUMNS_MAX];
    float strip[ROWS_MAX][1 + 2 * TONES], pinpoint[ROWS_MAX];
} shown;

static void keep(void *user, const gw_scope_frame *frame)
{
    (void)user;
    assert_int_equal(frame->n_bytes, frame->n_rows * frame->n_columns *
                                         (frame->sensor == GW_SENSOR_GPR ? 1 : sizeof(float)));
    for (uint32_t r = 0; r < frame->n_rows; r++, shown.n_rows++) {
        if (frame->sensor == GW_SENSOR_GPR)
            memcpy(shown.lines[shown.n_rows], frame->bytes + r * frame->n_columns,
                   frame->n_columns);
        else {
            shown.pinpoint[shown.n_rows] = frame->pinpoint[r];
            memcpy(shown.strip[shown.n_rows], frame->bytes + r * frame->n_columns * sizeof(float),
                   frame->n_columns * sizeof(float));
        }
    }
    if (frame->n_rows > shown.rows_most)
        shown.rows_most = frame->n_rows;
    shown.n_frames++;
}

static gw_scope *start(void)
{
    gw_scope *scope;
    memset(&shown, 0, sizeof shown);
    assert_int_equal(gw_scope_create(&gpr, &md, 0.01, &scope), GW_OK);
    gw_scope_listen(scope, keep, NULL);
    return scope;
}

static void scans_push(gw_scope *scope, int n, int64_t step_ns, double anomaly)
{
    float counts[SAMPLES];
    for (int row = 0; row < n; row++) {
        for (int k = 0; k < SAMPLES; k++)
            counts[k] = 1000 * sinf((float)k / 9) + (float)((row * 7 + k * 13) % 11 - 5);
        if (row == n - 1)
            counts[300] += (float)anomaly;
        const gw_scope_row at = {row, row * step_ns, 0, row * 0.02};
        gw_scope_gpr(scope, counts, &at);
    }
}

static void what_stands_still_is_dark_and_what_is_new_is_bright(void **state)
{
    (void)state;
    gw_scope *scope = start();
    scans_push(scope, 400, 50000000, 2000);
    assert_int_equal(shown.n_rows, 400);
    for (int c = 0; c < 256; c++) {
        assert_true(c == 150 || abs(shown.lines[398][c]) < 64);
        assert_true(abs(shown.lines[0][c]) == 0);
    }
    assert_int_equal(shown.lines[399][150], 127);
    gw_scope_destroy(scope);
}

static void frames_gather_for_40_ms_and_no_longer(void **state)
{
    (void)state;
    gw_scope *scope = start();
    scans_push(scope, 100, 10000000, 0); /* 10 ms apart: rows 0, 10, 20, 30, 40 make a frame */
    assert_int_equal(shown.rows_most, 5);
    assert_int_equal(shown.n_frames, 20);
    gw_scope_destroy(scope);
    scope = start();
    scans_push(scope, 100, 1000, 0); /* faster than a frame can hold */
    assert_int_equal(shown.rows_most, GW_SCOPE_BYTES_MAX / 256);
    gw_scope_destroy(scope);
}

static double tone_after(double amplitude)
{
    gw_scope *scope = start();
    gw_complex response[TONES];
    double tone = 0;
    for (int row = 0; row < 600; row++) {
        for (int k = 0; k < TONES; k++) {
            double noise = ((row * (k + 3) * 7919) % 101 - 50) / 50.0;
            double metal = row >= 500 && row < 540 ? amplitude : 0;
            response[k] = (gw_complex){(float)(0.3 + 1e-4 * noise + metal), (float)(0.1 * k)};
        }
        const gw_scope_row at = {row * 640, row * (int64_t)10000000, 0, row * 0.004};
        gw_scope_md(scope, response, &at);
    }
    for (size_t r = 500; r < 540 && r < shown.n_rows; r++)
        tone = fmax(tone, (double)shown.strip[r][0]);
    for (size_t r = 0; r < 500; r++)
        assert_true(shown.strip[r][0] < 0.1F);
    gw_scope_destroy(scope);
    return tone;
}

static void the_tone_rises_with_the_metal_and_stays_within_1(void **state)
{
    (void)state;
    double before = tone_after(0);
    assert_true(before < 0.1);
    for (double amplitude = 3e-4; amplitude < 3e-3; amplitude *= 1.6) {
        double tone = tone_after(amplitude);
        assert_true(tone > before + 0.05);
        before = tone;
    }
    assert_true(tone_after(1) == 1);
}

static void changes_are_those_of_the_response(void **state)
{
    (void)state;
    tone_after(1e-2);
    for (int k = 0; k < TONES; k++) {
        assert_true(fabsf(shown.strip[500][1 + 2 * k] - 1e-2F) < 2e-4F);
        assert_true(fabsf(shown.strip[500][2 + 2 * k]) < 2e-4F);
    }
}

static void pinpoint_is_of_each_row_and_none_where_there_is_no_metal(void **state)
{
    (void)state;
    tone_after(1e-2);
    for (int r = 0; r < 500; r++)
        assert_true(shown.pinpoint[r] == 0);
    assert_true(shown.pinpoint[500] == 1 && shown.pinpoint[510] > 0.5F);
    for (int r = 545; r < 600; r++)
        assert_true(shown.pinpoint[r] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_still_is_dark_and_what_is_new_is_bright),
        cmocka_unit_test(frames_gather_for_40_ms_and_no_longer),
        cmocka_unit_test(the_tone_rises_with_the_metal_and_stays_within_1),
        cmocka_unit_test(pinpoint_is_of_each_row_and_none_where_there_is_no_metal),
        cmocka_unit_test(changes_are_those_of_the_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
