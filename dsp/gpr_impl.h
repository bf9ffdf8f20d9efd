/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr_impl.h -- the state of the radar chain, shared by gpr.c (the path), gpr_create.c and
 * gpr_coverage.c (what was searched).
 */
#ifndef GW_DSP_GPR_IMPL_H
#define GW_DSP_GPR_IMPL_H

#include "dsp/blob.h"
#include "dsp/box.h"
#include "dsp/focus.h"
#include "dsp/gpr.h"
#include "dsp/gpr_without.h"
#include "dsp/gpr_front_impl.h"
#include "dsp/level.h"
#include "dsp/peak.h"
#include "dsp/pitch.h"
#include "dsp/reference_gpr.h"
#include "dsp/sight.h"
#include "dsp/speed.h"
#include "dsp/usual.h"

enum { GPR_SCANS_KEPT = 4096, GPR_BINS_A_PERIOD = 8 };

/* A scan on its way through the stages. */
typedef struct gpr_kept {
    gw_gpr_scan scan;
    gw_gpr_origin origin;
    float shift, score, floor;
    float direct;       /* mean power of the direct wave */
    uint32_t bin;       /* of the likeliest blob */
    float offset, wide; /* rows to its middle; of its width */
    gw_reference_depth named[GW_NAMED_COUNT];
    double alike; /* with the scan before */
    bool tells;   /* what is not seen here says something */
} gpr_kept;

struct gw_gpr {
    gw_gpr_config config;
    gw_gpr_band band;
    size_t n_bins_max, n_bins;
    double first_bin, bin_step; /* samples */
    size_t peak;                /* sample of the strongest arrival in aligned scans */
    double surface;             /* and of time zero */
    bool is_placed;
    size_t reach;                   /* rows between two candidates */
    size_t aperture;                /* rows on either side whose echoes are added up */
    size_t smooth_bins, floor_bins; /* over which energy and floors are smoothed along depth */
    double far_scale;
    gw_speed speed;
    bool is_far_assumed; /* dsp/far.h knows no such radar */
    gw_usual usual;
    double score_least; /* of an alarm */
    gw_reference_gpr reference;
    gw_sight sight;
    unsigned n_ended; /* stages that know that the lane has ended */
    uint64_t n_residual, n_floored, n_scored, n_covered; /* scans */
    gw_gpr_front *front;
    gw_level *floor;
    gw_focus *focus;
    gw_box *box;
    gw_blob *blob;
    gw_pitch *pitch; /* of the wide band; NULL: of stepped frequency */
    gw_peak *peaks;
    gpr_kept *kept;         /* [GPR_SCANS_KEPT] */
    float *energy, *smooth; /* [GW_FOCUS_PLANES][n_bins_max] */
    float *levels;          /* [n_bins_max] */
};

/* Fast time from the strongest arrival to the deepest bin. */
double gpr_reach_samples(const gw_gpr *gpr);

#endif
