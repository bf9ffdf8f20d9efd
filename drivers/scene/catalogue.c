/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/object.h"

#include <stdio.h>
#include <string.h>

#include "drivers/random.h"

#define RELAXING(scale, still, hz_1, hz_2, part_1, part_2)                                         \
    {                                                                                              \
        .form = GW_BODY_RELAXING, .scale_m3 = (scale), .c0 = (still), .relax_hz = {hz_1, hz_2},    \
        .weight = {                                                                                \
            part_1,                                                                                \
            part_2                                                                                 \
        }                                                                                          \
    }
#define BALL(radius, mu_r, sigma_s_m)                                                              \
    {                                                                                              \
        .form = GW_BODY_SPHERE, .radius_m = (radius), .matter = { mu_r, sigma_s_m }                \
    }

/* Published outer sizes; relative permittivity of the case; metal content as a dipole with the
 * in-air range that published detectability suggests. Nothing here is a measured signature. */
static const gw_mine mines[] = {
    {"PMN", "AP", 0.112, 0.056, 3.0, 0.45, RELAXING(9e-6, -0.25, 900, 6e3, 0.7, 0.3)},
    {"PMN-2", "AP", 0.120, 0.054, 2.9, 0.45, RELAXING(2.2e-6, -0.35, 3e3, 12e3, 0.6, 0.4)},
    {"PMA-2", "AP", 0.068, 0.061, 2.6, 0.45, RELAXING(4.5e-7, 0, 9e3, 30e3, 0.8, 0.2)},
    {"M14", "AP", 0.056, 0.040, 2.8, 0.45, RELAXING(2.6e-7, -0.5, 14e3, 14e3, 1, 0)},
    {"Type-72a", "AP", 0.078, 0.038, 2.8, 0.4, RELAXING(3.5e-7, -0.2, 8e3, 25e3, 0.7, 0.3)},
    {"OZM-72", "AP", 0.108, 0.172, 0, 0.45, RELAXING(4e-5, -0.2, 300, 2e3, 0.6, 0.4)},
    {"TM-62M", "AT", 0.320, 0.102, 0, 0.3, RELAXING(2.2e-4, -0.2, 120, 700, 0.6, 0.4)},
    {"TM-62P3", "AT", 0.320, 0.110, 2.7, 0.45, RELAXING(4.5e-6, -0.3, 1.5e3, 8e3, 0.6, 0.4)},
    {"TM-57", "AT", 0.316, 0.108, 0, 0.3, RELAXING(2.1e-4, -0.2, 100, 800, 0.6, 0.4)},
    {"grenade", "UXO", 0.057, 0.057, 0, 0.5, RELAXING(1.5e-5, -0.3, 500, 3e3, 0.6, 0.4)},
    {"ball-10mm", "test", 0.010, 0.010, 0, 0.5, BALL(0.005, 100, 4.5e6)},
    {"aluminium-6mm", "test", 0.006, 0.006, 0, 0.5, BALL(0.003, 1, 3.5e7)},
    {"test-piece", "test", 0.080, 0.050, 2.9, 0.5, BALL(0.005, 100, 4.5e6)},
};

/* Sizes are those of random pieces. A nail's size is its length. */
static const struct {
    const char *name;
    double eps_r, least_m, most_m;
} clutters[SCENE_KINDS] = {{"stone", 7.5, 0.02, 0.07},
                           {"root", 16, 0.008, 0.03},
                           {"void", 1, 0.02, 0.06},
                           {"metal", 0, 0.004, 0.014},
                           {"nail", 0, 0.03, 0.08}};

enum { STONE, ROOT, VOID, METAL, NAIL, N_MINES = sizeof mines / sizeof *mines };

static const double NAIL_SLENDER = 16; /* length over diameter */

const gw_mine *gw_mine_find(const char *name)
{
    for (size_t k = 0; k < N_MINES; k++)
        if (strcmp(mines[k].name, name) == 0)
            return &mines[k];
    return NULL;
}

