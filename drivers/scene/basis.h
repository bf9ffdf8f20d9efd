/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/basis.h -- what bodies, wires and ground answer, as the numbers that a front end
 * needs: real and imaginary parts at the tones of a continuous wave, or means over the gates after
 * a pulse. All else of the physics is a weight on them (drivers/scene/head.h).
 *
 *     tones   values[2 k], [2 k + 1] = Re, Im of dM / mu0 over the weight
 *     gates   values[g] = -d/dt of it, mean of the gate
 */
#ifndef GW_DRIVERS_SCENE_BASIS_H
#define GW_DRIVERS_SCENE_BASIS_H

#include "drivers/scene/impl.h"

enum { SCENE_VALUES_MAX = 64, SCENE_GATES_MAX = 40 };

typedef struct scene_basis {
    size_t n_values;
    size_t n_tones, n_gates; /* one of them is 0 */
    double tones_hz[GW_TONES_MAX];
    double edges_s[SCENE_GATES_MAX + 1], on_s;
} scene_basis;

typedef struct scene_values {
    double v[SCENE_VALUES_MAX];
} scene_values;

void gw_scene_basis_init(scene_basis *basis, const scene_coils *coils);

void gw_scene_basis_body(const scene_basis *basis, const gw_body *body, gw_body_axis axis,
                         double *values);
void gw_scene_basis_cylinder(const scene_basis *basis, double radius_m, gw_body_axis axis,
                             double *values);
/* Current in a wire of iron, driven along length_m and closed by ohm and henry: over the product of
 * both fluxes. */
typedef struct scene_circuit {
    double radius_m, length_m, ohm, henry;
} scene_circuit;
void gw_scene_basis_current(const scene_basis *basis, const scene_circuit *circuit, double *values);

/* Ground: over chi / 2 M (steady; viscous goes with chi_drop too), and over sigma times the loops'
 * eddies. The ground's own eddies have died away before the first gate: 0. */
void gw_scene_basis_ground(const scene_basis *basis, scene_values *steady, scene_values *viscous,
                           scene_values *eddies);

#endif
