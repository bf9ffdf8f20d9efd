/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hops of rows: means against their closed form, noise against the noise that was put in, and
 * impulses that leave no trace.
 */
#include "dsp/hops.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/random.h"
#include "dsp/footprint.h"
#include "dsp/front.h"

enum { COLUMNS = 4, ROWS = 4000 };

typedef struct told {
    size_t n;
    double mean[ROWS][COLUMNS], noise[ROWS][COLUMNS];
} told;

static double rows[ROWS][COLUMNS];
static bool is_saturated[ROWS];

static void told_by(double rate_hz, told *into)
{
    gw_hops *hops;
    assert_int_equal(gw_hops_create(COLUMNS, rate_hz, &hops), GW_OK);
    into->n = 0;
    for (size_t r = 0; r < ROWS; r++)
        into->n += gw_hops_process(hops, rows[r], is_saturated[r], into->mean[into->n],
                                   into->noise[into->n]);
    gw_hops_destroy(hops);
}

/* White noise of 100 (c + 1) counts on steady columns. */
static void noise_put(void)
{
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < COLUMNS; c++)
            rows[r][c] = 1e6 + 100 * (double)(c + 1) * gw_random_normal(7, r * COLUMNS + c);
}

/* Two rows before and behind are needed to judge one: 1 kHz, 10 rows a hop, and 200 Hz, 2. */
static void a_mean_is_that_of_its_rows(void **state)
{
    static const double rates_hz[] = {1000, 200, 20};
    static told t;
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        gw_hops *hops;
        for (size_t r = 0; r < ROWS; r++)
            for (size_t c = 0; c < COLUMNS; c++)
                rows[r][c] = (double)c + 0.25 * (double)r;
        assert_int_equal(gw_hops_create(COLUMNS, rates_hz[k], &hops), GW_OK);
        size_t hop = gw_hops_rows(hops), late = gw_hops_late(hops);
        gw_hops_destroy(hops);
        assert_int_equal(hop, k == 0 ? 10 : k == 1 ? 2 : 1);
        told_by(rates_hz[k], &t);
        assert_int_equal(t.n, (ROWS - 4) / hop - 1);
        for (size_t h = 0; h < t.n; h++)
            for (size_t c = 0; c < COLUMNS; c++) {
                /* of rows 2 + h hop to 2 + (h + 2) hop - 1 */
                double middle = 2 + (double)((h + 1) * hop) - 0.5;
                assert_true(fabs(t.mean[h][c] - (double)c - 0.25 * middle) < 1e-9);
                /* told with row 2 + (h + 2) hop - 1 + 2; its middle lies `late` rows before */
                assert_int_equal(3 + (h + 2) * hop - late, 2 + (h + 1) * hop);
            }
    }
}

/* The running median of |d| wanders by some per cent: 15 % in each of the last hops. */
static void noise_is_what_was_put_in(void **state)
{
    static told t;
    (void)state;
    noise_put();
    told_by(1000, &t);
    for (size_t c = 0; c < COLUMNS; c++) {
        double sum = 0, wanted = 100 * (double)(c + 1) / sqrt(20);
        for (size_t h = t.n / 2; h < t.n; h++)
            sum += t.noise[h][c] / (double)(t.n - t.n / 2);
        assert_true(fabs(sum / wanted - 1) < 0.15);
    }
}

static void an_impulse_leaves_no_trace_in_the_mean(void **state)
{
    static told before, after;
    (void)state;
    noise_put();
    told_by(1000, &before);
    for (size_t r = 500; r < ROWS; r += 137)
        for (size_t c = 0; c < COLUMNS; c++)
            rows[r][c] += 50 * 100 * (double)(c + 1) * gw_random_normal(9, r * COLUMNS + c);
    told_by(1000, &after);
    for (size_t h = 0; h < after.n; h++)
        for (size_t c = 0; c < COLUMNS; c++) { /* five of twenty rows less: not far off */
            double noise = 100 * (double)(c + 1) / sqrt(20);
            assert_true(fabs(after.mean[h][c] - before.mean[h][c]) < 5 * noise);
            assert_true(after.noise[h][c] < 2 * noise);
        }
}

