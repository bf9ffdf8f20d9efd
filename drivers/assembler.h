/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/assembler.h -- whole rows out of a device's samples, in blocks without a hole.
 *
 * Samples come one after the other, each with its index within the row (0 unless it is a scan) and
 * what tells its row: a counter, or a time. A scan that is not whole is counted and left out. A
 * block ends where rows are missing, so that within a block every row follows the one before.
 */
#ifndef GW_DRIVERS_ASSEMBLER_H
#define GW_DRIVERS_ASSEMBLER_H

#include "drivers/continuity.h"
#include "drivers/timeline.h"
#include "dsp/frame.h"

typedef struct gw_assembler {
    const gw_stream *stream;
    gw_continuity continuity;
    gw_timeline timeline;    /* begun by the caller, where has_time */
    bool has_time;           /* the device gives the time of its rows */
    int64_t arrival_ns;      /* of the samples to come; the caller sets it */
    int32_t *row;            /* [n_channels][n_samples] of the row being filled; the caller's */
    size_t n_filled;         /* fast-time samples; 0 between rows */
    gw_continuity_mark mark; /* of the row being filled */
    int32_t place_mm;
    uint64_t n_partial, n_repeated; /* rows left out */
    uint64_t n_beyond;              /* samples after the end that a scan should have */
    bool is_pending;                /* the filled row belongs into the next block */
    gw_continuity_step step;        /* of the pending row */
    int64_t set_ns;                 /* the clock was set before it */
} gw_assembler;

typedef struct gw_sample {
    const int32_t *counts; /* [n_channels], of complex samples [n_channels][2] */
    uint32_t index;        /* within the row */
    uint32_t counter;
    int64_t time_ns;
    int32_t place_mm;
} gw_sample;

/* Begin anew: the next row joins on to nothing. The timeline stays as it is. */
void gw_assembler_reset(gw_assembler *assembler, const gw_continuity_config *config);

/* Empty the block, and put into it the row that waited for it. Call before the first take. */
void gw_assembler_begin(gw_assembler *assembler, gw_block *block);

/* False: the block is full, or the next row does not follow it; hand it on, begin the next, and go
 * on with the next sample. A block that begins after the device counted afresh has GW_BLOCK_EPOCH.
 */
bool gw_assembler_take(gw_assembler *assembler, const gw_sample *sample, gw_block *block);

#endif
