/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr_impl.h -- the state of the radar chain, shared by gpr.c (the path) and gpr_create.c.
 */
#ifndef GW_DSP_GPR_IMPL_H
#define GW_DSP_GPR_IMPL_H

#include "dsp/align.h"
#include "dsp/blob.h"
#include "dsp/box.h"
#include "dsp/cue.h"
#include "dsp/focus.h"
#include "dsp/gpr.h"
#include "dsp/level.h"
#include "dsp/peak.h"
#include "dsp/usual.h"
#include "dsp/whistle.h"

enum { GPR_SCANS_KEPT = 4096, GPR_BINS_A_PERIOD = 8 };

/* Wave speed in ground of permittivity 6, the middle of what mines lie in [Daniels2004]; its spread
 * from dry sand (3) to wet loam (12) is what depth_sd_m says. */
#define GPR_WAVE_M_PER_NS 0.12
#define GPR_WAVE_SPREAD 0.3

/* Where time began in the aligned scans, samples; with a calibration only. */
typedef struct gpr_origin {
    double time_zero, direct, surface; /* direct: the wave from antenna to antenna */
    float surface_power;
    bool has_surface; /* else there was no ground to be seen */
} gpr_origin;

/* A scan on its way through the stages. */
typedef struct gpr_kept {
    gw_gpr_scan scan;
    gpr_origin origin;
    float shift, score, floor;
    float direct; /* mean power of the direct wave */
    uint32_t bin; /* of the likeliest blob */
    float offset; /* rows to its middle */
} gpr_kept;

struct gw_gpr {
    gw_gpr_config config;
    double sample_rate_hz, center_norm; /* center_norm: cycles a sample */
    size_t n_samples, n_marks, size;    /* size: of the transforms */
    size_t wavelet;                     /* samples, 1.5 periods */
    size_t n_bins_max, n_bins;
    double first_bin, bin_step; /* samples */
    size_t peak;                /* sample of the strongest arrival in aligned scans */
    double surface;             /* and of time zero */
    bool is_stepped;            /* scans were made of steps of frequency */
    bool is_time_known, is_placed;
    bool is_calibrated; /* what follows holds */
    double time_zero, time_zero_sd, offset_m, coupling_power;
    gpr_origin origin;
    size_t reach;      /* rows between two candidates */
    size_t rows_after; /* of the background's window */
    double far_scale;
    gw_usual usual;
    gw_cue *cue;
    float provisional; /* of the newest scan */
    unsigned n_ended;  /* stages that know that the lane has ended */
    uint64_t n_pushed, n_residual, n_floored, n_scored, n_covered; /* scans */
    gw_fft *fft;
    gw_whistle *whistle;
    gw_align *align;
    gw_level *background, *floor;
    gw_focus *focus;
    gw_box *box;
    gw_blob *blob;
    gw_peak *peaks;
    gpr_kept *kept;         /* [GPR_SCANS_KEPT] */
    gw_complex *spectrum;   /* [size/2 + 1] */
    gw_complex *coupled;    /* [size/2 + 1]; with a calibration only */
    gw_complex *analytic;   /* [n_samples] */
    float *coupling;        /* [n_samples] counts; with a calibration only */
    float *mask;            /* [size/2 + 1] */
    float *scan;            /* [n_samples] */
    float *energy, *smooth; /* [GW_FOCUS_PLANES][n_bins_max] */
    float *levels;          /* [n_bins_max] */
};

/* Fast time from the strongest arrival to the deepest bin. */
double gpr_reach_samples(const gw_gpr *gpr);

/* gpr_surface.c, with a calibration. */
void gpr_surface_prepare(gw_gpr *gpr);
/* background: [n_samples] of the next row; kept: that row's, which gets its origin. */
void gpr_surface_watch(gw_gpr *gpr, const float *background, gpr_kept *kept);
/* Of an echo at a sample of the aligned scan; NAN where no ground was seen. */
double gpr_surface_depth_m(const gw_gpr *gpr, const gpr_origin *origin, double at_samples);

#endif