const char *gw_mine_names(void)
{
    return "PMN, PMN-2, PMA-2, M14, Type-72a, OZM-72, TM-62M, TM-62P3, TM-57, grenade, ball-10mm, "
           "aluminium-6mm, test-piece";
}

const char *gw_clutter_name(unsigned kind)
{
    return clutters[kind].name;
}

unsigned gw_clutter_find(const char *name)
{
    unsigned kind = 0;
    while (kind < SCENE_KINDS && strcmp(clutters[kind].name, name) != 0)
        kind++;
    return kind;
}

double gw_clutter_size(unsigned kind, double u)
{
    return clutters[kind].least_m + (clutters[kind].most_m - clutters[kind].least_m) * u;
}

void gw_scene_mine_make(const gw_mine *mine, const gw_truth *place, gw_scene_object *object)
{
    *object =
        (gw_scene_object){.truth = *place,
                          .height_m = mine->height_m,
                          .eps_r = mine->eps_r,
                          .metal_depth_m = place->depth_m + mine->metal_fraction * mine->height_m,
                          .metal = mine->metal};
    if (mine->eps_r > 0) /* a case without susceptibility where there was ground */
        object->volume_m3 = M_PI / 4 * mine->diameter_m * mine->diameter_m * mine->height_m;
    object->truth.diameter_m = mine->diameter_m;
    object->truth.is_target = true;
    object->truth.is_metal = true; /* every mine listed holds some */
    snprintf(object->truth.class_name, sizeof object->truth.class_name, "%s", mine->class_name);
    snprintf(object->truth.name, sizeof object->truth.name, "%s", mine->name);
}

/* 7e-7 m^3 is about that of a 10 mm steel ball; six pieces in ten are ferrous. */
static gw_body fragment_of(double size_m, uint64_t key)
{
    double ratio = size_m / 0.01;
    return (gw_body){.form = GW_BODY_RELAXING,
                     .scale_m3 = 7e-7 * ratio * ratio * ratio,
                     .c0 = gw_random_uniform(key, 0) < 0.6 ? -0.4 : 0,
                     .relax_hz = {pow(10, 2.8 + 1.6 * gw_random_uniform(key, 1)), 1e3},
                     .weight = {1, 0}};
}

static void nail_make(gw_scene_object *object, uint64_t key)
{
    gw_truth *truth = &object->truth;
    object->length_m = truth->diameter_m;
    object->heading_rad = 2 * M_PI * gw_random_uniform(key, 2);
    object->dip_rad = M_PI / 2 * gw_random_uniform(key, 3);
    object->metal = (gw_body){.form = GW_BODY_ROD,
                              .radius_m = object->length_m / (2 * NAIL_SLENDER),
                              .length_m = object->length_m,
                              .matter = gw_matter_iron};
    truth->diameter_m = object->height_m = object->length_m / NAIL_SLENDER;
    object->metal_depth_m = truth->depth_m + 0.5 * object->length_m * sin(object->dip_rad);
}

static void root_make(gw_scene_object *object, uint64_t key)
{
    object->length_m = 0.15 + 0.35 * gw_random_uniform(key, 2);
    object->heading_rad = M_PI * gw_random_uniform(key, 3);
    object->volume_m3 =
        M_PI / 4 * object->truth.diameter_m * object->truth.diameter_m * object->length_m;
}

void gw_scene_clutter_make(unsigned kind, const gw_truth *place, uint64_t key, double stone_chi,
                           gw_scene_object *object)
{
    double size = place->diameter_m;
    *object = (gw_scene_object){.truth = *place,
                                .height_m = size,
                                .eps_r = clutters[kind].eps_r,
                                .metal_depth_m = place->depth_m + 0.5 * size,
                                .chi = kind == STONE ? stone_chi : 0};
    object->truth.is_metal = clutters[kind].eps_r == 0;
    snprintf(object->truth.name, sizeof object->truth.name, "%s", clutters[kind].name);
    if (kind == METAL)
        object->metal = fragment_of(size, key);
    else if (kind == NAIL)
        nail_make(object, key);
    else if (kind == ROOT)
        root_make(object, key);
    else
        object->volume_m3 = M_PI / 6 * size * size * size;
}
