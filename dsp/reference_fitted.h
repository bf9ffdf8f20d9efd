/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/reference.py. */
#ifndef GW_DSP_REFERENCE_FITTED_H
#define GW_DSP_REFERENCE_FITTED_H

#include "dsp/reference_gpr.h"

typedef struct reference_body {
    double bias, weights[GW_REFERENCE_FEATURES];
    double least[GW_REFERENCE_FEATURES], most[GW_REFERENCE_FEATURES];
} reference_body;

static const double fitted_likeness = 0.643260935; /* gw_likeness_print() of that fitted to */

/* Of reflected and let through, dB,
 * log10 of depth and 5 cm,
 * fall of the floor, dB,
 * floor, dB,
 * floor 5 cm deep, dB,
 * log of the centre over 1.5 GHz,
 * square of the second,
 * product of the first and fourth. */
/* clang-format off */
static const reference_body fitted[GW_NAMED_COUNT] = {
    {6.2057,
     {3.0057, -64.895, 0.44135, 0.75755, -0.072974, -2.8382, -30.594, 0.053719},
     {-30.592, -1.0964, -24.12, -69.452, -61.45, -0.26369, 0.27875, 249.1},
     {-9.9892, -0.60224, 5.4555, -23.065, -26.057, 0.22287, 1.286, 1820.8}},
    {18.459,
     {-0.16822, 26.314, 0.45859, 0.0063636, 0.20785, -3.2341, 23.239, -0.0039718},
     {-4.5082, -1.0964, -53.42, -72.445, -60.413, -0.26369, 0.01305, 11.911},
     {-0.50553, -0.34805, 5.1436, -25.724, -28.801, 0.22287, 1.3102, 283.89}}};
/* clang-format on */

#endif
