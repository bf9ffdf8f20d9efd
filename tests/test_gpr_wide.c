/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/gpr_wide.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { SAMPLES = 250, SIZE = 512, ROWS = 40, PULSE = 20 };

/* Of which the band is held by every fourth sample, by every second, by each, and by none. */
static const double centers[] = {0.03, 0.05, 0.1, 0.2};
static const double two_pi = 6.283185307179586;

static gw_fft *fft;
static gw_complex spectrum[SIZE / 2 + 1], rows[ROWS][SAMPLES], told[ROWS][SAMPLES];
static const float alike[2] = {1, 1}, unlike[2] = {1.25f, 1}; /* gains */

static gw_gpr_wide *wide_make(double center)
{
    const gw_gpr_wide_config config = {
        .n_samples = SAMPLES,
        .size = SIZE,
        .center_norm = center,
        .background = {.before = 20, .after = 5, .least = 12, .quantile = 0.5}};
    gw_gpr_wide *wide;
    assert_int_equal(gw_gpr_wide_create(&config, &wide), GW_OK);
    return wide;
}

/* 12 periods of a frequency under a bell, `late` samples late. */
static void scan_push(gw_gpr_wide *wide, double frequency, double size, double late)
{
    float scan[SAMPLES];
    for (size_t n = 0; n < SAMPLES; n++) {
        double at = (double)n - SAMPLES / 2 - late, bell = exp(-pow(at / PULSE, 2));
        scan[n] = (float)(size * bell * cos(two_pi * frequency * at));
    }
    gw_fft_forward(fft, scan, SAMPLES, spectrum);
    gw_gpr_wide_take(wide, spectrum);
    gw_gpr_wide_push(wide, (float)late);
}

/* Energy of an analytic scan; turn: a sample, cycles. */
static double energy_of(const gw_complex *z, double *turn)
{
    double energy = 0, re = 0, im = 0;
    for (size_t n = 1; n < SAMPLES; n++) {
        energy += (double)(z[n].re * z[n].re + z[n].im * z[n].im);
        re += (double)(z[n].re * z[n - 1].re + z[n].im * z[n - 1].im);
        im += (double)(z[n].im * z[n - 1].re - z[n].re * z[n - 1].im);
    }
    *turn = atan2(im, re) / two_pi;
    return energy;
}

/* Those that are due, of which n came out before. */
static int rows_pop(gw_gpr_wide *wide, int n, const float *gains)
{
    for (; gw_gpr_wide_pop(wide, gains[n % 2]); n++)
        memcpy(rows[n], gw_gpr_wide_analytic(wide, fft), sizeof rows[n]);
    return n;
}

static void rows_end(gw_gpr_wide *wide, int n, const float *gains)
{
    gw_gpr_wide_finish(wide);
    assert_int_equal(rows_pop(wide, n, gains), ROWS);
}

/* Rows of nothing with one echo among them: that one's. */
static double echo_energy(double center, double times, double *turn)
{
    gw_gpr_wide *wide = wide_make(center);
    int n = 0;
    for (int k = 0; k < ROWS; k++) {
        scan_push(wide, times * center, k == ROWS / 2, 0);
        n = rows_pop(wide, n, alike);
    }
    rows_end(wide, n, alike);
    gw_gpr_wide_destroy(wide);
    return energy_of(rows[ROWS / 2], turn);
}

static void three_times_the_centre_passes_and_four_times_does_not(void **state)
{
    double turn;
    (void)state;
    for (size_t c = 0; c < sizeof centers / sizeof *centers; c++) {
        double center = centers[c], whole = echo_energy(center, 1, &turn);
        assert_true(fabs(turn / center - 1) < 0.02);
        if (3.6 * center > 0.45) /* else there is no such frequency */
            continue;
        assert_true(fabs(echo_energy(center, 2.6, &turn) / whole - 1) < 0.02);
        assert_true(fabs(turn / center / 2.6 - 1) < 0.02);
        assert_true(echo_energy(center, 4.5, &turn) < 0.02 * whole);
    }
}

/* What is the same but for its time and strength, which were measured, is background. */
static void shift_and_gain_are_those_that_are_given(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof centers / sizeof *centers; c++) {
        gw_gpr_wide *wide = wide_make(centers[c]);
        double turn, whole = echo_energy(centers[c], 1, &turn);
        int n = 0;
        for (int k = 0; k < ROWS; k++) {
            scan_push(wide, centers[c], (double)unlike[k % 2], k % 3 - 0.8);
            n = rows_pop(wide, n, unlike);
        }
        rows_end(wide, n, unlike);
        for (int k = 0; k < ROWS; k++) /* medians are between 1 and 1.25 */
            assert_true(energy_of(rows[k], &turn) < 0.09 * whole);
        gw_gpr_wide_destroy(wide);
    }
}

static void a_second_life_is_as_the_first(void **state)
{
    gw_gpr_wide *wide = wide_make(centers[0]);
    (void)state;
    for (int life = 0; life < 2; life++) {
        int n = 0;
        for (int k = 0; k < ROWS; k++) {
            scan_push(wide, 0.03 + 0.001 * k, 1 + 0.1 * (k % 5), 0.1 * k);
            n = rows_pop(wide, n, alike);
        }
        rows_end(wide, n, alike);
        gw_gpr_wide_reset(wide);
        if (!life)
            memcpy(told, rows, sizeof told);
    }
    assert_memory_equal(told, rows, sizeof told);
    gw_gpr_wide_destroy(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_times_the_centre_passes_and_four_times_does_not),
        cmocka_unit_test(shift_and_gain_are_those_that_are_given),
        cmocka_unit_test(a_second_life_is_as_the_first),
    };
    if (gw_fft_create(SIZE, &fft) != GW_OK)
        return 1;
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);
    gw_fft_destroy(fft);
    return n_failed;
}
