/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/detect.h -- one thread that takes the blocks of all rings, in order of time, through the
 * detector; what it finds goes into a ring of gw_finding for the survey thread.
 *
 * Recordings: the block that is earliest in time, of all that have not ended. Live: the earliest
 * that is there, and a scan waits for the pose of its time, 200 ms at most. A stream is finished
 * when its source ended or lost its device, or when nothing came for 2 s. No allocation, lock or
 * print after create.
 */
#ifndef GW_DAEMON_DETECT_H
#define GW_DAEMON_DETECT_H

#include "daemon/acquire.h"
#include "daemon/pictures.h"
#include "daemon/recorder.h"
#include "dsp/array.h"
#include "dsp/calibration.h"
#include "dsp/detection.h"

typedef enum {
    GW_FINDING_DETECTION,
    GW_FINDING_COVERAGE,
    GW_FINDING_GAP,
    GW_FINDING_RUN /* of a sensor: before its first row, at each gap, after its last row */
} gw_finding_type;

typedef struct gw_finding {
    gw_finding_type type;
    gw_kind kind; /* of the stream it rests on; fused: gpr */
    uint32_t epoch;
    union {
        gw_detection detection;
        gw_coverage coverage;
        struct {
            uint64_t n_rows, from_row, to_row; /* n_rows 0: not known how many */
            bool is_epoch;                     /* the device was away */
        } gap;
        struct {
            uint64_t end_row, begin_row; /* its rows came up to the one, and go on from the other */
            int64_t begin_ns;
        } run;
    };
} gw_finding;

typedef struct gw_detect gw_detect;

typedef struct gw_detect_config {
    gw_feed *feeds[GW_KIND_COUNT]; /* by kind; NULL where there is none */
    double far_per_m;
    double speed_m_per_ns; /* of the wave; 0: assumed */
    gw_balance balance;
    gw_array_way array;
    const gw_calibration *calibration; /* NULL: none; read in create only */
    gw_bell *findings;                 /* rung after each finding; must outlive it */
} gw_detect_config;

/* blocks: the bell that the feeds ring. The errors of gw_detector_create. */
gw_status gw_detect_create(const gw_detect_config *config, gw_bell *blocks, gw_detect **out,
                           gw_error *error);

/* Where pictures go, before start; lossy, never waited for. */
void gw_detect_show(gw_detect *detect, gw_pictures *pictures);

/* Who is given each block, before start; never waited for. */
void gw_detect_record(gw_detect *detect, gw_recorder *recorder);

gw_status gw_detect_start(gw_detect *detect, gw_error *error);

/* Filled by the detect thread; survey empties it. */
gw_ring *gw_detect_findings(gw_detect *detect);

/* Turns of the loop: stands still only when the thread hangs. */
uint64_t gw_detect_turns(const gw_detect *detect);

/* Newest place of the head by its pose, m; height, m; speed, m/s. NAN unknown. */
double gw_detect_along(const gw_detect *detect);
double gw_detect_height(const gw_detect *detect);
double gw_detect_speed(const gw_detect *detect);

/* CLOCK_MONOTONIC of the newest candidate that found no room in fusion; 0: none did. */
int64_t gw_detect_unfused_ns(const gw_detect *detect);

/* Every source ended, and all that it gave went through the chains. */
bool gw_detect_has_ended(const gw_detect *detect);

/* Take what is still in the rings through the chains, finish every stream, end the thread. The
 * sources must have been stopped. False when it hangs. */
bool gw_detect_stop(gw_detect *detect, void (*idle)(void *user), void *user);
void gw_detect_destroy(gw_detect *detect);

#endif
