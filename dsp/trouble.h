/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/trouble.h -- what a metal detector's samples say of the detector itself, hop by hop.
 *
 *     tone lost         |TX_i| < 0.1 of what it was at first, or < 10 times what is heard beside it
 *     reference lost    that is so of every tone
 *     reference drifts  |TX_i| is 5 % and more off what it was at first
 *     clipped           a hop's highest (lowest) count comes twice in a row, and in a
 *                       hundredth of its samples or more, or six times and thrice as often as
 *                       all of the 15 counts beside it
 *
 * "At first" is the mean of the first 50 hops that held a current. A converter that is full lies at
 * its rail; one whose amplifier is full lies below it, and only its flat tops tell.
 *
 * State:   the mean currents at first. No allocation.
 */
#ifndef GW_DSP_TROUBLE_H
#define GW_DSP_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/frame.h"

typedef struct gw_current {
    size_t n_tones;
    uint64_t n_first;
    double first[GW_TONES_MAX]; /* sum, then mean, of |TX| */
} gw_current;

/* current: |TX| of each tone; beside: rms of what is heard beside it in that channel; [n_tones]. */
unsigned gw_current_judge(gw_current *state, const double *current, const double *beside);

/* Flat tops or bottoms in n samples. */
bool gw_samples_are_clipped(const float *samples, size_t n);

#endif
