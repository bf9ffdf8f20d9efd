/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/ground.h -- what a stretch of ground does by itself, for the balance `one-shot`
 * (dsp/balance.h): the mean covariance of all looks at it, in the units that `file` makes of the
 * responses.
 */
#ifndef GW_CALIB_GROUND_H
#define GW_CALIB_GROUND_H

#include "calib/take.h"
#include "drivers/calibration.h"

/* GW_EFORMAT: no metal detector with tones, no places, less than 5 m, or something that is buried
 * there. */
gw_status gw_ground_fit(const gw_takes *takes, const gw_calibration_file *file, gw_ground *out,
                        gw_error *error);

#endif
