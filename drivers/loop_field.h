/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/loop_field.h -- static field of a circular loop, and how two coaxial loops couple.
 *
 * Source: Smythe, "Static and Dynamic Electricity", 7.10; Maxwell's coaxial formula. Elliptic
 * integrals by the arithmetic-geometric mean (Abramowitz, Stegun 17.6).
 */
#ifndef GW_DRIVERS_LOOP_FIELD_H
#define GW_DRIVERS_LOOP_FIELD_H

typedef struct gw_loop_field {
    double radial, axial; /* field per ampere, 1/m */
} gw_loop_field;

/* At distance rho_m >= 0 from the axis and height z_m from the plane of a loop. */
gw_loop_field gw_loop_field_at(double radius_m, double rho_m, double z_m);

/* Mutual inductance over mu0, m, of coaxial loops whose planes are gap_m > 0 apart. */
double gw_loop_mutual(double a_m, double b_m, double gap_m);

/* Complete elliptic integrals of parameter m = k^2, 0 <= m < 1. */
void gw_elliptic(double m, double *first, double *second);

#endif
