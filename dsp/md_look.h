/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/md_look.h -- what the last solution of md_window made of a cell, for pictures.
 *
 *     score_all = T of the whitened, matched-filtered field, all dipoles put back
 *     score     = T as the target next to the cell was judged: that one put back, in the light of
 *                 all that are stronger
 *
 * T as in md_window.h. In a target's own cell `score` is the target's, bit for bit.
 *
 * Cost:    that of scoring two targets.
 */
#ifndef GW_DSP_MD_LOOK_H
#define GW_DSP_MD_LOOK_H

#include "dsp/md_window.h"

typedef struct gw_md_look {
    double heard[GW_TONES_MAX], over[GW_TONES_MAX]; /* amplitudes: as it was, and over the ground */
    double score_all, score;
} gw_md_look;

/* cell: below those that were added. */
void gw_md_window_look(const gw_md_window *window, size_t cell, gw_md_look *look);

#endif
