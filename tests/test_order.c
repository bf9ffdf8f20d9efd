/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every rank of any values is what sorting gives, and the values stay the same values.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dsp/order.h"

enum { MOST = 60 };

static int by_value(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* kind: all different, few different, ascending, descending, all alike */
static double value_at(int kind, size_t k)
{
    static unsigned state = 5;
    state = state * 1664525u + 1013904223u;
    return kind == 0   ? (double)(state >> 8)
           : kind == 1 ? (double)(state >> 30)
           : kind == 2 ? (double)k
           : kind == 3 ? -(double)k
                       : 7;
}

static void every_rank_is_that_of_sorting(void **state)
{
    (void)state;
    for (int kind = 0; kind < 5; kind++)
        for (size_t n = 1; n <= MOST; n++) {
            double values[MOST], sorted[MOST], work[MOST];
            for (size_t k = 0; k < n; k++)
                values[k] = value_at(kind, k);
            memcpy(sorted, values, sizeof sorted);
            qsort(sorted, n, sizeof *sorted, by_value);
            for (size_t rank = 0; rank < n; rank++) {
                memcpy(work, values, sizeof work);
                assert_true(gw_order_nth(work, n, rank) == sorted[rank]);
                qsort(work, n, sizeof *work, by_value);
                assert_memory_equal(work, sorted, n * sizeof *work);
            }
        }
}

static void a_quantile_is_a_value_of_them(void **state)
{
    (void)state;
    double values[] = {5, 1, 4, 2, 3};
    assert_true(gw_order_quantile(values, 5, 0) == 1);
    assert_true(gw_order_quantile(values, 5, 0.5) == 3);
    assert_true(gw_order_quantile(values, 5, 0.7) == 3);
    assert_true(gw_order_quantile(values, 5, 1) == 5);
    assert_true(gw_order_quantile(values, 0, 0.5) == 0);
}

static void what_is_no_number_ends_too(void **state)
{
    (void)state;
    for (size_t nan_at = 0; nan_at < 9; nan_at++)
        for (size_t rank = 0; rank < 9; rank++) {
            double values[9];
            for (size_t k = 0; k < 9; k++)
                values[k] = k == nan_at ? (double)NAN : (double)((k * 5) % 9);
            gw_order_nth(values, 9, rank);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rank_is_that_of_sorting),
        cmocka_unit_test(a_quantile_is_a_value_of_them),
        cmocka_unit_test(what_is_no_number_ends_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
