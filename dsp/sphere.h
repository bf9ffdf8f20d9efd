/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/sphere.h -- a conducting, permeable sphere in the field of a metal detector.
 *
 *     A(w) = 2 pi a^3 (2 mu_r - g) / (mu_r + g),   g = z^2 / (1 - z cot z) - 1,
 *     z = a sqrt(-j w mu_0 mu_r sigma)
 *
 * Dipole over field, both over current, m^3, e^{+jwt}: permeable and slow is positive and real, a
 * good conductor negative.
 *
 * Source: [Wait1951], extended to a permeable one.
 */
#ifndef GW_DSP_SPHERE_H
#define GW_DSP_SPHERE_H

#include "dsp/phasor.h"

/* radius_m, mu_r, sigma_s_m > 0; hz >= 0. */
phasor gw_sphere_response(double radius_m, double mu_r, double sigma_s_m, double hz);

#endif
