/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/pitch.h -- the mean frequency of an echo at a place and depth that are asked for.
 *
 *     s = sum_{|j - k| <= half, |c - b| <= reach} m_j[c] conj(m_j[c - 1]),   f_k[b] = arg(s) / 2 pi
 *
 * of the focused m of dsp/focus.h, summed up for these bins alone: what is found is few, a blob in
 * four scans, and its frequency may be that of other scans than it was found in (dsp/gpr_wide.h).
 *
 * State:   the last n_rows scans.
 * Cost:    (2 half + 1) (2 reach + 2) (2 A + 1) interpolations a question; a copy a scan.
 */
#ifndef GW_DSP_PITCH_H
#define GW_DSP_PITCH_H

#include "dsp/focus.h"

typedef struct gw_pitch gw_pitch;

typedef struct gw_pitch_config {
    size_t n_samples;       /* of a scan */
    size_t n_rows;          /* kept, 2 (aperture + half) + 1 at least */
    size_t aperture, half;  /* rows on each side */
    size_t reach;           /* bins above and below */
    double spacing_samples; /* as of dsp/focus.h */
} gw_pitch_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_pitch_create(const gw_pitch_config *config, gw_pitch **out);

/* As gw_focus_place. */
void gw_pitch_place(gw_pitch *pitch, double t0, double first, double step, size_t n_bins);

/* z: [n_samples] analytic. */
void gw_pitch_push(gw_pitch *pitch, const gw_complex *z);

/* Cycles a bin, -0.5..0.5; row: from 0 since reset, whose rows around are still kept. */
float gw_pitch_at(const gw_pitch *pitch, uint64_t row, size_t bin);

void gw_pitch_reset(gw_pitch *pitch);
void gw_pitch_destroy(gw_pitch *pitch);

#endif
