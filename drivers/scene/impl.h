/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/impl.h -- a scene as parsed, which the models turn into rows: head.h (coils),
 * md.h, gpr.h.
 */
#ifndef GW_DRIVERS_SCENE_IMPL_H
#define GW_DRIVERS_SCENE_IMPL_H

#include "drivers/scene/device.h"
#include "drivers/scene/ground.h"
#include "drivers/scene/keys.h"
#include "drivers/scene/object.h"
#include "drivers/scene/path.h"

enum { SCENE_WIRES_MAX = 32, SCENE_MESHES_MAX = 4 };

/* Numbers are double while they are read from YAML, also those that are whole. */
typedef struct scene_radar {
    double n_samples, window_ns, center_hz, spacing_m, scan_rate_hz, offset_m;
    double n_channels, channel_spacing_m;
    double start_hz, step_hz; /* start_hz > 0: stepped frequency, n_samples steps */
    double clip_counts;
    double plate_m; /* a metal plate so far under the antennas; 0: none */
} scene_radar;

typedef enum { SCENE_MD_ADC, SCENE_MD_IQ, SCENE_MD_PULSE } scene_md_form;

typedef struct scene_coils {
    scene_md_form form;
    double rate_hz; /* rows */
    double transmit_m, receive_m /* radii */, full_scale_m;
    double drift, reference_drift, gain_error, phase_error_deg;
    double lost_hz, lost_from_m, lost_to_m; /* a tone that fails; 0: none */
    double clip_counts;
    size_t n_tones;
    double tones_hz[GW_TONES_MAX];
    double n_gates, first_s, last_s, on_s; /* pulse: gates after the end of the current */
    double ring_s;                         /* pulse: decay of the coils themselves */
} scene_coils;

typedef struct scene_noise {
    double gpr_db, jitter_samples, gain_rms, time_drift_samples, wow_db /* NAN: none */;
    double md_counts, md_ball_db /* NAN: md_counts holds */, transmit_counts;
    double hum_counts, hum_hz, impulses_per_m;
    double interference_db, interference_hz, interference_per_m; /* radar */
    double tone_counts, tone_hz;                                 /* metal detector */
} scene_noise;

/* A straight conductor: a wire across the lane, or a bar of a mesh. */
typedef struct scene_wire {
    char name[32];
    double along_m, depth_m, diameter_m, skew_deg, length_m, earth_ohm;
} scene_wire;

typedef struct scene_mesh {
    double from_m, to_m, depth_m, bar_m, spacing_m;
} scene_mesh;

/* One gap of n_rows somewhere in each stretch of one over per_m. */
typedef struct scene_drops {
    double gpr_per_m, gpr_rows, md_per_m, md_rows;
} scene_drops;

typedef struct scene_pose {
    double rate_hz, height, cross; /* height, cross: 1 it is told, 0 it is not */
} scene_pose;

typedef struct gw_scene {
    char name[64];
    uint64_t seed;
    unsigned kinds; /* bits 1 << gw_kind */
    scene_soil soil;
    scene_path path;
    scene_radar gpr;
    scene_coils md;
    scene_noise noise;
    scene_drops drops;
    scene_pose pose;
    double clutter_per_m[SCENE_KINDS], clutter_per_m2[SCENE_KINDS], swath_m;
    gw_origin origin;
    scene_device device;
    char device_file[256]; /* "": the device is in the scene */
    size_t n_rows, n_wires, n_meshes, n_given;
    scene_row rows[SCENE_ROWS_MAX];
    scene_wire wires[SCENE_WIRES_MAX];
    scene_mesh meshes[SCENE_MESHES_MAX];
    gw_scene_object given[]; /* [n_given], ordered by place */
} gw_scene;

/* scene.c: the scene of a file, with its device's, and the hash of both; hash may be NULL. */
gw_status gw_scene_load(const char *path, gw_scene **out, char hash[GW_HASH_MAX], gw_error *error);

/* config.c: the scene in YAML text; errors "PATH:LINE: KEY: cause". free(*out). */
gw_status gw_scene_parse(const char *path, const unsigned char *text, size_t n_text, gw_scene **out,
                         gw_error *error);

/* drops.c: which rows of a stream are there. */
typedef struct scene_holes {
    uint64_t slot_rows, n_lost, key; /* slot_rows 0: none is missing */
} scene_holes;

scene_holes gw_scene_holes(const gw_scene *scene, gw_kind kind, double rows_per_m);
/* Rows left of n. */
uint64_t gw_scene_holes_left(const scene_holes *holes, uint64_t n);
/* Number among all rows of the row that is `row` among those left; *n_lost missing before it. */
uint64_t gw_scene_holes_row(const scene_holes *holes, uint64_t row, uint64_t *n_lost);

#endif
