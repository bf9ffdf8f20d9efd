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

/* Of ln s on blank ground: mean and deviation; of a normal variable 0.04 is 1.751 over its mean,
 * and 0.2 is 0.842. */
static const double high = -1.98, low = -3.75, sd = 1.77 / (1.751 - 0.842);
static const double mean = -1.98 - 1.751 * 1.77 / (1.751 - 0.842);

/* n candidates of a ground `louder` times the usual, whose scores scatter `wider`; every
 * mine_every-th is a mine. Returns how many of the latter half are over s'. */
static uint64_t ground_walk(gw_usual *usual, uint64_t n, double louder, double wider,
                            uint64_t mine_every, double over)
{
    uint64_t n_over = 0;
    for (uint64_t k = 0; k < n; k++) {
        double from_high = mean - high + sd * gw_random_gauss(7, k);
        double score = exp(high + log(louder) + wider * from_high);
        if (mine_every && k % mine_every == 0)
            score = 100;
        double told = gw_usual_score(usual, score);
        n_over += k >= n / 2 && score < 100 && told > over;
        gw_usual_learn(usual, told);
    }
    return n_over;
}

/* Of 10,000 candidates 400 are over `high` and 2,000 over `low`, and of a normal variable 30 over
 * one more deviation, on every ground; without what is learnt, where scores are four times as high,
 * 1,600 are over `high`. */
static void rates_hold_on_every_ground(void **state)
{
    (void)state;
    for (double louder = 0.3; louder < 4; louder *= 1.5)
        for (double wider = 0.7; wider < 1.5; wider += 0.2) {
            gw_usual usual;
            gw_usual_reset(&usual);
            uint64_t n = ground_walk(&usual, 20000, louder, wider, 0, exp(high));
            assert_true(n > 340 && n < 520);
            n = ground_walk(&usual, 20000, louder, wider, 0, exp(low));
            assert_true(n > 1800 && n < 2200);
            n = ground_walk(&usual, 20000, louder, wider, 0, exp(high + sd));
            assert_true(n > 15 && n < 65);
        }
}

/* Where a head is held unevenly scores scatter more: by their level alone there were twice as many
 * false alarms. */
static void scatter_is_learnt(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    double usually = (double)ground_walk(&usual, 40000, 1, 1, 0, exp(high + sd));
    gw_usual_reset(&usual);
    double widely = (double)ground_walk(&usual, 40000, 1, 1.5, 0, exp(high + sd));
    assert_true(usual.spread > 1.3 && usual.spread < 1.7);
    assert_true(widely < 1.3 * usually && usually < 1.6 * widely);
}

static void learns_within_60_m(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    ground_walk(&usual, 270, 3, 1, 0, 1); /* 4.5 candidates a metre */
    assert_true(usual.loud > 0.6 * log(3) && usual.loud < 1.4 * log(3));
}

static void the_way_back_is_the_way(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    assert_true(fabs(gw_usual_score(&usual, 0.3) - 0.3) < 1e-12);
    ground_walk(&usual, 2000, 2, 1.4, 0, 1);
    for (double score = 1e-8; score < 1e6; score *= 3)
        assert_true(fabs(gw_usual_raw(&usual, gw_usual_score(&usual, score)) / score - 1) < 1e-9);
}

/* Those that are clear do not at all; of faint ones thirty in a row do by their steps. */
static void mines_hardly_move_it(void **state)
{
    gw_usual usual, alone;
    (void)state;
    gw_usual_reset(&usual);
    gw_usual_reset(&alone);
    for (int k = 0; k < 30; k++)
        gw_usual_learn(&usual, 1e6);
    assert_true(usual.loud == 0 && usual.quiet == 0 && usual.spread == 1);
    double with = (double)ground_walk(&usual, 20000, 1, 1, 18, exp(high));
    double without = (double)ground_walk(&alone, 20000, 1, 1, 0, exp(high));
    assert_true(with > 0.8 * without && with < 1.2 * without);
    gw_usual_reset(&usual);
    for (int k = 0; k < 30; k++)
        gw_usual_learn(&usual, 1);
    assert_true(usual.loud > 0 && usual.loud <= 1.5);
}

static void is_bounded_both_ways(void **state)
{
    gw_usual usual;
    (void)state;
    gw_usual_reset(&usual);
    for (int k = 0; k < 1000; k++)
        gw_usual_learn(&usual, 1);
    assert_true(usual.loud == 1.5 && usual.quiet == 2.5);
    for (int k = 0; k < 2000; k++)
        gw_usual_learn(&usual, 1e-9);
    assert_true(usual.loud == -2.5 && usual.quiet == -3.5);
    gw_usual_reset(&usual);
    for (int k = 0; k < 3000; k++)
        gw_usual_learn(&usual, exp(0.5 * (high + low))); /* all alike: no scatter */
    assert_true(usual.loud == -2.5 && usual.spread == 0.5);
    for (int k = 0; k < 3000; k++)
        gw_usual_learn(&usual, k % 7 ? 1e-9 : 1); /* much */
    assert_true(usual.spread == 2);
    gw_usual_reset(&usual);
    assert_true(usual.loud == 0 && usual.quiet == 0 && usual.spread == 1);
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
    assert_true(fabs(gw_far_gpr(0.255, false) - 0.1) < 1e-6);
    assert_true(fabs(gw_far_md(2.27, false) - 0.1) < 1e-6);
    assert_true(gw_far_gpr(0, false) == 1 / 0.1 && gw_far_md(0, false) == 1 / 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_hold_on_every_ground),
        cmocka_unit_test(scatter_is_learnt),
        cmocka_unit_test(learns_within_60_m),
        cmocka_unit_test(the_way_back_is_the_way),
        cmocka_unit_test(mines_hardly_move_it),
        cmocka_unit_test(is_bounded_both_ways),
        cmocka_unit_test(false_alarms_fall_with_the_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
