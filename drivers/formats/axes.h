/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/axes.h -- what a file does not say of itself, said by its owner: lines "key:
 * value" in NAME.axes beside NAME.ENDING, or after a # in the file where it is a text.
 */
#ifndef GW_DRIVERS_FORMATS_AXES_H
#define GW_DRIVERS_FORMATS_AXES_H

#include "drivers/formats/header_text.h"

/* Take scan_spacing_m, scan_rate_hz, time_window_ns, sample_rate_hz, center_hz, start_hz, step_hz,
 * transmit_receive_offset_m and channel_spacing_m, over what the stream says. A value that is no
 * number or out of range is a note; every line is a fact. */
void gw_axes_take(const gw_header_text *axes, gw_stream *stream, gw_flat *flat);

/* The same from NAME.axes beside flat->rows.path, where there is one. GW_EIO. */
gw_status gw_axes_beside(gw_stream *stream, gw_flat *flat, gw_error *error);

/* True where NAME.axes beside `path` has "lines: samples": each line (or first index) of the file
 * is not a scan, but one sample of all scans. */
bool gw_axes_turned(const char *path);

#endif
