/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/scatter.h -- points that scatter, on a grid that is fixed to the ground: one in
 * each cell of its volume, or one for each facet of its rough surface.
 *
 * State:   the slices last asked for; a slice is the same whenever it is made.
 */
#ifndef GW_DRIVERS_SCENE_SCATTER_H
#define GW_DRIVERS_SCENE_SCATTER_H

#include "drivers/scene/impl.h"

typedef struct scan_point {
    double along_m, cross_m, depth_m, reflectivity; /* of a facet: its height and its area */
} scan_point;

typedef struct scan_points {
    const scan_point *points;
    size_t n;
} scan_points;

typedef struct gw_scene_scatter gw_scene_scatter;

/* Under one channel the volume is a sheet along the lane, 0.16 m wide; under several it is cut into
 * cells of 0.06 x 0.06 x 0.04 m. Facets are 0.04 m wide. */
gw_status gw_scene_scatter_create(const gw_scene *scene, bool is_surface, gw_scene_scatter **out);
/* How far from the antennas points still matter. */
double gw_scene_scatter_reach_m(const gw_scene_scatter *scatter);
/* Slices from `first` to `last` lie within reach of a place along the lane. */
void gw_scene_scatter_span(const gw_scene_scatter *scatter, double along_m, int64_t *first,
                           int64_t *last);
/* The points of a slice within reach of cross_m, until the next call. */
scan_points gw_scene_scatter_slice(gw_scene_scatter *scatter, int64_t slice, double cross_m);
void gw_scene_scatter_destroy(gw_scene_scatter *scatter);

#endif
