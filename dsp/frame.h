/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/frame.h -- how samples travel: blocks of rows of a stream (dsp/stream.h).
 */
#ifndef GW_DSP_FRAME_H
#define GW_DSP_FRAME_H

#include "dsp/stream.h"

enum {
    GW_BLOCK_GAP = 1u,   /* n_lost rows are missing before this block */
    GW_BLOCK_EPOCH = 2u, /* first block after a (re)connection: filters start afresh */
    GW_BLOCK_CLIPPED = 4u,
    GW_BLOCK_STUCK = 8u,
    GW_BLOCK_CLOCK = 16u,  /* the device's clock was set by set_ns; time_ns goes on as before */
    GW_BLOCK_STALLED = 32u /* the stream had been silent, and its chain was ended before this */
};

/* What is wrong with a metal detector (dsp/trouble.h). */
typedef enum {
    GW_TROUBLE_TONE_LOST = 1,
    GW_TROUBLE_REFERENCE_LOST = 2,
    GW_TROUBLE_REFERENCE_DRIFTS = 4,
    GW_TROUBLE_CLIPPED = 8,
    GW_TROUBLE_MESH = 16, /* not of the samples: the background repeats itself (dsp/md_mesh.c) */
    GW_TROUBLE_ROW = 32   /* nor this: like objects in an equal row (dsp/md_row.c) */
} gw_trouble;

enum { GW_TROUBLES = 6 };

typedef struct gw_block {
    uint64_t row;       /* index of the first row */
    int64_t time_ns;    /* of the first row: device's or recording's clock, ns since 1970 or 0 */
    int64_t arrival_ns; /* CLOCK_MONOTONIC when it was read; 0 from a file */
    uint64_t n_lost;    /* rows */
    int64_t set_ns;
    int64_t late_ns;  /* live: how much later its last row came than the fastest; 0 unknown */
    int64_t clock_ns; /* live: the device's clock against CLOCK_MONOTONIC; 0 unknown */
    uint32_t epoch;
    uint32_t flags;
    size_t n_rows, max_rows;
    int32_t *counts;   /* [max_rows][n_channels][n_samples] */
    int32_t *place_mm; /* [max_rows]: wheel, INT32_MIN where there is none */
} gw_block;

#endif
