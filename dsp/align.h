/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/align.h -- shifts every scan so that its strong early arrival stays where it was.
 *
 *     c[d] = sum_n x[n + d] r[n] w[n],   d* = argmax |d| <= max_shift,   x'[n] = x[n + d*]
 *
 * r is a running mean of the aligned scans, w a raised cosine around its strongest arrival. d* is
 * taken between samples by a parabola through the peak and applied as a phase ramp.
 *
 * State:   the reference; reset forgets it.
 * Cost:    two transforms a scan; no latency.
 * Source:  docs/numerics.md [Wu2001], in the form of a shifted reference.
 */
#ifndef GW_DSP_ALIGN_H
#define GW_DSP_ALIGN_H

#include "dsp/fft.h"

typedef struct gw_align gw_align;

typedef struct gw_align_config {
    size_t n_samples;    /* of a scan */
    size_t size;         /* of the transforms, >= 2 n_samples - 1 keeps shifts from wrapping */
    size_t gate_samples; /* half width of the gate around the strongest arrival */
    size_t max_shift;    /* samples, < n_samples / 2 */
    float memory;        /* weight of the newest scan in the reference, 0..1 */
} gw_align_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_align_create(const gw_align_config *config, gw_align **out);

/* spectrum: [size/2 + 1] of a scan, in and out; x: [n_samples] the aligned scan, out.
 * Returns the shift, samples: x[n] is what was at n + shift. */
float gw_align_process(gw_align *align, gw_fft *fft, gw_complex *restrict spectrum,
                       float *restrict x);

/* As scans are shifted; spectrum: [n] its first bins, of transforms of this size. */
void gw_align_shift(gw_complex *spectrum, size_t n, size_t size, float shift);

void gw_align_reset(gw_align *align);
void gw_align_destroy(gw_align *align);

#endif
