/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/body.h"

#include <stdbool.h>

#include "drivers/scene/viscous.h"
#include "dsp/sphere.h"

static const double mu0 = 4e-7 * M_PI;

const gw_matter gw_matter_steel = {100, 4.5e6}, gw_matter_iron = {100, 7e6},
                gw_matter_aluminium = {1, 3.5e7};

/* radius times wave number: sqrt(-j w mu sigma) radius, Im < 0 */
static phasor skin_of(double radius_m, gw_matter matter, double hz)
{
    double turn = sqrt(M_PI * hz * mu0 * matter.mu_r * matter.sigma_s_m) * radius_m;
    return phasor_of(turn, -turn);
}

/* J1(x) / (x J0(x)) = 1 / (2 - x^2 / (4 - x^2 / (6 - ...))), from the far end. */
static phasor bessel_ratio(phasor x)
{
    phasor square = x * x;
    int n = (int)(2 * cabs(x)) + 40;
    phasor tail = 2.0 * n;
    for (int k = n - 1; k >= 1; k--)
        tail = 2.0 * k - square / tail;
    return 1 / tail;
}

phasor gw_cylinder_response(double radius_m, gw_matter matter, gw_body_axis axis, double hz)
{
    double area = M_PI * radius_m * radius_m;
    phasor ratio = bessel_ratio(skin_of(radius_m, matter, hz));
    if (axis == GW_BODY_ALONG)
        return area * (matter.mu_r * 2 * ratio - 1);
    phasor q = 1 / ratio - 1; /* x J1' / J1 */
    return 2 * area * (matter.mu_r - q) / (matter.mu_r + q);
}

/* Z = k / (2 pi a sigma) J0(ka) / J1(ka) = 1 / (2 pi a^2 sigma ratio) [Stratton1941] */
phasor gw_wire_impedance(double radius_m, gw_matter matter, double hz)
{
    double area = M_PI * radius_m * radius_m;
    return 1 / (2 * area * matter.sigma_s_m * bessel_ratio(skin_of(radius_m, matter, hz)));
}

double gw_demagnetising(double slender)
{
    double root = sqrt(slender * slender - 1);
    return (slender / root * log(slender + root) - 1) / (slender * slender - 1); /* [Osborn1945] */
}

static double rod_volume(const gw_body *body)
{
    return 2.0 / 3 * M_PI * body->radius_m * body->radius_m * body->length_m; /* of the spheroid */
}

static double rod_factor(const gw_body *body)
{
    return gw_demagnetising(body->length_m / (2 * body->radius_m));
}

/* The spheroid's uniform answer, with the permeability that eddy currents leave of a cylinder. */
static phasor rod_response(const gw_body *body, gw_body_axis axis, double hz)
{
    gw_matter matter = body->matter;
    if (axis == GW_BODY_ACROSS)
        return 2.0 / 3 * body->length_m * gw_cylinder_response(body->radius_m, matter, axis, hz);
    phasor excess = matter.mu_r * 2 * bessel_ratio(skin_of(body->radius_m, matter, hz)) - 1;
    return rod_volume(body) * excess / (1 + rod_factor(body) * excess);
}

static phasor relaxing_response(const gw_body *body, double hz)
{
    phasor sum = body->c0;
    for (int k = 0; k < GW_BODY_RELAXATIONS; k++) {
        phasor ratio = phasor_of(0, body->relax_hz[k] > 0 ? hz / body->relax_hz[k] : 0);
        sum += body->weight[k] * ratio / (1 + ratio);
    }
    return -body->scale_m3 * sum;
}

phasor gw_body_response(const gw_body *body, gw_body_axis axis, double hz)
{
    switch (body->form) {
    case GW_BODY_RELAXING:
        return relaxing_response(body, hz);
    case GW_BODY_SPHERE:
        return gw_sphere_response(body->radius_m, body->matter.mu_r, body->matter.sigma_s_m, hz);
    case GW_BODY_ROD:
        return rod_response(body, axis, hz);
    case GW_BODY_GRAIN:
        return body->volume_m3 * body->chi * gw_viscous_response(body->chi_drop, hz);
    case GW_BODY_NONE:
        break;
    }
    return 0;
}

/* ---- what is left after a current ---- */

typedef double (*condition)(double x, double constant);

/* Poles of a sphere: tan z = z (mur - 1) / (mur - 1 + z^2), one in each [n pi, n pi + pi / 2). */
static double sphere_condition(double z, double excess)
{
    return sin(z) * (excess + z * z) - cos(z) * z * excess;
}

