/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/scene.h -- a lane of ground described in YAML, and its truth.
 *
 * Opened through drivers/recording.h, a scene gives GPR, MD and pose rows computed by closed-form
 * physics, the same for the same seed, row by row in any order. A lane of any length takes the
 * memory of a few metres.
 */
#ifndef GW_DRIVERS_SCENE_SCENE_H
#define GW_DRIVERS_SCENE_SCENE_H

#include "drivers/recording.h"

/* One buried object of a scene. */
typedef struct gw_truth {
    double along_m, cross_m, depth_m /* to its top */, diameter_m;
    char class_name[8]; /* "AP", "AT", "UXO", "wire", "test", or "" for clutter */
    char name[32];
    bool is_target, is_metal;
} gw_truth;

/* The ground and the head at a place of the lane. */
typedef struct gw_truth_ground {
    double along_m, time_s, lift_m, cross_m;
    double eps_r, sigma_s_m, chi, chi_drop_per_decade;
    double mesh_m; /* spacing of the mesh in it; 0: there is none */
} gw_truth_ground;

extern const gw_reader gw_scene_reader;

/* Objects of the scene at `path`, ordered along the lane; a mesh is ground, not an object. *out is
 * malloc'd, for the caller to free. */
gw_status gw_scene_truth(const char *path, gw_truth **out, size_t *n_out, gw_error *error);

/* The ground every 0.1 m, of long lanes at 20,000 places. *out is malloc'd. */
gw_status gw_scene_truth_ground(const char *path, gw_truth_ground **out, size_t *n_out,
                                gw_error *error);

/* Name of the scene's soil, for reports; "" when it has none. */
gw_status gw_scene_truth_soil(const char *path, char soil[32], gw_error *error);

#endif
