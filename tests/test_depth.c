/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/depth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void without_offset_the_path_is_height_and_depth_times_the_index(void **state)
{
    const gw_depth_ground ground = {.height_m = 0.05, .speed_m_per_ns = 0.12};
    double index = GW_LIGHT_M_PER_NS / 0.12;
    (void)state;
    assert_true(fabs(gw_depth_path_m(&ground, 0.1) - 2 * (0.05 + 0.1 * index)) < 1e-9);
    assert_true(fabs(gw_depth_m(&ground, 2 * (0.05 + 0.1 * index)) - 0.1) < 1e-4);
}

static void the_height_is_that_of_the_grounds_own_echo(void **state)
{
    const gw_depth_ground ground = {.offset_m = 0.06, .height_m = 0.05, .speed_m_per_ns = 0.12};
    (void)state;
    double path = gw_depth_path_m(&ground, 0);
    assert_true(fabs(path - 2 * hypot(0.05, 0.03)) < 1e-6);
    assert_true(fabs(gw_depth_height_m(path, 0.06) - 0.05) < 1e-5);
    assert_true(gw_depth_height_m(0.01, 0.06) == 0);
    assert_true(gw_depth_height_m(-1, 0.06) == 0);
}

/* Fermat's path is not longer than that by any other place at the surface. */
static void no_other_ray_is_shorter(void **state)
{
    const gw_depth_ground ground = {.offset_m = 0.2, .height_m = 0.03, .speed_m_per_ns = 0.1};
    double index = GW_LIGHT_M_PER_NS / 0.1;
    (void)state;
    for (double depth = 0.01; depth < 0.5; depth += 0.03) {
        double path = gw_depth_path_m(&ground, depth), least = 1e9;
        for (double x = 0; x <= 0.1; x += 1e-5)
            least = fmin(least, 2 * (hypot(0.03, x) + index * hypot(depth, 0.1 - x)));
        assert_true(path < least + 1e-6 && path > least - 1e-6);
        assert_true(fabs(gw_depth_m(&ground, path) - depth) < 1e-4);
    }
}

static void an_echo_before_the_ground_is_at_depth_0(void **state)
{
    const gw_depth_ground ground = {.offset_m = 0.06, .height_m = 0.05, .speed_m_per_ns = 0.12};
    (void)state;
    assert_true(gw_depth_m(&ground, 0.05) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_offset_the_path_is_height_and_depth_times_the_index),
        cmocka_unit_test(the_height_is_that_of_the_grounds_own_echo),
        cmocka_unit_test(no_other_ray_is_shorter),
        cmocka_unit_test(an_echo_before_the_ground_is_at_depth_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
