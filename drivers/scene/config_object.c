/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/scene/config.h"

static const double CELL_MOST = 100; /* objects, on average, in 2 m of lane */

/* A target or a piece of clutter that is given. */
static const scene_number place_numbers[] = {
    {"along_m", offsetof(gw_truth, along_m), 0, 0, 1e5},
    {"depth_m", offsetof(gw_truth, depth_m), 0, 0, 1},
    {"cross_m", offsetof(gw_truth, cross_m), 0, -10, 10},
    {"size_m", offsetof(gw_truth, diameter_m), 0, 0.001, 0.5},
};

#define ROW(field) offsetof(scene_row, field)
static const scene_number row_numbers[] = {
    {"every_m", ROW(every_m), 0, 0.05, 1e4},
    {"from_m", ROW(from_m), 0, 0, 1e5},
    {"to_m", ROW(to_m), 1e5, 0, 1e5},
    {"jitter", ROW(jitter), 0, 0, 1},
    {"depth_least_m", ROW(depth_least_m), 0, 0, 1},
    {"depth_most_m", ROW(depth_most_m), -1, 0, 1},
    {"cross_least_m", ROW(cross_least_m), 0, -10, 10},
    {"cross_most_m", ROW(cross_most_m), 0, -10, 10},
    {"size_m", ROW(size_m), 0, 0.001, 0.5},
};

#define WIRE(field) offsetof(scene_wire, field)
static const scene_number wire_numbers[] = {
    {"along_m", WIRE(along_m), 0, 0, 1e5},
    {"depth_m", WIRE(depth_m), 0, 0, 1},
    {"diameter_m", WIRE(diameter_m), 0.0005, 0.0001, 0.05},
    {"skew_deg", WIRE(skew_deg), 0, -60, 60},
    {"length_m", WIRE(length_m), 2, 0.5, 100},
    {"earth_ohm", WIRE(earth_ohm), 500, 0.01, 1e6},
};

#define MESH(field) offsetof(scene_mesh, field)
static const scene_number mesh_numbers[] = {
    {"from_m", MESH(from_m), 0, 0, 1e5},           {"to_m", MESH(to_m), 1e5, 0, 1e5},
    {"depth_m", MESH(depth_m), 0.05, 0.005, 1},    {"bar_m", MESH(bar_m), 0.008, 0.002, 0.04},
    {"spacing_m", MESH(spacing_m), 0.15, 0.05, 1},
};

static gw_status place_take(const char *item, const raw_group *raw, const gw_scene *scene,
                            gw_truth *place, gw_error *error)
{
    memset(place, 0, sizeof *place);
    gw_status status = gw_scene_numbers_take(GW_TABLE(place_numbers), item, raw, place, error);
    if (status == GW_OK && place->along_m > scene->path.length_m)
        status = gw_error_set(error, GW_EFORMAT, "%s.along_m: %.9g is not in 0..%.9g", item,
                              place->along_m, scene->path.length_m);
    return status;
}

static gw_status target_take(gw_scene *scene, const raw_group *raw, const char *item,
                             gw_error *error)
{
    gw_truth place;
    gw_status status = place_take(item, raw, scene, &place, error);
    if (status != GW_OK)
        return status;
    const gw_mine *mine = gw_mine_find(raw->name);
    if (!mine)
        return gw_error_set(error, GW_EFORMAT, "%s.name: '%s' is none of %s", item, raw->name,
                            gw_mine_names());
    gw_scene_mine_make(mine, &place, &scene->given[scene->n_given++]);
    return GW_OK;
}

static gw_status kind_take(const char *item, const char *key, const char *word, unsigned *kind,
                           gw_error *error)
{
    *kind = gw_clutter_find(word);
    if (*kind < SCENE_KINDS)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT, "%s.%s: '%s' is none of stone, root, void, metal, nail",
                        item, key, word);
}

