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
    {-6.14, -4.258, -3.1525, -2.7539, -2.7139, -2.6739},
    {-6.1, -3.8084, -2.0722, -1.4435, -1.4035, -1.3635},
    {-5.78, -3.2338, -1.3534, -0.49087, -0.16516, -0.064048},
    {-4.4653, -2.1179, -0.60634, 0.02019, 0.81117, 1.37},
    {-2.0412, 0.084183, 1.3259, 1.8483, 2.4626, 3.0124},
    {0.54617, 2.3391, 3.3412, 4.073, 4.8158, 5.1702},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.3894, -1.3505, -0.2834, 0.36784, 1.5309, 2.881};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.932, 1},
    {-5.017, 0.5},
    {-2.636, 0.2},
    {-0.5732, 0.1},
    {0.5229, 0.05},
    {1.915, 0.02},
    {2.753, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.699;
/* clang-format on */

#endif
