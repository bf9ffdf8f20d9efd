/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/quality.h"

#include <string.h>

enum { CLIPPED_IN = 1000, SAME_SCANS = 8, SAME_SAMPLES_LEAST = 64 };

static const double same_samples_s = 0.010;

void gw_quality_reset(gw_quality *quality, const gw_stream *stream, unsigned bits)
{
    memset(quality, 0, sizeof *quality);
    bits = bits ? bits : stream->bits;
    int64_t span = (int64_t)1 << (bits < 32 ? bits : 32);
    quality->low = stream->is_signed ? -span / 2 : 0;
    quality->high = quality->low + span - 1;
    double rows = stream->row_rate_hz * same_samples_s;
    quality->stuck_rows = stream->kind == GW_KIND_GPR ? SAME_SCANS
                          : rows > SAME_SAMPLES_LEAST ? (uint64_t)rows
                                                      : SAME_SAMPLES_LEAST;
}

static size_t clipped_count(const gw_quality *quality, const int32_t *counts, size_t n)
{
    size_t n_clipped = 0;
    for (size_t k = 0; k < n; k++)
        n_clipped += counts[k] <= quality->low || counts[k] >= quality->high;
    return n_clipped;
}

/* FNV-1a over counts: two scans that differ may pass for the same once in 2^64. */
static uint64_t scan_hash(const int32_t *counts, size_t n, bool *is_flat)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    *is_flat = n > 1;
    for (size_t k = 0; k < n; k++) {
        hash = (hash ^ (uint32_t)counts[k]) * UINT64_C(0x100000001b3);
        *is_flat = *is_flat && counts[k] == counts[0];
    }
    return hash;
}

/* Take one channel of one row: is it stuck? */
static bool channel_take(gw_quality *quality, const gw_stream *stream, const int32_t *counts,
                         size_t n_live, size_t channel)
{
    bool is_flat = false;
    uint64_t hash = (uint32_t)counts[0];
    if (stream->kind == GW_KIND_GPR)
        hash = scan_hash(counts, n_live, &is_flat);
    bool is_same = quality->n_same[channel] && hash == quality->hashes[channel];
    quality->hashes[channel] = hash;
    quality->n_same[channel] = is_same ? quality->n_same[channel] + 1 : 1;
    return is_flat || quality->n_same[channel] >= quality->stuck_rows;
}

uint32_t gw_quality_flags(gw_quality *quality, const gw_stream *stream, const gw_block *block)
{
    size_t n_live = stream->n_samples - stream->n_marks, n_clipped = 0;
    size_t n_parts = stream->is_complex ? 2 : 1;
    bool is_stuck = false;
    n_live *= n_parts;
    if (stream->kind == GW_KIND_POSE || stream->n_marks >= stream->n_samples)
        return 0;
    for (size_t r = 0; r < block->n_rows; r++)
        for (size_t c = 0; c < stream->n_channels; c++) {
            const int32_t *counts = block->counts + r * gw_stream_row_counts(stream) +
                                    (c * stream->n_samples + stream->n_marks) * n_parts;
            n_clipped += clipped_count(quality, counts, n_live);
            if (stream->kind == GW_KIND_GPR || stream->roles[c] != GW_ROLE_NONE)
                is_stuck |= channel_take(quality, stream, counts, n_live, c);
        }
    size_t n = block->n_rows * stream->n_channels * n_live;
    return (n_clipped * CLIPPED_IN > n ? GW_BLOCK_CLIPPED : 0u) | (is_stuck ? GW_BLOCK_STUCK : 0u);
}
