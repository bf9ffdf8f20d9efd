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
    /* Rows missing just before `row`; NULL when the format knows no gaps. */
    uint64_t (*gap)(const void *state, uint64_t row);
    /* What a header says that no stream has a place for: lines "key: value"; NULL: nothing. */
    const char *(*facts)(const void *state);
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

/* Gaps of the recording (SigMF captures with core:global_index): rows missing just before `row`.
 * 0 where there are none. */
uint64_t gw_recording_gap(const gw_recording *recording, uint64_t row);

void gw_recording_close(gw_recording *recording);

#endif
