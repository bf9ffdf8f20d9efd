/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr_front.h -- what every radar channel goes through first, alone or in an array: scans in,
 * what does not stand still along the lane out.
 *
 *     whistle -> band -> align -> background, gain -> analytic
 *
 * State:   the window of the background; a row comes out 0.3 m after its scan.
 * Cost:    5 transforms and a rank update a sample and scan; with the wide band, those of
 *          dsp/gpr_wide.h.
 */
#ifndef GW_DSP_GPR_FRONT_H
#define GW_DSP_GPR_FRONT_H

#include <stdbool.h>

#include "dsp/calibration.h"
#include "dsp/fft.h"
#include "dsp/frame.h"
#include "dsp/stage.h"
#include "dsp/status.h"

typedef struct gw_gpr_front gw_gpr_front;

typedef struct gw_gpr_scan {
    int64_t scan;   /* index in the raw data */
    double along_m; /* of the scan */
    int64_t time_ns;
} gw_gpr_scan;

typedef struct gw_gpr_front_config {
    const gw_stream *stream; /* samples, marks, rates, band; read in create only */
    size_t channel;
    double spacing_m;                      /* of scans, > 0 */
    double speed_m_per_ns;                 /* of the wave, for depths; 0: assumed */
    const gw_calibration_gpr *calibration; /* NULL: none; read in create only */
    gw_stage_sink show;                    /* NULL: no pictures */
    void *show_user;
    bool is_wide;     /* scans of the wide band come out as well */
    unsigned without; /* stages left out, dsp/gpr_without.h */
} gw_gpr_front_config;

/* What the chain knows of its scans. */
typedef struct gw_gpr_band {
    double sample_rate_hz, center_norm; /* center_norm: cycles a sample */
    size_t n_samples, wavelet;          /* wavelet: samples, 1.5 periods */
    bool is_stepped;                    /* scans were made of steps of frequency */
    bool is_time_known, is_calibrated;
    bool is_center_known; /* false: of its window so many periods were taken as is usual */
} gw_gpr_band;

/* Where time began in the aligned scans, samples; with a calibration only. */
typedef struct gw_gpr_origin {
    double time_zero, direct, surface; /* direct: the wave from antenna to antenna */
    float surface_power;
    bool has_surface; /* else there was no ground to be seen */
} gw_gpr_origin;

/* A scan without its background, [n_samples] each, until the next push. */
typedef struct gw_gpr_residual {
    gw_gpr_scan scan;
    gw_gpr_origin origin;
    float shift;  /* samples by which it had come late */
    float direct; /* mean power of the direct wave */
    const float *values, *background;
} gw_gpr_residual;

/* GW_EINVAL (error says which field), GW_ENOMEM. */
gw_status gw_gpr_front_create(const gw_gpr_front_config *config, gw_gpr_front **out,
                              gw_error *error);
const gw_gpr_band *gw_gpr_front_band(const gw_gpr_front *front);

/* counts: [n_samples] of one scan. Pop until false before the next push. */
void gw_gpr_front_push(gw_gpr_front *front, const float *counts, const gw_gpr_scan *scan);
bool gw_gpr_front_pop(gw_gpr_front *front, gw_gpr_residual *residual);

/* Channels of an array are not alike: analytic scans are moved earlier by this, and multiplied. */
void gw_gpr_front_match(gw_gpr_front *front, double earlier_samples, double gain);

/* Of the residual popped last: [n_samples] analytic, until the next push or pop. */
const gw_complex *gw_gpr_front_analytic(gw_gpr_front *front);

/* The same in the wide band, neither matched nor shown; NULL: there is none. */
const gw_complex *gw_gpr_front_wide(gw_gpr_front *front);

/* Sample of the strongest arrival in aligned scans, once a residual was popped. */
size_t gw_gpr_front_peak(const gw_gpr_front *front);

/* Of the scan pushed last, 0..1 (dsp/cue.h). */
float gw_gpr_front_provisional(const gw_gpr_front *front);

/* Depth of an echo at a sample of the aligned scan, m, with a calibration; NAN: no ground seen. */
double gw_gpr_front_depth_m(const gw_gpr_front *front, const gw_gpr_origin *origin,
                            double at_samples);

/* Height of the antennas over the ground, m, as above. */
double gw_gpr_front_height_m(const gw_gpr_front *front, const gw_gpr_origin *origin);

void gw_gpr_front_finish(gw_gpr_front *front);
void gw_gpr_front_reset(gw_gpr_front *front);
void gw_gpr_front_destroy(gw_gpr_front *front);

/* n rows of length_m at this spacing, within least..most. */
size_t gw_gpr_rows(double length_m, double spacing_m, size_t least, size_t most);

#endif
