/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/whiten.h -- how unlike the ground a vector is: its Mahalanobis distance, learned on the way.
 *
 *     T_k = u_k' R_k^-1 u_k,   R_k+1 = R_k + g (w u_k u_k' - R_k),   w = min(1, 3 n / T_k)
 *
 * R holds what the ground, lift-off, drift and gain errors do to all tones together; a target,
 * which is unlike all that, keeps its full length. w keeps targets from being learned as ground.
 *
 * State:   R, in double. Cost: one Cholesky factorisation, n^3/6 + n^2 operations.
 * Source:  adaptive whitening, docs/numerics.md [Collins2002]; clipped update [Maronna1976].
 */
#ifndef GW_DSP_WHITEN_H
#define GW_DSP_WHITEN_H

#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_whiten gw_whiten;

/* n: length of the vectors, 1..64; memory: vectors over which R is learned, > 1. */
gw_status gw_whiten_create(size_t n, double memory, gw_whiten **out);

/* u: [n], each about 1 in size over quiet ground. Returns T / n: about 1 over quiet ground. */
double gw_whiten_process(gw_whiten *whiten, const double *u);

void gw_whiten_reset(gw_whiten *whiten);
void gw_whiten_destroy(gw_whiten *whiten);

#endif
