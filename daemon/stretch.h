/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/stretch.h -- the ground that one sensor's chain has finished with, gathered to records of
 * about a second that touch each other. What the chain left out before, between and after its
 * reports is told apart: nothing searched it. Pure.
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
    /* Of what was told last, of this unbroken run of samples; at first where that began. */
    uint64_t end_row;
    double end_m; /* NAN unknown */
    int64_t end_ns;
    int64_t begin_ns; /* when the head was where the open ground begins */
} gw_stretch;

/* Samples begin here, with nothing missing from here on: first of all, and wherever what comes does
 * not touch what was. */
void gw_stretch_begin(gw_stretch *stretch, uint64_t row, int64_t time_ns);

/* Whether ground lies between what was told and the next report that the chain did not search:
 * reports of one run touch, or a head that stood is told again to have been a few cells back. Where
 * one of their places is unknown: whether rows lie between them. Then *hole is that ground. */
bool gw_stretch_hole(const gw_stretch *stretch, const gw_coverage *next, gw_coverage *hole);

/* Whether the report is of rows that were gathered before: another run began. */
bool gw_stretch_is_anew(const gw_stretch *stretch, const gw_coverage *next);

/* Rows between what was gathered and the report belong to the report. */
void gw_stretch_add(gw_stretch *stretch, const gw_coverage *next, int64_t now_ns);

/* What was gathered, with its mean noise, speed and height; false: nothing. */
bool gw_stretch_close(gw_stretch *stretch, gw_coverage *out);

/* The rows before this one, at which samples broke off, of which the chain had told nothing by
 * then; their place is unknown, and so is to_ns. */
gw_coverage gw_stretch_rest(const gw_stretch *stretch, gw_sensor sensor, uint64_t end_row);

#endif
