/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "drivers/sigmf.h"
#include "drivers/sigmf_index.h"

enum { ROWS = 256 };

struct gw_sigmf_index {
    gw_sigmf_writer *writer;
    gw_stream of, stream;
    int32_t counts[ROWS * SIGMF_INDEX_FIELDS];
};

static gw_stream index_stream(const gw_stream *of)
{
    gw_stream stream = {.kind = GW_KIND_POSE,
                        .n_channels = SIGMF_INDEX_FIELDS,
                        .n_samples = 1,
                        .bits = 32,
                        .is_signed = true,
                        .sample_rate_hz = of->row_rate_hz,
                        .row_rate_hz = of->row_rate_hz,
                        .emulated = of->emulated};
    for (size_t k = 0; k < SIGMF_INDEX_FIELDS; k++)
        stream.fields[k] = sigmf_index_fields[k];
    memcpy(stream.serial, of->serial, sizeof stream.serial);
    return stream;
}

gw_status gw_sigmf_index_create(const char *base, const gw_stream *of, const char *generator,
                                gw_sigmf_index **out, gw_error *error)
{
    gw_sigmf_index *index = calloc(1, sizeof *index);
    *out = NULL;
    if (!index)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", base);
    index->of = *of;
    index->stream = index_stream(of);
    gw_status status =
        gw_sigmf_writer_create(base, &index->stream, generator, &index->writer, error);
    if (status == GW_OK)
        *out = index;
    else
        free(index);
    return status;
}

/* Time of a row as the chain takes it; 0: the device tells none. */
static int64_t row_time_ns(const gw_stream *of, const gw_block *block, uint64_t row)
{
    if (!block->time_ns)
        return 0;
    return block->time_ns + gw_stream_row_ns(of, row) - gw_stream_row_ns(of, block->row);
}

static void scan_put(gw_sigmf_index *index, const gw_block *block, size_t r, int32_t *to)
{
    const uint32_t lasting = GW_BLOCK_CLIPPED | GW_BLOCK_STUCK;
    sigmf_index_scan scan = {.seq = (uint32_t)(block->row + r),
                             .time_ns = row_time_ns(&index->of, block, block->row + r),
                             .place_mm = block->place_mm ? block->place_mm[r] : INT32_MIN,
                             .flags = r ? block->flags & lasting : block->flags};
    sigmf_index_encode(&scan, to);
}

gw_status gw_sigmf_index_write(gw_sigmf_index *index, const gw_block *block, gw_error *error)
{
    gw_block part = *block;
    part.counts = index->counts;
    part.place_mm = NULL;
    for (size_t done = 0; done < block->n_rows; done += part.n_rows) {
        part.n_rows = block->n_rows - done < ROWS ? block->n_rows - done : ROWS;
        part.row = block->row + done;
        part.time_ns = row_time_ns(&index->of, block, part.row);
        part.flags = done ? 0 : block->flags;
        for (size_t r = 0; r < part.n_rows; r++)
            scan_put(index, block, done + r, index->counts + r * SIGMF_INDEX_FIELDS);
        gw_status status = gw_sigmf_writer_write(index->writer, &part, error);
        if (status != GW_OK)
            return status;
    }
    return GW_OK;
}

gw_status gw_sigmf_index_close(gw_sigmf_index *index, uint64_t *n_rows, gw_error *error)
{
    gw_status status = gw_sigmf_writer_close(index->writer, n_rows, error);
    free(index);
    return status;
}
