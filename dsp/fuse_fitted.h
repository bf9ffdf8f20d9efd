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
    {-5.8307, -5.1669, -4.5953, -4.1967, -3.7825, -3.3661},
    {-5.7907, -4.3042, -2.9492, -2.0924, -1.3268, -0.71605},
    {-5.456, -3.4817, -1.7075, -0.38783, 0.94879, 1.7192},
    {-4.1075, -2.08, -0.30992, 1.0574, 2.6653, 3.7743},
    {-1.8312, 0.19735, 1.8559, 3.0371, 4.1517, 4.9296},
    {0.72193, 2.6772, 4.1106, 5.0022, 5.5432, 5.7148},
};
static const double fitted_least_slope = 0.02;

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {-4.6059, -2.1105, -0.78803, 0.29926, 1.9196, 2.9636};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.401, 1},
    {-4.449, 0.5},
    {-2.692, 0.2},
    {-0.8813, 0.1},
    {1.602, 0.05},
    {2.998, 0.02},
    {5.086, 0.01},
};

/* Of the mines that the metal detector hears 2 in a hundred have less. */
static const double fitted_unlikely = -1.415;
/* clang-format on */

#endif
