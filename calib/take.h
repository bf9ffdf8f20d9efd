/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/take.h -- all streams of a source for a while, in memory: what a step of a calibration is
 * made from.
 *
 * One thread a stream. A recording is read to its end, a live source for so many seconds or until
 * it ends. Bounded: GW_TAKE_BYTES_MAX a stream.
 */
#ifndef GW_CALIB_TAKE_H
#define GW_CALIB_TAKE_H

#include "dsp/frame.h"
#include "dsp/status.h"

#define GW_TAKE_BYTES_MAX ((size_t)1 << 29)

typedef struct gw_take {
    gw_stream stream;
    size_t n_rows, max_rows;
    uint64_t n_lost;
    size_t n_blocks, n_clipped, n_stuck; /* blocks */
    int32_t *counts;                     /* [n_rows][n_channels][n_samples] */
    int32_t *place_mm;                   /* [n_rows]; INT32_MIN: none */
} gw_take;

typedef struct gw_takes {
    bool has[GW_KIND_COUNT];
    gw_take takes[GW_KIND_COUNT];
} gw_takes;

typedef struct gw_takes_config {
    const char *uri; /* of drivers/source.h; without a scheme: a recording's path */
    unsigned kinds;  /* bits 1 << gw_kind that are wanted, if they are there */
    double seconds;  /* of a live source */
    /* Now and then: stream time taken, s. NULL: nobody asks. */
    void (*progress)(void *user, double taken_s);
    void *user;
} gw_takes_config;

/* The errors of gw_source_list and _open; GW_ENODEV: none of the kinds is there; GW_EFORMAT: too
 * much for the memory. destroy it in every case. */
gw_status gw_takes_read(const gw_takes_config *config, gw_takes *out, gw_error *error);
void gw_takes_destroy(gw_takes *takes);

/* NULL where there is none. */
const gw_take *gw_takes_of(const gw_takes *takes, gw_kind kind);

/* Seconds of a stream; 0 where rows have no rate. */
double gw_take_seconds(const gw_take *take);

/* GW_EFORMAT: saturated, or it does not change. */
gw_status gw_take_judge(const gw_take *take, gw_error *error);

#endif
