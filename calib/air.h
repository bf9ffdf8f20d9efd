/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/air.h -- air shot of a radar: what one antenna hears of the other, and when time began.
 *
 *     coupling = mean of the scans,  direct = peak of | analytic(coupling) |
 *     time zero = direct - offset / c
 *
 * Uncertainty of time zero: scatter of the scans' own peaks / sqrt(n), and 0.5 mm of the offset.
 */
#ifndef GW_CALIB_AIR_H
#define GW_CALIB_AIR_H

#include "calib/take.h"
#include "drivers/calibration.h"

/* out->coupling is malloc'd. GW_EFORMAT: bad data, and why; GW_ENOMEM. */
gw_status gw_air_fit(const gw_take *take, gw_calibration_air *out, gw_error *error);

#endif
