/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/scope.h -- pictures for people who watch: lines of the radar and the metal detector's strip,
 * at once and roughly. Nothing is decided on them.
 *
 *   gpr   residual = scan - running mean; int8 = 127 residual / (8 running mean |residual|)
 *   md    change = response - running mean; tone = 0..1 over 6..36 dB of the change above its usual
 *         power, all tones together
 *
 * Rows gather to a frame; a frame is told when 40 ms have passed since its first row or it is full.
 * Time is the blocks' arrival where they have one (live), else the rows' own.
 *
 * State:   running means; the frame that fills.
 * Cost:    one pass over a scan or a hop; no allocation after create.
 */
#ifndef GW_DSP_SCOPE_H
#define GW_DSP_SCOPE_H

#include "dsp/detection.h"
#include "dsp/fft.h"
#include "dsp/frame.h"
#include "dsp/status.h"

enum { GW_SCOPE_COLUMNS_MAX = 256, GW_SCOPE_BYTES_MAX = 8192 };

typedef struct gw_scope_frame {
    gw_sensor sensor; /* gpr: rows of int8; md: rows of float, tone value then re, im a tone */
    uint32_t n_rows, n_columns, n_bytes;
    int32_t channel;         /* gpr */
    uint32_t n_tones;        /* md */
    int64_t first_row;       /* scan, or ADC row */
    int64_t time_ns;         /* of the first row, stream's clock */
    double from_m, to_m;     /* NAN unknown */
    double from_ns, step_ns; /* gpr: fast time of column 0, of a column; step 0 unknown */
    double row_s;            /* md: between rows */
    double tones_hz[GW_TONES_MAX];
    unsigned char bytes[GW_SCOPE_BYTES_MAX]; /* little-endian, row by row */
} gw_scope_frame;

typedef void (*gw_scope_sink)(void *user, const gw_scope_frame *frame);

typedef struct gw_scope gw_scope;

/* When and where a row was sensed. */
typedef struct gw_scope_row {
    int64_t row, time_ns, arrival_ns; /* arrival 0: from a file */
    double along_m;                   /* NAN unknown */
} gw_scope_row;

/* gpr, md: NULL where there is none; read in create only. hop_s: between responses. GW_ENOMEM. */
gw_status gw_scope_create(const gw_stream *gpr, const gw_stream *md, double hop_s, gw_scope **out);
void gw_scope_listen(gw_scope *scope, gw_scope_sink sink, void *user);

/* counts: one scan, [n_channels][n_samples]; the middle channel is shown. */
void gw_scope_gpr(gw_scope *scope, const float *counts, const gw_scope_row *at);
/* response: [n_tones] */
void gw_scope_md(gw_scope *scope, const gw_complex *response, const gw_scope_row *at);

void gw_scope_destroy(gw_scope *scope);

#endif
