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
    {-6.1237, -4.6223, -3.6166, -3.1501, -3.0764, -3.0364},
    {-6.0837, -4.2412, -2.6807, -1.8455, -1.3439, -0.97222},
    {-5.8187, -3.6618, -1.7667, -0.57472, 0.40401, 1.0323},
    {-4.5786, -2.3934, -0.5795, 0.60104, 1.8159, 3.0156},
    {-2.0877, -0.078581, 1.4674, 2.469, 3.3917, 4.469},
    {1.2465, 2.7634, 3.8219, 4.5112, 5.0515, 5.5522},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.4866, -2.0558, -0.81506, 0.066439, 1.4594, 2.9166};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.85, 1},
    {-4.822, 0.5},
    {-2.928, 0.2},
    {-1.005, 0.1},
    {0.8471, 0.05},
    {2.435, 0.02},
    {4.061, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.49;
/* clang-format on */

#endif
