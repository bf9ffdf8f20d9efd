/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/cue.h -- a provisional score of each scan, at once: for an operator's ear and eye, not for a
 * decision. The chain's own verdict on the same ground comes later and stands by itself.
 *
 *     b += (x_{k - guard} - b) / min(k - guard + 1, memory),   r = x_k - b
 *     s[n] = mean of r[m]^2 over |m - n| <= wavelet / 2
 *     cue = (10 log10(max_n s[n] / l[n]) - 6) / 18, held in 0..1;   n beyond the direct wave
 *     l[n] += (min(s[n], 4 l[n]) - l[n]) / min(k - guard, memory),   after the comparison
 *
 * Only scans that are there already are used, so that the cue is greatest over the target, not
 * after it. The guard keeps a target out of its own background.
 *
 * State:   the last `guard` scans, b, l. Nothing is said (0) before `least` scans.
 * Cost:    four passes over the scan.
 * Source:  cell averaging with a guard, docs/numerics.md [Rohling1983], along the lane from what is
 *          behind alone; background by a running mean [Daniels2004].
 */
#ifndef GW_DSP_CUE_H
#define GW_DSP_CUE_H

#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_cue gw_cue;

typedef struct gw_cue_config {
    size_t n_samples;            /* 16..65,536 */
    size_t wavelet;              /* samples, 1..n_samples / 2 */
    size_t guard, memory, least; /* scans, 1..4096 */
} gw_cue_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_cue_create(const gw_cue_config *config, gw_cue **out);

/* x: [n_samples] of the next scan, aligned. 0..1 */
float gw_cue_process(gw_cue *cue, const float *x);

void gw_cue_reset(gw_cue *cue);
void gw_cue_destroy(gw_cue *cue);

#endif
