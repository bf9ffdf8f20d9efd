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
    {-6.6313, -4.6213, -3.1358, -2.3492, -2.3092, -2.2692},
    {-6.2975, -4.0313, -2.4365, -1.737, -1.697, -1.657},
    {-5.6799, -3.2636, -1.6204, -0.94349, -0.90349, -0.86349},
    {-3.9607, -1.6536, -0.36432, -0.028254, 0.42706, 0.52007},
    {-1.6145, 0.59023, 1.6165, 1.9741, 2.3248, 2.4749},
    {0.80577, 2.4584, 3.2514, 3.9301, 4.7072, 4.9278},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.2024, -1.1134, -0.27673, 0.34695, 1.6026, 2.762};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.88, 1},
    {-4.723, 0.5},
    {-2.418, 0.2},
    {-0.9197, 0.1},
    {0.5243, 0.05},
    {2.06, 0.02},
    {2.92, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.205;
/* clang-format on */

#endif
