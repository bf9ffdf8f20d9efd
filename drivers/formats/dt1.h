/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/dt1.h -- Sensors & Software DT1 (traces) with HD (header in text) beside it.
 *
 * A trace of the DT1 is 25 floats and 28 characters, then its samples, little-endian: float 0 is
 * its number, 2 its samples, 5 the bytes of one.
 * Source: [EKKO] pulseEKKO and EKKO_Project user's guides, data format.
 */
#ifndef GW_DRIVERS_FORMATS_DT1_H
#define GW_DRIVERS_FORMATS_DT1_H

#include "drivers/formats/header_text.h"

extern const gw_reader gw_dt1_reader;

enum { GW_DT1_HEAD_BYTES = 128 };

/* Parse the text of the HD (n_hd 0: there is none) and the head of the first trace of a DT1 of
 * `size` bytes. GW_EFORMAT with field, value and what the file allows. */
gw_status gw_dt1_parse(const gw_header_text *hd, const unsigned char head[GW_DT1_HEAD_BYTES],
                       uint64_t size, gw_stream *stream, gw_flat *flat, gw_error *error);

#endif
