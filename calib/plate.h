/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/plate.h -- a radar of stepped frequency against a metal plate: what its own path does to
 * each step.
 *
 *     open_k  = mean of the scans with nothing in front                       (step `air`)
 *     plate_k = mean of the scans of a plate d under the antennas - open_k    (step `plate`)
 *     C_k = -g exp(-2 pi j f_k t) / plate_k,   c t = 2 sqrt(d^2 + (offset / 2)^2),
 *     g = rms of plate_k
 *
 * Times C_k, that plate comes out as metal does, -g at its own time, and so does all else, with the
 * counts as large as before. What one antenna hears of the other stays in, for energies are told
 * against it; it is open_k that keeps it out of C_k.
 *
 * Source:  docs/numerics.md, Calibration.
 */
#ifndef GW_CALIB_PLATE_H
#define GW_CALIB_PLATE_H

#include "calib/take.h"
#include "drivers/calibration_steps.h"

/* out->values is malloc'd. GW_EFORMAT: bad data, and why; GW_ENOMEM. */
gw_status gw_plate_open_fit(const gw_take *take, gw_calibration_steps *out, gw_error *error);
gw_status gw_plate_fit(const gw_take *take, const gw_calibration_steps *open, double distance_m,
                       gw_calibration_steps *out, gw_error *error);

#endif
