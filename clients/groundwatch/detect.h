/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/detect.h -- one recording through the detector, and its candidates printed.
 */
#ifndef GW_CLIENTS_DETECT_H
#define GW_CLIENTS_DETECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "clients/groundwatch/look.h"
#include "clients/plot/section.h"
#include "drivers/calibration.h"
#include "dsp/array.h"
#include "dsp/detection.h"
#include "dsp/frame.h"
#include "dsp/status.h"

typedef struct detect_job {
    const char *path;
    double far_per_m;
    double speed_m_per_ns; /* of the wave; 0: assumed */
    gw_balance balance;
    gw_array_way array;
    const char *calibration_path;           /* for messages */
    const gw_calibration_file *calibration; /* NULL: none */
    gw_origin origin;                       /* over the recording's own; unknown: as it says */
    gw_arm arms[GW_KIND_COUNT];             /* the same */
    bool has_pictures;                      /* keep what the radar's chain saw */
    bool has_provisional;                   /* also the radar's cues, among the others */
    bool has_ground;                        /* keep the ground searched */
    look *looks; /* [n_looks] what is wanted of the metal detector's; filled in */
    size_t n_looks;
} detect_job;

/* Where a stream begins that began after the chain which it was sensed with. */
typedef struct detect_late {
    uint64_t n_rows; /* later; 0: it did not, or nobody knows */
    uint64_t first_row;
    double s; /* NAN unknown */
} detect_late;

typedef struct detect_result {
    detect_late late[GW_KIND_COUNT];
    char recording[GW_NAME_MAX]; /* file name */
    size_t n, max;
    gw_detection *items; /* in order of along_m, of scan where the spacing is unknown */
    size_t n_grounds, max_grounds;
    gw_coverage *grounds; /* as the chains told it, if it was asked for */
    double cpu_s, lane_s; /* of one core; how long it took to record, radar at 100 scans/s */
    uint64_t n_scans;     /* of radar */
    bool is_spacing_assumed, is_far_assumed;
    gw_origin origin;                   /* of the lane */
    double searched_m[GW_SENSOR_COUNT]; /* ground of known place; fused: seen by both */
    double swath_m;                     /* of a radar array; 0: no array */
    gw_section *sections; /* [n_channels][GW_STAGE_COUNT]; NULL: no radar, or no pictures */
    size_t n_channels;
    char calibration[GW_CALIBRATION_HASH_MAX]; /* hash, or "uncalibrated" */
} detect_result;

/* Run every stream of the recording through the detector. GW_ENOENT, GW_EFORMAT, GW_EIO, ... */
gw_status detect_run(const detect_job *job, detect_result *result, gw_error *error);
void detect_free(detect_result *result);

typedef enum { DETECT_JSONL, DETECT_GEOJSON, DETECT_CSV } detect_format;

/* True when a candidate is printed without --all: an alarm, or nearly one. */
bool detect_is_shown(const gw_detection *detection);

/* path: for GeoJSON's places. GW_EFORMAT: no WGS 84 pose. */
gw_status detect_print(const char *path, const detect_result *result, detect_format format,
                       bool is_all, FILE *to, gw_error *error);

/* The ground searched by each sensor, in stretches of half a metre, a JSON object a line.
 * GW_ENOMEM. */
gw_status detect_ground_print(const detect_result *result, FILE *to, gw_error *error);

/* DIR/NAME.png, of several channels DIR/NAME-chK.png: what the radar's chain saw, with the
 * candidates on it. None when there is no radar; that is said. GW_EIO, GW_ENOMEM. */
gw_status detect_picture(const detect_result *result, const char *folder, gw_error *error);

#endif
