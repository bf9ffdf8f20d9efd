/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/null.h -- what a metal detector's coils feel of each other, in air, per tone.
 *
 *     imbalance = mean of the hops
 *
 * Uncertainty, each part: noise / sqrt(n / 2) (hops overlap by half), and the slow change of the
 * take as a rectangular distribution: range / sqrt 12.
 */
#ifndef GW_CALIB_NULL_H
#define GW_CALIB_NULL_H

#include "calib/series.h"
#include "drivers/calibration.h"

/* GW_EFORMAT: bad data, and why. */
gw_status gw_null_fit(const gw_series *series, const char *name, gw_calibration_null *out,
                      gw_error *error);

#endif
