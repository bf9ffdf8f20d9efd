/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/import.h -- SEG-Y, HDF5 of gprMax and MAT 5: parsed by foreign libraries, in a
 * process of their own that can do nothing but read the one file and write numbers into a pipe.
 *
 * groundwatch-import FORM with the file as standard input writes a gw_import_head, then n_values
 * doubles, in this machine's order. What comes from it is not trusted: it is checked as a file is.
 */
#ifndef GW_DRIVERS_FORMATS_IMPORT_H
#define GW_DRIVERS_FORMATS_IMPORT_H

#include "drivers/formats/table.h"

extern const gw_reader gw_segy_reader, gw_hdf5_reader, gw_mat_reader;

enum { GW_IMPORT_MAGIC = 0x31495747, GW_IMPORT_ERROR_MAX = 240, GW_IMPORT_VALUES_MAX = 1 << 26 };

typedef struct gw_import_head {
    uint32_t magic;
    uint32_t is_refused; /* error says why; no values follow */
    uint32_t n_channels, n_samples;
    uint32_t is_complex;
    uint32_t bits; /* of whole numbers, signed: 8, 16 or 32; 0: as the numbers need */
    uint64_t n_values;
    double sample_rate_hz, scan_spacing_m, row_rate_hz, center_hz; /* 0: unknown */
    double transmit_receive_offset_m, start_hz, step_hz;
    char error[GW_IMPORT_ERROR_MAX];
    char notes[GW_NOTES_MAX], facts[GW_FACTS_MAX];
} gw_import_head;

/* Check what came and fill the stream; GW_EFORMAT with what is not as it may be. */
gw_status gw_import_check(const gw_import_head *head, gw_stream *stream, gw_error *error);

#endif
