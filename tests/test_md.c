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

static gw_stage_cell_sink watch; /* NULL: nobody does */
static size_t n_told;
/* What was shown of the candidate that comes next. */
static struct shown {
    size_t n, n_decisions, at;
    double along_m[256], score[256], score_all[256], over[256], least, from_at_m;
    double decided, decided_m;
    bool was_alarm;
} shown;

static void cell_keep(void *user, const gw_stage_cell *cell)
{
    struct shown *s = user;
    assert_true(cell->k < cell->n && cell->n <= 201 && cell->n_tones == TONES);
    if (cell->k == 0) {
        s->n = 0;
        s->n_decisions++;
        s->from_at_m = (double)INFINITY;
    }
    assert_int_equal(cell->k, s->n);
    assert_true(s->n == 0 || cell->along_m > s->along_m[s->n - 1]);
    if (fabs(cell->along_m - cell->at_m) < s->from_at_m) {
        s->from_at_m = fabs(cell->along_m - cell->at_m);
        s->at = s->n;
    }
    s->along_m[s->n] = cell->along_m;
    s->score[s->n] = cell->score;
    s->score_all[s->n] = cell->score_all;
    s->over[s->n++] = cell->over[0];
    s->least = cell->score_least;
    s->decided = cell->decision->score;
    s->decided_m = cell->decision->along_m;
    s->was_alarm = cell->decision->alarm;
}

static void told_check(const gw_detection *detection)
{
    n_told++;
    if (!watch)
        return;
    assert_true(shown.decided == detection->score && shown.decided_m == detection->along_m);
    assert_true(shown.from_at_m <= 0.005 + 1e-9);
    assert_true(shown.score[shown.at] == detection->score);
    assert_true(detection->alarm == (detection->score >= shown.least));
    if (detection->score < 100)
        return;
    size_t k = shown.at, far = k >= 90 ? k - 90 : k + 90; /* the object, and beside it */
    assert_true(shown.over[k] > 20 * shown.over[far]);
    assert_true(shown.score_all[k] > 1e3 * shown.score_all[far]);
    assert_true(fabs(shown.score_all[k] / detection->score - 1) < 0.2);
}

static void drain(gw_md *md, double hole_m, double object_m, searched *into)
{
    gw_detection detection;
    gw_coverage coverage;
    for (; gw_md_pop(md, &detection); told_check(&detection))
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
    const gw_md_config config = {.n_tones = TONES,
                                 .tones_hz = tones_hz,
                                 .is_place_known = true,
                                 .far_per_m = 0.1,
                                 .show = watch,
                                 .show_user = &shown};
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

/* In the cell of a candidate the score that is shown is the record's, bit for bit, however weak it
 * is beside what is stronger; and looking changes nothing. */
static void what_is_shown_of_a_decision_is_what_it_rests_on(void **state)
{
    (void)state;
    searched unseen = searched_of(quiet, 6);
    shown = (struct shown){.n = 0};
    n_told = 0;
    watch = cell_keep;
    searched got = searched_of(quiet, 6);
    watch = NULL;
    assert_true(got.found == unseen.found && got.rows == unseen.rows);
    assert_true(n_told > 2 && shown.n_decisions == n_told);
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
        cmocka_unit_test(what_is_shown_of_a_decision_is_what_it_rests_on),
        cmocka_unit_test(no_object_falls_between_two_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
