/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/sigmf_index.h -- a stream of kind `scan_index`: what a live radar told of each scan
 * beside its samples, five numbers of 32 bits.
 *
 *   scan_seq   the scan's number, its lower 32 bits
 *   time_s     seconds of its time, unsigned; with
 *   time_ns    the nanoseconds of that second. Both 0: the device told no time
 *   along_mm   the wheel's place; -2147483648: none
 *   flags      bits of gw_block's
 */
#ifndef GW_DRIVERS_SIGMF_INDEX_H
#define GW_DRIVERS_SIGMF_INDEX_H

#include "drivers/rows.h"
#include "drivers/sigmf_meta.h"
#include "dsp/frame.h"

enum { SIGMF_INDEX_FIELDS = 5 };

extern const gw_field sigmf_index_fields[SIGMF_INDEX_FIELDS];

typedef struct sigmf_index_scan {
    uint32_t seq;
    int64_t time_ns; /* 0 unknown */
    int32_t place_mm;
    uint32_t flags;
} sigmf_index_scan;

/* counts: [SIGMF_INDEX_FIELDS] */
void sigmf_index_encode(const sigmf_index_scan *scan, int32_t *counts);

/* A file of them. */
typedef struct sigmf_index sigmf_index;

/* GW_ENOENT, GW_EIO, GW_EFORMAT (other fields than these). */
gw_status sigmf_index_open(const char *base, const sigmf_meta *meta, sigmf_index **out,
                           gw_error *error);

uint64_t sigmf_index_rows(const sigmf_index *index);

/* The k-th of the file. False: it has no such, or cannot be read. */
bool sigmf_index_get(sigmf_index *index, uint64_t k, sigmf_index_scan *out);
void sigmf_index_close(sigmf_index *index);

#endif
