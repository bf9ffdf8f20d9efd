/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whitening by the ground's own covariance: what is ground comes out with unit variance, whatever
 * part of the vectors belongs to targets, and what is no ground stands out.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dsp/scatter.h"

enum { N = 4, ROWS = 400 };

static double rows[ROWS][N];
static unsigned char use[ROWS];

static double uniform(void)
{
    static unsigned state = 1;
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) / 16777216.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(6.283185307179586 * uniform());
}

/* Noise of 1 in every column, and ground of `ground` along (1, 2, 0, -1). */
static void ground_make(double ground)
{
    for (int k = 0; k < ROWS; k++) {
        double g = ground * normal();
        rows[k][0] = g + normal();
        rows[k][1] = 2 * g + normal();
        rows[k][2] = normal();
        rows[k][3] = -g + normal();
        use[k] = GW_SCATTER_QUIET;
    }
}

static double power_of(const gw_scatter *scatter, const double *v)
{
    double white[N], sum = 0;
    gw_scatter_whiten(scatter, v, white);
    for (int c = 0; c < N; c++)
        sum += white[c] * white[c];
    return sum;
}

static double power_mean(const gw_scatter *scatter)
{
    double sum = 0;
    for (int k = 0; k < ROWS; k++)
        sum += power_of(scatter, rows[k]) / ROWS;
    return sum;
}

static gw_scatter *fitted(double part)
{
    gw_scatter *scatter;
    assert_int_equal(gw_scatter_create(N, ROWS, &scatter), GW_OK);
    gw_scatter_fit(scatter, rows[0], use, ROWS, part, 0.01);
    return scatter;
}

static void ground_alone_comes_out_white(void **state)
{
    static const double parts[] = {0.5, 0.6, 0.8};
    (void)state;
    for (int k = 0; k < 3; k++) {
        ground_make(30);
        gw_scatter *scatter = fitted(parts[k]);
        double mean = power_mean(scatter);
        assert_true(mean > 0.8 * N && mean < 1.3 * N);
        gw_scatter_destroy(scatter);
    }
}

/* A third of the vectors are targets a hundred times the noise: without them the answer is the
 * same to a few parts in ten. */
static void targets_do_not_enter(void **state)
{
    const double target[N] = {0, 0, 10, 0};
    (void)state;
    ground_make(30);
    gw_scatter *clean = fitted(0.5);
    for (int k = 0; k < ROWS; k += 3)
        rows[k][2] += 100;
    gw_scatter *mixed = fitted(0.5);
    double ratio = power_of(mixed, target) / power_of(clean, target);
    assert_true(ratio > 0.5 && ratio < 2);
    assert_true(power_of(mixed, target) > 50);
    gw_scatter_destroy(clean);
    gw_scatter_destroy(mixed);
}

static void heights_of_the_ground_itself_stay_ground(void **state)
{
    (void)state;
    ground_make(30);
    for (int k = 0; k < ROWS / 4; k++) { /* far along its own direction: marked, not quiet */
        double g = k % 2 ? 120 : -120;
        rows[k][0] += g;
        rows[k][1] += 2 * g;
        rows[k][3] -= g;
        use[k] = GW_SCATTER_GROUND;
    }
    gw_scatter *scatter = fitted(0.5);
    for (int k = 0; k < ROWS / 4; k++)
        assert_true(power_of(scatter, rows[k]) < 10 * N);
    gw_scatter_destroy(scatter);
}

static void the_floor_holds_and_few_rows_change_nothing(void **state)
{
    const double one[N] = {1, 0, 0, 0};
    gw_scatter *scatter;
    (void)state;
    ground_make(0);
    assert_int_equal(gw_scatter_create(N, ROWS, &scatter), GW_OK);
    gw_scatter_fit(scatter, rows[0], use, 4 * N - 1, 0.5, 0.01);
    assert_true(fabs(power_of(scatter, one) - 1) < 1e-12);
    gw_scatter_fit(scatter, rows[0], use, ROWS, 0.5, 100);
    assert_true(fabs(power_of(scatter, one) - 0.01) < 1e-6);
    gw_scatter_reset(scatter);
    assert_true(fabs(power_of(scatter, one) - 1) < 1e-12);
    gw_scatter_destroy(scatter);
    assert_int_equal(gw_scatter_create(0, 10, &scatter), GW_EINVAL);
    assert_int_equal(gw_scatter_create(65, 10, &scatter), GW_EINVAL);
    assert_int_equal(gw_scatter_create(4, 0, &scatter), GW_EINVAL);
}

/* A direction that is known to be the ground's counts for nothing, and what else there is as it
 * would without it. */
