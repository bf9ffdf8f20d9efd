/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/posture.h -- is the head held as low and moved as slowly as its sensors need? Pure.
 *
 *     beyond the limit            too_high, too_fast        DEGRADED
 *     beyond twice the limit      and uncovered             BLIND: that ground was not searched
 */
#ifndef GW_DAEMON_POSTURE_H
#define GW_DAEMON_POSTURE_H

#include "daemon/state.h"
#include "drivers/config.h"
#include "dsp/stream.h"

/* Limits; INFINITY: none. */
typedef struct gw_posture {
    double height_m, speed_m_s[GW_KIND_COUNT];
} gw_posture;

/* What the configuration says; where it says nothing of the speed, what the sensors can follow: of
 * a metal detector half a coil's radius within a response, of a radar whose scans come by time one
 * each 4 cm. streams: NULL where there is none. */
gw_posture gw_posture_limits(const gw_config_survey *config,
                             const gw_stream *const streams[GW_KIND_COUNT]);

/* Bits of gw_reason for a height (m) and a speed (m/s), NAN unknown: nothing is said of it. */
unsigned gw_posture_reasons(const gw_posture *limits, gw_kind kind, double height_m,
                            double speed_m_s);

/* The same of ground whose pose is not there: reckoned, or told once and not known any more, so
 * that the head may have been lifted. */
unsigned gw_posture_unknown(double reckoned_s, bool is_forgotten);

#endif
