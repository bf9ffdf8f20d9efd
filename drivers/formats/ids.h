/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/ids.h -- IDS .dt: records of one length, each a tag of 4 bytes and what follows
 * it.
 *
 * Record V gives the length; C the date; H window, scans a metre and step in text; ATX and ARX
 * place and frequency of the antennas, in metres and MHz; R one trace of 16-bit samples.
 * Source: none published; as records of known surveys are.
 */
#ifndef GW_DRIVERS_FORMATS_IDS_H
#define GW_DRIVERS_FORMATS_IDS_H

#include "drivers/formats/flat.h"

extern const gw_reader gw_ids_reader;

/* Where the header ends, and what comes after it. */
typedef struct gw_ids_layout {
    size_t record_bytes;
    uint64_t n_header, n_records; /* of the file, the header's first */
    uint64_t n_promised;          /* traces, as H says; 0 unknown */
} gw_ids_layout;

/* Parse the first n_head bytes of a file of `size` bytes; stream->n_rows: R records that may be
 * there. GW_EFORMAT with field, value and what the file allows. */
gw_status gw_ids_parse(const unsigned char *head, size_t n_head, uint64_t size,
                       gw_ids_layout *layout, gw_stream *stream, gw_flat *flat, gw_error *error);

#endif