/* Where no row is good, the noise says so. */
static void a_hop_of_nothing_but_impulses_says_its_noise(void **state)
{
    static told t;
    size_t loud = 0;
    (void)state;
    noise_put();
    for (size_t r = 3000; r < 3025; r++)
        for (size_t c = 0; c < COLUMNS; c++)
            rows[r][c] += 50 * 100 * (double)(c + 1) * gw_random_normal(9, r * COLUMNS + c);
    told_by(1000, &t);
    for (size_t h = 0; h < t.n; h++)
        loud += t.noise[h][0] > 10 * 100 / sqrt(20);
    assert_in_range(loud, 1, 2);
}

/* A dipole of 90 dB at 1 m/s and 200 Hz: every row of it is good, and the noise stays. */
static void metal_is_no_impulse(void **state)
{
    static gw_footprint footprint;
    static told with, without;
    (void)state;
    gw_footprint_make(&footprint, 0.125);
    noise_put();
    told_by(200, &without);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < COLUMNS; c++)
            rows[r][c] += 100 * (double)(c + 1) * 3e4 *
                          gw_footprint_at(&footprint, 2, ((double)r - 2000) * 0.005);
    told_by(200, &with);
    assert_int_equal(with.n, without.n);
    for (size_t h = 0; h < with.n; h++)
        for (size_t c = 0; c < COLUMNS; c++)
            assert_true(with.noise[h][c] < 1.5 * without.noise[h][c]);
    for (size_t c = 0; c < COLUMNS; c++) { /* row 2000 is in the hops around (2000 - 2) / 2 */
        double peak = with.mean[998][c] - without.mean[998][c];
        assert_true(fabs(peak / (100 * (double)(c + 1) * 3e4) - 1) < 0.02);
    }
}

static void what_hops_cannot_be_made_of_is_refused(void **state)
{
    gw_hops *hops;
    (void)state;
    assert_int_equal(gw_hops_create(0, 100, &hops), GW_EINVAL);
    assert_int_equal(gw_hops_create(65, 100, &hops), GW_EINVAL);
    assert_int_equal(gw_hops_create(1, 0, &hops), GW_EINVAL);
    assert_int_equal(gw_hops_create(1, (double)NAN, &hops), GW_EINVAL);
    assert_int_equal(gw_hops_create(1, 1e9, &hops), GW_EINVAL);
    assert_null(hops);
}

/* Channels in any order, an offset and a scale, against a sum in double precision. */
static void responses_are_the_means_of_their_channels(void **state)
{
    const gw_stream stream = {.name = "iq",
                              .kind = GW_KIND_MD,
                              .waveform = GW_WAVEFORM_CW,
                              .n_channels = 5,
                              .n_samples = 1,
                              .offset = 12,
                              .scale_v = 1e-6,
                              .sample_rate_hz = 1000,
                              .n_tones = 2,
                              .tones_hz = {1000, 9000},
                              .roles = {gw_role_part(1, true), GW_ROLE_NONE, gw_role_part(0, false),
                                        gw_role_part(1, false), gw_role_part(0, true)}};
    static const size_t channels[4] = {2, 4, 3, 0};
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
    static int32_t counts[ROWS][5];
    gw_error error;
    gw_front *front;
    (void)state;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_OK);
    assert_int_equal(gw_front_tones(front), 2);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t c = 0; c < 5; c++)
            counts[r][c] = (int32_t)(1e5 * (double)(c + 1) + 30 * gw_random_normal(5, 5 * r + c));
        if (!gw_front_process(front, counts[r], response, noise))
            continue;
        for (size_t k = 0; k < 4; k++) {
            double sum = 0;
            for (size_t j = r - 21; j < r - 1; j++)
                sum += ((double)counts[j][channels[k]] + 12) * 1e-6 / 20;
            assert_true(fabs((double)((const float *)response)[k] / sum - 1) < 1e-6);
        }
        assert_true(r < 200 || fabs((double)noise[0] / (30e-6 / sqrt(10)) - 1) < 0.5);
    }
    gw_front_destroy(front);
}

