/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/blob.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dsp/likeness.h"

enum { BINS = 40, ROWS = 120, FOUND_MAX = 400 };

static const gw_blob_config config = {.n_bins_max = BINS,
                                      .reach = 3,
                                      .beside_from = 5,
                                      .beside_to = 15,
                                      .ahead = 8,
                                      .half_wide = 8,
                                      .apart = 4,
                                      .quarter = 2,
                                      .ratio_least = 3};

static float rows[ROWS][GW_FOCUS_PLANES][BINS], floors[ROWS][BINS];
static gw_blob_shape found[FOUND_MAX];

static void rows_clear(void)
{
    memset(rows, 0, sizeof rows);
    for (int k = 0; k < ROWS; k++)
        for (int b = 0; b < BINS; b++) {
            rows[k][GW_FOCUS_ENERGY][b] = floors[k][b] = 1;
            rows[k][GW_FOCUS_SPREAD][b] = 4;
            rows[k][GW_FOCUS_TURN_RE][b] = 1;
        }
}

static void rows_random(void)
{
    uint32_t random = 11;
    rows_clear();
    for (int k = 0; k < ROWS; k++)
        for (int b = 0; b < BINS; b++) {
            random = random * 1664525u + 1013904223u;
            rows[k][GW_FOCUS_ENERGY][b] = (float)(random >> 28); /* many equal ones */
        }
}

static size_t blobs_find(gw_blob *blob, bool is_late)
{
    size_t n = 0;
    gw_blob_place(blob, BINS);
    for (size_t k = 0; k < ROWS; k++) {
        gw_blob_push(blob, rows[k][0], floors[k]);
        while (gw_blob_pop(blob, &found[n]))
            assert_true(++n < FOUND_MAX);
        if (is_late)
            assert_int_equal(gw_blob_done(blob), k < config.ahead ? 0 : k - config.ahead + 1);
    }
    gw_blob_finish(blob);
    while (gw_blob_pop(blob, &found[n]))
        assert_true(++n < FOUND_MAX);
    assert_int_equal(gw_blob_done(blob), ROWS);
    return n;
}

static bool is_blob_naive(int k, int b)
{
    float at = rows[k][GW_FOCUS_ENERGY][b];
    for (int i = k - 3; i <= k + 3; i++)
        for (int j = b - 4; j <= b + 4; j++) {
            if (i < 0 || i >= ROWS || j < 0 || j >= BINS)
                continue;
            bool is_before = i < k || (i == k && j < b);
            float other = rows[i][GW_FOCUS_ENERGY][j];
            if (other > at || (other == at && is_before))
                return false;
        }
    return at >= 3;
}

static void blobs_are_what_the_definition_says(void **state)
{
    gw_blob *blob;
    (void)state;
    assert_int_equal(gw_blob_create(&config, &blob), GW_OK);
    rows_random();
    for (int pass = 0; pass < 2; pass++) { /* a reset one is as a new one */
        size_t n = blobs_find(blob, true), at = 0;
        for (int k = 0; k < ROWS; k++)
            for (int b = 0; b < BINS; b++)
                if (is_blob_naive(k, b)) {
                    assert_true(at < n && found[at].row == (uint64_t)k);
                    assert_int_equal(found[at++].bin, b);
                }
        assert_int_equal(at, n);
        gw_blob_reset(blob);
    }
    gw_blob_destroy(blob);
}

/* One blob at row 60, bin 20; half of it 3 bins deeper; another of 4 times its ratio 10 rows on. */
static void its_shape_is_told(void **state)
{
    gw_blob *blob;
    (void)state;
    assert_int_equal(gw_blob_create(&config, &blob), GW_OK);
    rows_clear();
    rows[60][GW_FOCUS_ENERGY][20] = 100;
    rows[60][GW_FOCUS_ENERGY][24] = 50;
    rows[60][GW_FOCUS_SPREAD][20] = 200;
    rows[66][GW_FOCUS_ENERGY][5] = 400;
    for (int b = 0; b < BINS; b++) { /* an eighth of a turn a bin: 8 bins a period */
        rows[60][GW_FOCUS_TURN_RE][b] = rows[60][GW_FOCUS_TURN_IM][b] = 3;
    }
    assert_int_equal(blobs_find(blob, false), 2);
    assert_true(found[0].row == 60 && found[0].bin == 20);
    assert_true(found[0].energy == 100.0f && found[0].ratio > 99.9f);
    assert_true(fabsf(found[0].focus - 0.5f) < 1e-5f);
    assert_true(fabsf(found[0].cycles - 1) < 1e-5f);
    assert_true(fabsf(found[0].beside_db - 6.0206f) < 1e-3f);
    for (int q = 0; q < GW_BLOB_PROFILE; q++) {
        float want = q == GW_BLOB_ABOVE ? 0 : q == GW_BLOB_ABOVE + 2 ? -3.0016f : -19.586f;
        if (20 + 2 * (q - GW_BLOB_ABOVE) >= BINS)
            want = -30;
        assert_true(fabsf(found[0].profile_db[q] - want) < 0.01f);
    }
    gw_blob_destroy(blob);
}

