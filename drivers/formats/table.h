/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/table.h -- recordings that are read into memory at once: numbers, their shape and
 * axes.
 *
 * Whole numbers are counts as they are. Others are counted in steps of a power of two, the largest
 * taking 30 bits, which is finer than single precision; the step is a fact. Stepped frequencies
 * turn as exp(-2 pi j f t) for an echo at t: where they turn the other way, in-phase and quadrature
 * change places, with a note.
 */
#ifndef GW_DRIVERS_FORMATS_TABLE_H
#define GW_DRIVERS_FORMATS_TABLE_H

#include "drivers/formats/flat.h"

enum { GW_TABLE_VALUES_MAX = 1 << 27 };

typedef struct gw_table {
    gw_flat flat;   /* first: drivers/formats/flat.h; its rows are not used once this is settled */
    double *values; /* [n_rows][n_channels][n_samples], or pairs of them; gone once settled */
    size_t n_values, max_values;
    int32_t *counts; /* the same */
    size_t row_counts;
} gw_table;

/* Append a number. GW_ENOMEM, GW_EFORMAT (too many). */
gw_status gw_table_push(gw_table *table, double value, gw_error *error);

/* A stream of `n_values` numbers with rows of n_channels and n_samples: its n_rows, and what is
 * left over told. stream->bits 0: as the numbers need. GW_EFORMAT: not one row, or beyond what a
 * stream may be. */
gw_status gw_table_shape(gw_table *table, gw_stream *stream, gw_error *error);

/* Turn values into counts, and close the file. GW_ENOMEM, GW_EIO. */
gw_status gw_table_settle(gw_table *table, gw_stream *stream, gw_error *error);

/* n_lines lines of n_items become n_items lines: item k of every line. GW_ENOMEM. */
gw_status gw_table_turn(gw_table *table, size_t n_lines, size_t n_items, gw_error *error);

/* Fills values, stream and what is to be said from an open file of `size` bytes. */
typedef gw_status (*gw_table_load)(gw_table *table, uint64_t size, gw_stream *stream,
                                   gw_error *error);

/* Makes values, stream and what is to be said from a text of n characters, which ends with a 0 and
 * may be written to. Errors without the file's name. */
typedef gw_status (*gw_table_parse)(char *text, size_t n, gw_table *table, gw_stream *stream,
                                    gw_error *error);

/* A load of texts, at most 1 GiB: read the open file, and parse it. */
gw_status gw_table_text(gw_table *table, uint64_t size, gw_table_parse parse, gw_stream *stream,
                        gw_error *error);

/* A gw_reader's open: load, then settle. The errors of gw_flat_create, load and settle. */
gw_status gw_table_open(const char *path, gw_kind kind, gw_table_load load, void **out,
                        gw_stream *stream, gw_error *error);

/* Members of a gw_reader. */
gw_status gw_table_read(void *state, uint64_t row, size_t n_rows, int32_t *counts, gw_error *error);
void gw_table_close(void *state);

#endif
