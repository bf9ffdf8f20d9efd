/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/csv.h -- numbers in text: each line one scan, or with "# lines: samples" one
 * sample of all scans. Axes are in lines "# key: value", or in NAME.axes (drivers/formats/axes.h).
 *
 * Numbers stand between semicolons (then a comma is a decimal point), tabs, commas or blanks.
 */
#ifndef GW_DRIVERS_FORMATS_CSV_H
#define GW_DRIVERS_FORMATS_CSV_H

#include "drivers/formats/table.h"

extern const gw_reader gw_csv_reader;

/* Parse a text that has a 0 behind it, and is changed; fills table->values, notes, facts and
 * stream. is_turned: lines are samples, whatever the text says. GW_EFORMAT with the line,
 * GW_ENOMEM.
 */
gw_status gw_csv_parse(char *text, size_t n_text, bool is_turned, gw_table *table,
                       gw_stream *stream, gw_error *error);

#endif
