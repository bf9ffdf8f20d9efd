/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/run.h -- all streams of a take through the detector, in order of time.
 */
#ifndef GW_CALIB_RUN_H
#define GW_CALIB_RUN_H

#include "calib/take.h"
#include "dsp/detector.h"

/* ground: what the metal detector learns of it, NULL: nobody asks. GW_EFORMAT: bad data; GW_ENOMEM.
 */
gw_status gw_takes_detect(const gw_takes *takes, const gw_calibration *calibration,
                          const gw_detector_sink *sink, gw_ground *ground, gw_error *error);

#endif