/* Evidence adds up: more of what the lanes' mines had more of is likelier. A louder echo is, up to
 * what the direct wave itself would be in phase over 100 rows; deeper than mines are laid nothing
 * is less likely. */
static void likeness_rises_with_energy_and_has_an_end(void **state)
{
    gw_blob_shape shape = {.energy = 1e4f, .ratio = 100, .focus = 0.3f, .cycles = 0.9f};
    float x[GW_LIKENESS_FEATURES];
    double before = 0, odds = 0;
    (void)state;
    for (int k = 0; k < 7; k++, before = odds, shape.energy *= 10) {
        gw_likeness_features(&shape, 0.05, 1e8f, x);
        odds = gw_likeness_odds(x, false);
        assert_true(odds > before && isfinite(odds));
    }
    shape.energy = 1e30f;
    gw_likeness_features(&shape, 0.05, 1e8f, x);
    odds = gw_likeness_odds(x, false);
    shape.energy = 1e33f;
    gw_likeness_features(&shape, 0.05, 1e8f, x);
    assert_true(gw_likeness_odds(x, false) == odds);
    gw_likeness_features(&shape, 0.21, 1e8f, x);
    odds = gw_likeness_odds(x, false);
    gw_likeness_features(&shape, 5, 1e8f, x); /* no deeper than mines are laid */
    assert_true(gw_likeness_odds(x, false) == odds);
}

/* Half of the amplitude, a quarter of the energy: from 40 on 3 rows back and 5 of the 29 from 30 to
 * 1; ahead 1 and 25 of the 40 from 50 to 10; of a point 75 of 99 on either side. */
static void how_wide_it_is_is_told(void **state)
{
    gw_blob *blob;
    (void)state;
    rows_clear();
    for (int k = 37; k <= 40; k++)
        rows[k][GW_FOCUS_ENERGY][20] = k == 40 ? 100 : 30;
    rows[41][GW_FOCUS_ENERGY][20] = 50;
    rows[42][GW_FOCUS_ENERGY][20] = 10;
    rows[70][GW_FOCUS_ENERGY][10] = 100;
    assert_int_equal(gw_blob_create(&config, &blob), GW_OK);
    size_t n = blobs_find(blob, false);
    int n_seen = 0;
    for (size_t k = 0; k < n; k++) {
        if (found[k].row == 40 && found[k].bin == 20)
            n_seen += fabsf(found[k].wide - (3 + 5.0F / 29 + 1 + 25.0F / 40)) < 0.01F;
        if (found[k].row == 70)
            n_seen += fabsf(found[k].wide - 1.515F) < 0.02F;
    }
    assert_int_equal(n_seen, 2);
    gw_blob_destroy(blob);
}

/* Rows 60..66, strongest at an edge; a point; and weak neighbours, which do not count. */
static void a_flat_top_is_told_by_its_middle(void **state)
{
    gw_blob *blob;
    (void)state;
    rows_clear();
    for (int k = 60; k <= 66; k++)
        rows[k][GW_FOCUS_ENERGY][20] = k == 60 ? 100.001F : 100;
    rows[30][GW_FOCUS_ENERGY][20] = 100;
    rows[34][GW_FOCUS_ENERGY][20] = 49;
    assert_int_equal(gw_blob_create(&config, &blob), GW_OK);
    size_t n = blobs_find(blob, false);
    bool has_flat = false, has_point = false;
    for (size_t k = 0; k < n; k++) {
        if (found[k].row == 60)
            has_flat = fabsf(found[k].offset - 3) < 0.01F;
        if (found[k].row == 30)
            has_point = found[k].offset == 0;
    }
    assert_true(has_flat && has_point);
    gw_blob_destroy(blob);
}

static void wrong_shapes_are_refused(void **state)
{
    gw_blob_config wrong[] = {config, config, config, config, config, config};
    gw_blob *blob;
    (void)state;
    wrong[0].n_bins_max = 0;
    wrong[1].beside_to = 2000;
    wrong[2].reach = 9;
    wrong[3].ahead = 16;
    wrong[4].beside_from = 16;
    wrong[5].half_wide = 9;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        assert_int_equal(gw_blob_create(&wrong[k], &blob), GW_EINVAL);
        assert_null(blob);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blobs_are_what_the_definition_says),
        cmocka_unit_test(its_shape_is_told),
        cmocka_unit_test(how_wide_it_is_is_told),
        cmocka_unit_test(a_flat_top_is_told_by_its_middle),
        cmocka_unit_test(likeness_rises_with_energy_and_has_an_end),
        cmocka_unit_test(wrong_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
