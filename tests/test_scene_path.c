/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the head moves, and what the ground is along its way.
 */
#include "tests/scene_support.h"

#define HEAD "name: t\nseed: 5\nlength_m: 20\n"

static void stops_hold_the_head(void **state)
{
    gw_scene *scene = scene_parse(HEAD "speed: {mean_m_s: 0.5, wobble: 0, stops: [{along_m: 4, "
                                       "for_s: 3}, {along_m: 2, for_s: 1}]}\n");
    const scene_path *path = &scene->path;
    (void)state;
    near(path->duration_s, 44, 1e-6);
    near(gw_scene_along_m(path, 3.9), 1.95, 1e-9);
    near(gw_scene_along_m(path, 4.5), 2, 1e-9);
    near(gw_scene_along_m(path, 9), 4, 1e-9);
    near(gw_scene_along_m(path, 11.9), 4, 1e-9);
    near(gw_scene_along_m(path, 13), 4.5, 1e-9);
    free(scene);
}

/* 10 m at 0.5 m/s, 10 m at 2 m/s; within the wobble's share of a period. */
static void speed_changes_where_it_is_said(void **state)
{
    gw_scene *scene = scene_parse(HEAD "speed: {mean_m_s: 0.5, wobble: 0.2, changes: [{from_m: 10, "
                                       "mean_m_s: 2}]}\n");
    (void)state;
    near(scene->path.duration_s, 25, 1);
    double before = -1;
    for (double t = 0; t < scene->path.duration_s; t += 0.01) {
        double along = gw_scene_along_m(&scene->path, t), speed = (along - before) / 0.01;
        if (t > 0 && along < 10)
            assert_true(speed > 0.39 && speed < 0.61);
        if (before > 10)
            assert_true(speed > 1.59 && speed < 2.41);
        before = along;
    }
    free(scene);
}

/* One stop at the beginning, two at one place, one at the end. */
static void stops_may_meet(void **state)
{
    gw_scene *scene = scene_parse(
        HEAD "speed: {mean_m_s: 1, wobble: 0.5, stops: [{along_m: 0, for_s: 2}, "
             "{along_m: 5, for_s: 1}, {along_m: 5, for_s: 1}, {along_m: 20, for_s: 4}], "
             "changes: [{from_m: 5, mean_m_s: 2}]}\n");
    const scene_path *path = &scene->path;
    double before = 0;
    (void)state;
    near(gw_scene_along_m(path, 1.99), 0, 1e-9);
    near(gw_scene_along_m(path, path->duration_s), 20, 1e-6);
    near(gw_scene_along_m(path, path->duration_s - 3.9), 20, 1e-6);
    for (double t = 0; t < path->duration_s; t += 0.01) {
        assert_true(gw_scene_along_m(path, t) >= before);
        before = gw_scene_along_m(path, t);
    }
    free(scene);
}

static void the_head_is_raised_and_set_down(void **state)
{
    gw_scene *scene = scene_parse(HEAD "lift_off: {mean_m: 0.05, rms_m: 0, raises: [{from_m: 5, "
                                       "to_m: 6, by_m: 0.2}]}\n");
    (void)state;
    near(gw_scene_lift_m(&scene->path, 4.89), 0.05, 1e-12);
    near(gw_scene_lift_m(&scene->path, 4.95), 0.15, 1e-12); /* half way up */
    near(gw_scene_lift_m(&scene->path, 5.5), 0.25, 1e-12);
    near(gw_scene_lift_m(&scene->path, 6.11), 0.05, 1e-12);
    free(scene);
}

static void ground_steps_where_it_is_said(void **state)
{
    gw_scene *scene =
        scene_parse(HEAD "soil: {chi: 2.0e-4, eps_r: 4, variation: 0, steps: [{from_m: "
                         "10, over_m: 0.4, chi: 1.0e-2}, {from_m: 15, eps_r: 9}]}\n");
    const scene_soil *soil = &scene->soil;
    (void)state;
    near(gw_scene_ground_at(soil, 9.79).chi, 2e-4, 1e-12);
    near(gw_scene_ground_at(soil, 10).chi, 5.1e-3, 1e-12);
    near(gw_scene_ground_at(soil, 10.21).chi, 1e-2, 1e-12);
    near(gw_scene_ground_at(soil, 12).eps_r, 4, 1e-12);
    near(gw_scene_ground_at(soil, 16).eps_r, 9, 1e-12);
    near(gw_scene_ground_at(soil, 16).chi, 1e-2, 1e-12);
    free(scene);
}

/* rms and correlation exp(-x^2 / 2 L^2) of 4,000 lengths; the rms of the mean square of n
 * independent pieces is sqrt(2 / n), n about 1,500: within 4 of them. */
static void fields_have_their_spread_and_length(void **state)
{
    double square = 0, lagged = 0, flat = 0, mean = 0;
    enum { N = 40000 };
    (void)state;
    for (int k = 0; k < N; k++) {
        double x = 0.1 * k, here = gw_field_at(77, 1, x);
        mean += here / N;
        square += here * here / N;
        lagged += here * gw_field_at(77, 1, x + 1) / N;
        flat += gw_field_at2(78, 1, x, 3.3) * gw_field_at2(78, 1, x, 4.3) / N;
    }
    near(mean, 0, 0.1);
    near(square, 1, 0.15);
    near(lagged / square, exp(-0.5), 0.1);
    near(flat, exp(-0.5), 0.15);
    double first = 0, fourth = 0;
    for (uint64_t k = 0; k < 100000; k++) {
        double g = gw_random_gauss(3, k);
        first += g * g / 1e5;
        fourth += g * g * g * g / 1e5;
    }
    near(first, 1, 0.02);
    near(fourth, 3, 0.15); /* sqrt(96 / n) = 0.03 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_hold_the_head),
        cmocka_unit_test(speed_changes_where_it_is_said),
        cmocka_unit_test(stops_may_meet),
        cmocka_unit_test(the_head_is_raised_and_set_down),
        cmocka_unit_test(ground_steps_where_it_is_said),
        cmocka_unit_test(fields_have_their_spread_and_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
