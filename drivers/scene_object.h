/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene_object.h -- what can lie in the ground of a scene.
 */
#ifndef GW_DRIVERS_SCENE_OBJECT_H
#define GW_DRIVERS_SCENE_OBJECT_H

#include "drivers/scene.h"

enum { GW_SCENE_RELAXATIONS = 2 };

/* A = scale (c0 + sum weight (j f / f_k) / (1 + j f / f_k)), m^3 */
typedef struct gw_polarisability {
    double scale_m3, c0;
    double relax_hz[GW_SCENE_RELAXATIONS], weight[GW_SCENE_RELAXATIONS];
} gw_polarisability;

typedef struct gw_mine {
    const char *name, *class_name;
    double diameter_m, height_m;
    double eps_r;          /* of the case; 0: metal */
    double metal_fraction; /* depth of the metal's centre below the top, in heights */
    gw_polarisability metal;
    double ball_m; /* its metal is a steel ball of this radius instead; 0: it is not */
} gw_mine;

typedef struct gw_scene_object {
    gw_truth truth;
    double height_m, eps_r /* 0: metal */, metal_depth_m;
    gw_polarisability metal; /* scale_m3 0: none */
    double ball_m;           /* radius of a steel ball; 0: none */
} gw_scene_object;

#endif
