/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stretch of lane with known objects in a ground that moves: found where they are, with their
 * own response; the flanks of a strong one are no objects, and ground alone is none.
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

enum { TONES = 4, CELLS = 400 };

static const double noise = 1e-3;
static const gw_complex ground[TONES] = {{1, .05f}, {.98f, .05f}, {.96f, .05f}, {.94f, .05f}};
static const gw_complex metal[TONES] = {{-.1f, .5f}, {.3f, .6f}, {.7f, .5f}, {.9f, .3f}};
static const gw_complex other[TONES] = {{-.4f, .1f}, {-.3f, .3f}, {-.1f, .5f}, {.2f, .5f}};

typedef struct object {
    double at; /* cells */
    size_t depth;
    double strength;
    const gw_complex *response;
} object;

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

static gw_md_window *solved(const object *objects, size_t n, double height)
{
    static gw_footprint footprint;
    const double sigmas[TONES] = {noise, noise, noise, noise};
    gw_md_window *window;
    assert_int_equal(gw_md_window_create(TONES, NULL, 0.13, &window), GW_OK);
    gw_footprint_make(&footprint, 0.13);
    double phase[3] = {6 * uniform(), 6 * uniform(), 6 * uniform()};
    for (int k = 0; k < CELLS; k++) {
        gw_complex response[TONES];
        double x = k * 0.01, moved = 0;
        for (int j = 0; j < 3; j++)
            moved += height * sin(phase[j] + x * (5 + 3.3 * j)) / 2;
        for (int t = 0; t < TONES; t++) {
            double re = moved * (double)ground[t].re + noise * normal() / 1.4142 + 0.3 + 0.02 * x;
            double im = moved * (double)ground[t].im + noise * normal() / 1.4142 - 0.1 * t;
            for (size_t j = 0; j < n; j++) {
                double shape = objects[j].strength * gw_footprint_at(&footprint, objects[j].depth,
                                                                     (k - objects[j].at) * 0.01);
                re += shape * (double)objects[j].response[t].re;
                im += shape * (double)objects[j].response[t].im;
            }
            response[t] = (gw_complex){(float)re, (float)im};
        }
        gw_md_window_add(window, response, true);
    }
    gw_md_window_solve(window, sigmas, false);
    return window;
}

static const gw_md_target *nearest(const gw_md_window *window, double at)
{
    const gw_md_target *targets, *best = NULL;
    size_t n = gw_md_window_targets(window, &targets);
    for (size_t k = 0; k < n; k++) {
        if (k > 0)
            assert_true(targets[k].at >= targets[k - 1].at);
        if (!best || fabs(targets[k].at - at) < fabs(best->at - at))
            best = &targets[k];
    }
    return best;
}

static double score_beyond(const gw_md_window *window, const object *objects, size_t n)
{
    const gw_md_target *targets;
    double best = 0;
    size_t n_targets = gw_md_window_targets(window, &targets);
    for (size_t k = 0; k < n_targets; k++) {
        bool is_near = false;
        for (size_t j = 0; j < n; j++)
            is_near = is_near || fabs(targets[k].at - objects[j].at) < 20;
        if (!is_near)
            best = fmax(best, targets[k].score);
    }
    return best;
}

static void ground_alone_is_no_object(void **state)
{
    (void)state;
    for (int turn = 0; turn < 10; turn++) {
        gw_md_window *window = solved(NULL, 0, 100 * noise);
        assert_true(score_beyond(window, NULL, 0) < 8);
        gw_md_window_destroy(window);
    }
}

