/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/speed.h -- the wave's speed in the ground, by which travel time becomes depth, and how far it
 * may be off.
 *
 *     sd(depth)^2 = start^2 + (depth sd / v)^2
 *
 * Assumed: ground of permittivity 6, the middle of what mines lie in; its spread is from dry sand
 * (3) to wet loam (12). Configured: as somebody measured it beside the lane, known to a tenth.
 * Hyperbolas do not tell it: antennas that stand h over the ground see, of an echo's curve, c h + v
 * d, of which c h is the larger part and is not known to better than all soils differ
 * (docs/numerics.md).
 *
 * Source:  docs/numerics.md [Daniels2004].
 */
#ifndef GW_DSP_SPEED_H
#define GW_DSP_SPEED_H

#define GW_SPEED_M_PER_NS_MIN 0.03 /* water */
#define GW_SPEED_M_PER_NS_MAX 0.2998

typedef struct gw_speed {
    double m_per_ns, sd_m_per_ns;
} gw_speed;

/* m_per_ns: configured, within the limits; 0: assumed. */
gw_speed gw_speed_of(double m_per_ns);

/* start_sd_m: of where depth begins to count. */
double gw_speed_depth_sd_m(const gw_speed *speed, double depth_m, double start_sd_m);

#endif
