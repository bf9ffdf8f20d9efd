/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/sfcw_text.h -- stepped frequencies in text: a line "(k)", then in-phase and
 * quadrature of each frequency on a line of its own; again for each position.
 *
 * The text has no header. Sweeps of 128 steps are taken as 976 MHz to 2 GHz every 21.3 mm, with a
 * note; others need NAME.axes (drivers/formats/axes.h).
 */
#ifndef GW_DRIVERS_FORMATS_SFCW_TEXT_H
#define GW_DRIVERS_FORMATS_SFCW_TEXT_H

#include "drivers/formats/table.h"

extern const gw_reader gw_sfcw_text_reader;

/* Parse a text that has a 0 behind it; fills table->values, notes and stream. GW_EFORMAT with the
 * sweep, GW_ENOMEM. */
gw_status gw_sfcw_text_parse(const char *text, size_t n_text, gw_table *table, gw_stream *stream,
                             gw_error *error);

#endif
