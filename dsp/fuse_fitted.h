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
    {-5.8903, -4.6399, -3.6864, -3.3665, -3.3265, -3.2865},
    {-5.8503, -4.1044, -2.6626, -2.1616, -1.8769, -1.4409},
    {-5.7329, -3.5308, -1.7677, -0.94029, -0.29009, 0.42713},
    {-4.8419, -2.5305, -0.65009, 0.36343, 1.4055, 2.5362},
    {-2.6541, -0.52086, 1.2291, 2.2612, 3.0527, 4.1983},
    {0.66122, 2.2995, 3.5311, 4.3225, 4.8701, 5.4023},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.5296, -2.2854, -0.67505, 0.17573, 1.3556, 3.0892};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.441, 1},
    {-4.199, 0.5},
    {-2.578, 0.2},
    {-0.1896, 0.1},
    {1.107, 0.05},
    {2.928, 0.02},
    {4.394, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.202;
/* clang-format on */

#endif
