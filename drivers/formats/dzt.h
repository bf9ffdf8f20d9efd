/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/dzt.h -- GSSI DZT: the most common file of ground-penetrating radars.
 *
 * A header of 1,024 bytes a channel (or more), then scans of u8, u16 or i32 samples, channel after
 * channel. The first two samples of a scan hold a counter and marks.
 * Source: [GSSI] SIR-3000 manual, appendix; both readings of rh_data are accepted.
 */
#ifndef GW_DRIVERS_FORMATS_DZT_H
#define GW_DRIVERS_FORMATS_DZT_H

#include "drivers/formats/flat.h"

extern const gw_reader gw_dzt_reader;

/* Parse the first bytes of a file of `size` bytes. GW_EFORMAT with field, value and what the file
 * allows. flat: notes and facts. */
gw_status gw_dzt_parse(const unsigned char *head, size_t n_head, uint64_t size, gw_stream *stream,
                       uint64_t *offset, gw_flat *flat, gw_error *error);

#endif
