/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/line_field.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dsp/loop_field.h"

static const double A_M = 0.13, B_M = 0.10;

/* The integrals in steps of 0.2 mm up to 2 m: what the table has to give. */
static gw_line_weight slow_sum(double aside, double down)
{
    gw_line_weight sum = {0, 0};
    for (int k = 0; k < 10000; k++) {
        double l = (k + 0.5) * 2e-4, rho = hypot(aside, l);
        gw_loop_field s = gw_loop_field_at(A_M, rho, down), f = gw_loop_field_at(B_M, rho, down);
        sum.along += 4e-4 * s.radial * f.radial * l * l / (rho * rho);
        sum.across +=
            4e-4 * (s.radial * f.radial * aside * aside / (rho * rho) + s.axial * f.axial);
    }
    return sum;
}

static void table_is_the_integral(void **state)
{
    gw_line_field *field;
    (void)state;
    assert_int_equal(gw_line_field_create(A_M, B_M, &field), GW_OK);
    for (double down = 0.0237; down < 0.6; down *= 1.83) {
        gw_line_weight top = slow_sum(0.1, down);
        for (double aside = -0.3; aside < 0.5; aside += 0.0631) {
            gw_line_weight slow = slow_sum(aside, down);
            gw_line_weight fast = gw_line_field_at(field, aside, down);
            assert_true(fabs(fast.along - slow.along) < 1e-3 * (top.along + slow.along));
            assert_true(fabs(fast.across - slow.across) < 1e-3 * (top.across + slow.across));
        }
    }
    gw_line_field_destroy(field);
}

/* Far down both loops are dipoles: on the axis the products fall as 1 / z^6, the integrals as
 * 1 / z^5: (a^2 b^2 / 16) times the integral of (3 z l)^2 and (2 z^2 - l^2)^2 over R^10, which is
 * 45 pi / 128 and 123 pi / 128 over z^5. Within 3 % at ten radii. */
static void far_line_feels_dipoles(void **state)
{
    gw_line_field *field;
    (void)state;
    assert_int_equal(gw_line_field_create(0.05, 0.05, &field), GW_OK);
    double z = 1.0, moment = 0.05 * 0.05 / 4;
    gw_line_weight far = gw_line_field_at(field, 0, z);
    double along = moment * moment * 45 * M_PI / 128 / pow(z, 5);
    double across = moment * moment * 123 * M_PI / 128 / pow(z, 5);
    assert_true(fabs(far.along / along - 1) < 0.03);
    assert_true(fabs(far.across / across - 1) < 0.03);
    gw_line_field_destroy(field);
}

static void it_has_an_end_and_two_equal_sides(void **state)
{
    gw_line_field *field;
    (void)state;
    assert_int_equal(gw_line_field_create(A_M, B_M, &field), GW_OK);
    gw_line_weight left = gw_line_field_at(field, -0.1234, 0.1);
    gw_line_weight right = gw_line_field_at(field, 0.1234, 0.1);
    assert_true(left.along == right.along && left.across == right.across);
    assert_true(gw_line_field_at(field, 1.5, 0.1).across == 0);
    assert_true(gw_line_field_at(field, 0.2, -3).across == gw_line_field_at(field, 0.2, 0).across);
    gw_line_field_destroy(field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_the_integral),
        cmocka_unit_test(far_line_feels_dipoles),
        cmocka_unit_test(it_has_an_end_and_two_equal_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