static void what_is_known_is_left_out(void **state)
{
    const double root = sqrt(6), direction[N] = {1 / root, 2 / root, 0, -1 / root};
    const double along[N] = {100, 200, 0, -100}, target[N] = {0, 0, 10, 0};
    (void)state;
    ground_make(30);
    gw_scatter *scatter = fitted(0.5);
    double before = power_of(scatter, target);
    gw_scatter_know(scatter, direction, 1);
    gw_scatter_fit(scatter, rows[0], use, ROWS, 0.5, 0.01);
    assert_true(power_of(scatter, along) < 1e-9);
    assert_true(fabs(power_of(scatter, target) / before - 1) < 0.3);
    assert_true(power_mean(scatter) > 0.8 * (N - 1) && power_mean(scatter) < 1.3 * (N - 1));
    gw_scatter_destroy(scatter);
}

/* R = diag(100, 4, 1, 1/4) and a floor of 1/4: W = diag(1/10, 1/2, 1, 2). */
static void what_is_set_is_whitened_by(void **state)
{
    const double r[N * N] = {100, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.01};
    const double v[N] = {10, 2, 1, 0.5};
    double back[N * N], direction[N];
    gw_scatter *scatter;
    (void)state;
    assert_int_equal(gw_scatter_create(N, ROWS, &scatter), GW_OK);
    assert_false(gw_scatter_covariance(scatter, back));
    assert_true(fabs(gw_scatter_gain(scatter) - N) < 1e-12);
    gw_scatter_set(scatter, r, 0.25);
    assert_true(fabs(power_of(scatter, v) - 4) < 1e-9);
    assert_true(fabs(gw_scatter_gain(scatter) - (0.01 + 0.25 + 1 + 4)) < 1e-9);
    assert_true(fabs(gw_scatter_strong(scatter, 0, direction) - 100) < 1e-9);
    assert_true(gw_scatter_covariance(scatter, back));
    for (int k = 0; k < N * N; k++)
        assert_true(fabs(back[k] - r[k]) < 1e-9);
    gw_scatter_destroy(scatter);
}

/* Settled: what is known goes out, what stands far out of the noise is white, and all else is taken
 * for noise, whatever few rows say of it. The directions of the fit stay. */
static void what_is_not_far_out_is_noise(void **state)
{
    const double root = sqrt(6), known[N] = {0, 0, 1, 0}, along[N] = {100, 200, 0, -100};
    const double aside[N] = {10, -5, 0, 0}, third[N] = {0, 0, 10, 0};
    double direction[N], again[N];
    (void)state;
    ground_make(30);
    gw_scatter *scatter = fitted(0.5);
    gw_scatter_gather(scatter, rows[0], use, ROWS);
    double variance = gw_scatter_strong(scatter, 0, direction);
    assert_true(fabs(variance / (6 * 900) - 1) < 0.3);
    assert_true(fabs(fabs(direction[1]) - 2 / root) < 0.01);
    assert_true(gw_scatter_strong(scatter, 1, again) < 2 &&
                gw_scatter_strong(scatter, N, again) == 0);
    gw_scatter_settle(scatter, known, 1, 2, 3);
    assert_true(power_of(scatter, third) < 1e-9);
    assert_true(power_of(scatter, along) < 2 * 60000 / variance);
    assert_true(fabs(power_of(scatter, aside) / (125.0 / 2) - 1) < 0.01); /* as the floor says */
    gw_scatter_settle(scatter, known, 0, 2, (double)INFINITY);
    assert_true(fabs(power_of(scatter, along) / 30000 - 1) < 1e-9);
    assert_true(gw_scatter_strong(scatter, 0, again) == variance && again[1] == direction[1]);
    gw_scatter_destroy(scatter);
}

/* All rows count that are quiet, also those that a fit leaves out. */
static void gathered_are_all_that_are_quiet(void **state)
{
    double direction[N];
    (void)state;
    ground_make(0);
    for (int k = 0; k < ROWS; k += 10)
        rows[k][2] += 50;
    gw_scatter *scatter = fitted(0.5);
    assert_true(gw_scatter_strong(scatter, 0, direction) < 10);
    gw_scatter_gather(scatter, rows[0], use, ROWS);
    assert_true(fabs(gw_scatter_strong(scatter, 0, direction) / 250 - 1) < 0.2);
    for (int k = 0; k < ROWS; k += 10)
        use[k] = GW_SCATTER_GROUND;
    gw_scatter_gather(scatter, rows[0], use, ROWS);
    assert_true(gw_scatter_strong(scatter, 0, direction) < 2);
    gw_scatter_destroy(scatter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_alone_comes_out_white),
        cmocka_unit_test(targets_do_not_enter),
        cmocka_unit_test(heights_of_the_ground_itself_stay_ground),
        cmocka_unit_test(what_is_known_is_left_out),
        cmocka_unit_test(what_is_set_is_whitened_by),
        cmocka_unit_test(what_is_not_far_out_is_noise),
        cmocka_unit_test(gathered_are_all_that_are_quiet),
        cmocka_unit_test(the_floor_holds_and_few_rows_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
