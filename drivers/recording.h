/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/recording.h -- one stream of a recording, whatever its format, with random access.
 *
 * A recording is a SigMF file (.sigmf-meta or .sigmf-data), one stream of a SigMF collection, a
 * foreign file (docs/formats.md), or a scene (.yaml), whose rows are computed when they are read.
 * Reads are by row and may come in any order: the same row always gives the same counts. One thread
 * an object.
 */
#ifndef GW_DRIVERS_RECORDING_H
#define GW_DRIVERS_RECORDING_H

#include "dsp/frame.h"
#include "dsp/status.h"

typedef struct gw_recording gw_recording;

/* What is known of a row beside its counts. */
typedef struct gw_row_mark {
    uint64_t row;     /* its number in the stream as it was sensed, lost ones counted */
    uint64_t n_lost;  /* rows missing just before it */
    int64_t time_ns;  /* device's or recording's clock */
    int32_t place_mm; /* wheel; INT32_MIN: none */
    bool is_epoch;    /* the device had been away: nothing before joins on */
    bool is_stalled;  /* it had been silent, and its chain was ended */
} gw_row_mark;

/* Where a recording begins in what was sensed. */
typedef struct gw_row_begin {
    uint64_t first_row; /* of the recording */
    bool is_chain_known;
    uint64_t chain_row; /* of the stream's chain; before first_row: it began in mid-run */
} gw_row_begin;

/* What a reader offers (drivers/sigmf.h, drivers/formats/dzt.h, ..., drivers/scene/scene.h). */
typedef struct gw_reader {
    const char *format; /* "SigMF", "GSSI DZT", "scene" */
    /* True when `path` (its name or its first bytes) is this reader's to open. */
    bool (*match)(const char *path, const unsigned char *head, size_t n_head);
    /* Which kinds the path holds: bit 1 << gw_kind. GW_EFORMAT with the reason in error. */
    gw_status (*list)(const char *path, unsigned *kinds, gw_error *error);
    gw_status (*open)(const char *path, gw_kind kind, void **state, gw_stream *stream,
                      gw_error *error);
    /* n_rows rows from `row` on into counts; never past stream.n_rows. */
    gw_status (*read)(void *state, uint64_t row, size_t n_rows, int32_t *counts, gw_error *error);
    void (*close)(void *state);
    /* Warnings of open, one a line, "" when all was understood. */
    const char *(*notes)(const void *state);
    /* What a header says that no stream has a place for: lines "key: value"; NULL: nothing. */
    const char *(*facts)(const void *state);
    /* What of a row's mark is not so: it is row `row`, at its rate, without a gap or a place. NULL:
     * all is so. */
    void (*mark)(void *state, uint64_t row, gw_row_mark *mark);
    /* Where the stream begins; NULL: at row 0. */
    void (*begin)(const void *state, gw_row_begin *begin);
} gw_reader;

/* Kinds that `path` holds, as bits 1 << gw_kind. GW_ENOENT, GW_EFORMAT, GW_EIO. */
gw_status gw_recording_list(const char *path, unsigned *kinds, gw_error *error);

/* Open the stream of `kind`. GW_ENOENT, GW_ENODEV (no stream of that kind), GW_EFORMAT, GW_EIO.
 * On error *out is NULL. */
gw_status gw_recording_open(const char *path, gw_kind kind, gw_recording **out, gw_error *error);

const gw_stream *gw_recording_stream(const gw_recording *recording);

/* Name of the format, and the reader's warnings, one a line ("" when all was understood). */
const char *gw_recording_format(const gw_recording *recording);
const char *gw_recording_notes(const gw_recording *recording);

/* More of the header, such as antenna and date, for people: lines "key: value", or "". */
const char *gw_recording_facts(const gw_recording *recording);

/* Read up to n_rows rows from `row` on; *n_read says how many (0 at the end).
 * counts: [n_rows][n_channels][n_samples]. */
gw_status gw_recording_read(gw_recording *recording, uint64_t row, size_t n_rows, int32_t *counts,
                            size_t *n_read, gw_error *error);

/* The mark of a row that the recording has. */
void gw_recording_mark(gw_recording *recording, uint64_t row, gw_row_mark *mark);

/* Rows missing just before `row`; 0 where there are none. */
uint64_t gw_recording_gap(gw_recording *recording, uint64_t row);

void gw_recording_begin(const gw_recording *recording, gw_row_begin *begin);

/* Fill a block from `row` of the recording on, n_most rows at most: up to the first that does not
 * follow the one before in number, in time or in its chain. block->n_rows is 0 at the end. Leaves
 * alone what only a live source knows. Errors of gw_recording_read. */
gw_status gw_recording_block(gw_recording *recording, uint64_t row, size_t n_most, gw_block *block,
                             gw_error *error);

void gw_recording_close(gw_recording *recording);

#endif
