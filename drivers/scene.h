/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene.h -- a lane of ground described in YAML, and its truth.
 *
 * Opened through drivers/recording.h, a scene gives GPR, MD and pose rows computed by closed-form
 * physics, the same for the same seed, row by row in any order.
 */
#ifndef GW_DRIVERS_SCENE_H
#define GW_DRIVERS_SCENE_H

#include "drivers/recording.h"

/* One buried object of a scene. */
typedef struct gw_truth {
    double along_m, cross_m, depth_m /* to its top */, diameter_m;
    char class_name[8]; /* "AP", "AT", or "" for clutter */
    char name[32];
    bool is_target, is_metal;
} gw_truth;

extern const gw_reader gw_scene_reader;

/* Objects of the scene at `path`, ordered along the lane. *out is malloc'd, for the caller to free.
 */
gw_status gw_scene_truth(const char *path, gw_truth **out, size_t *n_out, gw_error *error);

#endif
