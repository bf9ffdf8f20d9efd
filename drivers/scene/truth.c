/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/scene/impl.h"

static const double GROUND_STEP_M = 0.1, GROUND_STEPS_MOST = 20000;

typedef struct truth_list {
    gw_truth *items;
    size_t n, max;
} truth_list;

static bool truth_add(truth_list *list, const gw_truth *truth)
{
    if (list->n == list->max) {
        size_t max = list->max ? 2 * list->max : 64;
        gw_truth *items = realloc(list->items, max * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->max = max;
    }
    list->items[list->n++] = *truth;
    return true;
}

static gw_truth wire_truth(const scene_wire *wire)
{
    gw_truth truth = {.along_m = wire->along_m,
                      .depth_m = wire->depth_m,
                      .diameter_m = wire->diameter_m,
                      .class_name = "wire",
                      .is_target = true,
                      .is_metal = true};
    snprintf(truth.name, sizeof truth.name, "%s", wire->name);
    return truth;
}

/* The truth comes first in an object. */
static bool truth_collect(const gw_scene *scene, truth_list *list)
{
    gw_scene_object *cell = malloc(SCENE_CELL_MAX * sizeof *cell);
    bool is_good = cell != NULL;
    for (size_t k = 0; k < scene->n_given && is_good; k++)
        is_good = truth_add(list, &scene->given[k].truth);
    for (size_t k = 0; k < scene->n_wires && is_good; k++) {
        gw_truth truth = wire_truth(&scene->wires[k]);
        is_good = truth.along_m > scene->path.length_m || truth_add(list, &truth);
    }
    for (size_t c = 0; c < gw_scene_n_cells(scene) && is_good; c++) {
        size_t n = gw_scene_cell(scene, c, cell);
        for (size_t k = 0; k < n && is_good; k++)
            is_good = truth_add(list, &cell[k].truth);
    }
    free(cell);
    return is_good;
}

static int truth_order(const void *a, const void *b)
{
    const gw_truth *p = a, *q = b;
    if (p->along_m != q->along_m)
        return p->along_m < q->along_m ? -1 : 1;
    if (p->depth_m != q->depth_m)
        return p->depth_m < q->depth_m ? -1 : 1;
    return (p->cross_m > q->cross_m) - (p->cross_m < q->cross_m);
}

gw_status gw_scene_truth(const char *path, gw_truth **out, size_t *n_out, gw_error *error)
{
    gw_scene *scene = NULL;
    truth_list list = {0};
    *out = NULL;
    *n_out = 0;
    gw_status status = gw_scene_load(path, &scene, NULL, error);
    if (status != GW_OK)
        return status;
    if (!truth_collect(scene, &list))
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    free(scene);
    if (status != GW_OK) {
        free(list.items);
        return status;
    }
    if (list.n)
        qsort(list.items, list.n, sizeof *list.items, truth_order);
    *out = list.items;
    *n_out = list.n;
    return GW_OK;
}

/* When the head comes to a place; where it stops, when it arrives. */
static double time_of(const scene_path *path, double along_m)
{
    double low = 0, high = path->duration_s;
    for (int k = 0; k < 60; k++) {
        double middle = 0.5 * (low + high);
        if (gw_scene_along_m(path, middle) < along_m)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static double mesh_at(const gw_scene *scene, double along_m)
{
    for (size_t k = 0; k < scene->n_meshes; k++)
        if (along_m >= scene->meshes[k].from_m && along_m <= scene->meshes[k].to_m)
            return scene->meshes[k].spacing_m;
    return 0;
}

gw_status gw_scene_truth_ground(const char *path, gw_truth_ground **out, size_t *n_out,
                                gw_error *error)
{
    gw_scene *scene = NULL;
    *out = NULL;
    *n_out = 0;
    gw_status status = gw_scene_load(path, &scene, NULL, error);
    if (status != GW_OK)
        return status;
    double step = fmax(GROUND_STEP_M, scene->path.length_m / GROUND_STEPS_MOST);
    size_t n = (size_t)(scene->path.length_m / step + 1e-9) + 1;
    *out = calloc(n, sizeof **out);
    if (!*out)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    for (size_t k = 0; k < n && status == GW_OK; k++) {
        double along = (double)k * step;
        scene_ground ground = gw_scene_ground_at(&scene->soil, along);
        (*out)[k] = (gw_truth_ground){.along_m = along,
                                      .time_s = time_of(&scene->path, along),
                                      .lift_m = gw_scene_lift_m(&scene->path, along),
                                      .cross_m = gw_scene_cross_m(&scene->path, along),
                                      .eps_r = ground.eps_r,
                                      .sigma_s_m = ground.sigma_s_m,
                                      .chi = ground.chi,
                                      .chi_drop_per_decade = ground.chi_drop,
                                      .mesh_m = mesh_at(scene, along)};
    }
    free(scene);
    *n_out = status == GW_OK ? n : 0;
    return status;
}

gw_status gw_scene_truth_soil(const char *path, char soil[32], gw_error *error)
{
    gw_scene *scene = NULL;
    soil[0] = 0;
    gw_status status = gw_scene_load(path, &scene, NULL, error);
    if (status == GW_OK)
        snprintf(soil, 32, "%s", scene->soil.name);
    free(scene);
    return status;
}
