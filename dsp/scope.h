/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/scope.h -- pictures for people who watch: lines of the radar and the metal detector's strip,
 * at once and roughly. Nothing is decided on them.
 *
 *   gpr   residual = scan - running mean; int8 = 127 residual / (8 running mean |residual|)
 *   md    change = response - running mean; tone = 0..1 over 6..36 dB of the change above its usual
 *         power, all tones together; pinpoint: the root of that power against the strongest of late
 *         (dsp/pinpoint.h)
 *
 * Rows gather to a frame; a frame is told when 40 ms have passed since its first row or it is full.
 * Time is the blocks' arrival where they have one (live), else the rows' own.
 *
 * State:   running means; the frame that fills.
 * Cost:    one pass over a scan or a hop; no allocation after create.
 */
#ifndef GW_DSP_SCOPE_H
#define GW_DSP_SCOPE_H

#include "dsp/fft.h"
#include "dsp/frame.h"
#include "dsp/scope_frame.h"
#include "dsp/status.h"

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
/* The radar's provisional score (dsp/cue.h) at a place: the greatest goes with the next frame. */
void gw_scope_provisional(gw_scope *scope, float provisional, double along_m);
/* response: [n_tones] */
void gw_scope_md(gw_scope *scope, const gw_complex *response, const gw_scope_row *at);

void gw_scope_destroy(gw_scope *scope);

#endif
