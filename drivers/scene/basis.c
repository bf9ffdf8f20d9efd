/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/basis.h"

#include <math.h>

#include "drivers/scene/viscous.h"

static const double mu0 = 4e-7 * M_PI;

/* Gates follow each other; each is longer than the one before by the same factor. */
void gw_scene_basis_init(scene_basis *basis, const scene_coils *coils)
{
    memset(basis, 0, sizeof *basis);
    if (coils->form == SCENE_MD_PULSE) {
        basis->n_values = basis->n_gates = (size_t)coils->n_gates;
        basis->on_s = coils->on_s;
        for (size_t g = 0; g <= basis->n_gates; g++)
            basis->edges_s[g] = coils->first_s * pow(coils->last_s / coils->first_s,
                                                     (double)g / (double)basis->n_gates);
        return;
    }
    basis->n_tones = coils->n_tones;
    basis->n_values = 2 * coils->n_tones;
    memcpy(basis->tones_hz, coils->tones_hz, sizeof coils->tones_hz);
}

static void tone_set(double *values, size_t k, phasor value)
{
    values[2 * k] = creal(value);
    values[2 * k + 1] = cimag(value);
}

/* A pulse of on_s excites exp(-t / tau) by 1 - exp(-on / tau); -d/dt, mean over the gate. */
static void modes_set(const scene_basis *basis, const gw_modes *modes, double *values)
{
    for (size_t g = 0; g < basis->n_gates; g++) {
        double from = basis->edges_s[g], to = basis->edges_s[g + 1], sum = 0;
        for (size_t k = 0; k < modes->n; k++) {
            double tau = modes->tau_s[k];
            sum += modes->weight[k] * (exp(-from / tau) - exp(-to / tau)) *
                   (1 - exp(-basis->on_s / tau));
        }
        values[g] = sum / (to - from);
    }
}

static double viscous_gate(const scene_basis *basis, size_t g, double drop)
{
    return gw_viscous_decay(drop, basis->edges_s[g], basis->edges_s[g + 1], basis->on_s);
}

void gw_scene_basis_body(const scene_basis *basis, const gw_body *body, gw_body_axis axis,
                         double *values)
{
    gw_modes modes;
    for (size_t k = 0; k < basis->n_tones; k++)
        tone_set(values, k, gw_body_response(body, axis, basis->tones_hz[k]));
    if (!basis->n_gates)
        return;
    gw_body_modes(body, axis, &modes);
    modes_set(basis, &modes, values);
    for (size_t g = 0; g < basis->n_gates && body->form == GW_BODY_GRAIN; g++)
        values[g] = body->volume_m3 * body->chi * viscous_gate(basis, g, body->chi_drop);
}

void gw_scene_basis_cylinder(const scene_basis *basis, double radius_m, gw_body_axis axis,
                             double *values)
{
    gw_modes modes;
    for (size_t k = 0; k < basis->n_tones; k++)
        tone_set(values, k,
                 gw_cylinder_response(radius_m, gw_matter_iron, axis, basis->tones_hz[k]));
    if (!basis->n_gates)
        return;
    gw_cylinder_modes(radius_m, gw_matter_iron, axis, &modes);
    modes_set(basis, &modes, values);
}

/* -j w mu0 / Z, Z = ohm + length z(w) + j w henry; after a pulse: L / R with the wire at rest. */
void gw_scene_basis_current(const scene_basis *basis, const scene_circuit *circuit, double *values)
{
    double radius = circuit->radius_m;
    for (size_t k = 0; k < basis->n_tones; k++) {
        double turn = 2 * M_PI * basis->tones_hz[k];
        phasor z =
            circuit->ohm + phasor_of(0, turn * circuit->henry) +
            circuit->length_m * gw_wire_impedance(radius, gw_matter_iron, basis->tones_hz[k]);
        tone_set(values, k, phasor_of(0, -turn * mu0) / z);
    }
    if (!basis->n_gates)
        return;
    double ohm =
        circuit->ohm + circuit->length_m / (M_PI * radius * radius * gw_matter_iron.sigma_s_m);
    gw_modes modes = {.n = 1};
    modes.tau_s[0] = circuit->henry / ohm;
    modes.weight[0] = mu0 / circuit->henry;
    modes_set(basis, &modes, values);
}

void gw_scene_basis_ground(const scene_basis *basis, scene_values *steady, scene_values *viscous,
                           scene_values *eddies)
{
    memset(steady, 0, sizeof *steady);
    memset(viscous, 0, sizeof *viscous);
    memset(eddies, 0, sizeof *eddies);
    for (size_t k = 0; k < basis->n_tones; k++) {
        tone_set(steady->v, k, 1);
        tone_set(viscous->v, k, gw_viscous_response(1, basis->tones_hz[k]) - 1);
        tone_set(eddies->v, k, phasor_of(0, -M_PI / 2 * basis->tones_hz[k] * mu0));
    }
    for (size_t g = 0; g < basis->n_gates; g++)
        viscous->v[g] = viscous_gate(basis, g, 1);
}
