/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/array_impl.h -- the state of an array's chain, shared by array.c (the path), array_create.c,
 * array_place.c (channels, height) and array_tell.c (candidates, coverage).
 */
#ifndef GW_DSP_ARRAY_IMPL_H
#define GW_DSP_ARRAY_IMPL_H

#include "dsp/array.h"
#include "dsp/box.h"
#include "dsp/cube.h"
#include "dsp/level.h"
#include "dsp/speed.h"
#include "dsp/summit.h"

/* Wave speed in ground of permittivity 6 [Daniels2004], as of a single channel. */
#define ARRAY_WAVE_M_PER_NS 0.12

enum { ARRAY_SCANS_KEPT = 4096, ARRAY_ROWS_KEPT = 256, ARRAY_BINS_A_PERIOD = 4 };
enum { ARRAY_SAID = 64 };

/* A scan on its way through the stages. */
typedef struct array_kept {
    gw_gpr_scan scan;
    gw_gpr_origin origin; /* of the middle channel */
    float score, floor;   /* highest; mean */
} array_kept;

/* Where the newest candidates lie, rows and channels. */
typedef struct array_said {
    uint64_t n;
    double row[ARRAY_SAID], channel[ARRAY_SAID];
} array_said;

struct gw_array {
    gw_array_config config;
    gw_gpr_band band;
    size_t n_channels, middle, n_bins, n_cells; /* cells: channels times bins */
    double channel_spacing_m, far_scale, depth_start_sd_m;
    bool is_matched, is_placed;
    bool is_far_assumed;             /* dsp/far.h knows no such radar */
    size_t reach;                    /* rows between two candidates */
    double earlier[GW_CHANNELS_MAX]; /* samples by which a channel is moved */
    gw_cube_ground ground;
    gw_speed speed;   /* that depths are told by */
    size_t aperture;  /* rows on each side of the cube's */
    unsigned n_ended; /* stages that know that the lane has ended */
    array_said said;
    uint64_t n_taken, n_floored, n_covered; /* scans */
    gw_gpr_front *fronts[GW_CHANNELS_MAX];
    gw_gpr_residual residuals[GW_CHANNELS_MAX];
    gw_fft *fft;
    size_t size; /* of its transforms */
    gw_cube *cube;
    gw_box *box;
    gw_level *floor;
    gw_summit *summit;
    array_kept *kept;               /* [ARRAY_SCANS_KEPT] */
    float *shifts;                  /* [ARRAY_SCANS_KEPT][n_channels] */
    float *echoes;                  /* [n_channels][n_samples] power of what moves */
    gw_complex *spectrum, *against; /* [size/2 + 1] */
    float *lags;                    /* [size] */
    gw_complex *focused;            /* [n_channels][n_bins] */
    float *energy, *smooth;         /* [n_channels][n_bins] */
    float *levels;                  /* [n_bins] */
    float *rows;                    /* [ARRAY_ROWS_KEPT][n_channels][n_bins] energy */
    float *scores;                  /* [n_channels] */
    uint32_t *bins;                 /* [ARRAY_ROWS_KEPT][n_channels] of the scores */
};

/* array_place.c. Of the first row: how the channels differ. Of the first rows: height, bins. */
void array_match(gw_array *array);
void array_watch(gw_array *array, size_t channel, const gw_complex *z);
void array_place(gw_array *array);
/* Sample of a bin in the middle channel's aligned time. */
double array_at_samples(const gw_array *array, double bin);

/* array_tell.c */
/* False alarms a metre of lane over all of the swath, of energy so often that of its floor. */
double array_far_per_m(const gw_array *array, float ratio);
/* middle: rows and channels from the summit to the middle of what it stands for. */
void array_middle(const gw_array *array, uint64_t row, size_t channel, double middle[2]);
void array_tell(const gw_array *array, uint64_t row, size_t channel, const double middle[2],
                gw_detection *detection);

#endif
