/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/scatter.h"

#include <math.h>
#include <stdlib.h>

enum { SLOTS = 32 };

static const double VOLUME_REACH_M = 0.26, VOLUME_DEPTH_M = 0.36, SURFACE_REACH_M = 0.30;
static const double SWAY_M = 0.08; /* about as far as the head strays */
/* Reflectivity of a cell of 0.02 x 0.16 x 0.02 m over soil.scatter; it goes with the square root of
 * the volume, as powers add. */
static const double VOLUME_GAIN = 0.075, VOLUME_CELL_M3 = 0.02 * 0.16 * 0.02;

/* Cells along, across and down. */
typedef struct grid {
    double along_m, cross_m, down_m, cross_from_m;
    size_t n_cross, n_deep;
} grid;

struct gw_scene_scatter {
    const gw_scene *scene;
    bool is_surface;
    grid cells;
    uint64_t key;
    double reach_m, gain;
    bool is_made[SLOTS];
    int64_t slices[SLOTS];
    scan_point points[]; /* [SLOTS][n_cross][n_deep] */
};

static grid grid_of(const gw_scene *scene, bool is_surface)
{
    double swath = (scene->gpr.n_channels - 1) * scene->gpr.channel_spacing_m;
    double reach = (is_surface ? SURFACE_REACH_M : VOLUME_REACH_M) + SWAY_M;
    if (!is_surface && scene->gpr.n_channels < 2)
        return (grid){0.02, 0.16, 0.02, -0.08, 1, (size_t)(VOLUME_DEPTH_M / 0.02)};
    grid cells = {.along_m = is_surface ? 0.04 : 0.06,
                  .down_m = is_surface ? 0 : 0.04,
                  .cross_from_m = -reach,
                  .n_deep = is_surface ? 1 : (size_t)(VOLUME_DEPTH_M / 0.04)};
    cells.cross_m = cells.along_m;
    cells.n_cross = (size_t)ceil((swath + 2 * reach) / cells.cross_m);
    return cells;
}

gw_status gw_scene_scatter_create(const gw_scene *scene, bool is_surface, gw_scene_scatter **out)
{
    grid cells = grid_of(scene, is_surface);
    size_t n = SLOTS * cells.n_cross * cells.n_deep;
    gw_scene_scatter *scatter = calloc(1, sizeof *scatter + n * sizeof scatter->points[0]);
    *out = scatter;
    if (!scatter)
        return GW_ENOMEM;
    scatter->scene = scene;
    scatter->is_surface = is_surface;
    scatter->cells = cells;
    scatter->reach_m = is_surface ? SURFACE_REACH_M : VOLUME_REACH_M;
    scatter->key = gw_random_key(scene->seed, is_surface ? SCENE_FACETS : SCENE_VOLUME);
    scatter->gain = VOLUME_GAIN * scene->soil.scatter *
                    sqrt(cells.along_m * cells.cross_m * cells.down_m / VOLUME_CELL_M3);
    return GW_OK;
}

double gw_scene_scatter_reach_m(const gw_scene_scatter *scatter)
{
    return scatter->reach_m;
}

void gw_scene_scatter_span(const gw_scene_scatter *scatter, double along_m, int64_t *first,
                           int64_t *last)
{
    *first = (int64_t)floor((along_m - scatter->reach_m) / scatter->cells.along_m);
    *last = (int64_t)ceil((along_m + scatter->reach_m) / scatter->cells.along_m) - 1;
}

static scan_point cell_point(const gw_scene_scatter *scatter, int64_t slice, size_t column,
                             size_t deep)
{
    const grid *cells = &scatter->cells;
    int64_t index = (slice * (int64_t)cells->n_cross + (int64_t)column) * (int64_t)cells->n_deep;
    uint64_t key = gw_random_bits(scatter->key, (uint64_t)(index + (int64_t)deep));
    double middle = cells->cross_from_m + ((double)column + 0.5) * cells->cross_m;
    return (scan_point){.along_m = ((double)slice + gw_random_uniform(key, 0)) * cells->along_m,
                        .cross_m = middle + cells->cross_m * (gw_random_uniform(key, 1) - 0.5),
                        .depth_m =
                            ((double)deep + gw_random_uniform(key, 2)) * cells->down_m + 0.002,
                        .reflectivity = scatter->gain * gw_random_normal(key, 3)};
}

static scan_point facet_point(const gw_scene_scatter *scatter, int64_t slice, size_t column)
{
    const scene_soil *soil = &scatter->scene->soil;
    const grid *cells = &scatter->cells;
    scan_point facet = {.along_m = ((double)slice + 0.5) * cells->along_m,
                        .cross_m = cells->cross_from_m + ((double)column + 0.5) * cells->cross_m,
                        .reflectivity = cells->along_m * cells->cross_m};
    facet.depth_m =
        soil->roughness_m * gw_field_at2(soil->roughness_key, soil->roughness_correlation_m,
                                         facet.along_m, facet.cross_m);
    return facet;
}

static void slice_make(gw_scene_scatter *scatter, int64_t slice, scan_point *points)
{
    const grid *cells = &scatter->cells;
    for (size_t column = 0; column < cells->n_cross; column++)
        for (size_t deep = 0; deep < cells->n_deep; deep++)
            *points++ = scatter->is_surface ? facet_point(scatter, slice, column)
                                            : cell_point(scatter, slice, column, deep);
}

scan_points gw_scene_scatter_slice(gw_scene_scatter *scatter, int64_t slice, double cross_m)
{
    const grid *cells = &scatter->cells;
    size_t slot = (size_t)(((slice % SLOTS) + SLOTS) % SLOTS), n = cells->n_cross * cells->n_deep;
    scan_point *points = scatter->points + slot * n;
    if (!scatter->is_made[slot] || scatter->slices[slot] != slice)
        slice_make(scatter, slice, points);
    scatter->is_made[slot] = true;
    scatter->slices[slot] = slice;
    if (cells->n_cross == 1)
        return (scan_points){points, n};
    double most = (double)cells->n_cross;
    double from = floor((cross_m - scatter->reach_m - cells->cross_from_m) / cells->cross_m);
    double to = ceil((cross_m + scatter->reach_m - cells->cross_from_m) / cells->cross_m);
    from = fmin(fmax(from, 0), most);
    to = fmin(fmax(to, from), most);
    return (scan_points){points + (size_t)from * cells->n_deep,
                         (size_t)(to - from) * cells->n_deep};
}

void gw_scene_scatter_destroy(gw_scene_scatter *scatter)
{
    free(scatter);
}
