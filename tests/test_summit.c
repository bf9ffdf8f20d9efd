/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/summit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { ROWS = 40, COLUMNS = 9, FOUND = 512 };

typedef struct found {
    size_t n;
    struct {
        uint64_t row;
        size_t column;
        float score;
    } at[FOUND];
} found;

static float map[ROWS][COLUMNS];

static void map_fill(void)
{
    uint32_t seed = 7;
    for (float *at = map[0]; at < map[0] + ROWS * COLUMNS; at++) {
        seed = seed * 1664525u + 1013904223u;
        *at = (float)(seed >> 28); /* few values: many are equal */
    }
}

static void drain(gw_summit *summit, found *f)
{
    while (f->n < FOUND &&
           gw_summit_pop(summit, &f->at[f->n].row, &f->at[f->n].column, &f->at[f->n].score))
        f->n++;
}

static found run(double reach, double aside)
{
    const gw_summit_config config = {.n_columns = COLUMNS, .reach = reach, .aside = aside};
    gw_summit *summit;
    found f = {0};
    assert_int_equal(gw_summit_create(&config, &summit), GW_OK);
    for (size_t k = 0; k < ROWS; k++) {
        gw_summit_push(summit, map[k]);
        drain(summit, &f);
        assert_int_equal(gw_summit_done(summit), k < (size_t)reach ? 0 : k + 1 - (size_t)reach);
    }
    gw_summit_finish(summit);
    drain(summit, &f);
    assert_int_equal(gw_summit_done(summit), ROWS);
    gw_summit_destroy(summit);
    return f;
}

/* By the words of the head. */
static bool is_summit(int row, int column, double reach, double aside)
{
    float at = map[row][column];
    for (int k = 0; k < ROWS; k++)
        for (int c = 0; c < COLUMNS; c++) {
            double down = (k - row) / reach, off = (c - column) / aside;
            bool is_first = k < row || (k == row && c < column);
            if (down * down + off * off > 1 + 1e-9 || (k == row && c == column))
                continue;
            if (map[k][c] > at || (map[k][c] == at && is_first))
                return false;
        }
    return at > 0;
}

static void summits_are_the_highest_of_their_ellipse(void **state)
{
    static const double reaches[][2] = {{1, 1}, {3, 2}, {5, 3}, {2, 8}};
    (void)state;
    map_fill();
    for (size_t r = 0; r < sizeof reaches / sizeof *reaches; r++) {
        found f = run(reaches[r][0], reaches[r][1]);
        size_t n = 0;
        for (int k = 0; k < ROWS; k++)
            for (int c = 0; c < COLUMNS; c++) {
                if (!is_summit(k, c, reaches[r][0], reaches[r][1]))
                    continue;
                assert_true(n < f.n);
                assert_int_equal(f.at[n].row, k);
                assert_int_equal(f.at[n].column, c);
                assert_true(f.at[n].score == map[k][c]);
                n++;
            }
        assert_int_equal(n, f.n);
        assert_true(n > 0);
    }
}

static void what_is_nothing_is_no_summit(void **state)
{
    (void)state;
    for (float *at = map[0]; at < map[0] + ROWS * COLUMNS; at++)
        *at = 0;
    assert_int_equal(run(3, 2).n, 0);
    map[20][0] = map[20][8] = 1; /* two at once, far apart */
    assert_int_equal(run(3, 2).n, 2);
    assert_int_equal(run(3, 8).n, 1);
}

static void each_bad_field_is_refused(void **state)
{
    static const gw_summit_config wrong[] = {{0, 2, 2},         {4097, 2, 2},     {9, 0.5, 2},
                                             {9, 1025, 2},      {9, 2, -1},       {9, 2, 4097},
                                             {9, 0.0 / 0.0, 2}, {9, 2, 0.0 / 0.0}};
    gw_summit *summit;
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        assert_int_equal(gw_summit_create(&wrong[k], &summit), GW_EINVAL);
        assert_null(summit);
    }
    gw_summit_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summits_are_the_highest_of_their_ellipse),
        cmocka_unit_test(what_is_nothing_is_no_summit),
        cmocka_unit_test(each_bad_field_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
