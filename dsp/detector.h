/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/detector.h -- the whole signal path of one lane: GPR and MD chains, place, fusion.
 *
 * Blocks of any stream go in, in any interleaving that each stream's own order allows; candidates
 * come out. The same rows give the same candidates, however they are cut into blocks and however
 * the streams interleave. Used as it is by `groundwatch detect` and by the daemon's detect thread.
 *
 * State:   every stream's history; candidates come a fixed distance after their place.
 * Cost:    no allocation, lock or system call after create.
 */
#ifndef GW_DSP_DETECTOR_H
#define GW_DSP_DETECTOR_H

#include "dsp/array_way.h"
#include "dsp/calibration.h"
#include "dsp/detection.h"
#include "dsp/frame.h"
#include "dsp/scope_frame.h"
#include "dsp/stage.h"
#include "dsp/status.h"

typedef struct gw_detector gw_detector;

typedef struct gw_detector_config {
    const gw_stream *streams[GW_KIND_COUNT]; /* NULL where there is none; copied */
    double far_per_m;      /* wanted false alarms a metre and sensor: 1e-6..1e3; 0: 0.1 */
    double speed_m_per_ns; /* of the wave in the ground: 0.03..0.2998; 0: assumed (dsp/speed.h) */
    gw_arm arms[GW_KIND_COUNT];        /* known: over what the stream says */
    gw_balance balance;                /* one-shot: the calibration has the ground */
    bool is_learning;                  /* for gw_detector_ground */
    gw_array_way array;                /* what is made of three radar channels or more */
    const gw_calibration *calibration; /* NULL: none; its coupling is read in create only */
} gw_detector_config;

/* Told what the chains found, within push and finish, in the order of each sensor's `along_m`
 * (of `scan` where the spacing is unknown); what an array finds side by side may change places
 * within 0.2 m. */
typedef struct gw_detector_sink {
    void (*detection)(void *user, const gw_detection *detection);
    void (*coverage)(void *user, const gw_coverage *coverage);
    /* The radar's cues, 5 cm after their place; in no other order. NULL: not told. */
    void (*provisional)(void *user, const gw_detection *candidate);
    gw_scope_sink scope;     /* pictures; NULL: none are made */
    gw_stage_sink stage;     /* what the radar's chain makes of each scan; NULL: not told */
    gw_stage_cell_sink cell; /* the metal detector's, before each detection of it; NULL: not told */
    void *user;
} gw_detector_sink;

/* GW_EINVAL (a stream that no chain can take; error says why), GW_ECONFIG (a balance without what
 * it needs), GW_ENOMEM. */
gw_status gw_detector_create(const gw_detector_config *config, const gw_detector_sink *sink,
                             gw_detector **out, gw_error *error);

/* Rows of one stream. A gap or a new epoch resets that stream's chain and says what it still held.
 */
void gw_detector_push(gw_detector *detector, gw_kind kind, const gw_block *block);

/* The stream has ended or stalled: say what its chain still holds. It may go on afterwards, as
 * after a gap. */
void gw_detector_finish(gw_detector *detector, gw_kind kind);

/* What was wrong with the metal detector's samples since the last call, bits of gw_trouble. */
unsigned gw_detector_trouble(gw_detector *detector);

/* Candidates that found no room in fusion, since create. */
uint64_t gw_detector_unfused(const gw_detector *detector);

/* The metal detector's ground so far (dsp/md.h); n_tones 0: none was seen. */
void gw_detector_ground(const gw_detector *detector, gw_ground *ground);

/* Newest known place of the head, m along the lane; its height over the ground, m; its speed, m/s;
 * by the pose. NAN unknown. */
double gw_detector_along(const gw_detector *detector);
double gw_detector_height(const gw_detector *detector);
double gw_detector_speed(const gw_detector *detector);

void gw_detector_destroy(gw_detector *detector);

#endif
