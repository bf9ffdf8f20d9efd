/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/flat.h -- what readers of foreign radar files have in common: a file of rows,
 * what its header says and what of it was not understood. Their states begin with a gw_flat.
 */
#ifndef GW_DRIVERS_FORMATS_FLAT_H
#define GW_DRIVERS_FORMATS_FLAT_H

#include "drivers/formats/note.h"
#include "drivers/recording.h"
#include "drivers/rows.h"

enum { GW_TEXT_MAX = 1 << 16 };

typedef struct gw_flat {
    gw_rows rows;
    char notes[GW_NOTES_MAX]; /* lines: warnings */
    char facts[GW_FACTS_MAX]; /* lines "key: value" */
} gw_flat;

/* A zeroed state of `size` bytes with its file open. GW_ENODEV: `kind` is not gpr; GW_ENOENT,
 * GW_EIO, GW_EFORMAT (empty), GW_ENOMEM. On error NULL. */
void *gw_flat_create(const char *path, gw_kind kind, size_t size, uint64_t *n_bytes,
                     gw_error *error);

/* The rows are as the stream says, from `offset` on; takes what NAME.axes beside the file says
 * (drivers/formats/axes.h) and fills stream->hash. GW_EIO. */
gw_status gw_flat_settle(gw_flat *flat, gw_stream *stream, uint64_t offset, gw_error *error);

/* `inner`, of a parser that knows no file, as the error of `path`. */
gw_status gw_flat_blame(const char *path, const gw_error *inner, gw_error *error);

/* Members of a gw_reader. */
gw_status gw_flat_list(const char *path, unsigned *kinds, gw_error *error);
gw_status gw_flat_read(void *state, uint64_t row, size_t n_rows, int32_t *counts, gw_error *error);
void gw_flat_close(void *state);
const char *gw_flat_notes(const void *state);
const char *gw_flat_facts(const void *state);

/* True when path ends in one of the endings, with their dots, of whatever case. */
bool gw_path_ends(const char *path, const char *const endings[], size_t n_endings);

/* The file beside `path` with another ending, as it is written there in small or capital letters;
 * false when there is none. found: 1024 bytes. */
bool gw_path_beside(const char *path, const char *ending, char found[1024]);

/* The start of a small text file and its length. GW_ENOENT, GW_EIO. */
gw_status gw_text_read(const char *path, char text[GW_TEXT_MAX], size_t *n_text, gw_error *error);

#endif
