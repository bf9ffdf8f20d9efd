/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/mala.h -- MALA RD3 (16 bits) or RD7 (32 bits) with RAD (header in text) beside
 * it.
 *
 * RD3 and RD7 hold nothing but samples, little-endian, trace after trace.
 * Source: [MALA] RAMAC/GPR operating manual, data formats.
 */
#ifndef GW_DRIVERS_FORMATS_MALA_H
#define GW_DRIVERS_FORMATS_MALA_H

#include "drivers/formats/header_text.h"

extern const gw_reader gw_mala_reader;

/* Parse the text of the RAD of a file of `size` bytes. stream->bits: 16 or 32, of that file.
 * GW_EFORMAT with field, value and what the file allows. */
gw_status gw_mala_parse(const gw_header_text *rad, uint64_t size, gw_stream *stream, gw_flat *flat,
                        gw_error *error);

#endif
