/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/viscous.h -- magnetic viscosity: ground whose relaxation times are spread evenly
 * over the logarithm of time.
 *
 *     chi'(f)  = chi (1 - drop log10(f / 10 kHz))
 *     chi''    = -(pi / 2) d chi' / d ln f = chi drop pi / (2 ln 10) = 0.682 chi drop   (chi' - j
 * chi'') after a current that flowed for T is broken off:  -d/dt = chi drop / ln 10 (1 / t - 1 / (t
 * + T))
 *
 * Source: [Dabas1992], [Hrouda2013].
 */
#ifndef GW_DRIVERS_SCENE_VISCOUS_H
#define GW_DRIVERS_SCENE_VISCOUS_H

#include "dsp/phasor.h"

#define GW_VISCOUS_HZ 10e3 /* where chi is told */

/* Over chi, as a factor. */
static inline phasor gw_viscous_response(double drop, double hz)
{
    return phasor_of(1 - drop * log10(hz / GW_VISCOUS_HZ), -drop * M_PI / (2 * log(10)));
}

/* Mean of -d/dt over a gate from `from_s` to `to_s` after a pulse of `on_s`; over chi, 1/s. */
static inline double gw_viscous_decay(double drop, double from_s, double to_s, double on_s)
{
    double off = log(to_s / from_s), on = log((to_s + on_s) / (from_s + on_s));
    return drop / log(10) * (off - on) / (to_s - from_s);
}

#endif
