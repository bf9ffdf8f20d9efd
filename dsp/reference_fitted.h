/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/reference.py. */
#ifndef GW_DSP_REFERENCE_FITTED_H
#define GW_DSP_REFERENCE_FITTED_H

#include "dsp/reference_gpr.h"

typedef struct reference_body {
    double bias, weights[GW_REFERENCE_FEATURES];
    double least[GW_REFERENCE_FEATURES], most[GW_REFERENCE_FEATURES];
} reference_body;

static const double fitted_likeness = 3.95906903; /* gw_likeness_print() of that fitted to */

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
    {11.409,
     {2.9568, -52.329, 0.41465, 0.7113, -0.044685, -1.8439, -23.217, 0.051351},
     {-30.592, -1.0964, -24.12, -69.452, -61.45, -0.26369, 0.27875, 249.1},
     {-9.9892, -0.60224, 5.4555, -23.065, -26.057, 0.22287, 1.286, 1820.8}},
    {19.083,
     {0.836, 30.506, 0.36388, 0.027786, 0.167, -2.5975, 25.916, 0.012964},
     {-4.5082, -1.0964, -53.42, -72.445, -60.413, -0.26369, 0.01305, 11.911},
     {-0.50553, -0.34805, 5.1436, -25.724, -28.801, 0.22287, 1.3102, 283.89}}};
/* clang-format on */

#endif
