/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/reference.py. */
#ifndef GW_DSP_REFERENCE_FITTED_H
#define GW_DSP_REFERENCE_FITTED_H

#include "dsp/reference_gpr.h"

typedef struct reference_body {
    double bias, weights[GW_REFERENCE_FEATURES];
    double least[GW_REFERENCE_FEATURES], most[GW_REFERENCE_FEATURES];
} reference_body;

static const double fitted_likeness = 3.40029193; /* gw_likeness_print() of that fitted to */

/* Of reflected and let through, dB,
 * log10 of depth and 5 cm,
 * fall of the floor, dB,
 * floor, dB,
 * floor 5 cm deep, dB,
 * log of the centre over 1.5 GHz. */
/* clang-format off */
static const reference_body fitted[GW_NAMED_COUNT] = {
    {-1.3588,
     {0.73066, -8.4324, 0.41112, -0.14379, 0.10337, 3.4277},
     {-29.972, -1.0964, -23.703, -68.564, -59.96, -0.26369},
     {-10.06, -0.60259, 4.8452, -25.293, -24.959, 0.22287}},
    {-2.8202,
     {0.57318, -6.8931, 0.31838, -0.05776, 0.09769, -1.7574},
     {-4.4827, -1.0964, -48.995, -72.113, -60.009, -0.26369},
     {-0.52359, -0.34805, 4.4506, -25.854, -28.543, 0.22287}}};
/* clang-format on */

#endif
