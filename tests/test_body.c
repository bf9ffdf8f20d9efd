/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What small bodies and magnetic ground answer, against closed forms: limits of the sphere, sums of
 * relaxations, static spheroid, 1 / t. Each tolerance is said beside it.
 */
#include "drivers/scene/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/scene/viscous.h"

static void near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%.12g is not %.12g within %g", value, wanted, tolerance);
}

static gw_body sphere_of(double radius_m, gw_matter matter)
{
    return (gw_body){.form = GW_BODY_SPHERE, .radius_m = radius_m, .matter = matter};
}

static phasor modes_at(const gw_modes *modes, double last, double hz)
{
    phasor sum = last;
    for (size_t k = 0; k < modes->n; k++)
        sum += modes->weight[k] / phasor_of(1, 2 * M_PI * hz * modes->tau_s[k]);
    return sum;
}

/* Static: 4 pi a^3 (mur - 1) / (mur + 2); without end: -2 pi a^3. Within 1e-3 of a^3: the limits
 * are reached as the frequency, and as one over its square root (skin depth over radius). */
static void sphere_has_both_limits(void **state)
{
    const double mur[] = {1, 5, 100}, a = 0.005;
    (void)state;
    for (int k = 0; k < 3; k++) {
        gw_body body = sphere_of(a, (gw_matter){mur[k], 4.5e6});
        double low = 4 * M_PI * (mur[k] - 1) / (mur[k] + 2);
        near(creal(gw_body_response(&body, GW_BODY_ALONG, 1e-6)) / pow(a, 3), low, 1e-6);
        near(cimag(gw_body_response(&body, GW_BODY_ALONG, 1e-6)) / pow(a, 3), 0, 1e-6);
        near(creal(gw_body_response(&body, GW_BODY_ALONG, 1e-2)) / pow(a, 3), low, 1e-3);
        near(creal(gw_body_response(&body, GW_BODY_ALONG, 1e17)) / pow(a, 3), -2 * M_PI, 1e-3);
        near(cimag(gw_body_response(&body, GW_BODY_ALONG, 1e17)) / pow(a, 3), 0, 1e-3);
    }
}

/* Found by the ratio of spherical Bessel functions as a continued fraction; a 10 mm ball, within
 * 1e-7. */
static void sphere_agrees_with_another_way_to_its_response(void **state)
{
    static const double known[4][3] = {{1600, 10.98886291, -1.33144256},
                                       {4800, 9.89873221, -2.05587890},
                                       {11200, 8.63139970, -2.71645527},
                                       {24000, 7.11468789, -3.29560700}};
    gw_body body = sphere_of(0.005, gw_matter_steel);
    (void)state;
    for (int k = 0; k < 4; k++) {
        phasor found = gw_body_response(&body, GW_BODY_ALONG, known[k][0]) / 1.25e-7;
        near(creal(found), known[k][1], 1e-7);
        near(cimag(found), known[k][2], 1e-7);
    }
    double before = 100; /* causal: it only turns one way */
    for (double hz = 1; hz < 1e9; hz *= 3) {
        double real = creal(gw_body_response(&body, GW_BODY_ALONG, hz)) / 1.25e-7;
        assert_true(real < before);
        before = real;
    }
}

/* A(w) against the sum of its 120 slowest modes: those left out are faster than 20 kHz, add the
 * same at every frequency here, and weigh below 2 %; within 0.5 % of the whole span. */
static void response_is_the_sum_of_its_modes(const gw_body *body, double last, double span)
{
    for (int axis = GW_BODY_ALONG; axis <= GW_BODY_ACROSS; axis++) {
        gw_modes modes;
        double sum = 0;
        gw_body_modes(body, (gw_body_axis)axis, &modes);
        for (size_t k = 0; k < modes.n; k++)
            sum += modes.weight[k];
        double rest = creal(gw_body_response(body, (gw_body_axis)axis, 1e-6)) - sum;
        assert_true(rest > last - 0.02 * span);
        for (double hz = 10; hz < 2e4; hz *= 3) {
            phasor whole = gw_body_response(body, (gw_body_axis)axis, hz);
            near(cabs(whole - modes_at(&modes, rest, hz)) / span, 0, 5e-3);
        }
    }
}

