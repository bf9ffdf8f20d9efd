/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/calibration_steps.h -- what a calibration holds of a radar of stepped frequency: a value
 * for each step of each channel.
 */
#ifndef GW_DRIVERS_CALIBRATION_STEPS_H
#define GW_DRIVERS_CALIBRATION_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/complex.h"

typedef struct gw_calibration_steps {
    int64_t date_ns; /* UTC; 0: not measured */
    uint64_t n_scans;
    size_t n_channels, n_steps;
    double start_hz, step_hz;
    double sd;         /* rms, of each part of a value */
    double distance_m; /* plate: from the antennas */
    double distance_sd_m;
    gw_complex *values; /* [n_channels][n_steps] */
} gw_calibration_steps;

#endif
