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
    {-6.2426, -4.3323, -3.096, -2.4057, -2.2756, -2.2353},
    {-6.2026, -4.0102, -2.3247, -1.368, -0.63676, -0.33734},
    {-5.7833, -3.287, -1.4544, -0.55588, 0.35012, 0.90298},
    {-4.338, -1.9658, -0.45402, 0.17683, 1.148, 2.1512},
    {-1.9278, 0.24748, 1.4667, 1.9698, 2.6642, 3.3176},
    {0.55642, 2.3196, 3.2952, 3.9915, 4.6669, 4.9518},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.3976, -1.3317, -0.2643, 0.37122, 1.4263, 2.6711};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.988, 1},
    {-5.037, 0.5},
    {-2.615, 0.2},
    {-0.4286, 0.1},
    {0.7347, 0.05},
    {2.072, 0.02},
    {2.973, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.306;
/* clang-format on */

#endif
