/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/reference.py. */
#ifndef GW_DSP_REFERENCE_FITTED_H
#define GW_DSP_REFERENCE_FITTED_H

#include "dsp/reference_gpr.h"

typedef struct reference_body {
    double bias, weights[GW_REFERENCE_FEATURES];
    double least[GW_REFERENCE_FEATURES], most[GW_REFERENCE_FEATURES];
} reference_body;

static const double fitted_likeness = 3.66149526; /* gw_likeness_print() of that fitted to */

/* Of reflected and let through, dB,
 * log10 of depth and 5 cm,
 * fall of the floor, dB,
 * floor, dB,
 * floor 5 cm deep, dB,
 * log of the centre over 1.5 GHz. */
/* clang-format off */
static const reference_body fitted[GW_NAMED_COUNT] = {
    {-3.7517,
     {0.64165, -9.5894, 0.5054, -0.18835, 0.13385, 3.0341},
     {-29.972, -1.0964, -23.703, -68.564, -59.96, -0.26369},
     {-10.06, -0.60259, 4.8452, -25.293, -24.959, 0.22287}},
    {-1.7904,
     {0.59214, -8.0365, 0.31688, -0.026843, 0.091595, -2.2854},
     {-4.4827, -1.0964, -48.995, -72.113, -60.009, -0.26369},
     {-0.52359, -0.34805, 4.4506, -25.854, -28.543, 0.22287}}};
/* clang-format on */

#endif
