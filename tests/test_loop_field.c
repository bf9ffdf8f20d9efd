/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/loop_field.h"

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

/* pi a b integral of J1(l a) J1(l b) exp(-l z) / l^2 dl, by Simpson's rule; within 1e-5. */
static void eddies_are_their_integral(void **state)
{
    (void)state;
    for (double z = 0.02; z < 1; z *= 2) {
        double sum = 0, step = 0.02 / z, a = 0.13, b = 0.10;
        for (int k = 1; k < 4000; k++) {
            double l = k * step;
            sum += (k % 2 ? 4 : 2) * j1(l * a) * j1(l * b) * exp(-l * z) / (l * l);
        }
        sum += a * b / 4; /* l = 0 */
        near(gw_loop_eddies(a, b, z), M_PI * a * b * sum * step / 3, 1e-5);
    }
}

/* The flux of a wire's field through the disc, summed up in strips; within 1e-4. */
static void flux_of_a_wire_is_the_sum_over_the_disc(void **state)
{
    double a = 0.13;
    (void)state;
    for (double aside = -0.3; aside < 0.35; aside += 0.1)
        for (double down = 0.02; down < 0.5; down *= 2) {
            double sum = 0, step = a / 20000;
            for (int k = -20000; k < 20000; k++) {
                double u = (k + 0.5) * step, x = aside + u;
                sum += 2 * sqrt(a * a - u * u) * x / (x * x + down * down) * step / (2 * M_PI);
            }
            near(1 + gw_loop_wire(a, aside, down), 1 + sum, 1e-6);
        }
    near(gw_loop_wire(a, 5, 0.1), a * a * 5 / (2 * (25 + 0.01)), 1e-3);
    assert_true(fabs(gw_loop_wire(a, 0, 0.1)) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elliptic_integrals_have_their_known_values),
        cmocka_unit_test(field_on_the_axis_is_the_closed_form),
        cmocka_unit_test(far_field_is_that_of_a_dipole),
        cmocka_unit_test(field_has_no_sources),
        cmocka_unit_test(coupling_is_the_flux_through_the_other_loop),
        cmocka_unit_test(eddies_are_their_integral),
        cmocka_unit_test(flux_of_a_wire_is_the_sum_over_the_disc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
