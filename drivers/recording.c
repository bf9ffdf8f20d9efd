/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/file.h"
#include "drivers/formats/csv.h"
#include "drivers/formats/dt1.h"
#include "drivers/formats/dzt.h"
#include "drivers/formats/ids.h"
#include "drivers/formats/import.h"
#include "drivers/formats/mala.h"
#include "drivers/formats/npy.h"
#include "drivers/scene/scene.h"
#include "drivers/formats/sfcw_text.h"
#include "drivers/sigmf.h"

enum { HEAD_BYTES = 64 };

static const gw_reader *const readers[] = {
    &gw_sigmf_reader, &gw_dzt_reader,  &gw_dt1_reader, &gw_mala_reader,
    &gw_ids_reader,   &gw_npy_reader,  &gw_csv_reader, &gw_sfcw_text_reader,
    &gw_segy_reader,  &gw_hdf5_reader, &gw_mat_reader, &gw_scene_reader};

struct gw_recording {
    const gw_reader *reader;
    void *state;
    gw_stream stream;
};

static gw_status head_read(const char *path, unsigned char *head, size_t *n_head, gw_error *error)
{
    int fd;
    gw_status status = gw_file_open(path, GW_EFORMAT, &fd, error);
    if (status != GW_OK)
        return status;
    ssize_t got = read(fd, head, HEAD_BYTES);
    close(fd);
    if (got < 0)
        return gw_error_set(error, GW_EFORMAT, "%s: cannot be read", path);
    if (got == 0)
        return gw_error_set(error, GW_EFORMAT, "%s: the file is empty", path);
    *n_head = (size_t)got;
    return GW_OK;
}

static gw_status reader_find(const char *path, const gw_reader **reader, gw_error *error)
{
    unsigned char head[HEAD_BYTES];
    size_t n_head = 0;
    gw_status status = head_read(path, head, &n_head, error);
    if (status != GW_OK)
        return status;
    for (size_t k = 0; k < sizeof readers / sizeof *readers; k++)
        if (readers[k]->match(path, head, n_head)) {
            *reader = readers[k];
            return GW_OK;
        }
    return gw_error_set(error, GW_EFORMAT,
                        "%s: not a format that is read here (SigMF .sigmf-meta, .sigmf-data, "
                        ".sigmf-collection; GSSI .dzt; Sensors & Software .dt1; MALA .rd3, .rd7; "
                        "IDS .dt; .npy; .csv; stepped frequencies .txt; SEG-Y .sgy; gprMax .h5, "
                        ".out; MAT 5 .mat; scene .yaml)",
                        path);
}

gw_status gw_recording_list(const char *path, unsigned *kinds, gw_error *error)
{
    const gw_reader *reader = NULL;
    *kinds = 0;
    gw_status status = reader_find(path, &reader, error);
    return status == GW_OK ? reader->list(path, kinds, error) : status;
}

static void name_set(gw_stream *stream, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!stream->name[0])
        snprintf(stream->name, sizeof stream->name, "%.*s", GW_NAME_MAX - 1,
                 slash ? slash + 1 : path);
}

gw_status gw_recording_open(const char *path, gw_kind kind, gw_recording **out, gw_error *error)
{
    const gw_reader *reader = NULL;
    *out = NULL;
    gw_status status = reader_find(path, &reader, error);
    if (status != GW_OK)
        return status;
    gw_recording *recording = calloc(1, sizeof *recording);
    if (!recording)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    recording->reader = reader;
    status = reader->open(path, kind, &recording->state, &recording->stream, error);
    if (status != GW_OK) {
        free(recording);
        return status;
    }
    name_set(&recording->stream, path);
    *out = recording;
    return GW_OK;
}

const gw_stream *gw_recording_stream(const gw_recording *recording)
{
    return &recording->stream;
}

const char *gw_recording_format(const gw_recording *recording)
{
    return recording->reader->format;
}

const char *gw_recording_notes(const gw_recording *recording)
{
    return recording->reader->notes(recording->state);
}

const char *gw_recording_facts(const gw_recording *recording)
{
    return recording->reader->facts ? recording->reader->facts(recording->state) : "";
}

gw_status gw_recording_read(gw_recording *recording, uint64_t row, size_t n_rows, int32_t *counts,
                            size_t *n_read, gw_error *error)
{
    uint64_t end = (uint64_t)recording->stream.n_rows;
    *n_read = row >= end ? 0 : end - row < n_rows ? (size_t)(end - row) : n_rows;
    if (!*n_read)
        return GW_OK;
    gw_status status = recording->reader->read(recording->state, row, *n_read, counts, error);
    if (status != GW_OK)
        *n_read = 0;
    return status;
}

void gw_recording_mark(gw_recording *recording, uint64_t row, gw_row_mark *mark)
{
    const gw_stream *stream = &recording->stream;
    *mark = (gw_row_mark){.row = row, .place_mm = INT32_MIN, .time_ns = INT64_MIN};
    if (recording->reader->mark)
        recording->reader->mark(recording->state, row, mark);
    if (mark->time_ns == INT64_MIN)
        mark->time_ns = stream->start_ns + gw_stream_row_ns(stream, mark->row);
}

uint64_t gw_recording_gap(gw_recording *recording, uint64_t row)
{
    gw_row_mark mark;
    gw_recording_mark(recording, row, &mark);
    return mark.n_lost;
}

void gw_recording_begin(const gw_recording *recording, gw_row_begin *begin)
{
    *begin = (gw_row_begin){.first_row = 0};
    if (recording->reader->begin)
        recording->reader->begin(recording->state, begin);
}

static void block_begin(gw_block *block, const gw_row_mark *mark)
{
    block->row = mark->row;
    block->n_lost = mark->n_lost;
    block->time_ns = mark->time_ns;
    block->flags = (mark->n_lost ? GW_BLOCK_GAP : 0u) | (mark->is_epoch ? GW_BLOCK_EPOCH : 0u) |
                   (mark->is_stalled ? GW_BLOCK_STALLED : 0u);
}

/* Whether row k of a block is where the block's rate and count say. */
static bool follows(const gw_stream *stream, const gw_block *block, size_t k,
                    const gw_row_mark *mark)
{
    int64_t time_ns =
        block->time_ns + gw_stream_row_ns(stream, mark->row) - gw_stream_row_ns(stream, block->row);
    return !mark->n_lost && !mark->is_epoch && !mark->is_stalled && mark->row == block->row + k &&
           mark->time_ns == time_ns;
}

gw_status gw_recording_block(gw_recording *recording, uint64_t row, size_t n_most, gw_block *block,
                             gw_error *error)
{
    gw_row_mark mark;
    size_t n = 0;
    block->n_rows = 0;
    gw_status status = gw_recording_read(recording, row, n_most, block->counts, &n, error);
    for (size_t k = 0; status == GW_OK && k < n; k++, block->n_rows++) {
        gw_recording_mark(recording, row + k, &mark);
        if (k == 0)
            block_begin(block, &mark);
        else if (!follows(&recording->stream, block, k, &mark))
            break;
        if (block->place_mm)
            block->place_mm[k] = mark.place_mm;
    }
    return status;
}

void gw_recording_close(gw_recording *recording)
{
    if (!recording)
        return;
    recording->reader->close(recording->state);
    free(recording);
}
