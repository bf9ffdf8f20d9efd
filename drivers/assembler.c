/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/assembler.h"

#include <string.h>

void gw_assembler_reset(gw_assembler *assembler)
{
    gw_sequence_reset(&assembler->sequence, assembler->stream->row_rate_hz > 0
                                                ? 1e9 / assembler->stream->row_rate_hz
                                                : 0);
    assembler->n_filled = 0;
    assembler->is_pending = false;
}

static void row_append(gw_assembler *assembler, gw_block *block)
{
    size_t n = gw_stream_row_counts(assembler->stream);
    if (block->n_rows == 0) {
        block->row = assembler->step.row;
        block->time_ns = assembler->time_ns;
        block->n_lost = assembler->step.n_lost;
        if (block->n_lost)
            block->flags |= GW_BLOCK_GAP;
    }
    memcpy(block->counts + block->n_rows * n, assembler->row, n * sizeof *assembler->row);
    if (block->place_mm)
        block->place_mm[block->n_rows] = assembler->place_mm;
    block->n_rows++;
}

void gw_assembler_begin(gw_assembler *assembler, gw_block *block)
{
    block->n_rows = 0;
    block->n_lost = 0;
    block->flags = 0;
    if (assembler->is_pending)
        row_append(assembler, block);
    assembler->is_pending = false;
}

/* The row is whole. False when it has to wait for the next block. */
static bool row_finish(gw_assembler *assembler, gw_block *block)
{
    assembler->n_filled = 0;
    assembler->step = assembler->has_counter
                          ? gw_sequence_count(&assembler->sequence, assembler->counter)
                          : gw_sequence_clock(&assembler->sequence, assembler->time_ns);
    if (assembler->step.is_repeated) {
        assembler->n_repeated++;
        return true;
    }
    if (block->n_rows && (assembler->step.n_lost || block->n_rows == block->max_rows)) {
        assembler->is_pending = true;
        return false;
    }
    row_append(assembler, block);
    return true;
}

bool gw_assembler_take(gw_assembler *assembler, const gw_sample *sample, gw_block *block)
{
    const gw_stream *stream = assembler->stream;
    bool follows = sample->index == assembler->n_filled &&
                   (!assembler->has_counter || assembler->n_filled == 0 ||
                    sample->counter == assembler->counter);
    if (!follows) {
        assembler->n_partial += assembler->n_filled > 0;
        assembler->n_filled = 0;
        if (sample->index != 0)
            return true; /* the middle of a scan whose beginning is gone */
    }
    if (assembler->n_filled == 0) {
        assembler->counter = sample->counter;
        assembler->time_ns = sample->time_ns;
        assembler->place_mm = sample->place_mm;
    }
    for (size_t c = 0; c < stream->n_channels; c++)
        assembler->row[c * stream->n_samples + assembler->n_filled] = sample->counts[c];
    if (++assembler->n_filled < stream->n_samples)
        return true;
    return row_finish(assembler, block);
}
