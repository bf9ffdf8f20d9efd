/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/loop_field.h -- static field of a circular loop, and how coaxial loops couple, to each
 * other and over the ground.
 *
 * Over a weakly magnetic half-space the image of the coil gives chi / 2 gw_loop_mutual(a, b, 2 h);
 * over a weakly conducting one -j w mu0 sigma / 4 gw_loop_eddies(a, b, 2 h): the first terms of
 * (mu_r l - u) / (mu_r l + u), u^2 = l^2 + j w mu0 sigma, under the integral over l.
 *
 * Source: [Smythe1950] 7.10; Maxwell's coaxial formula. Elliptic integrals by the
 * arithmetic-geometric mean [AS1964] 17.6. Half-space: [Ward1988] 4.
 */
#ifndef GW_DSP_LOOP_FIELD_H
#define GW_DSP_LOOP_FIELD_H

typedef struct gw_loop_field {
    double radial, axial; /* field per ampere, 1/m */
} gw_loop_field;

/* At distance rho_m >= 0 from the axis and height z_m from the plane of a loop. */
gw_loop_field gw_loop_field_at(double radius_m, double rho_m, double z_m);

/* Mutual inductance over mu0, m, of coaxial loops whose planes are gap_m > 0 apart. */
double gw_loop_mutual(double a_m, double b_m, double gap_m);

/* Integral over s > 0 of s gw_loop_mutual(a, b, gap + s), m^3. */
double gw_loop_eddies(double a_m, double b_m, double gap_m);

/* Flux through a loop of a straight wire aside_m from its axis and down_m > 0 from its plane, per
 * ampere and over mu0, m: Re(w - sqrt(w^2 - a^2)), w = aside + j down. Odd in aside_m. */
double gw_loop_wire(double radius_m, double aside_m, double down_m);

/* Complete elliptic integrals of parameter m = k^2, 0 <= m < 1. */
void gw_elliptic(double m, double *first, double *second);

#endif
