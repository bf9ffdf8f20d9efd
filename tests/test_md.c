/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the metal detector's chain says that it searched: ground in which something else was louder,
 * or that the head leapt over, is not in it; and an object is told whatever the cells that are
 * decided on together.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dsp/footprint.h"
#include "dsp/md.h"

enum { TONES = 2, HOPS_A_METRE = 200 };

static const double tones_hz[TONES] = {4e3, 16e3};
static const float quiet = 1e-3f;

typedef struct searched {
    double metres; /* covered */
    int64_t rows;  /* covered */
    bool is_hole_covered;
    double found; /* score at the object */
} searched;

static void drain(gw_md *md, double hole_m, double object_m, searched *into)
{
    gw_detection detection;
    gw_coverage coverage;
    while (gw_md_pop(md, &detection))
        if (fabs(detection.along_m - object_m) < 0.1)
            into->found = fmax(into->found, detection.score);
    while (gw_md_coverage(md, &coverage)) {
        into->metres += coverage.to_m - coverage.from_m;
        into->rows += (int64_t)coverage.n_rows;
        into->is_hole_covered =
            into->is_hole_covered || (coverage.from_m < hole_m && hole_m < coverage.to_m);
    }
}

/* 8 m; from 3 to 4 m there is `noise`, or nothing at all when it is 0. */
static searched searched_of(float noise, double object_m)
{
    static gw_footprint footprint;
    const gw_md_config config = {
        .n_tones = TONES, .tones_hz = tones_hz, .is_place_known = true, .far_per_m = 0.1};
    searched into = {0};
    unsigned state = 1;
    gw_md *md;
    assert_int_equal(gw_md_create(&config, &md), GW_OK);
    gw_footprint_make(&footprint, 0);
    for (int k = 0; k < 8 * HOPS_A_METRE; k++) {
        double x = (k + 0.5) / HOPS_A_METRE;
        bool is_hole = x > 3 && x < 3.4;
        float noises[TONES] = {is_hole ? noise : quiet, is_hole ? noise : quiet};
        gw_complex response[TONES];
        if (is_hole && noise == 0)
            continue;
        for (int t = 0; t < 2 * TONES; t++) {
            state = state * 1664525u + 1013904223u;
            double value = (double)quiet * ((double)(state >> 8) / 8388608.0 - 1);
            value += 0.05 * (t % 3 + 1) * gw_footprint_at(&footprint, 3, x - object_m);
            ((float *)response)[t] = (float)value;
        }
        const gw_md_hop hop = {.row = k + 1, .n_rows = 1, .along_m = x};
        assert_true(gw_md_push(md, response, noises, &hop));
        drain(md, 3.215, object_m, &into);
    }
    gw_md_finish(md);
    drain(md, 3.215, object_m, &into);
    gw_md_destroy(md);
    return into;
}

static void all_that_is_heard_is_covered(void **state)
{
    (void)state;
    searched got = searched_of(quiet, 6);
    assert_true(fabs(got.metres - 8) < 0.02 && got.is_hole_covered);
    assert_int_equal(got.rows, 8 * HOPS_A_METRE);
    assert_true(got.found > 100);
}

static void what_is_drowned_or_leapt_over_is_not(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        searched got = searched_of(k ? 0 : 50 * quiet, 6);
        assert_true(fabs(got.metres - 7.6) < 0.05 && !got.is_hole_covered);
        assert_true(got.found > 100);
    }
}

static void no_object_falls_between_two_looks(void **state)
{
    (void)state;
    for (double at = 4; at < 5; at += 0.013)
        assert_true(searched_of(quiet, at).found > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_heard_is_covered),
        cmocka_unit_test(what_is_drowned_or_leapt_over_is_not),
        cmocka_unit_test(no_object_falls_between_two_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
