/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/peak.h -- local maxima of a score along the lane.
 *
 *     row k is a peak:   s_k > s_j for k - reach <= j < k   and   s_k >= s_j for k < j <= k + reach
 *
 * and s_k > 0, of scores s, over what there is of them at the ends. Of equal neighbours the first
 * one stands.
 *
 * State:   the last 2 reach + 1 scores. Output comes `reach` rows late.
 * Cost:    2 reach comparisons a row.
 * Source:  non-maximum suppression in one dimension, in its straightforward form [Neubeck2006]
 */
#ifndef GW_DSP_PEAK_H
#define GW_DSP_PEAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/status.h"

typedef struct gw_peak gw_peak;

/* reach: rows, 1..1024. GW_EINVAL, GW_ENOMEM. */
gw_status gw_peak_create(size_t reach, gw_peak **out);
void gw_peak_push(gw_peak *peak, float score);

/* Index (from 0 since reset) of the next peak that is sure. Pop until false before the next push.
 */
bool gw_peak_pop(gw_peak *peak, uint64_t *row, float *score);

/* Rows whose fate is sure: every peak below this index has come out. */
uint64_t gw_peak_done(const gw_peak *peak);

void gw_peak_finish(gw_peak *peak);
void gw_peak_reset(gw_peak *peak);
void gw_peak_destroy(gw_peak *peak);

#endif
