/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/pinpoint.h -- where it is strongest: the amplitude against the strongest of late.
 *
 *     peak = max(a, peak 2^(-dt / 3 s))
 *     on   from a >= 0.7 peak and a >= 2, until a < 0.5 peak or a < 1.5
 *     value = on ? (a / peak - 0.5) / 0.5, within 0..1 : 0
 * a: amplitude over the usual, 1 where there is nothing
 *
 * Between 0.5 and 0.7 it stays as it was: a head that rests at the rim does not chatter. A dipole
 * 0.1 m under a coil of 0.13 m is above half of its peak over some 0.2 m, over the middle it is 1.
 *
 * Pure; a plain struct, all zero at the beginning.
 */
#ifndef GW_DSP_PINPOINT_H
#define GW_DSP_PINPOINT_H

#include <stdbool.h>

typedef struct gw_pinpoint {
    double peak;
    bool is_on;
} gw_pinpoint;

/* dt_s: since the amplitude before. Returns the value, 0..1. */
double gw_pinpoint_push(gw_pinpoint *pinpoint, double amplitude, double dt_s);

#endif
