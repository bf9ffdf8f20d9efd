/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr_front_impl.h -- the state of a radar channel's front, shared by gpr_front.c (the path),
 * gpr_front_create.c and gpr_surface.c.
 */
#ifndef GW_DSP_GPR_FRONT_IMPL_H
#define GW_DSP_GPR_FRONT_IMPL_H

#include "dsp/align.h"
#include "dsp/cue.h"
#include "dsp/gpr_front.h"
#include "dsp/gpr_wide.h"
#include "dsp/gpr_without.h"
#include "dsp/level.h"
#include "dsp/whistle.h"

/* At which everything is focused and judged, as the likeness was fitted; depths are told by
 * dsp/speed.h. In ground of permittivity 6 [Daniels2004]. */
#define GPR_WAVE_M_PER_NS 0.12

enum { GPR_FRONT_KEPT = 2048 };

/* A scan whose background is not there yet. */
typedef struct front_kept {
    gw_gpr_scan scan;
    float shift;
} front_kept;

struct gw_gpr_front {
    gw_gpr_front_config config;
    gw_gpr_band band;
    size_t n_marks, size; /* size: of the transforms */
    size_t peak;          /* sample of the strongest arrival in aligned scans */
    size_t rows_after;    /* of the background's window */
    bool is_placed;       /* the peak is known */
    double time_zero, time_zero_sd, offset_m, coupling_power; /* with a calibration only */
    gw_gpr_origin origin;
    float provisional; /* of the newest scan */
    uint64_t n_pushed, n_popped;
    gw_fft *fft;
    gw_whistle *whistle;
    gw_align *align;
    gw_cue *cue;
    gw_level *background;
    gw_gpr_wide *wide;    /* NULL: none */
    front_kept *kept;     /* [GPR_FRONT_KEPT] */
    bool is_matched;      /* turns hold: the channel is one of an array */
    gw_complex *turns;    /* [size/2 + 1] */
    gw_complex *spectrum; /* [size/2 + 1] */
    gw_complex *coupled;  /* [size/2 + 1]; with a calibration only */
    gw_complex *analytic; /* [n_samples] */
    float *coupling;      /* [n_samples] counts; with a calibration only */
    float *mask;          /* [size/2 + 1] */
    float *scan;          /* [n_samples] */
    float *nothing;       /* [n_samples] zeros; without a background only */
};

/* gpr_surface.c, with a calibration. */
void gpr_surface_prepare(gw_gpr_front *front);
/* background: [n_samples] of the next row. */
void gpr_surface_watch(gw_gpr_front *front, const float *background);

#endif
