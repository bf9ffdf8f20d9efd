/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/balance.h -- how the metal detector knows the ground, so that it can take it out.
 *
 *   tracking  learnt from each 4.5 m of lane anew (dsp/md_window.h): the default
 *   one-shot  learnt once on a stretch of ground, then frozen: the covariance R of what the ground
 *             does by itself, in the responses' units squared
 *   manual    the ground's phase at each tone is given: what lies along it does not count
 *
 * What does not change along the lane is taken out in all of them.
 */
#ifndef GW_DSP_BALANCE_H
#define GW_DSP_BALANCE_H

#include "dsp/stream.h"

typedef enum {
    GW_BALANCE_TRACKING,
    GW_BALANCE_ONE_SHOT,
    GW_BALANCE_MANUAL,
    GW_BALANCE_COUNT
} gw_balance_mode;

typedef struct gw_balance {
    gw_balance_mode mode;
    size_t n_phases;                /* manual: 1, of all tones, or one a tone */
    double phase_deg[GW_TONES_MAX]; /* of the ground's response */
} gw_balance;

enum { GW_GROUND_COLUMNS_MAX = 2 * GW_TONES_MAX };
enum { GW_GROUND_VALUES_MAX = GW_GROUND_COLUMNS_MAX * (GW_GROUND_COLUMNS_MAX + 1) / 2 };

/* Ground that was learnt: columns are the real parts of the tones, then the imaginary parts. */
typedef struct gw_ground {
    size_t n_tones; /* 0: none */
    double tones_hz[GW_TONES_MAX];
    double length_m;                         /* it was learnt on */
    double covariance[GW_GROUND_VALUES_MAX]; /* R, its lower triangle row by row */
} gw_ground;

/* Numbers in the lower triangle of so many tones. */
static inline size_t gw_ground_values(size_t n_tones)
{
    return n_tones * (2 * n_tones + 1);
}

/* Phase at a tone along which the ground does most, -90..90: what `manual` takes. */
double gw_ground_phase_deg(const gw_ground *ground, size_t tone);

/* "tracking", "one-shot", "manual" */
const char *gw_balance_name(gw_balance_mode mode);
/* GW_BALANCE_COUNT: none of them. */
gw_balance_mode gw_balance_parse(const char *word);

/* "MODE", or "manual:DEG[,DEG...]". False, and nothing changed, when it is not. */
bool gw_balance_read(const char *text, gw_balance *out);

#endif
