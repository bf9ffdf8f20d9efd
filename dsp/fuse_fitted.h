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
    {-6.5235, -4.5496, -3.12, -2.3429, -2.3029, -2.2629},
    {-6.1493, -3.9102, -2.3836, -1.7473, -1.6956, -1.6556},
    {-5.5672, -3.1131, -1.4562, -0.92779, -0.88779, -0.84779},
    {-4.0203, -1.7571, -0.49944, -0.19191, 0.27874, 0.39553},
    {-1.7413, 0.38859, 1.3055, 1.6408, 1.9895, 2.1546},
    {0.92975, 2.4491, 3.1173, 3.7453, 4.604, 4.8606},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.1885, -1.0857, -0.21392, 0.3496, 1.564, 2.7099};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.857, 1},
    {-4.72, 0.5},
    {-2.444, 0.2},
    {-0.7777, 0.1},
    {0.5612, 0.05},
    {1.905, 0.02},
    {3.066, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.215;
/* clang-format on */

#endif
