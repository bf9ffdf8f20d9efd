/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/ball.h -- the steel ball as the unit: gain = 1 / response, per tone.
 *
 * Uncertainty: spread of the passes / sqrt(n), but not less than the noise gives.
 */
#ifndef GW_CALIB_BALL_H
#define GW_CALIB_BALL_H

#include "calib/passes.h"
#include "drivers/calibration.h"

/* `null`: of the same device. GW_EFORMAT: bad data, and why. `passes`: for the picture. */
gw_status gw_ball_fit(const gw_series *series, const gw_calibration_null *null, gw_passes *passes,
                      gw_calibration_ball *out, gw_error *error);

#endif