static void objects_are_found_with_their_response(void **state)
{
    const object objects[] = {{120, 3, 30 * noise, metal}, {260, 5, 300 * noise, other}};
    (void)state;
    gw_md_window *window = solved(objects, 2, 10 * noise);
    for (int j = 0; j < 2; j++) {
        const gw_md_target *found = nearest(window, objects[j].at);
        assert_non_null(found);
        assert_true(fabs(found->at - objects[j].at) <= 5 && found->score > 20);
        double product = 0, power = 0;
        for (int t = 0; t < TONES; t++) {
            product += (double)(found->response[t].re * objects[j].response[t].re +
                                found->response[t].im * objects[j].response[t].im);
            power += (double)(objects[j].response[t].re * objects[j].response[t].re +
                              objects[j].response[t].im * objects[j].response[t].im);
        }
        double strength = product / power;
        assert_true(strength > 0.6 * objects[j].strength && strength < 1.5 * objects[j].strength);
    }
    gw_md_window_destroy(window);
}

/* 20,000 times the noise: its flanks reach the noise only 0.8 m off. A weak one of another metal,
 * 0.5 m off, is still told. */
static void flanks_are_no_objects_and_hide_none_of_another_kind(void **state)
{
    const object objects[] = {{200, 7, 20000 * noise, metal}, {150, 3, 150 * noise, other}};
    (void)state;
    gw_md_window *strong = solved(objects, 1, 20 * noise);
    const gw_md_target *found = nearest(strong, 200);
    assert_true(found && fabs(found->at - 200) <= 2 && found->score > 1e4);
    assert_true(score_beyond(strong, objects, 1) < 10);
    gw_md_window_destroy(strong);
    gw_md_window *both = solved(objects, 2, 20 * noise);
    found = nearest(both, 150);
    assert_true(found && fabs(found->at - 150) <= 5 && found->score > 3);
    gw_md_window_destroy(both);
}

static void the_same_cells_give_the_same_answer(void **state)
{
    const double sigmas[TONES] = {noise, noise, noise, noise};
    gw_md_window *window;
    const gw_md_target *targets;
    double first = 0;
    (void)state;
    assert_int_equal(gw_md_window_create(TONES, NULL, 0, &window), GW_OK);
    for (int turn = 0; turn < 2; turn++) {
        gw_md_window_clear(window);
        for (int k = 0; k < CELLS; k++) {
            gw_complex response[TONES];
            for (int t = 0; t < TONES; t++)
                response[t] = (gw_complex){(float)(0.01 * sin(k * 0.7 + t)),
                                           (float)(0.02 * exp(-pow((k - 200) / 12.0, 2)))};
            gw_md_window_add(window, response, k % 50 != 0);
        }
        gw_md_window_solve(window, sigmas, turn > 1);
        assert_true(gw_md_window_targets(window, &targets) > 0);
        if (turn == 0)
            first = targets[0].score;
        assert_true(first == targets[0].score);
    }
    gw_md_window_destroy(window);
    assert_int_equal(gw_md_window_create(0, NULL, 0, &window), GW_EINVAL);
}

static void footprints_go_down_and_are_even(void **state)
{
    static gw_footprint footprint;
    (void)state;
    gw_footprint_make(&footprint, 0.13);
    for (size_t z = 0; z < GW_FOOTPRINT_DEPTHS; z++) {
        assert_true(fabs(gw_footprint_at(&footprint, z, 0) - 1) < 1e-12);
        assert_true(gw_footprint_at(&footprint, z, 0.2) == gw_footprint_at(&footprint, z, -0.2));
        assert_true(gw_footprint_at(&footprint, z, 3) == 0);
    }
    /* Far from both loops: a dipole's field, falling with the sixth power of the distance. */
    double ratio = gw_footprint_at(&footprint, 0, 1.0) / gw_footprint_at(&footprint, 0, 2.0 - 1e-9);
    assert_true(ratio > 0.9 * 64 && ratio < 1.1 * 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_alone_is_no_object),
        cmocka_unit_test(objects_are_found_with_their_response),
        cmocka_unit_test(flanks_are_no_objects_and_hide_none_of_another_kind),
        cmocka_unit_test(the_same_cells_give_the_same_answer),
        cmocka_unit_test(footprints_go_down_and_are_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