/* Hop by hop: what was wrong, ORed over rows from..to. */
static unsigned trouble_of(bool is_all, int32_t clip, bool *is_noise_infinite)
{
    const gw_stream stream = {.name = "iq",
                              .kind = GW_KIND_MD,
                              .waveform = GW_WAVEFORM_CW,
                              .n_channels = 4,
                              .n_samples = 1,
                              .sample_rate_hz = 200,
                              .n_tones = 2,
                              .tones_hz = {1000, 9000},
                              .roles = {gw_role_part(0, false), gw_role_part(0, true),
                                        gw_role_part(1, false), gw_role_part(1, true)}};
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
    unsigned before = 0, found = 0;
    gw_error error;
    gw_front *front;
    *is_noise_infinite = false;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_OK);
    for (uint64_t r = 0; r < 1200; r++) {
        int32_t row[4];
        bool is_on = r < 600 || r >= 900;
        for (uint64_t c = 0; c < 4; c++)
            row[c] = (int32_t)(30 * gw_random_normal(6, 4 * r + c)) +
                     (is_on || (!is_all && c > 1) || clip ? 20000 : 0);
        if (!is_on && clip)
            row[3] = clip;
        if (!gw_front_process(front, row, response, noise))
            continue;
        if (r < 600)
            before |= gw_front_trouble(front);
        else if (r < 900)
            found |= gw_front_trouble(front);
        *is_noise_infinite |= isinf(noise[0]);
        if (r > 920)
            assert_true(gw_front_trouble(front) == 0 && isfinite(noise[1]));
    }
    assert_int_equal(before, 0);
    gw_front_destroy(front);
    return found;
}

static void a_tone_that_is_only_noise_is_lost_and_comes_back(void **state)
{
    bool is_infinite;
    (void)state;
    assert_int_equal(trouble_of(false, 0, &is_infinite), GW_TROUBLE_TONE_LOST);
    assert_true(is_infinite);
    assert_int_equal(trouble_of(true, 0, &is_infinite),
                     GW_TROUBLE_TONE_LOST | GW_TROUBLE_REFERENCE_LOST);
    assert_true(is_infinite);
}

static void the_end_of_a_format_is_said(void **state)
{
    static const int32_t ends[] = {32767, -32768, 8388607, INT32_MAX, INT32_MIN};
    bool is_infinite;
    (void)state;
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        assert_int_equal(trouble_of(false, ends[k], &is_infinite), GW_TROUBLE_CLIPPED);
    assert_int_equal(trouble_of(false, 32766, &is_infinite), 0);
}

static void half_a_response_is_refused_by_name(void **state)
{
    gw_stream stream = {
        .name = "iq",
        .kind = GW_KIND_MD,
        .waveform = GW_WAVEFORM_CW,
        .n_channels = 3,
        .sample_rate_hz = 1000,
        .n_tones = 2,
        .tones_hz = {1000, 9000},
        .roles = {gw_role_part(0, false), gw_role_part(0, true), gw_role_part(1, false)}};
    gw_error error;
    gw_front *front;
    (void)state;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_EINVAL);
    assert_non_null(strstr(error.text, "q1"));
    assert_null(front);
    stream.n_tones = 0;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_EINVAL);
    stream.n_tones = 1;
    stream.sample_rate_hz = 0;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_is_that_of_its_rows),
        cmocka_unit_test(noise_is_what_was_put_in),
        cmocka_unit_test(an_impulse_leaves_no_trace_in_the_mean),
        cmocka_unit_test(a_hop_of_nothing_but_impulses_says_its_noise),
        cmocka_unit_test(metal_is_no_impulse),
        cmocka_unit_test(what_hops_cannot_be_made_of_is_refused),
        cmocka_unit_test(responses_are_the_means_of_their_channels),
        cmocka_unit_test(a_tone_that_is_only_noise_is_lost_and_comes_back),
        cmocka_unit_test(the_end_of_a_format_is_said),
        cmocka_unit_test(half_a_response_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
