/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A mesh is known by its equal bars and taken out, and what is unlike them is found over it; a row
 * of mines is no mesh, however equal its spacing.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dsp/footprint.h"
#include "dsp/md_window.h"

enum { TONES = 4, CELLS = 450 };

static const double noise = 1e-3;
static const gw_complex soil[TONES] = {{1, .05f}, {.98f, .05f}, {.96f, .05f}, {.94f, .05f}};
static const gw_complex bar[TONES] = {{.2f, .6f}, {.5f, .7f}, {.8f, .6f}, {1, .4f}};
static const gw_complex mine[TONES] = {{-.5f, .1f}, {-.3f, .4f}, {.1f, .6f}, {.4f, .5f}};

typedef struct lane {
    double bars, spacing;          /* strength 0: none; cells */
    double mines, apart, first, n; /* strength; cells */
} lane;

static double uniform(void)
{
    static unsigned state = 7;
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) / 16777216.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(6.283185307179586 * uniform());
}

/* Cells of the lane under a head that goes up and down by 5 %. */
static gw_md_window *solved(const lane *l)
{
    static gw_footprint footprint;
    const double sigmas[TONES] = {noise, noise, noise, noise};
    const double phase[3] = {6 * uniform(), 6 * uniform(), 6 * uniform()};
    gw_md_window *window;
    assert_int_equal(gw_md_window_create(TONES, NULL, 0.13, &window), GW_OK);
    gw_footprint_make(&footprint, 0.13);
    for (int k = 0; k < CELLS; k++) {
        gw_complex response[TONES];
        double bars = 0, mines = 0, moved = 0, x = k * 0.01;
        for (int j = 0; j < 3; j++)
            moved += sin(phase[j] + x * (5 + 3.3 * j)) / 2;
        for (int j = -20; l->bars > 0 && j < CELLS / l->spacing + 20; j++)
            bars += gw_footprint_at(&footprint, 2, (k - j * l->spacing) * 0.01);
        for (int j = 0; j < l->n; j++)
            mines += gw_footprint_at(&footprint, 3, (k - l->first - j * l->apart) * 0.01);
        bars *= l->bars * (1 + 0.05 * moved);
        for (int t = 0; t < TONES; t++) {
            double ground = 5 * noise * moved, object = l->mines * mines;
            response[t].re = (float)(ground * (double)soil[t].re + bars * (double)bar[t].re +
                                     object * (double)mine[t].re + noise * normal() / 1.4142);
            response[t].im = (float)(ground * (double)soil[t].im + bars * (double)bar[t].im +
                                     object * (double)mine[t].im + noise * normal() / 1.4142);
        }
        gw_md_window_add(window, response, true);
    }
    gw_md_window_solve(window, sigmas, false);
    return window;
}

static double score_near(const gw_md_window *window, double at, double reach, bool is_near)
{
    const gw_md_target *targets;
    double best = 0;
    size_t n = gw_md_window_targets(window, &targets);
    for (size_t k = 0; k < n; k++)
        if ((fabs(targets[k].at - at) <= reach) == is_near)
            best = fmax(best, targets[k].score);
    return best;
}

static void a_mesh_is_known_with_its_spacing_and_no_alarm(void **state)
{
    (void)state;
    for (double spacing = 12.5; spacing <= 20; spacing += 2.5) {
        const lane l = {.bars = 300 * noise, .spacing = spacing};
        gw_md_window *window = solved(&l);
        gw_md_mesh mesh = gw_md_window_mesh(window);
        assert_true(fabs(mesh.spacing_m - spacing * 0.01) < 0.011);
        assert_true(mesh.loss_db > 0 && mesh.loss_db < 30);
        assert_true(score_near(window, 0, CELLS, true) < 4);
        gw_md_window_destroy(window);
    }
}

static void what_is_unlike_the_bars_is_found_over_it(void **state)
{
    (void)state;
    const lane l = {.bars = 300 * noise, .spacing = 15, .mines = 100 * noise, .first = 203, .n = 1};
    gw_md_window *window = solved(&l);
    assert_true(isfinite(gw_md_window_mesh(window).spacing_m));
    double there = score_near(window, 203, 8, true), elsewhere = score_near(window, 203, 30, false);
    assert_true(there > 5 && there > 3 * elsewhere);
    gw_md_window_destroy(window);
}

/* Half a metre to a metre and a half apart, as equal as bars; from three quarters on each is found.
 * Nearer, and nothing but them over 4.5 m, it is said. */
static void a_row_of_mines_is_no_mesh(void **state)
{
    (void)state;
    for (double apart = 50; apart <= 150; apart += 25) {
        const lane l = {.mines = 100 * noise,
                        .apart = apart,
                        .first = 25,
                        .n = floor((CELLS - 50) / apart) + 1};
        gw_md_window *window = solved(&l);
        assert_true(isnan(gw_md_window_mesh(window).spacing_m));
        assert_true(gw_md_window_mesh(window).loss_db == 0);
        for (int j = 0; j < l.n; j++)
            assert_true(apart < 75 || score_near(window, l.first + j * apart, 6, true) > 20);
        assert_true(apart > 75 || fabs(gw_md_window_row(window).spacing_m - apart * 0.01) < 0.021);
        gw_md_window_destroy(window);
    }
}

/* Ground, and ground with a few objects nearer to one another than mines: 60 lanes, none a mesh. */
static void ground_is_no_mesh(void **state)
{
    (void)state;
    for (int k = 0; k < 60; k++) {
        const lane l = {.mines = (k % 3) * 50 * noise,
                        .apart = 20 + k % 7,
                        .first = 30 + 5 * k,
                        .n = 1 + k % 3};
        gw_md_window *window = solved(&l);
        assert_true(isnan(gw_md_window_mesh(window).spacing_m));
        gw_md_window_destroy(window);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mesh_is_known_with_its_spacing_and_no_alarm),
        cmocka_unit_test(what_is_unlike_the_bars_is_found_over_it),
        cmocka_unit_test(a_row_of_mines_is_no_mesh),
        cmocka_unit_test(ground_is_no_mesh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
