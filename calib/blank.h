/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/blank.h -- how many false alarms blank ground gives, against what the scores stand for.
 *
 *     far_scale = F / far_(k),   k = F length,   far_(k) the k-th rarest candidate's far_per_m
 *
 * so that k candidates a lane are alarms at the wanted rate F. Limits: the same at the exact
 * Poisson limits (95 %) of k. Never below 0.1: blank ground lacks the stones of ground that is not.
 */
#ifndef GW_CALIB_BLANK_H
#define GW_CALIB_BLANK_H

#include "calib/take.h"
#include "drivers/calibration.h"

/* `file`: the sections made before; its own `noise` is left out of account. GW_EFORMAT: bad data,
 * and why. */
gw_status gw_blank_fit(const gw_takes *takes, const gw_calibration_file *file, double far_per_m,
                       gw_calibration_noise *out, gw_error *error);

#endif
