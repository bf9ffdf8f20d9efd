/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/assembler.h"

#include <string.h>

void gw_assembler_reset(gw_assembler *assembler, const gw_continuity_config *config)
{
    gw_continuity_reset(&assembler->continuity, config);
    assembler->n_filled = 0;
    assembler->n_partial = assembler->n_repeated = assembler->n_beyond = 0;
    assembler->is_pending = false;
    assembler->set_ns = 0;
}

static void row_append(gw_assembler *assembler, gw_block *block)
{
    size_t n = gw_stream_row_counts(assembler->stream);
    if (block->n_rows == 0) {
        block->row = assembler->step.row;
        block->time_ns = assembler->mark.time_ns;
        block->n_lost = assembler->step.n_lost;
        block->flags = (block->n_lost ? GW_BLOCK_GAP : 0u) |
                       (assembler->step.is_restarted ? GW_BLOCK_EPOCH : 0u);
    }
    block->flags |= assembler->set_ns ? GW_BLOCK_CLOCK : 0u;
    block->set_ns += assembler->set_ns;
    assembler->set_ns = 0;
    memcpy(block->counts + block->n_rows * n, assembler->row, n * sizeof *assembler->row);
    if (block->place_mm)
        block->place_mm[block->n_rows] = assembler->place_mm;
    block->n_rows++;
}

void gw_assembler_begin(gw_assembler *assembler, gw_block *block)
{
    block->n_rows = 0;
    block->n_lost = 0;
    block->set_ns = 0;
    block->flags = 0;
    if (assembler->is_pending)
        row_append(assembler, block);
    assembler->is_pending = false;
}

/* The device's time, unless its clock was set. */
static void time_settle(gw_assembler *assembler)
{
    const gw_continuity_step *step = &assembler->step;
    bool is_counted = assembler->continuity.config.by == GW_CONTINUITY_COUNTER;
    uint64_t n_rows = is_counted && !step->is_restarted ? step->n_lost + 1 : 0;
    gw_timeline_row row = gw_timeline_next(&assembler->timeline, assembler->mark.time_ns,
                                           assembler->mark.arrival_ns, n_rows);
    assembler->mark.time_ns = row.time_ns;
    assembler->set_ns = row.set_ns;
}

/* The row is whole. False when it has to wait for the next block. */
static bool row_finish(gw_assembler *assembler, gw_block *block)
{
    assembler->n_filled = 0;
    assembler->step = gw_continuity_next(&assembler->continuity, &assembler->mark);
    if (assembler->step.is_repeated) {
        assembler->n_repeated++;
        return true;
    }
    if (assembler->has_time)
        time_settle(assembler);
    bool follows = !assembler->step.n_lost && !assembler->step.is_restarted;
    if (block->n_rows && (!follows || block->n_rows == block->max_rows)) {
        assembler->is_pending = true;
        return false;
    }
    row_append(assembler, block);
    return true;
}

/* Does the sample go on with the row, or begin one? */
static bool sample_fits(gw_assembler *assembler, const gw_sample *sample)
{
    bool has_counter = assembler->continuity.config.by == GW_CONTINUITY_COUNTER;
    bool is_same_row = !has_counter || sample->counter == assembler->mark.counter;
    assembler->n_beyond += sample->index >= assembler->stream->n_samples;
    if (assembler->n_filled && sample->index == assembler->n_filled && is_same_row)
        return true;
    assembler->n_partial += assembler->n_filled > 0;
    assembler->n_filled = 0;
    return sample->index == 0; /* else the middle of a scan whose beginning is gone */
}

bool gw_assembler_take(gw_assembler *assembler, const gw_sample *sample, gw_block *block)
{
    const gw_stream *stream = assembler->stream;
    if (!sample_fits(assembler, sample))
        return true;
    if (assembler->n_filled == 0) {
        assembler->mark = (gw_continuity_mark){.counter = sample->counter,
                                               .time_ns = sample->time_ns,
                                               .arrival_ns = assembler->arrival_ns};
        assembler->place_mm = sample->place_mm;
    }
    size_t n_parts = stream->is_complex ? 2 : 1;
    for (size_t c = 0; c < stream->n_channels; c++)
        for (size_t part = 0; part < n_parts; part++)
            assembler->row[(c * stream->n_samples + assembler->n_filled) * n_parts + part] =
                sample->counts[c * n_parts + part];
    if (++assembler->n_filled < stream->n_samples)
        return true;
    return row_finish(assembler, block);
}
