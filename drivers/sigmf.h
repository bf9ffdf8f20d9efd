/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/sigmf.h -- SigMF recordings and collections: the native format, read and written.
 *
 * Source: [SigMF] sigmf.org, version 1.2; fields of the namespace `gw` in docs/recording.md.
 */
#ifndef GW_DRIVERS_SIGMF_H
#define GW_DRIVERS_SIGMF_H

#include "drivers/recording.h"

extern const gw_reader gw_sigmf_reader;

/* Writes one stream: data as they come, meta renamed into place at the end. Room on the disk is
 * kept for the meta from the begin on, so that what a full disk ended can be opened. */
typedef struct gw_sigmf_writer gw_sigmf_writer;

/* base: path without ".sigmf-data". GW_EIO, GW_EBUSY (exists already: nothing is overwritten). */
gw_status gw_sigmf_writer_create(const char *base, const gw_stream *stream, const char *generator,
                                 gw_sigmf_writer **out, gw_error *error);

/* Before the first rows: the chain that they went through had begun at this one. */
void gw_sigmf_writer_chain(gw_sigmf_writer *writer, uint64_t row);

/* Append rows; a block with GW_BLOCK_GAP, GW_BLOCK_EPOCH or GW_BLOCK_STALLED begins a new capture
 * with its core:global_index, the source's own row (times row_samples), and its time. */
gw_status gw_sigmf_writer_write(gw_sigmf_writer *writer, const gw_block *block, gw_error *error);

/* One annotation over rows [row, row + n_rows). */
gw_status gw_sigmf_writer_annotate(gw_sigmf_writer *writer, uint64_t row, uint64_t n_rows,
                                   const char *label, const char *comment, gw_error *error);

/* One more word of the meta's global object, such as "gw:soil". */
void gw_sigmf_writer_label(gw_sigmf_writer *writer, const char *key, const char *word);

/* Sync the data, write the meta and rename it into place; frees the writer in every case. n_rows:
 * whole rows that can be read now, also when it failed; NULL: not told. */
gw_status gw_sigmf_writer_close(gw_sigmf_writer *writer, uint64_t *n_rows, gw_error *error);

/* The index beside a radar's scans: sequence, time, place and flags of each, so that what a live
 * device told of them is not lost. Flags are those of gw_block, on its first scan, but
 * GW_BLOCK_CLIPPED and GW_BLOCK_STUCK on all. */
typedef struct gw_sigmf_index gw_sigmf_index;

/* of: the radar's stream. Errors as of a writer, here and below. */
gw_status gw_sigmf_index_create(const char *base, const gw_stream *of, const char *generator,
                                gw_sigmf_index **out, gw_error *error);
gw_status gw_sigmf_index_write(gw_sigmf_index *index, const gw_block *block, gw_error *error);
gw_status gw_sigmf_index_close(gw_sigmf_index *index, uint64_t *n_rows, gw_error *error);

/* BASE.sigmf-collection of the streams with these bases (in the same folder); of those that are
 * written still it has no hash. */
gw_status gw_sigmf_collection_write(const char *base, const char *const bases[], size_t n_bases,
                                    gw_error *error);

#endif
