/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/usual.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/random.h"
#include "dsp/far.h"

/* Of ln s on blank ground: deviation; 0.3 of a normal variable is 0.524 over its mean. */
static const double usual_score = 0.0078, sd = 2, over = 0.524;

/* n candidates of a ground `louder` times the usual; every mine_every-th is a mine. Returns the
 * mean offset over the latter half. */
static double ground_walk(gw_usual *usual, uint64_t n, double louder, uint64_t mine_every)
{
    double sum = 0;
    for (uint64_t k = 0; k < n; k++) {
        double score = usual_score * louder * exp(sd * (gw_random_gauss(7, k) - over));
        if (mine_every && k % mine_every == 0)
            score = 100;
        gw_usual_learn(usual, score * usual->factor);
        if (k >= n / 2)
            sum += usual->offset;
    }
    return sum / (double)(n - n / 2);
}

/* It forgets in 200 steps: of the mean of 10,000 some 25 are independent, of 0.13 each: 4 sd. */
static void ground_is_learnt(void **state)
{
    gw_usual usual;
    (void)state;
    for (double louder = 0.3; louder < 4; louder *= 1.5) {
        gw_usual_reset(&usual);
        assert_true(fabs(ground_walk(&usual, 20000, louder, 0) - log(louder)) < 0.1);
        assert_true(fabs(usual.factor - exp(-usual.offset)) < 1e-12);
    }
}

static void learns_within_60_m(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    ground_walk(&usual, 270, 3, 0); /* 4.5 candidates a metre */
    assert_true(usual.offset > 0.6 * log(3) && usual.offset < 1.4 * log(3));
}

/* One mine in 4 m of ground (18 candidates) moves it from the quantile 0.7 to 0.74 of the ground's
 * own: 0.12 sd. Thirty mines in a row move it by their steps and no more. */
static void mines_hardly_move_it(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    assert_true(fabs(ground_walk(&usual, 20000, 1, 18)) < 0.12 * sd + 0.1);
    gw_usual_reset(&usual);
    for (int k = 0; k < 30; k++)
        gw_usual_learn(&usual, 1e6);
    assert_true(usual.offset <= 30 * 0.021 + 1e-9);
}

static void is_bounded_both_ways(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    for (int k = 0; k < 1000; k++)
        gw_usual_learn(&usual, 1e9);
    assert_true(usual.offset == 1.5);
    for (int k = 0; k < 1000; k++)
        gw_usual_learn(&usual, 1e-9);
    assert_true(usual.offset == -1.5);
    gw_usual_reset(&usual);
    assert_true(usual.offset == 0 && usual.factor == 1);
}

static double far_of(int kind, double score)
{
    return kind == 2 ? gw_far_md(score, false) : gw_far_gpr(score, kind == 1);
}

/* Rarer with every score, through the points that were measured, and never more than there is room
 * for. */
static void false_alarms_fall_with_the_score(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++)
        for (double s = 1e-8; s < 1e6; s *= 1.1) {
            double here = far_of(k, s), next = far_of(k, s * 1.1);
            assert_true(here <= 1 / 0.1 && next > 0);
            assert_true(next < here || here == 1 / 0.1 || s < 1e-3);
        }
    assert_true(fabs(gw_far_gpr(0.379, false) - 0.1) < 1e-6);
    assert_true(fabs(gw_far_md(2.27, false) - 0.1) < 1e-6);
    assert_true(gw_far_gpr(0, false) == 1 / 0.1 && gw_far_md(0, false) == 1 / 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_is_learnt),
        cmocka_unit_test(learns_within_60_m),
        cmocka_unit_test(mines_hardly_move_it),
        cmocka_unit_test(is_bounded_both_ways),
        cmocka_unit_test(false_alarms_fall_with_the_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
