/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/blank.h -- how many false alarms blank ground gives, against what the scores stand for.
 *
 *     far_scale = (n + 1) / (length F + 1),   n candidates with far_per_m <= F, F = 1 a metre
 *
 * One candidate and one metre are added (a weak prior at 1), so that no ground gives 0. Limits:
 * exact Poisson, 95 %, of n / (length F).
 */
#ifndef GW_CALIB_BLANK_H
#define GW_CALIB_BLANK_H

#include "calib/take.h"
#include "drivers/calibration.h"

/* `file`: the sections made before; its own `noise` is left out of account. GW_EFORMAT: bad data,
 * and why. */
gw_status gw_blank_fit(const gw_takes *takes, const gw_calibration_file *file,
                       gw_calibration_noise *out, gw_error *error);

/* Exact limits of a Poisson mean after n events at `confidence`. */
void gw_poisson_limits(uint64_t n, double confidence, double *low, double *high);

#endif
