/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/provisional.h -- where one channel's provisional score (dsp/cue.h) is greatest along the
 * lane, said 5 cm after it was: a cue, long before the detection of the same place.
 *
 *     scan k is told when no score within 5 cm before or behind it is higher; it is not 0
 *
 * Scans up to 5 cm beyond k decide, none after them: a lane that ends there tells the same. What
 * has less than that behind it at the lane's end is not told.
 *
 * State:   the scans of 10 cm.
 * Cost:    a few comparisons a scan.
 */
#ifndef GW_DSP_PROVISIONAL_H
#define GW_DSP_PROVISIONAL_H

#include <stdbool.h>

#include "dsp/detection.h"
#include "dsp/gpr.h"

typedef struct gw_provisional gw_provisional;

typedef struct gw_provisional_config {
    int32_t channel;
    double cross_m;
    double spacing_m;      /* of scans, > 0 */
    bool is_spacing_known; /* false: candidates have no along_m and carry spacing_assumed */
} gw_provisional_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_provisional_create(const gw_provisional_config *config, gw_provisional **out);

/* score: of this scan, 0..1. Pop until false before the next push. */
void gw_provisional_push(gw_provisional *provisional, float score, const gw_gpr_scan *scan);
/* candidate: is_provisional; what is not known so early is NAN, and it is never an alarm. */
bool gw_provisional_pop(gw_provisional *provisional, gw_detection *candidate);

void gw_provisional_reset(gw_provisional *provisional);
void gw_provisional_destroy(gw_provisional *provisional);

#endif
