/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/random.h"

/* Share of 40000 draws of a noncentral chi-square over n s: sd 0.0015. */
static double share_over(size_t n, double lambda, double least)
{
    enum { DRAWS = 40000 };
    size_t n_over = 0;
    uint64_t key = gw_random_key(5, n);
    for (uint64_t k = 0; k < DRAWS; k++) {
        double sum = 0;
        for (size_t c = 0; c < n; c++) {
            double x = gw_random_gauss(key, k * n + c) + (c ? 0 : sqrt(lambda));
            sum += x * x;
        }
        n_over += sum >= least;
    }
    return (double)n_over / DRAWS;
}

/* The two approximations are within 0.02 of the truth, worst for two columns. */
static void with_lambda_nine_in_ten_are_alarms(void **state)
{
    static const size_t columns[] = {2, 8, 16, 32};
    static const double scores[] = {1.5, 2.3, 7};
    (void)state;
    for (size_t k = 0; k < 4; k++)
        for (size_t s = 0; s < 3; s++) {
            double least = (double)columns[k] * scores[s];
            double lambda = gw_reference_lambda(columns[k], scores[s]);
            assert_true(fabs(share_over(columns[k], lambda, least) - 0.9) < 0.025);
        }
}

static void more_energy_reaches_deeper_and_none_reaches_nothing(void **state)
{
    const gw_reference_config config = {
        .coil_radius_m = 0.13, .ball_m = 0.10, .n_columns = 8, .score = 2.3};
    gw_reference reference;
    double last_m = 0;
    (void)state;
    gw_reference_make(&reference, &config);
    for (double energy = 1e-2; energy < 1e8; energy *= 1.3) {
        double at_m = gw_reference_coil_m(&reference, energy, false);
        assert_true(at_m >= last_m && at_m <= 0.6300001);
        last_m = at_m;
    }
    assert_true(last_m > 0.6 && gw_reference_coil_m(&reference, 0, false) == 0);
}

/* Far below, a dipole's answer falls with the sixth power, its width along the lane grows with the
 * distance: energy by 4^6 reaches about twice as deep, a little more. */
static void far_below_the_depth_goes_by_the_sixth_root(void **state)
{
    const gw_reference_config config = {
        .coil_radius_m = 0.05, .ball_m = 0.10, .n_columns = 8, .score = 2.3};
    gw_reference reference;
    (void)state;
    gw_reference_make(&reference, &config);
    double energy = reference.lambda / (reference.gain[44] * reference.gain[44]); /* 0.25 m */
    double near_m = gw_reference_coil_m(&reference, energy, false);
    double far_m = gw_reference_coil_m(&reference, energy * 4096, false);
    assert_true(fabs(near_m - 0.25) < 1e-9);
    assert_true(far_m > 1.9 * near_m && far_m < 2.3 * near_m);
}

/* A spectrum's score has one degree of freedom: normal, less its mean. 40000 draws: sd 0.0015. */
static void of_spectra_nine_in_ten_are_alarms(void **state)
{
    enum { DRAWS = 40000 };
    const gw_reference_config config = {
        .coil_radius_m = 0.13, .ball_m = 0.10, .n_columns = 16, .score = 2.3, .score_spectra = 2.7};
    gw_reference reference;
    size_t n_over = 0;
    (void)state;
    gw_reference_make(&reference, &config);
    for (uint64_t k = 0; k < DRAWS; k++) {
        double x = gw_random_gauss(7, k) + sqrt(reference.lambda_spectra);
        n_over += x * x / 1.5 >= config.score_spectra;
    }
    assert_true(fabs((double)n_over / DRAWS - 0.9) < 0.01);
    assert_true(reference.lambda_spectra < reference.lambda);
}

/* A shell of 2 kg of steel gives two hundred times and more what half a gram does. */
static void a_steel_mine_gives_much_more_than_the_ball(void **state)
{
    (void)state;
    for (double hz = 1e3; hz < 1e5; hz *= 2)
        assert_true(cabs(gw_reference_at(hz)) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_lambda_nine_in_ten_are_alarms),
        cmocka_unit_test(more_energy_reaches_deeper_and_none_reaches_nothing),
        cmocka_unit_test(of_spectra_nine_in_ten_are_alarms),
        cmocka_unit_test(a_steel_mine_gives_much_more_than_the_ball),
        cmocka_unit_test(far_below_the_depth_goes_by_the_sixth_root)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
