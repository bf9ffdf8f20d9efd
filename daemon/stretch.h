/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/stretch.h -- the ground that one sensor's chain has finished with, gathered to records of
 * about a second that touch each other. Ground that the chain left out between two reports is told
 * apart: nothing searched it. Pure.
 */
#ifndef GW_DAEMON_STRETCH_H
#define GW_DAEMON_STRETCH_H

#include "dsp/detection.h"

typedef struct gw_stretch {
    bool is_open;
    gw_coverage ground;
    double noise_rows;               /* sum of noise x rows */
    double height_rows, rows_height; /* of height x rows, and of rows whose height is known */
    /* of place across and of depths of reference, x rows; NAN: not known of all */
    double cross_rows, coil_rows, depth_rows, at_rows, named_rows[GW_NAMED_COUNT][2];
    int64_t since_ns; /* when it was opened, clock of the caller */
    bool has_end;     /* of what was gathered last, in this unbroken run of samples: */
    uint64_t end_row;
    double end_m;
    int64_t end_ns;
    int64_t begin_ns; /* when the head was where the open ground begins */
} gw_stretch;

/* Whether ground lies between what was gathered and the next report that the chain did not search:
 * reports of one run touch, or a head that stood is told again to have been a few cells back. Then
 * *hole is that ground. */
bool gw_stretch_hole(const gw_stretch *stretch, const gw_coverage *next, gw_coverage *hole);

/* Whether the report is of rows that were gathered before: another run began. */
bool gw_stretch_is_anew(const gw_stretch *stretch, const gw_coverage *next);

/* Rows between what was gathered and the report belong to the report. */
void gw_stretch_add(gw_stretch *stretch, const gw_coverage *next, int64_t now_ns);

/* What was gathered, with its mean noise, speed and height; false: nothing. */
bool gw_stretch_close(gw_stretch *stretch, gw_coverage *out);

/* Samples are missing: what comes does not touch what was. */
void gw_stretch_break(gw_stretch *stretch);

#endif
