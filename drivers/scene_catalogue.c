/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Published outer sizes; relative permittivity of the case; metal content as a dipole with the
 * in-air range that published detectability suggests. Nothing here is a measured signature. */
static const gw_mine mines[] = {
    {"PMN", "AP", 0.112, 0.056, 3.0, 0.45, {9e-6, -0.25, {900, 6e3}, {0.7, 0.3}}, 0},
    {"PMN-2", "AP", 0.120, 0.054, 2.9, 0.45, {2.2e-6, -0.35, {3e3, 12e3}, {0.6, 0.4}}, 0},
    {"PMA-2", "AP", 0.068, 0.061, 2.6, 0.45, {4.5e-7, 0, {9e3, 30e3}, {0.8, 0.2}}, 0},
    {"M14", "AP", 0.056, 0.040, 2.8, 0.45, {2.6e-7, -0.5, {14e3, 14e3}, {1, 0}}, 0},
    {"OZM-72", "AP", 0.108, 0.172, 0, 0.45, {4e-5, -0.2, {300, 2e3}, {0.6, 0.4}}, 0},
    {"TM-62M", "AT", 0.320, 0.102, 0, 0.3, {2.2e-4, -0.2, {120, 700}, {0.6, 0.4}}, 0},
    {"TM-62P3", "AT", 0.320, 0.110, 2.7, 0.45, {4.5e-6, -0.3, {1.5e3, 8e3}, {0.6, 0.4}}, 0},
    {"TM-57", "AT", 0.316, 0.108, 0, 0.3, {2.1e-4, -0.2, {100, 800}, {0.6, 0.4}}, 0},
    {"ball-10mm", "test", 0.010, 0.010, 0, 0.5, .ball_m = 0.005},
    {"test-piece", "test", 0.080, 0.050, 2.9, 0.5, .ball_m = 0.005},
};

static const struct {
    const char *name;
    double eps_r, least_m, most_m; /* sizes drawn by clutter_per_m */
} clutters[] = {{"stone", 7.5, 0.02, 0.07},
                {"root", 16, 0.008, 0.03},
                {"void", 1, 0.02, 0.06},
                {"metal", 0, 0.004, 0.014}};

enum { N_MINES = sizeof mines / sizeof *mines, N_CLUTTERS = sizeof clutters / sizeof *clutters };

const gw_mine *gw_mine_find(const char *name)
{
    for (size_t k = 0; k < N_MINES; k++)
        if (strcmp(mines[k].name, name) == 0)
            return &mines[k];
    return NULL;
}

const char *gw_mine_names(void)
{
    return "PMN, PMN-2, PMA-2, M14, OZM-72, TM-62M, TM-62P3, TM-57, ball-10mm, test-piece";
}

const char *gw_clutter_name(unsigned kind)
{
    return clutters[kind].name;
}

void gw_scene_mine_add(gw_scene *scene, const gw_mine *mine, const gw_truth *place)
{
    gw_scene_object *object = &scene->objects[scene->n_objects++];
    *object =
        (gw_scene_object){.truth = *place,
                          .height_m = mine->height_m,
                          .eps_r = mine->eps_r,
                          .metal_depth_m = place->depth_m + mine->metal_fraction * mine->height_m,
                          .metal = mine->metal,
                          .ball_m = mine->ball_m};
    object->truth.diameter_m = mine->diameter_m;
    object->truth.is_target = true;
    object->truth.is_metal = true; /* every mine listed holds some */
    snprintf(object->truth.class_name, sizeof object->truth.class_name, "%s", mine->class_name);
    snprintf(object->truth.name, sizeof object->truth.name, "%s", mine->name);
}

void gw_scene_clutter_add(gw_scene *scene, unsigned kind, const gw_truth *place, uint64_t key)
{
    gw_scene_object *object = &scene->objects[scene->n_objects++];
    *object = (gw_scene_object){.truth = *place,
                                .height_m = place->diameter_m,
                                .eps_r = clutters[kind].eps_r,
                                .metal_depth_m = place->depth_m + 0.5 * place->diameter_m};
    object->truth.is_metal = clutters[kind].eps_r == 0;
    snprintf(object->truth.name, sizeof object->truth.name, "%s", clutters[kind].name);
    if (!object->truth.is_metal)
        return;
    /* 7e-7 m^3 is about that of a 10 mm steel ball; six pieces in ten are ferrous. */
    double ratio = place->diameter_m / 0.01;
    object->metal =
        (gw_polarisability){.scale_m3 = 7e-7 * ratio * ratio * ratio,
                            .c0 = gw_random_uniform(key, 0) < 0.6 ? -0.4 : 0,
                            .relax_hz = {pow(10, 2.8 + 1.6 * gw_random_uniform(key, 1)), 1e3},
                            .weight = {1, 0}};
}

static int object_order(const void *a, const void *b)
{
    const gw_truth *p = &((const gw_scene_object *)a)->truth;
    const gw_truth *q = &((const gw_scene_object *)b)->truth;
    if (p->along_m != q->along_m)
        return p->along_m < q->along_m ? -1 : 1;
    if (p->depth_m != q->depth_m)
        return p->depth_m < q->depth_m ? -1 : 1;
    return (p->cross_m > q->cross_m) - (p->cross_m < q->cross_m);
}

static bool is_at_target(const gw_scene *scene, const gw_truth *place, size_t n_given)
{
    for (size_t k = 0; k < n_given; k++) {
        const gw_truth *target = &scene->objects[k].truth;
        double reach = 0.5 * (target->diameter_m + place->diameter_m) + 0.01;
        if (target->is_target && fabs(target->along_m - place->along_m) < reach)
            return true;
    }
    return false;
}

void gw_scene_clutter_draw(gw_scene *scene)
{
    size_t n_given = scene->n_objects;
    for (unsigned kind = 0; kind < N_CLUTTERS; kind++) {
        uint64_t key = gw_random_key(scene->seed, (uint64_t)SCENE_CLUTTER << 8 | kind);
        double wanted = scene->clutter_per_m[kind] * scene->length_m;
        uint64_t n = (uint64_t)(wanted + gw_random_uniform(key, 0));
        for (uint64_t k = 0; k < n && scene->n_objects < GW_SCENE_OBJECTS_MAX; k++) {
            uint64_t one = gw_random_bits(key, k + 1);
            double span = clutters[kind].most_m - clutters[kind].least_m;
            gw_truth place = {.along_m = scene->length_m * gw_random_uniform(one, 10),
                              .cross_m = 0.06 * gw_random_normal(one, 11),
                              .depth_m = 0.01 + 0.22 * gw_random_uniform(one, 12),
                              .diameter_m =
                                  clutters[kind].least_m + span * gw_random_uniform(one, 13)};
            if (!is_at_target(scene, &place, n_given))
                gw_scene_clutter_add(scene, kind, &place, one);
        }
    }
    qsort(scene->objects, scene->n_objects, sizeof *scene->objects, object_order);
}
