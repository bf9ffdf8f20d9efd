/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/cube.h -- a diffraction stack over along x cross x depth: gathers the echoes of a point, in
 * all channels of an array and in the scans around, into the point.
 *
 *     m_k[c][b] = sum_{|i| <= A, |j| <= C} w z_{k + i s, c + j}[ t(d_b, x, y) ] / sqrt(sum w^2)
 *     t = t0 + r (leg(x - a, y) + leg(x + a, y)),   x = i s dx,  y = j dy,  a = offset / 2
 *     w = (H / s_1) (H / s_2) of the straight ways s down H = height + depth
 *
 * over analytic scans z; r: samples a metre of air. A leg is Fermat's way through the surface
 * (dsp/depth.h): antennas that are held up see much flatter hyperbolas than those on the ground.
 *
 * State:   the last 2 A s + 1 scans of all channels. Output comes A s scans late; at the ends, and
 *          beside the outer channels, the sum is what there is.
 * Cost:    (2 A + 1) (2 C + 1) n_bins products a channel and scan, in vectors over the channels:
 * all of them share one table. Source:  Kirchhoff summation, docs/numerics.md [Daniels2004].
 */
#ifndef GW_DSP_CUBE_H
#define GW_DSP_CUBE_H

#include <stdbool.h>

#include "dsp/depth.h"
#include "dsp/fft.h"

typedef struct gw_cube gw_cube;

typedef struct gw_cube_config {
    size_t n_samples, n_channels; /* 2..65,536 of a scan; 1..64 */
    size_t along, cross, stride;  /* A, C, s: positions each side, 0..64, 0..16; scans, 1..64 */
    size_t n_bins;                /* 1..4096 */
} gw_cube_config;

/* Where the bins lie, and how time grows aside. */
typedef struct gw_cube_ground {
    gw_depth_ground ways;
    double spacing_m, channel_spacing_m;
    double samples_per_m, t0_samples; /* r, t0 */
    double depth_m, depth_step_m;     /* of bin 0; from one bin to the next */
} gw_cube_ground;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_cube_create(const gw_cube_config *config, gw_cube **out);

/* Once, before the first pop. */
void gw_cube_place(gw_cube *cube, const gw_cube_ground *ground);

/* Scan of channel c, z: [n_samples]; the row is complete when the last channel was set. */
void gw_cube_set(gw_cube *cube, size_t channel, const gw_complex *z);

/* Whether there is a scan to pop. */
bool gw_cube_is_due(const gw_cube *cube);

/* m: [n_channels][n_bins] out, of the next scan that has its aperture. */
bool gw_cube_pop(gw_cube *cube, gw_complex *m);

void gw_cube_finish(gw_cube *cube);
void gw_cube_reset(gw_cube *cube);
void gw_cube_destroy(gw_cube *cube);

#endif
