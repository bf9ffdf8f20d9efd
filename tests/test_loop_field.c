/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/loop_field.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void near(double value, double wanted, double relative)
{
    if (!(fabs(value - wanted) <= relative * fabs(wanted)))
        fail_msg("%.15g is not %.15g within %g of it", value, wanted, relative);
}

static void elliptic_integrals_have_their_known_values(void **state)
{
    double first, second;
    (void)state;
    gw_elliptic(0, &first, &second);
    near(first, M_PI / 2, 1e-14);
    near(second, M_PI / 2, 1e-14);
    gw_elliptic(0.5, &first, &second); /* Abramowitz, Stegun, table 17.1 */
    near(first, 1.85407467730137, 1e-13);
    near(second, 1.35064388104768, 1e-13);
}

static void field_on_the_axis_is_the_closed_form(void **state)
{
    (void)state;
    for (double z = 0; z < 0.5; z += 0.05) {
        double wanted = 0.13 * 0.13 / (2 * pow(0.13 * 0.13 + z * z, 1.5));
        near(gw_loop_field_at(0.13, 0, z).axial, wanted, 1e-12);
        near(gw_loop_field_at(0.13, 1e-4, z).axial, wanted, 1e-4); /* no step off the axis */
    }
    assert_true(gw_loop_field_at(0.13, 0, 0.1).radial == 0);
}

static void far_field_is_that_of_a_dipole(void **state)
{
    double a = 0.1, far = 20;
    (void)state;
    near(gw_loop_field_at(a, 0, far).axial, a * a / (2 * far * far * far), 1e-4);
    near(gw_loop_field_at(a, far, 0).axial, -a * a / (4 * far * far * far), 1e-3);
    /* At 45 degrees: m / (4 pi R^3) times 3 sin cos, and 3 cos^2 - 1. */
    double r = far / sqrt(2), moment = a * a / (4 * far * far * far);
    near(gw_loop_field_at(a, r, r).radial, 1.5 * moment, 1e-3);
    near(gw_loop_field_at(a, r, r).axial, 0.5 * moment, 1e-3);
}

static void field_has_no_sources(void **state)
{
    double a = 0.13, step = 1e-5;
    (void)state;
    for (double r = 0.02; r < 0.4; r += 0.037)
        for (double z = 0.03; z < 0.4; z += 0.05) {
            double out = (r + step) * gw_loop_field_at(a, r + step, z).radial;
            double in = (r - step) * gw_loop_field_at(a, r - step, z).radial;
            double up = gw_loop_field_at(a, r, z + step).axial;
            double down = gw_loop_field_at(a, r, z - step).axial;
            near(1 + (out - in) / (2 * step * r) + (up - down) / (2 * step), 1, 1e-5);
        }
}

static void coupling_is_the_flux_through_the_other_loop(void **state)
{
    double flux = 0, step = 0.1 / 20000;
    (void)state;
    for (int k = 0; k < 20000; k++) {
        double r = (k + 0.5) * step;
        flux += gw_loop_field_at(0.13, r, 0.07).axial * 2 * M_PI * r * step;
    }
    near(gw_loop_mutual(0.13, 0.10, 0.07), flux, 1e-6);
    near(gw_loop_mutual(0.13, 0.10, 5), M_PI * 0.0169 * 0.01 / (2 * 125), 5e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elliptic_integrals_have_their_known_values),
        cmocka_unit_test(field_on_the_axis_is_the_closed_form),
        cmocka_unit_test(far_field_is_that_of_a_dipole),
        cmocka_unit_test(field_has_no_sources),
        cmocka_unit_test(coupling_is_the_flux_through_the_other_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