/* Poles of a cylinder: x J0(x) + c J1(x) = 0, one between each two zeros of J0 and J1. */
static double cylinder_condition(double x, double c)
{
    return x * j0(x) + c * j1(x);
}

static double root_find(condition f, double constant, double low, double high)
{
    bool is_up = f(low, constant) <= 0;
    for (int k = 0; k < 60; k++) {
        double middle = 0.5 * (low + high);
        if ((f(middle, constant) <= 0) == is_up)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

static double tau_of(double radius_m, gw_matter matter, double root)
{
    return mu0 * matter.mu_r * matter.sigma_s_m * radius_m * radius_m / (root * root);
}

/* weight = 2 pi a^3 6 mur / ((mur + 2) (mur - 1) + z^2) [WaitSpies1969] */
static void sphere_modes(double radius_m, gw_matter matter, gw_modes *modes)
{
    double scale = 2 * M_PI * radius_m * radius_m * radius_m, mur = matter.mu_r;
    modes->n = GW_BODY_MODES;
    for (size_t k = 0; k < modes->n; k++) {
        double low = ((double)k + 1) * M_PI, z = low;
        if (mur > 1)
            z = root_find(sphere_condition, mur - 1, low, low + M_PI / 2);
        modes->tau_s[k] = tau_of(radius_m, matter, z);
        modes->weight[k] = scale * 6 * mur / ((mur + 2) * (mur - 1) + z * z);
    }
}

/* The zeros of J0 lie near (n - 1/4) pi, those of J1 near (n + 1/4) pi [AS1964]. */
static double cylinder_root(double c, size_t index)
{
    double n = (double)index + 1, zero0 = (n - 0.25) * M_PI + 1 / (8 * (n - 0.25) * M_PI);
    double zero1 = (n + 0.25) * M_PI - 3 / (8 * (n + 0.25) * M_PI);
    return root_find(cylinder_condition, c, zero0 - 0.02 / n, zero1 + 0.02 / n);
}

/* Along: weight = area 4 mur / x^2, J0(x) = 0. Across: 2 area 4 mur / (x^2 + mur^2 - 1),
 * x J0 + (mur - 1) J1 = 0. Both by the residues of the responses above. */
void gw_cylinder_modes(double radius_m, gw_matter matter, gw_body_axis axis, gw_modes *modes)
{
    double area = M_PI * radius_m * radius_m, mur = matter.mu_r;
    modes->n = GW_BODY_MODES;
    for (size_t k = 0; k < modes->n; k++) {
        double x = cylinder_root(axis == GW_BODY_ALONG ? 0 : mur - 1, k);
        modes->tau_s[k] = tau_of(radius_m, matter, x);
        modes->weight[k] = axis == GW_BODY_ALONG ? area * 4 * mur / (x * x)
                                                 : 2 * area * 4 * mur / (x * x + mur * mur - 1);
    }
}

/* Along: 2 mur N J1 + (1 - N) x J0 = 0; weight = volume / (N^2 mur (1 + 2 q + q^2 x^2)),
 * q = (1 - N) / (2 mur N), by the residues of rod_response. */
static void rod_modes(const gw_body *body, gw_body_axis axis, gw_modes *modes)
{
    double mur = body->matter.mu_r, n = rod_factor(body), q = (1 - n) / (2 * mur * n);
    if (axis == GW_BODY_ACROSS) {
        gw_cylinder_modes(body->radius_m, body->matter, axis, modes);
        for (size_t k = 0; k < modes->n; k++)
            modes->weight[k] *= 2.0 / 3 * body->length_m;
        return;
    }
    modes->n = GW_BODY_MODES;
    for (size_t k = 0; k < modes->n; k++) {
        double x = cylinder_root(1 / q, k);
        modes->tau_s[k] = tau_of(body->radius_m, body->matter, x);
        modes->weight[k] = rod_volume(body) / (n * n * mur * (1 + 2 * q + q * q * x * x));
    }
}

void gw_body_modes(const gw_body *body, gw_body_axis axis, gw_modes *modes)
{
    modes->n = 0;
    if (body->form == GW_BODY_SPHERE)
        sphere_modes(body->radius_m, body->matter, modes);
    else if (body->form == GW_BODY_ROD)
        rod_modes(body, axis, modes);
    for (int k = 0; k < GW_BODY_RELAXATIONS && body->form == GW_BODY_RELAXING; k++) {
        if (!(body->relax_hz[k] > 0))
            continue;
        modes->tau_s[modes->n] = 1 / (2 * M_PI * body->relax_hz[k]);
        modes->weight[modes->n++] = body->scale_m3 * body->weight[k];
    }
}
