/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/cube.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SAMPLES = 160, CHANNELS = 7, SCANS = 41, BINS = 24, ALONG = 6, CROSS = 3, STRIDE = 2 };

static const gw_cube_config config = {.n_samples = SAMPLES,
                                      .n_channels = CHANNELS,
                                      .along = ALONG,
                                      .cross = CROSS,
                                      .stride = STRIDE,
                                      .n_bins = BINS};
/* 10 samples a period of 1 GHz; antennas 0.12 m up. */
static const gw_cube_ground ground = {
    .ways = {.offset_m = 0.06, .height_m = 0.12, .speed_m_per_ns = 0.12},
    .spacing_m = 0.02,
    .channel_spacing_m = 0.05,
    .samples_per_m = 10 / GW_LIGHT_M_PER_NS,
    .t0_samples = 12,
    .depth_step_m = 0.015};

static gw_complex scans[SCANS][CHANNELS][SAMPLES];
static gw_complex focused[SCANS + 1][CHANNELS][BINS]; /* one for the pop that gives nothing */

static double path_m(double along_m, double cross_m, double depth_m)
{
    double a = ground.ways.offset_m / 2;
    return gw_depth_leg_m(&ground.ways, depth_m, hypot(along_m - a, cross_m)) +
           gw_depth_leg_m(&ground.ways, depth_m, hypot(along_m + a, cross_m));
}

static void everything_is_focused(const gw_cube_ground *over)
{
    gw_cube *cube;
    size_t n = 0;
    assert_int_equal(gw_cube_create(&config, &cube), GW_OK);
    gw_cube_place(cube, over);
    for (size_t k = 0; k < SCANS; k++) {
        for (size_t c = 0; c < CHANNELS; c++)
            gw_cube_set(cube, c, scans[k][c]);
        while (gw_cube_pop(cube, focused[n][0]))
            n++;
        assert_int_equal(n, k < ALONG * STRIDE ? 0 : k + 1 - ALONG * STRIDE);
    }
    gw_cube_finish(cube);
    while (gw_cube_pop(cube, focused[n][0]))
        n++;
    assert_int_equal(n, SCANS);
    gw_cube_destroy(cube);
}

static double power_of(gw_complex z)
{
    return (double)z.re * (double)z.re + (double)z.im * (double)z.im;
}

/* An echo of one place, a pulse of a period and a half. */
static void point_lay(double along_m, double cross_m, double depth_m)
{
    for (size_t k = 0; k < SCANS; k++)
        for (size_t c = 0; c < CHANNELS; c++) {
            double way = path_m((double)k * ground.spacing_m - along_m,
                                (double)c * ground.channel_spacing_m - cross_m, depth_m);
            double at = ground.t0_samples + ground.samples_per_m * way;
            for (size_t n = 0; n < SAMPLES; n++) {
                double late = ((double)n - at) / 10; /* periods */
                double size = exp(-late * late * 2), turn = 6.283185307179586 * late;
                scans[k][c][n] = (gw_complex){(float)(size * cos(turn)), (float)(size * sin(turn))};
            }
        }
}

static void a_point_focuses_at_its_place_and_depth(void **state)
{
    size_t at[3] = {0};
    double highest = 0;
    (void)state;
    point_lay(0.40, 0.15, 0.12);
    everything_is_focused(&ground);
    for (size_t k = 0; k < SCANS; k++)
        for (size_t c = 0; c < CHANNELS; c++)
            for (size_t b = 0; b < BINS; b++)
                if (power_of(focused[k][c][b]) > highest) {
                    highest = power_of(focused[k][c][b]);
                    at[0] = k;
                    at[1] = c;
                    at[2] = b;
                }
    assert_int_equal(at[0], 20);
    assert_int_equal(at[1], 3);
    assert_int_equal(at[2], 8);
    /* half of an aperture away less than a fifth is left of it */
    assert_true(power_of(focused[20 + ALONG][3][8]) < 0.2 * highest);
    assert_true(power_of(focused[20][6][8]) < 0.2 * highest);
}

/* All positions together are worth their number: a pulse of size 1 comes out as the root of it. */
static void a_point_gains_by_the_root_of_the_positions(void **state)
{
    double sum = 0, squares = 0;
    (void)state;
    point_lay(0.40, 0.15, 0.12);
    everything_is_focused(&ground);
    for (int i = -ALONG; i <= ALONG; i++)
        for (int j = -CROSS; j <= CROSS; j++) {
            double down = 0.12 + 0.12, x = i * STRIDE * 0.02, y = j * 0.05;
            double weight =
                down / hypot(down, hypot(x - 0.03, y)) * down / hypot(down, hypot(x + 0.03, y));
            sum += weight;
            squares += weight * weight;
        }
    double size = sqrt(power_of(focused[20][3][8]));
    assert_true(fabs(size / (sum / sqrt(squares)) - 1) < 0.05); /* linear between samples: 4 % */
}

