/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/focus.h -- a diffraction stack along the lane: gathers a point's hyperbola into its apex.
 *
 *     m_k[b] = sum_{|a| <= A} w z_{k+a}[ t0 + sqrt(t_b^2 + (2 a dx / v)^2) ] / sqrt(sum w^2),
 *     w = (t_b / t)^2 = cos^2(theta)
 *
 *     energy |m_k[b]|^2,  spread sum w |z|^2,  turn m_k[b] conj(m_k[b - 1])
 *
 * over analytic scans z, on a grid of depth bins. A point's tails add up in phase at its apex and
 * nowhere else: targets that stand close together come apart, and tails that cross are no target.
 * The spread, which knows no phase, tells how much of what is there adds up; the turn's angle is
 * the echo's frequency.
 *
 * State:   the last 2 A + 1 scans. Output comes A scans late; at the ends the sum is what there is.
 * Cost:    (2 A + 1) n_bins interpolations a scan.
 * Source:  detection by Kirchhoff summation, docs/numerics.md [Daniels2004].
 */
#ifndef GW_DSP_FOCUS_H
#define GW_DSP_FOCUS_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/fft.h"

typedef struct gw_focus gw_focus;

/* Planes of a row, each [n_bins_max]. */
enum { GW_FOCUS_ENERGY, GW_FOCUS_SPREAD, GW_FOCUS_TURN_RE, GW_FOCUS_TURN_IM, GW_FOCUS_PLANES };

typedef struct gw_focus_config {
    size_t n_samples;       /* of a scan */
    size_t aperture;        /* A, scans each side, 0..256 */
    size_t n_bins_max;      /* 1..65,536 */
    double spacing_samples; /* 2 dx / v as fast-time samples: how steep the hyperbola is */
} gw_focus_config;

/* Where a scan aside is read for a point: between two of its samples. */
typedef struct gw_focus_tap {
    uint32_t index; /* of the sample below */
    float part;     /* of the way to the next */
    float weight;   /* 0: outside the scan */
} gw_focus_tap;

/* t, offset: samples from t0 to the point from over it, and along the lane. */
gw_focus_tap gw_focus_tap_of(double t0, double t, double offset, size_t n_samples);

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_focus_create(const gw_focus_config *config, gw_focus **out);

/* Lay the bins: bin b is at sample first + b * step; t0 is the sample of the surface. */
void gw_focus_place(gw_focus *focus, double t0, double first, double step, size_t n_bins);

/* z: [n_samples]. */
void gw_focus_push(gw_focus *focus, const gw_complex *z);

/* row: [GW_FOCUS_PLANES][n_bins_max] out, of the next scan that has its aperture. */
bool gw_focus_pop(gw_focus *focus, float *row);

void gw_focus_finish(gw_focus *focus);
void gw_focus_reset(gw_focus *focus);
void gw_focus_destroy(gw_focus *focus);

#endif
