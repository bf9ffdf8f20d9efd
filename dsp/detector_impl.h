/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/detector_impl.h -- the state of the detector, shared by detector.c, detector_gpr.c and
 * detector_md.c.
 */
#ifndef GW_DSP_DETECTOR_IMPL_H
#define GW_DSP_DETECTOR_IMPL_H

#include "dsp/array.h"
#include "dsp/detector.h"
#include "dsp/front.h"
#include "dsp/fuse.h"
#include "dsp/gpr.h"
#include "dsp/md.h"
#include "dsp/place.h"
#include "dsp/provisional.h"
#include "dsp/range.h"
#include "dsp/regrid.h"
#include "dsp/scope.h"
#include "dsp/turns.h"

enum { DETECTOR_SCANS_WAITING = 128, DETECTOR_HOPS_WAITING = 1024, DETECTOR_COVERS_WAITING = 64 };

/* How scans get their place. */
typedef enum {
    SCANS_SPACED, /* scan x spacing, as the device or header says */
    SCANS_PLACED, /* wheel or pose: taken to a grid */
    SCANS_ASSUMED /* nothing is known: 0.02 m a scan */
} scans_how;

/* A scan that waits for its place. */
typedef struct scan_waiting {
    gw_gpr_scan scan;
    float *counts; /* [row_counts] */
} scan_waiting;

typedef struct hop_waiting {
    gw_md_hop hop;
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
} hop_waiting;

struct gw_detector {
    gw_detector_config config;
    gw_detector_sink sink;
    gw_stream streams[GW_KIND_COUNT];
    bool are_scans_timed; /* else the pose tells when they were taken */
    bool has_wheel;       /* the newest scan told its own place */
    bool has[GW_KIND_COUNT], has_started[GW_KIND_COUNT], has_ended[GW_KIND_COUNT];
    uint32_t epoch[GW_KIND_COUNT];
    gw_place place;
    gw_turns turns;                 /* of the head */
    uint64_t pass[GW_SENSOR_COUNT]; /* that a sensor's chain is in */
    gw_fuse *fuse;                  /* NULL unless both sensors have a place */
    gw_scope *scope;                /* NULL unless somebody listens */

    scans_how how;
    double spacing_m;
    gw_array *array; /* of all channels; NULL: each has a chain of its own */
    gw_gpr *gpr[GW_CHANNELS_MAX];
    size_t n_chains;                              /* of these */
    gw_provisional *provisional[GW_CHANNELS_MAX]; /* NULL unless somebody is told */
    gw_range *range;                              /* of stepped frequency, else NULL */
    size_t n_counts;                              /* of a scan as it comes */
    gw_regrid *regrid;
    bool has_grid, is_grid_over; /* scans went into it since it was reset; no more will */
    uint64_t grid_row, grid_end; /* of them: the first not told yet, after the newest */
    float *scan;                 /* [row_counts] */
    scan_waiting *scans;         /* [n_waiting] */
    size_t n_waiting;            /* room for scans that wait for their place */
    uint64_t n_scans_in, n_scans_out;

    gw_calibration_md md_calibration; /* n_tones 0: none */
    gw_front *front;
    bool has_front;     /* a row went into it since it was reset: */
    uint64_t front_row; /* the first; then the middle of the newest response */
    gw_md *md;
    bool is_md_placed;
    unsigned md_trouble; /* since it was last asked for */
    hop_waiting *hops;   /* [DETECTOR_HOPS_WAITING] */
    uint64_t n_hops_in, n_hops_out;

    bool has_head;    /* the pose tells of height or cross: ground waits until they are known */
    double covered_m; /* by the radar since scans were missing; NAN: nothing */
    gw_coverage covers[DETECTOR_COVERS_WAITING];
    uint64_t n_covers_in, n_covers_out;
};

gw_status detector_gpr_create(gw_detector *detector, gw_error *error);
void detector_gpr_push(gw_detector *detector, const gw_block *block);
void detector_gpr_settle(gw_detector *detector); /* scans whose place is known by now */
void detector_gpr_finish(gw_detector *detector);
void detector_gpr_destroy(gw_detector *detector);

gw_status detector_md_create(gw_detector *detector, gw_error *error);
void detector_md_push(gw_detector *detector, const gw_block *block);
void detector_md_settle(gw_detector *detector);
void detector_md_finish(gw_detector *detector);
void detector_md_destroy(gw_detector *detector);

/* To the sink, and to fusion (ground: dsp/detector_cover.h). */
void detector_emit(gw_detector *detector, const gw_detection *detection);
void detector_passed(gw_detector *detector, gw_sensor sensor, double along_m);

/* Whether a scan or response of a time is of a later pass than the sensor's chain; the chain ends
 * first, then the pass begins. */
bool detector_has_turned(const gw_detector *detector, gw_sensor sensor, int64_t time_ns);
void detector_pass_begin(gw_detector *detector, gw_sensor sensor, int64_t time_ns);

/* How long the place of a sensor's time was reckoned, s. */
double detector_reckoned_s(const gw_detector *detector, gw_sensor sensor, int64_t time_ns);

/* To those who watch: the scan in detector->scan, a response. */
void detector_gpr_show(gw_detector *detector, const gw_block *block, const gw_gpr_scan *scan);
void detector_md_show(gw_detector *detector, const gw_block *block, const hop_waiting *waiting);

/* Time of row `row` of a block, on the block's clock. */
int64_t detector_row_ns(const gw_stream *stream, const gw_block *block, uint64_t row);

#endif
