/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/quality.h -- what can be seen of a block without knowing what it means.
 *
 *   GW_BLOCK_CLIPPED  more than 0.1 % of the block's samples are at an end of the format
 *   GW_BLOCK_STUCK    gpr: a channel's scan is all one value, or the same scan came 8 times running
 *                     md: a channel with a role gave one value for 10 ms, and at least 64 times
 *
 * Marks at the head of a scan are no samples. State: the last row and how often it came; the same
 * rows raise the same STUCK in whatever blocks they come.
 */
#ifndef GW_DRIVERS_QUALITY_H
#define GW_DRIVERS_QUALITY_H

#include "dsp/frame.h"

typedef struct gw_quality {
    int64_t low, high; /* counts: ends of the format */
    uint64_t stuck_rows;
    uint64_t hashes[GW_CHANNELS_MAX]; /* of the last row's channels (md: the count itself) */
    uint64_t n_same[GW_CHANNELS_MAX]; /* rows in a run */
} gw_quality;

/* bits: of the converter, when fewer than what is stored; 0: stream->bits. */
void gw_quality_reset(gw_quality *quality, const gw_stream *stream, unsigned bits);

/* Flags of a block; blocks come in order. */
uint32_t gw_quality_flags(gw_quality *quality, const gw_stream *stream, const gw_block *block);

#endif
