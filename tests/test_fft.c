/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/fft.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

enum { SIZE = 360 };

static const double pi = 3.14159265358979323846;

static void noise_fill(float *x, size_t n)
{
    uint32_t state = 12345;
    for (size_t k = 0; k < n; k++) {
        state = state * 1664525u + 1013904223u;
        x[k] = (float)((double)state / 4294967296.0 - 0.5);
    }
}

/* Naive sum in double: what the transform must be. */
static void forward_naive(const float *x, size_t n, size_t k, double *re, double *im)
{
    *re = *im = 0;
    for (size_t t = 0; t < n; t++) {
        *re += (double)x[t] * cos(2 * pi * (double)(k * t % SIZE) / SIZE);
        *im -= (double)x[t] * sin(2 * pi * (double)(k * t % SIZE) / SIZE);
    }
}

static void forward_agrees_with_the_naive_sum_to_120_db(void **state)
{
    float x[SIZE];
    gw_complex spectrum[SIZE / 2 + 1];
    gw_fft *fft;
    double error = 0, power = 0;
    (void)state;
    noise_fill(x, 300); /* shorter than the transform: the rest is zero */
    assert_int_equal(gw_fft_create(SIZE, &fft), GW_OK);
    gw_fft_forward(fft, x, 300, spectrum);
    for (size_t k = 0; k <= SIZE / 2; k++) {
        double re, im;
        forward_naive(x, 300, k, &re, &im);
        error += pow((double)spectrum[k].re - re, 2) + pow((double)spectrum[k].im - im, 2);
        power += re * re + im * im;
    }
    print_message("fft: %.1f dB\n", 10 * log10(power / error));
    assert_true(power > 1e12 * error);
    gw_fft_destroy(fft);
}

static void inverse_gives_back_what_forward_took(void **state)
{
    float x[SIZE], y[SIZE];
    gw_complex spectrum[SIZE / 2 + 1];
    gw_fft *fft;
    (void)state;
    noise_fill(x, SIZE);
    assert_int_equal(gw_fft_create(SIZE, &fft), GW_OK);
    gw_fft_forward(fft, x, SIZE, spectrum);
    gw_fft_inverse(fft, spectrum, SIZE, y);
    for (size_t k = 0; k < SIZE; k++)
        assert_true(fabsf(x[k] - y[k]) < 1e-6f);
    gw_fft_destroy(fft);
}

static void analytic_signal_of_a_cosine_is_a_turning_phasor(void **state)
{
    float x[SIZE];
    gw_complex spectrum[SIZE / 2 + 1], z[SIZE];
    gw_fft *fft;
    (void)state;
    for (size_t k = 0; k < SIZE; k++)
        x[k] = (float)cos(2 * pi * 17 * (double)k / SIZE + 0.4);
    assert_int_equal(gw_fft_create(SIZE, &fft), GW_OK);
    gw_fft_forward(fft, x, SIZE, spectrum);
    gw_fft_analytic(fft, spectrum, SIZE, z);
    for (size_t k = 0; k < SIZE; k++) {
        double angle = 2 * pi * 17 * (double)k / SIZE + 0.4;
        assert_true(fabs((double)z[k].re - cos(angle)) < 1e-5);
        assert_true(fabs((double)z[k].im - sin(angle)) < 1e-5);
    }
    gw_fft_destroy(fft);
}

static void real_part_of_the_analytic_signal_is_the_signal_for_any_input(void **state)
{
    float x[SIZE];
    gw_complex spectrum[SIZE / 2 + 1], z[SIZE];
    gw_fft *fft;
    (void)state;
    noise_fill(x, SIZE);
    assert_int_equal(gw_fft_create(SIZE, &fft), GW_OK);
    gw_fft_forward(fft, x, SIZE, spectrum);
    gw_fft_analytic(fft, spectrum, SIZE, z);
    for (size_t k = 0; k < SIZE; k++)
        assert_true(fabsf(x[k] - z[k].re) < 1e-5f);
    gw_fft_destroy(fft);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    static const size_t sizes[] = {0, 6, 9, 65538, 1 << 20};
    gw_fft *fft;
    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        assert_int_equal(gw_fft_create(sizes[k], &fft), GW_EINVAL);
        assert_null(fft);
    }
    gw_fft_destroy(NULL);
}

static void good_sizes_are_even_and_not_smaller(void **state)
{
    (void)state;
    assert_int_equal(gw_fft_good_size(1024), 1024);
    assert_int_equal(gw_fft_good_size(1023), 1024);
    for (size_t n = 8; n < 3000; n++) {
        size_t size = gw_fft_good_size(n), rest = size;
        assert_true(size >= n && size % 2 == 0 && size < 2 * n);
        for (size_t prime = 2; prime <= 5; prime++)
            while (rest % prime == 0)
                rest /= prime;
        assert_int_equal(rest, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_agrees_with_the_naive_sum_to_120_db),
        cmocka_unit_test(inverse_gives_back_what_forward_took),
        cmocka_unit_test(analytic_signal_of_a_cosine_is_a_turning_phasor),
        cmocka_unit_test(real_part_of_the_analytic_signal_is_the_signal_for_any_input),
        cmocka_unit_test(sizes_that_cannot_be_are_refused),
        cmocka_unit_test(good_sizes_are_even_and_not_smaller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
