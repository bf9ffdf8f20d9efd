/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/footprint.h -- how the response to one small object goes along the lane, for each distance
 * below the coils.
 *
 *     F(z, d) = (h_T . h_R)(z, d) / (h_T . h_R)(z, 0)
 *
 * h_T, h_R are the fields of a transmit and a receive loop at the object, d along the lane and z
 * below them: the response of an object whose polarisability is the same in all directions. An
 * offset across the lane looks like a greater z. The receive loop, of which devices say nothing, is
 * taken as 0.8 of the transmit loop.
 *
 * Source: [Smythe1950], elliptic integrals by the arithmetic-geometric mean [AS1964].
 */
#ifndef GW_DSP_FOOTPRINT_H
#define GW_DSP_FOOTPRINT_H

#include <stddef.h>

enum { GW_FOOTPRINT_DEPTHS = 11, GW_FOOTPRINT_STEPS = 401, GW_FOOTPRINT_HALF = 20 };

typedef struct gw_footprint {
    double depth_m[GW_FOOTPRINT_DEPTHS];
    double shape[GW_FOOTPRINT_DEPTHS][GW_FOOTPRINT_STEPS]; /* at d = 0, 5 mm, ... */
    double matched[2 * GW_FOOTPRINT_HALF + 1]; /* filter on cells of 1 cm, of norm 1: F(0.10, d) */
    double matched_shape[GW_FOOTPRINT_DEPTHS][GW_FOOTPRINT_STEPS]; /* the filter's answer to F */
} gw_footprint;

/* coil_radius_m: of the transmit loop; 0: unknown, 0.125 is taken. */
void gw_footprint_make(gw_footprint *footprint, double coil_radius_m);

/* F and the matched filter's answer to it, at distance d_m (either sign); 0 beyond 2 m. */
double gw_footprint_at(const gw_footprint *footprint, size_t depth, double d_m);
double gw_footprint_matched(const gw_footprint *footprint, size_t depth, double d_m);

#endif
