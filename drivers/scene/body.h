/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/body.h -- how a small body answers the field of a metal detector, in closed form.
 *
 *     m = A h,   A(w) = last + sum weight[n] / (1 + j w tau_s[n])      (m^3, e^{+jwt})
 *
 * h is field over current, m the dipole, over current, that comes back. With this sign, which is
 * nature's, steel at low frequency and magnetic ground are positive and real, a good conductor is
 * negative, and the imaginary part of whatever is passive is never positive. After a current is
 * broken off sum weight exp(-t / tau_s) is left.
 *
 * A body has two answers: along its axis and across it; a sphere's are the same.
 *
 * Source: [Wait1951] sphere, extended to a permeable one; [WaitSpies1969] its decay; [Stratton1941]
 * cylinder; [Osborn1945] demagnetising factor. Limits and sums are checked in unit.body.
 */
#ifndef GW_DRIVERS_SCENE_BODY_H
#define GW_DRIVERS_SCENE_BODY_H

#include <stddef.h>

#include "dsp/phasor.h"

enum { GW_BODY_MODES = 120, GW_BODY_RELAXATIONS = 2 };

typedef struct gw_matter {
    double mu_r, sigma_s_m;
} gw_matter;

extern const gw_matter gw_matter_steel /* 100Cr6 */, gw_matter_iron /* wire, nails, bars */,
    gw_matter_aluminium;

typedef enum {
    GW_BODY_NONE,
    GW_BODY_RELAXING, /* -scale (c0 + sum weight (j f / f_k) / (1 + j f / f_k)) */
    GW_BODY_SPHERE,
    GW_BODY_ROD,  /* prolate: length_m > 2 radius_m */
    GW_BODY_GRAIN /* weakly magnetic, viscous as the ground: chi over that of what it displaces */
} gw_body_form;

typedef struct gw_body {
    gw_body_form form;
    double radius_m, length_m;
    gw_matter matter;
    double scale_m3, c0;
    double relax_hz[GW_BODY_RELAXATIONS], weight[GW_BODY_RELAXATIONS];
    double volume_m3, chi, chi_drop; /* of a grain; chi at 10 kHz, drop a decade */
} gw_body;

typedef enum { GW_BODY_ALONG, GW_BODY_ACROSS } gw_body_axis;

/* What is left t seconds after a current is broken off: sum weight exp(-t / tau_s). */
typedef struct gw_modes {
    size_t n;
    double tau_s[GW_BODY_MODES], weight[GW_BODY_MODES];
} gw_modes;

/* A at a frequency, m^3. */
phasor gw_body_response(const gw_body *body, gw_body_axis axis, double hz);

/* The slowest modes. A grain has none: it decays as 1 / t (drivers/scene/viscous.h). */
void gw_body_modes(const gw_body *body, gw_body_axis axis, gw_modes *modes);

/* Of an infinite cylinder, a metre of it, m^2: field along its axis, or across it. */
phasor gw_cylinder_response(double radius_m, gw_matter matter, gw_body_axis axis, double hz);
void gw_cylinder_modes(double radius_m, gw_matter matter, gw_body_axis axis, gw_modes *modes);

/* Internal impedance of a round wire, ohm a metre. */
phasor gw_wire_impedance(double radius_m, gw_matter matter, double hz);

/* Demagnetising factor along the axis of a prolate spheroid of length over width `slender` > 1. */
double gw_demagnetising(double slender);

#endif
