/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fuse.py. */
#ifndef GW_DSP_FUSE_FITTED_H
#define GW_DSP_FUSE_FITTED_H

#include <stddef.h>

enum { FITTED_GPR = 6, FITTED_MD = 6 };

typedef struct fitted_sensor {
    double reach_m;
    size_t n_knots;
    double knots[FITTED_GPR > FITTED_MD ? FITTED_GPR : FITTED_MD]; /* logarithms of scores */
} fitted_sensor;

/* clang-format off */
static const fitted_sensor fitted_sensors[2] = {
    {0.25, 6, {-8, -6, -4, -2, 0, 2}},
    {0.24, 6, {-0.5, 1, 2.5, 4, 6, 8}},
};

/* Log odds at the knots: of the radar from row to row, of the metal detector along a row. */
static const double fitted_odds[FITTED_GPR][FITTED_MD] = {
    {-6.5773, -4.5903, -3.1579, -2.4247, -2.3847, -2.3447},
    {-6.2308, -3.9743, -2.4029, -1.728, -1.688, -1.648},
    {-5.6474, -3.23, -1.5768, -0.93534, -0.89534, -0.85534},
    {-4.0196, -1.7338, -0.43357, -0.081172, 0.41428, 0.46905},
    {-1.7365, 0.47585, 1.4852, 1.8229, 2.1703, 2.3744},
    {0.83854, 2.4708, 3.2278, 3.8799, 4.6669, 4.9225},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.1925, -1.0884, -0.25686, 0.35395, 1.5872, 2.7462};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.963, 1},
    {-4.828, 0.5},
    {-2.487, 0.2},
    {-0.9137, 0.1},
    {0.5869, 0.05},
    {1.978, 0.02},
    {2.907, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.321;
/* clang-format on */

#endif
