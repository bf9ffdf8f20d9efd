/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/level.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROWS = 400, COLUMNS = 5, RANKED = 3 };

static float rows[ROWS][COLUMNS];

static int rows_fill(void **state)
{
    uint32_t random = 7;
    (void)state;
    for (size_t k = 0; k < ROWS; k++)
        for (size_t c = 0; c < COLUMNS; c++) {
            random = random * 1664525u + 1013904223u;
            rows[k][c] = (float)(random >> 20) / 64.0f; /* many equal values */
        }
    return 0;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

/* The definition, by sorting every window afresh. */
static float level_naive(const gw_level_config *config, size_t n, size_t k, size_t c)
{
    float window[ROWS];
    size_t from = k > config->before ? k - config->before : 0;
    size_t to = k + config->after > config->least ? k + config->after : config->least;
    to = to < n ? to : n - 1;
    for (size_t j = from; j <= to; j++)
        window[j - from] = rows[j][c];
    size_t count = to - from + 1;
    qsort(window, count, sizeof *window, by_value);
    double at = config->quantile * (double)(count - 1);
    size_t below = (size_t)at, above = below + 1 < count ? below + 1 : below;
    return window[below] + (float)(at - (double)below) * (window[above] - window[below]);
}

static size_t compare_all(gw_level *level, const gw_level_config *config, size_t n, size_t k)
{
    const float *row, *levels;
    while (gw_level_pop(level, &row, &levels)) {
        assert_memory_equal(row, rows[k], sizeof rows[k]);
        for (size_t c = 0; c < config->n_ranked; c++)
            assert_true(levels[c] == level_naive(config, n, k, c));
        k++;
    }
    return k;
}

static void level_is(const gw_level_config *config, size_t n)
{
    gw_level *level;
    size_t k = 0;
    assert_int_equal(gw_level_create(config, &level), GW_OK);
    for (int pass = 0; pass < 2; pass++) { /* a reset one is as a new one */
        k = 0;
        for (size_t j = 0; j < n; j++) {
            gw_level_push(level, rows[j]);
            k = compare_all(level, config, n, k);
            assert_true(k == 0 || j >= k - 1 + config->after || j + 1 == n);
        }
        gw_level_finish(level);
        k = compare_all(level, config, n, k);
        assert_int_equal(k, n);
        gw_level_reset(level);
    }
    gw_level_destroy(level);
}

static void every_level_is_the_quantile_of_its_window(void **state)
{
    static const gw_level_config configs[] = {
        {COLUMNS, RANKED, 50, 15, 30, 0.5}, {COLUMNS, RANKED, 20, 0, 5, 0.3},
        {COLUMNS, COLUMNS, 3, 40, 8, 0.9},  {COLUMNS, 1, 0, 0, 0, 0.5},
        {COLUMNS, RANKED, 100, 10, 60, 0},  {COLUMNS, RANKED, 100, 10, 60, 1},
        {COLUMNS, RANKED, 3, 0, 60, 0.5},   {COLUMNS, RANKED, 4, 3, 8, 0.5}};
    (void)state;
    for (size_t k = 0; k < sizeof configs / sizeof *configs; k++) {
        level_is(&configs[k], ROWS);
        level_is(&configs[k], 25); /* shorter than most windows */
    }
}

static void a_target_shorter_than_half_of_the_window_leaves_the_median_alone(void **state)
{
    const gw_level_config config = {1, 1, 20, 20, 20, 0.5};
    const float *row, *levels;
    gw_level *level;
    size_t n_seen = 0;
    (void)state;
    assert_int_equal(gw_level_create(&config, &level), GW_OK);
    for (size_t k = 0; k < 100; k++) {
        float value = k >= 40 && k < 55 ? 1000.0f : 1.0f;
        gw_level_push(level, &value);
        for (; gw_level_pop(level, &row, &levels); n_seen++)
            assert_true(levels[0] == 1.0f);
    }
    assert_int_equal(n_seen, 80);
    gw_level_destroy(level);
}

static void wrong_shapes_are_refused(void **state)
{
    static const gw_level_config configs[] = {
        {0, 0, 1, 1, 1, 0.5},        {2, 3, 1, 1, 1, 0.5}, {2, 2, 5000, 1, 1, 0.5},
        {2, 2, 1, 1, 1, -0.1},       {2, 2, 1, 1, 1, 1.5}, {300000, 1, 1, 1, 1, 0.5},
        {2, 2, 1, 1, 1, (double)NAN}};
    gw_level *level;
    (void)state;
    for (size_t k = 0; k < sizeof configs / sizeof *configs; k++) {
        assert_int_equal(gw_level_create(&configs[k], &level), GW_EINVAL);
        assert_null(level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_is_the_quantile_of_its_window),
        cmocka_unit_test(a_target_shorter_than_half_of_the_window_leaves_the_median_alone),
        cmocka_unit_test(wrong_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, rows_fill, NULL);
}
