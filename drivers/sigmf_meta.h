/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/sigmf_meta.h -- the JSON beside the samples: a stream's meta file and a collection.
 */
#ifndef GW_DRIVERS_SIGMF_META_H
#define GW_DRIVERS_SIGMF_META_H

#include <jansson.h>

#include "drivers/recording.h"
#include "dsp/frame.h"
#include "dsp/status.h"

enum { SIGMF_GAPS_MAX = 4096, SIGMF_NOTES_MAX = 1024, SIGMF_STREAMS_MAX = 8 };

/* Where `row` of the file does not simply follow the one before. */
typedef struct sigmf_gap {
    uint64_t row, n_lost; /* rows missing just before it */
    uint64_t index;       /* its number in the stream */
    int64_t time_ns;      /* its time; 0: by the rate from the first row's */
    bool is_epoch, is_stalled;
} sigmf_gap;

typedef struct sigmf_meta {
    gw_stream stream; /* n_rows 0: the data say it */
    bool is_index;    /* of kind scan_index: `stream` is the file's, its kind means nothing */
    uint64_t first_row;
    bool has_chain;
    uint64_t chain_row; /* where the chain had begun that the first row went through */
    int64_t time_ns;    /* of the first row, on the clock of the device; 0 unknown */
    char sha512[GW_HASH_MAX];
    int64_t start;         /* core:sample_start of the first capture */
    uint64_t header_bytes; /* before the first sample, that are no samples */
    char notes[SIGMF_NOTES_MAX];
    size_t n_gaps;
    sigmf_gap gaps[SIGMF_GAPS_MAX];
} sigmf_meta;

/* Parse a meta file's text; path only names it. GW_EFORMAT with the field and its value. */
gw_status sigmf_meta_parse(const char *path, const char *text, size_t n_text, sigmf_meta *meta,
                           gw_error *error);

/* Number and time of a row of the file, and what is before it; all but its place. */
void sigmf_meta_mark(const sigmf_meta *meta, uint64_t row, gw_row_mark *mark);

/* Names of a collection's streams and the SHA-512 of their meta files ("" when not given). */
typedef struct sigmf_collection {
    size_t n;
    char names[SIGMF_STREAMS_MAX][256];
    char hashes[SIGMF_STREAMS_MAX][GW_HASH_MAX];
} sigmf_collection;

gw_status sigmf_collection_parse(const char *path, const char *text, size_t n_text,
                                 sigmf_collection *collection, gw_error *error);

void sigmf_note(char notes[SIGMF_NOTES_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