/* As the formula of the head says it, in double precision. */
static gw_complex naive(int row, int channel, int bin)
{
    double re = 0, im = 0, squares = 0, depth = bin * ground.depth_step_m;
    double down = ground.ways.height_m + depth;
    for (int i = -ALONG; i <= ALONG; i++)
        for (int j = -CROSS; j <= CROSS; j++) {
            int k = row + i * STRIDE, c = channel + j;
            if (k < 0 || k >= SCANS || c < 0 || c >= CHANNELS)
                continue;
            double x = i * STRIDE * ground.spacing_m, y = j * ground.channel_spacing_m;
            double at = ground.t0_samples + ground.samples_per_m * path_m(x, y, depth);
            double w =
                down / hypot(down, hypot(x - 0.03, y)) * down / hypot(down, hypot(x + 0.03, y));
            if (at >= SAMPLES - 1 || w < 0.05)
                continue;
            const gw_complex *z = scans[k][c] + (size_t)at;
            double part = at - floor(at);
            re += w * ((1 - part) * (double)z[0].re + part * (double)z[1].re);
            im += w * ((1 - part) * (double)z[0].im + part * (double)z[1].im);
            squares += w * w;
        }
    double scale = squares > 0 ? 1 / sqrt(squares) : 0;
    return (gw_complex){(float)(re * scale), (float)(im * scale)};
}

static void the_stack_is_the_naive_sum(void **state)
{
    uint32_t seed = 1;
    double wrong = 0, all = 0;
    (void)state;
    for (gw_complex *z = scans[0][0]; z < scans[0][0] + SCANS * CHANNELS * SAMPLES; z++) {
        seed = seed * 1664525u + 1013904223u;
        z->re = (float)(seed >> 8) / 8388608.0f - 1;
        seed = seed * 1664525u + 1013904223u;
        z->im = (float)(seed >> 8) / 8388608.0f - 1;
    }
    everything_is_focused(&ground);
    for (int k = 0; k < SCANS; k++) /* the ends and the outer channels are among them */
        for (int c = 0; c < CHANNELS; c++)
            for (int b = 0; b < BINS; b += 5) {
                gw_complex want = naive(k, c, b), is = focused[k][c][b];
                wrong += power_of((gw_complex){want.re - is.re, want.im - is.im});
                all += power_of(want);
            }
    assert_true(10 * log10(wrong / all) < -110);
}

static void antennas_on_the_ground_see_through_it_alone(void **state)
{
    gw_cube_ground low = ground;
    (void)state;
    low.ways.height_m = 0;
    memset(scans, 0, sizeof scans);
    for (size_t k = 0; k < SCANS; k++)
        for (size_t c = 0; c < CHANNELS; c++) {
            double x = (double)k * 0.02 - 0.40, y = (double)c * 0.05 - 0.15;
            double way = (hypot(0.12, hypot(x - 0.03, y)) + hypot(0.12, hypot(x + 0.03, y))) *
                         GW_LIGHT_M_PER_NS / 0.12;
            size_t at = (size_t)(low.t0_samples + low.samples_per_m * way + 0.5);
            if (at < SAMPLES)
                scans[k][c][at].re = 1;
        }
    everything_is_focused(&low);
    for (size_t k = 0; k < SCANS; k++)
        for (size_t c = 0; c < CHANNELS; c++)
            assert_true(power_of(focused[k][c][8]) <= power_of(focused[20][3][8]));
}

static void a_reset_cube_begins_anew(void **state)
{
    static gw_complex first[CHANNELS * BINS], again[CHANNELS * BINS];
    gw_cube *cube;
    (void)state;
    assert_int_equal(gw_cube_create(&config, &cube), GW_OK);
    gw_cube_place(cube, &ground);
    for (int turn = 0; turn < 2; turn++) {
        for (size_t k = 0; k < 3 + 10 * (size_t)(1 - turn); k++)
            for (size_t c = 0; c < CHANNELS; c++)
                gw_cube_set(cube, c, scans[turn ? k : k % 3][c]);
        if (!turn)
            gw_cube_reset(cube);
    }
    gw_cube_finish(cube);
    assert_true(gw_cube_pop(cube, again));
    gw_cube_destroy(cube);
    assert_int_equal(gw_cube_create(&config, &cube), GW_OK);
    gw_cube_place(cube, &ground);
    for (size_t k = 0; k < 3; k++)
        for (size_t c = 0; c < CHANNELS; c++)
            gw_cube_set(cube, c, scans[k][c]);
    gw_cube_finish(cube);
    assert_true(gw_cube_pop(cube, first));
    assert_memory_equal(first, again, sizeof first);
    gw_cube_destroy(cube);
}

static void each_bad_field_is_refused(void **state)
{
    gw_cube *cube;
    (void)state;
#define REFUSED(field, value)                                                                      \
    do {                                                                                           \
        gw_cube_config wrong = config;                                                             \
        wrong.field = (value);                                                                     \
        assert_int_equal(gw_cube_create(&wrong, &cube), GW_EINVAL);                                \
        assert_null(cube);                                                                         \
    } while (0)
    REFUSED(n_samples, 1);
    REFUSED(n_samples, 65537);
    REFUSED(n_channels, 0);
    REFUSED(n_channels, 65);
    REFUSED(along, 65);
    REFUSED(cross, 17);
    REFUSED(stride, 0);
    REFUSED(stride, 65);
    REFUSED(n_bins, 0);
    REFUSED(n_bins, 4097);
#undef REFUSED
    gw_cube_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_focuses_at_its_place_and_depth),
        cmocka_unit_test(a_point_gains_by_the_root_of_the_positions),
        cmocka_unit_test(the_stack_is_the_naive_sum),
        cmocka_unit_test(antennas_on_the_ground_see_through_it_alone),
        cmocka_unit_test(a_reset_cube_begins_anew),
        cmocka_unit_test(each_bad_field_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
