/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/health.h"

enum { CLIPPED_IN = 1000, STUCK_ROWS_MIN = 64 };

static bool is_clipped(const gw_stream *stream, const gw_block *block)
{
    size_t n = block->n_rows * gw_stream_row_counts(stream), n_clipped = 0;
    int64_t span = (int64_t)1 << (stream->bits < 32 ? stream->bits : 32);
    int64_t low = stream->is_signed ? -span / 2 : 0, high = low + span - 1;
    for (size_t k = 0; k < n; k++)
        n_clipped += block->counts[k] <= low || block->counts[k] >= high;
    return n_clipped * CLIPPED_IN > n;
}

static bool is_flat(const int32_t *counts, size_t n, size_t stride)
{
    for (size_t k = 1; k < n; k++)
        if (counts[k * stride] != counts[0])
            return false;
    return true;
}

static bool is_stuck(const gw_stream *stream, const gw_block *block)
{
    size_t n_row = gw_stream_row_counts(stream), n_live = stream->n_samples - stream->n_marks;
    if (stream->kind == GW_KIND_MD) {
        for (size_t c = 0; c < stream->n_channels && block->n_rows >= STUCK_ROWS_MIN; c++)
            if (stream->roles[c] != GW_ROLE_NONE &&
                is_flat(block->counts + c, block->n_rows, n_row))
                return true;
        return false;
    }
    for (size_t c = 0; c < stream->n_channels; c++) {
        size_t n_flat = 0;
        for (size_t r = 0; r < block->n_rows; r++)
            n_flat += is_flat(block->counts + r * n_row + c * stream->n_samples + stream->n_marks,
                              n_live, 1);
        if (block->n_rows && n_flat == block->n_rows)
            return true;
    }
    return false;
}

uint32_t gw_health_flags(const gw_stream *stream, const gw_block *block)
{
    if (stream->kind == GW_KIND_POSE)
        return 0;
    return (is_clipped(stream, block) ? GW_BLOCK_CLIPPED : 0u) |
           (is_stuck(stream, block) ? GW_BLOCK_STUCK : 0u);
}
