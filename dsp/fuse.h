/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/fuse.h -- one list from two sensors: evidence adds up where they agree.
 *
 *     p_s = 1 - exp(-far_s w),   q = p_md p_gpr,   P = q (1 - ln q),   far = -ln(1 - P) / w
 *
 * Fisher's rule for two independent tests [Fisher1925], over a window w = 0.5 m. A candidate with
 * no partner within 0.25 m is combined with the median of a sensor that saw nothing (p = 0.5). A
 * fused candidate is never a veto: an MD alarm that stands alone is reported as `unlikely`, not
 * muted.
 *
 * State:   candidates of both sensors not yet behind both chains.
 */
#ifndef GW_DSP_FUSE_H
#define GW_DSP_FUSE_H

#include <stdbool.h>

#include "dsp/detection.h"
#include "dsp/status.h"

typedef struct gw_fuse gw_fuse;

gw_status gw_fuse_create(double far_per_m, gw_fuse **out);

/* A candidate of GW_SENSOR_GPR or GW_SENSOR_MD with a known place, in each sensor's order. */
void gw_fuse_push(gw_fuse *fuse, const gw_detection *detection);

/* Place up to which the sensor's candidates are all in; INFINITY when it has ended or is not there.
 */
void gw_fuse_done(gw_fuse *fuse, gw_sensor sensor, double along_m);

/* Next fused candidate whose neighbourhood both sensors have passed, in order of place. */
bool gw_fuse_pop(gw_fuse *fuse, gw_detection *detection);

/* Candidates that did not fit and came out unpaired; 0 in sane use. */
uint64_t gw_fuse_overflow(const gw_fuse *fuse);

void gw_fuse_reset(gw_fuse *fuse);
void gw_fuse_destroy(gw_fuse *fuse);

#endif
