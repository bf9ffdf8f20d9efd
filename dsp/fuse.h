/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/fuse.h -- one list from two sensors, by place: how likely both together make a mine.
 *
 *     e_s = max over candidates of (ln score - least)+ (1 - (d / reach)^2)^2       of each sensor
 *     z   = table(e_gpr, e_md)               log odds, linear between knots, rising in both
 *
 * z is taken in cells of 5 cm: those that hold a candidate. d is the distance from the cell's
 * middle. Where the radar is not valid, z is not less than metal alone is worth. What no
 * candidate within 0.25 m surpasses is a fused line; so is every alarm of a sensor that no line is
 * near. Scrap and stones count as false in the fit (calib/fit/fuse.py); far_per_m is what lanes
 * gave that were left out of it (docs/numerics.md). Fusion mutes nothing: `unlikely` marks an MD
 * alarm, and only where the radar is valid and every line that it is in has a z such as two mines
 * in a hundred have. It is valid where it searched and its silence says something (dsp/sight.h),
 * and the head was low enough.
 *
 * Each pass over the ground is by itself (gw_detection.pass): what one sensor says of a place in
 * one pass is never joined with what the other says in another, and each pass has its own lines.
 *
 * State:   candidates of both sensors, and the ground where the radar is valid, of the last metre;
 *          that of the last 8 passes of the radar.
 */
#ifndef GW_DSP_FUSE_H
#define GW_DSP_FUSE_H

#include <stdbool.h>

#include "dsp/detection.h"
#include "dsp/status.h"

typedef struct gw_fuse gw_fuse;

/* far_per_m: of the fused alarms, wanted. has_passes: false where the radar's places only count on
 * (scans by distance): it is in pass 0 for ever, and later passes of the metal detector are fused
 * without it. */
gw_status gw_fuse_create(double far_per_m, bool has_passes, gw_fuse **out);

/* A candidate of GW_SENSOR_GPR or GW_SENSOR_MD with a known place, in each sensor's order; not of a
 * pass before that of gw_fuse_done. */
void gw_fuse_push(gw_fuse *fuse, const gw_detection *detection);

/* Ground that the radar searched in a pass so that its silence says something, before gw_fuse_done
 * goes beyond it. */
void gw_fuse_cover(gw_fuse *fuse, uint64_t pass, double from_m, double to_m);

/* Over this ground the head was too high in that pass: the radar is not valid, whatever it says. */
void gw_fuse_lift(gw_fuse *fuse, uint64_t pass, double from_m, double to_m);

/* Place up to which the sensor's candidates of a pass are all in, and of all passes before it;
 * INFINITY when it has ended or is not there: of all passes. */
void gw_fuse_done(gw_fuse *fuse, gw_sensor sensor, uint64_t pass, double along_m);

/* Next fused line whose neighbourhood both sensors have passed, in order of passes, in each in
 * order of place. */
bool gw_fuse_pop(gw_fuse *fuse, gw_detection *detection);

/* Candidates that did not fit and were left out; 0 in sane use. */
uint64_t gw_fuse_overflow(const gw_fuse *fuse);

void gw_fuse_reset(gw_fuse *fuse);
void gw_fuse_destroy(gw_fuse *fuse);

#endif