static void spheres_relax_as_their_modes_say(void **state)
{
    (void)state;
    gw_body steel = sphere_of(0.005, gw_matter_steel);
    gw_body aluminium = sphere_of(0.003, gw_matter_aluminium);
    response_is_the_sum_of_its_modes(&steel, -2 * M_PI * 1.25e-7, 6 * M_PI * 1.25e-7);
    response_is_the_sum_of_its_modes(&aluminium, -2 * M_PI * 2.7e-8, 2 * M_PI * 2.7e-8);
    gw_modes modes;
    gw_body_modes(&aluminium, GW_BODY_ALONG, &modes); /* mu0 sigma a^2 / pi^2 */
    near(modes.tau_s[0] * 1e6, 4e-1 * M_PI * 3.5e7 * 9e-6 / (M_PI * M_PI), 1e-6);
    double sum = 0; /* of 1 / n^2: pi^2 / 6, less a tail of 1 / 120 */
    for (size_t k = 0; k < modes.n; k++)
        sum += modes.weight[k];
    near(sum / (2 * M_PI * 2.7e-8), 1, 6 / (M_PI * M_PI) / 119);
}

static void rods_relax_as_their_modes_say(void **state)
{
    (void)state;
    gw_body nail = {
        .form = GW_BODY_ROD, .radius_m = 0.0015, .length_m = 0.05, .matter = gw_matter_iron};
    double volume = 2.0 / 3 * M_PI * 0.0015 * 0.0015 * 0.05;
    double slender = volume / gw_demagnetising(0.05 / 0.003);
    response_is_the_sum_of_its_modes(&nail, -2 * volume, slender);
    gw_body other = nail;
    other.form = GW_BODY_RELAXING;
    other.scale_m3 = 1e-6;
    other.c0 = -0.3;
    other.relax_hz[0] = 3e3;
    other.weight[0] = 1;
    response_is_the_sum_of_its_modes(&other, -0.7e-6, 1e-6);
}

/* Static spheroid: V (mur - 1) / (1 + N (mur - 1)); sphere N = 1/3; N of 2 : 1 is 0.1736 (Osborn,
 * table I). A rod across its axis, static: 2 V (mur - 1) / (mur + 1). Within 1e-6. */
static void static_rod_is_the_spheroid(void **state)
{
    (void)state;
    near(gw_demagnetising(1.0001), 1.0 / 3, 1e-4);
    near(gw_demagnetising(2), 0.173564, 1e-6);
    gw_body nail = {
        .form = GW_BODY_ROD, .radius_m = 0.0015, .length_m = 0.05, .matter = gw_matter_iron};
    double volume = 2.0 / 3 * M_PI * 0.0015 * 0.0015 * 0.05, n = gw_demagnetising(0.05 / 0.003);
    near(creal(gw_body_response(&nail, GW_BODY_ALONG, 1e-6)) / volume, 99 / (1 + n * 99), 1e-5);
    near(creal(gw_body_response(&nail, GW_BODY_ACROSS, 1e-6)) / volume, 2.0 * 99 / 101, 1e-5);
}

/* Static: area (mur - 1) along, 2 area (mur - 1) / (mur + 1) across; without end: -area, -2 area.
 * Within 1e-3 of the area; a wire's impedance at rest is 1 / (area sigma), within 1e-9. */
