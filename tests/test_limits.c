/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/limits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void near(double got, double wanted)
{
    assert_true(fabs(got - wanted) <= 1e-12 * fabs(wanted));
}

static void none_and_all_have_closed_forms(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2000; n = n * 3 / 2 + 1) {
        double power = pow(0.025, 1 / (double)n);
        gw_limits none = gw_limits_binomial(0, n, 0.05), all = gw_limits_binomial(n, n, 0.05);
        assert_true(none.low == 0 && all.high == 1);
        near(none.high, -expm1(log(0.025) / (double)n));
        near(all.low, power);
    }
    near(gw_limits_poisson(0, 0.05).high, -log(0.025));
    assert_true(gw_limits_poisson(0, 0.05).low == 0);
    near(gw_limits_poisson(1, 0.05).low, -log(0.975));
}

static void a_mirrored_count_has_mirrored_limits(void **state)
{
    (void)state;
    for (size_t k = 0; k <= 53; k++) {
        gw_limits of_found = gw_limits_binomial(k, 53, 0.05);
        gw_limits of_missed = gw_limits_binomial(53 - k, 53, 0.05);
        assert_true(fabs(of_found.low - (1 - of_missed.high)) < 1e-12);
        assert_true(of_found.low <= (double)k / 53 && of_found.high >= (double)k / 53);
    }
}

static void extreme_counts_end_with_a_number(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 1000, 100000, 10000000};
    for (size_t a = 0; a < 4; a++) {
        gw_limits poisson = gw_limits_poisson(counts[a], 1e-6);
        assert_true(poisson.low < (double)counts[a] && poisson.high > (double)counts[a]);
        for (size_t b = a; b < 4; b++) {
            gw_limits limits = gw_limits_binomial(counts[a], counts[b], 1e-6);
            assert_true(limits.low > 0 && limits.high <= 1 && limits.low < limits.high);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_and_all_have_closed_forms),
        cmocka_unit_test(a_mirrored_count_has_mirrored_limits),
        cmocka_unit_test(extreme_counts_end_with_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
