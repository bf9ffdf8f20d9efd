/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/whistle.h -- takes a foreign transmitter's tone out of a scan.
 *
 *     x'[n] = x[n] - a cos(w n) - b sin(w n),
 *     (a, b, c, w) = argmin sum_{n in tail} ( x[n] - a cos(w n) - b sin(w n) - c )^2
 *
 * The tail is the last 30 % of the scan, where echoes have died away. Nothing is taken unless the
 * tail's power is 4 times its running median along the lane, the tone is at least half of it and,
 * before the first arrival, at least half of its amplitude is heard: echoes, which go on from scan
 * to scan or ring on late but do not come before the direct wave, stay. (A scan with less than a
 * period before it is not asked.) w starts at the spectrum's peak and is brought home by
 * Gauss-Newton steps, so that the tone goes from the whole scan, not from its tail alone.
 *
 * State:   the tails' powers of the last `memory` scans. No latency.
 * Cost:    the tail's power; where there is a tone a transform and 8 passes over the tail.
 * Accuracy: a tone 20 dB over the noise leaves less than the noise (tests/test_whistle.c).
 * Source:  least squares of a single tone, docs/numerics.md [Rife1974].
 */
#ifndef GW_DSP_WHISTLE_H
#define GW_DSP_WHISTLE_H

#include <stdbool.h>

#include "dsp/fft.h"

typedef struct gw_whistle gw_whistle;

/* n_samples: 16..65,536 of a scan; size: of the transforms, >= n_samples; memory: scans, 12..4096.
 * GW_EINVAL, GW_ENOMEM. */
gw_status gw_whistle_create(size_t n_samples, size_t size, size_t memory, gw_whistle **out);

/* x: [n_samples], in and out. True when a tone was taken. */
bool gw_whistle_process(gw_whistle *whistle, gw_fft *fft, float *x);

void gw_whistle_reset(gw_whistle *whistle);
void gw_whistle_destroy(gw_whistle *whistle);

#endif