static gw_status clutter_take(gw_scene *scene, const raw_group *raw, unsigned index,
                              gw_error *error)
{
    char item[32];
    gw_truth place;
    unsigned kind = 0;
    snprintf(item, sizeof item, "clutter[%u]", index);
    gw_status status = place_take(item, raw, scene, &place, error);
    if (status == GW_OK)
        status = kind_take(item, "kind", raw->name, &kind, error);
    if (status == GW_OK)
        gw_scene_clutter_make(kind, &place, gw_random_key(scene->seed ^ 0xc1u, (uint64_t)index),
                              scene->soil.stone_chi, &scene->given[scene->n_given++]);
    return status;
}

static gw_status given_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    const raw_items *targets = &raw->lists[RAW_TARGETS], *clutter = &raw->lists[RAW_CLUTTER];
    gw_status status = GW_OK;
    for (unsigned k = 0; k < targets->items_count && status == GW_OK; k++) {
        char item[32];
        snprintf(item, sizeof item, "targets[%u]", k);
        status = target_take(scene, &targets->items[k], item, error);
    }
    for (unsigned k = 0; k < clutter->items_count && status == GW_OK; k++)
        status = clutter_take(scene, &clutter->items[k], k, error);
    qsort(scene->given, scene->n_given, sizeof scene->given[0], gw_scene_object_order);
    return status;
}

static gw_status rows_take(gw_scene *scene, const raw_items *raw, gw_error *error)
{
    char item[32];
    gw_status status = scene_list_take(GW_TABLE(row_numbers), "rows", raw, scene->rows,
                                       sizeof scene->rows[0], error);
    scene->n_rows = raw->items_count;
    for (unsigned k = 0; k < raw->items_count && status == GW_OK; k++) {
        scene_row *row = &scene->rows[k];
        snprintf(item, sizeof item, "rows[%u]", k);
        row->mine = gw_mine_find(raw->items[k].name);
        if (!row->mine && (row->kind = gw_clutter_find(raw->items[k].name)) == SCENE_KINDS)
            status = gw_error_set(error, GW_EFORMAT,
                                  "%s.name: '%s' is none of %s, stone, root, void, metal, nail",
                                  item, raw->items[k].name, gw_mine_names());
        if (row->depth_most_m < 0)
            row->depth_most_m = row->depth_least_m;
    }
    return status;
}

static gw_status wires_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    const raw_items *wires = &raw->lists[RAW_WIRES], *meshes = &raw->lists[RAW_MESHES];
    gw_status status = scene_list_take(GW_TABLE(wire_numbers), "wires", wires, scene->wires,
                                       sizeof scene->wires[0], error);
    scene->n_wires = wires->items_count;
    for (unsigned k = 0; k < wires->items_count; k++)
        snprintf(scene->wires[k].name, sizeof scene->wires[k].name, "%s", wires->items[k].name);
    if (status == GW_OK)
        status = scene_list_take(GW_TABLE(mesh_numbers), "meshes", meshes, scene->meshes,
                                 sizeof scene->meshes[0], error);
    scene->n_meshes = meshes->items_count;
    return status;
}

/* What is near the head is held in memory: there must not be too much of it. */
static gw_status density_check(const gw_scene *scene, gw_error *error)
{
    double in_2_m = 0;
    for (unsigned k = 0; k < SCENE_KINDS; k++)
        in_2_m += 2 * (scene->clutter_per_m[k] + scene->clutter_per_m2[k] * scene->swath_m);
    for (size_t k = 0; k < scene->n_rows; k++)
        in_2_m += 2 / scene->rows[k].every_m;
    if (in_2_m <= CELL_MOST)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT,
                        "%s: with all clutter and rows there would be %.0f objects in 2 m of lane, "
                        "more than %.0f",
                        scene->n_rows ? "rows" : "clutter_per_m", in_2_m, CELL_MOST);
}

gw_status scene_objects_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    gw_status status = given_take(scene, raw, error);
    if (status == GW_OK)
        status = rows_take(scene, &raw->lists[RAW_ROWS], error);
    if (status == GW_OK)
        status = wires_take(scene, raw, error);
    return status == GW_OK ? density_check(scene, error) : status;
}
