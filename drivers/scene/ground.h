/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/ground.h -- what the ground is, anywhere along the lane.
 */
#ifndef GW_DRIVERS_SCENE_GROUND_H
#define GW_DRIVERS_SCENE_GROUND_H

#include <stddef.h>
#include <stdint.h>

#include "drivers/random.h"

enum { SCENE_STEPS_MAX = 64 };

/* From here on the ground is another; it changes over over_m around from_m, evenly. */
typedef struct scene_step {
    double from_m, over_m;
    double eps_r, sigma_s_m, chi, chi_drop;
} scene_step;

typedef struct scene_soil {
    char name[32]; /* for reports; "" unknown */
    double eps_r, sigma_s_m, chi, chi_drop;
    double variation, correlation_m; /* of chi along the lane; 0.3 of it: of eps_r */
    double drop_variation;           /* rms of chi_drop */
    double roughness_m, roughness_correlation_m;
    double scatter; /* of the volume */
    double stone_chi;
    double water_db_m; /* one way at the radar's centre, in proportion to frequency */
    size_t n_steps;
    scene_step steps[SCENE_STEPS_MAX];
    /* made by init */
    gw_sines change;
    uint64_t drop_key, roughness_key;
} scene_soil;

/* chi at 10 kHz, chi_drop a decade (drivers/scene/viscous.h) */
typedef struct scene_ground {
    double eps_r, sigma_s_m, chi, chi_drop;
} scene_ground;

/* Steps ordered by place. */
void gw_scene_soil_init(scene_soil *soil, uint64_t seed);
scene_ground gw_scene_ground_at(const scene_soil *soil, double along_m);

/* The same without what varies at random. */
scene_ground gw_scene_ground_mean(const scene_soil *soil, double along_m);

#endif