static void cylinder_has_both_limits(void **state)
{
    double a = 0.00025, area = M_PI * a * a;
    (void)state;
    near(creal(gw_cylinder_response(a, gw_matter_iron, GW_BODY_ALONG, 1e-3)) / area, 99, 1e-3);
    near(creal(gw_cylinder_response(a, gw_matter_iron, GW_BODY_ACROSS, 1e-3)) / area,
         2.0 * 99 / 101, 1e-3);
    gw_matter copper = {1, 5.8e7};
    near(creal(gw_cylinder_response(a, copper, GW_BODY_ALONG, 1e11)) / area, -1, 5e-3);
    near(creal(gw_cylinder_response(a, copper, GW_BODY_ACROSS, 1e11)) / area, -2, 1e-2);
    near(creal(gw_wire_impedance(a, gw_matter_iron, 1e-6)) * area * 7e6, 1, 1e-9);
    gw_modes modes;
    gw_cylinder_modes(a, copper, GW_BODY_ALONG, &modes);
    near(modes.weight[0] / area, 4 / (2.404825557695773 * 2.404825557695773), 1e-9);
    gw_cylinder_modes(a, copper, GW_BODY_ACROSS, &modes); /* mur 1: the same zeros of J0 */
    near(modes.weight[1] / area, 8 / (5.520078110286311 * 5.520078110286311), 1e-9);
}

/* Energy is only ever taken: Im A <= 0, whatever the body and frequency. */
static void nothing_gives_energy(void **state)
{
    (void)state;
    const gw_body bodies[] = {
        sphere_of(0.005, gw_matter_steel),
        sphere_of(0.003, gw_matter_aluminium),
        {.form = GW_BODY_ROD, .radius_m = 0.002, .length_m = 0.06, .matter = gw_matter_iron},
        {.form = GW_BODY_RELAXING,
         .scale_m3 = 1e-6,
         .c0 = -0.4,
         .relax_hz = {1e3, 9e3},
         .weight = {0.6, 0.4}},
        {.form = GW_BODY_GRAIN, .volume_m3 = 1e-5, .chi = 1e-2, .chi_drop = 0.05}};
    for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++)
        for (double hz = 1; hz < 1e7; hz *= 2)
            for (int axis = GW_BODY_ALONG; axis <= GW_BODY_ACROSS; axis++)
                assert_true(cimag(gw_body_response(&bodies[k], (gw_body_axis)axis, hz)) <= 0);
}

/* chi'' = 0.682 drop chi' (pi / 2 law), within 0.001; decay of a long pulse t_1 to t_2 goes as
 * 1 / t: gates ten times later and longer see a tenth, within t / T. */
static void ground_is_viscous(void **state)
{
    (void)state;
    phasor at = gw_viscous_response(0.05, 1e4);
    near(creal(at), 1, 1e-12);
    near(-cimag(at) / 0.05, 0.682, 1e-3);
    near(creal(gw_viscous_response(0.05, 1e3)) - creal(gw_viscous_response(0.05, 1e5)), 0.1, 1e-12);
    for (double t = 1e-5; t < 9e-4; t *= 3) {
        double here = gw_viscous_decay(0.05, t, 1.01 * t, 1);
        near(here * t * log(10) / 0.05, 1, 6e-3); /* half of the gate's 1 % */
        near(gw_viscous_decay(0.05, 10 * t, 10.1 * t, 1) / here, 0.1, 0.1 * 10 * t);
    }
    /* a pulse as long as the wait: 1 / t - 1 / 2 t */
    near(gw_viscous_decay(0.05, 1e-4, 1.0001e-4, 1e-4) * 1e-4 * log(10) / 0.05, 0.5, 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sphere_has_both_limits),
        cmocka_unit_test(sphere_agrees_with_another_way_to_its_response),
        cmocka_unit_test(spheres_relax_as_their_modes_say),
        cmocka_unit_test(rods_relax_as_their_modes_say),
        cmocka_unit_test(static_rod_is_the_spheroid),
        cmocka_unit_test(cylinder_has_both_limits),
        cmocka_unit_test(nothing_gives_energy),
        cmocka_unit_test(ground_is_viscous),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
