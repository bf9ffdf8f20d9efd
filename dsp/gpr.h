/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr.h -- the chain of one radar channel: scans in, candidates out.
 *
 *     whistle -> band -> align -> background, gain -> focus -> floor -> blobs -> likeness -> usual
 * -> peaks
 *
 * Beside them impulses go through a wider band, for the frequency of blobs alone (dsp/gpr_wide.h,
 * dsp/pitch.h).
 *
 * Every scan given must be `spacing_m` beyond the one before. The same scans give the same
 * candidates, however many are given between two pops.
 *
 * State:   about 2 m of lane. A candidate comes 1.1 m after its place.
 * Cost:    that of dsp/gpr_front.h and (2 A + 1) bins of stack a scan (benches/).
 */
#ifndef GW_DSP_GPR_H
#define GW_DSP_GPR_H

#include <stdbool.h>

#include "dsp/detection.h"
#include "dsp/gpr_front.h"
#include "dsp/likeness.h"
#include "dsp/reference_gpr.h"

typedef struct gw_gpr gw_gpr;

/* Told of every blob, candidate or not; for fitting. */
typedef void gw_gpr_watch(void *user, const gw_gpr_scan *scan,
                          const float features[GW_LIKENESS_FEATURES]);

/* Told of every scan's ground, for the depths of reference. */
typedef void gw_gpr_ground_watch(void *user, const gw_gpr_scan *scan,
                                 const gw_reference_gpr *ground);

typedef struct gw_gpr_config {
    const gw_stream *stream; /* samples, marks, rates, band; read in create only */
    size_t channel;
    double cross_m;        /* of the channel, for its candidates */
    double spacing_m;      /* > 0 */
    bool is_spacing_known; /* false: candidates have no along_m and carry spacing_assumed */
    double far_per_m;      /* wanted false alarms a metre */
    double speed_m_per_ns; /* of the wave in the ground; 0: assumed (dsp/speed.h) */
    const gw_calibration_gpr *calibration; /* NULL: none; read in create only */
    gw_gpr_watch *watch;                   /* NULL: nobody */
    gw_gpr_ground_watch *watch_ground;     /* NULL: nobody */
    void *user;
    gw_stage_sink show; /* NULL: no pictures */
    void *show_user;
    unsigned without; /* stages left out, dsp/gpr_without.h; 0 */
} gw_gpr_config;

/* GW_EINVAL (error says which field), GW_ENOMEM. */
gw_status gw_gpr_create(const gw_gpr_config *config, gw_gpr **out, gw_error *error);

/* counts: [n_samples] of one scan. Pop until false before the next push. */
void gw_gpr_push(gw_gpr *gpr, const float *counts, const gw_gpr_scan *scan);
bool gw_gpr_pop(gw_gpr *gpr, gw_detection *detection);

/* Of the scan pushed last, 0..1, from it and those before alone (dsp/cue.h): to cue an operator,
 * until the candidate of the same place has come. Nothing is decided on it. */
float gw_gpr_provisional(const gw_gpr *gpr);

/* Place up to which every candidate has come out, m; -INFINITY before the first. */
double gw_gpr_done_m(const gw_gpr *gpr);

/* The stretch finished since the last call; false when there is none. */
bool gw_gpr_coverage(gw_gpr *gpr, gw_coverage *coverage);

/* The lane ends here: what is left comes out; then reset before the next push. */
void gw_gpr_finish(gw_gpr *gpr);
void gw_gpr_reset(gw_gpr *gpr);
void gw_gpr_destroy(gw_gpr *gpr);

#endif
