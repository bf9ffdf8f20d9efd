/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fuse.py. */
#ifndef GW_DSP_FUSE_FITTED_H
#define GW_DSP_FUSE_FITTED_H

enum { FITTED_KNOTS = 2 };

typedef struct fitted_sensor {
    double least, reach_m, knots[FITTED_KNOTS]; /* knots above least */
    double weights[1 + FITTED_KNOTS];           /* of the stretches between them */
} fitted_sensor;

/* clang-format off */
static const fitted_sensor fitted_sensors[2] = {
    {-6, 0.35, {4, 7}, {0.23917, 1.008, 1.2291}},
    {-0.5, 0.28, {2.5, 5.5}, {1.7615, 0.11194, 0}},
};
static const double fitted_bias = -5.8522;

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {
    {-5.905, 1},
    {-4.97, 0.5},
    {-3.331, 0.2},
    {-0.9547, 0.1},
    {-0.227, 0.05},
    {0.9431, 0.02},
    {1.998, 0.01},
};

/* Of the mines two in a hundred have less. */
static const double fitted_unlikely = -1.651;
/* clang-format on */

#endif
