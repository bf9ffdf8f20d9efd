/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/scope_frame.h -- a picture of raw samples for people's eyes, as dsp/scope.h makes it.
 */
#ifndef GW_DSP_SCOPE_FRAME_H
#define GW_DSP_SCOPE_FRAME_H

#include "dsp/detection.h"
#include "dsp/frame.h"

enum { GW_SCOPE_COLUMNS_MAX = 256, GW_SCOPE_BYTES_MAX = 8192, GW_SCOPE_PINPOINTS_MAX = 64 };

typedef struct gw_scope_frame {
    gw_sensor sensor; /* gpr: rows of int8; md: rows of float, tone value then re, im a tone */
    uint32_t n_rows, n_columns, n_bytes;
    int32_t channel;         /* gpr */
    uint32_t n_tones;        /* md */
    int64_t first_row;       /* scan, or ADC row */
    int64_t time_ns;         /* of the first row, stream's clock */
    double from_m, to_m;     /* NAN unknown */
    double from_ns, step_ns; /* gpr: fast time of column 0, of a column; step 0 unknown */
    float provisional;       /* gpr: greatest since the frame before, 0..1 */
    double provisional_m;    /* and its place; NAN unknown */
    double row_s;            /* md: between rows */
    double tones_hz[GW_TONES_MAX];
    float pinpoint[GW_SCOPE_PINPOINTS_MAX];  /* md: of each row, 0..1 (dsp/pinpoint.h) */
    unsigned char bytes[GW_SCOPE_BYTES_MAX]; /* little-endian, row by row */
} gw_scope_frame;

typedef void (*gw_scope_sink)(void *user, const gw_scope_frame *frame);

#endif
