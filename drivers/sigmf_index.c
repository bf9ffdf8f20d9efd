/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sigmf_index.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 1100, CACHE_ROWS = 512 };

static const int64_t second_ns = 1000000000;

const gw_field sigmf_index_fields[SIGMF_INDEX_FIELDS] = {
    GW_FIELD_SCAN_SEQ, GW_FIELD_TIME_S, GW_FIELD_TIME_NS, GW_FIELD_ALONG_MM, GW_FIELD_FLAGS};

struct sigmf_index {
    gw_rows rows;
    uint64_t n_rows, cache_row, n_cached;
    int32_t cache[CACHE_ROWS * SIGMF_INDEX_FIELDS];
};

void sigmf_index_encode(const sigmf_index_scan *scan, int32_t *counts)
{
    bool is_told = scan->time_ns > 0 && scan->time_ns / second_ns <= UINT32_MAX;
    counts[0] = (int32_t)scan->seq;
    counts[1] = is_told ? (int32_t)(uint32_t)(scan->time_ns / second_ns) : 0;
    counts[2] = is_told ? (int32_t)(scan->time_ns % second_ns) : 0;
    counts[3] = scan->place_mm;
    counts[4] = (int32_t)scan->flags;
}

gw_status sigmf_index_open(const char *base, const sigmf_meta *meta, sigmf_index **out,
                           gw_error *error)
{
    const gw_stream *stream = &meta->stream;
    char path[PATH_BYTES];
    uint64_t size = 0;
    bool is_known = stream->n_channels == SIGMF_INDEX_FIELDS && stream->bits == 32;
    *out = NULL;
    for (size_t k = 0; is_known && k < SIGMF_INDEX_FIELDS; k++)
        is_known = stream->fields[k] == sigmf_index_fields[k];
    if (!is_known)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: global.gw:fields: not scan_seq, time_s, time_ns, along_mm, flags "
                            "of ri32_le",
                            base);
    sigmf_index *index = calloc(1, sizeof *index);
    if (!index)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", base);
    snprintf(path, sizeof path, "%.1000s.sigmf-data", base);
    gw_status status = gw_rows_open(&index->rows, path, &size, error);
    if (status != GW_OK) {
        free(index);
        return status;
    }
    index->rows.bits = 32;
    index->rows.is_signed = true;
    index->rows.row_counts = SIGMF_INDEX_FIELDS;
    index->rows.offset = meta->header_bytes;
    size -= size < meta->header_bytes ? size : meta->header_bytes;
    index->n_rows = size / (SIGMF_INDEX_FIELDS * sizeof(int32_t));
    *out = index;
    return GW_OK;
}

uint64_t sigmf_index_rows(const sigmf_index *index)
{
    return index->n_rows;
}

bool sigmf_index_get(sigmf_index *index, uint64_t k, sigmf_index_scan *out)
{
    if (k >= index->n_rows)
        return false;
    if (k - index->cache_row >= index->n_cached) {
        uint64_t left = index->n_rows - k;
        uint64_t n = left < CACHE_ROWS ? left : CACHE_ROWS;
        index->n_cached = 0;
        if (gw_rows_read(&index->rows, k, (size_t)n, index->cache, NULL) != GW_OK)
            return false;
        index->cache_row = k;
        index->n_cached = n;
    }
    const int32_t *counts = index->cache + (k - index->cache_row) * SIGMF_INDEX_FIELDS;
    *out = (sigmf_index_scan){.seq = (uint32_t)counts[0],
                              .time_ns = (int64_t)(uint32_t)counts[1] * second_ns + counts[2],
                              .place_mm = counts[3],
                              .flags = (uint32_t)counts[4]};
    return true;
}

void sigmf_index_close(sigmf_index *index)
{
    if (!index)
        return;
    gw_rows_close(&index->rows);
    free(index);
}
