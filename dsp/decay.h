/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/decay.h -- a decay record of pulse induction as a few numbers of equal noise.
 *
 *     c_j = sum_g B_jg sqrt(w_g / mean w) y_g,   w_g = t_(g+1) - t_g
 *
 * y_g is the mean of the receiver's voltage over gate g, from t_g to t_(g+1) after the current's
 * end; white noise falls with sqrt(w_g), and so all c_j have the noise of a gate of mean width.
 * Rows of B are of norm 1 and orthogonal: first the decay of magnetic ground,
 *
 *     1 / t -> ln(t_(g+1) / t_g) / w_g
 *
 * then what a dictionary of exponentials, tau from t_0 / 4 to 2 t_G, has beside it, the largest
 * first (Gram-Schmidt with pivots): metal of every size lies in them, and noise of the other
 * directions stays out.
 *
 * Accuracy: of any exponential of the dictionary less than 1 % is left out at 20 gates (energy;
 *           tests/test_decay.c).
 * Source:   ground [Dabas1992]; exponentials [WaitSpies1969]; pivots [Golub2013].
 */
#ifndef GW_DSP_DECAY_H
#define GW_DSP_DECAY_H

#include "dsp/frame.h"
#include "dsp/status.h"

enum { GW_DECAY_GATES_LEAST = 4, GW_DECAY_PARTS_MAX = 8 };

typedef struct gw_decay {
    size_t n_gates, n_parts; /* n_parts: even */
    double rows[GW_DECAY_PARTS_MAX][GW_GATES_MAX];
} gw_decay;

/* edges_s: [n_gates + 1], > 0 and rising. GW_EINVAL: they are not, or n_gates is not in
 * GW_DECAY_GATES_LEAST..GW_GATES_MAX. */
gw_status gw_decay_make(gw_decay *decay, const double *edges_s, size_t n_gates);

/* gates: [n_gates]; parts: [n_parts], the ground's first. */
void gw_decay_process(const gw_decay *decay, const double *gates, double *parts);

#endif
