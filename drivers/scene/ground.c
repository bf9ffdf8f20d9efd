/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/ground.h"

#include <math.h>
#include <stdlib.h>

#include "drivers/scene/keys.h"

static int by_place(const void *a, const void *b)
{
    const scene_step *x = a, *y = b;
    return (x->from_m > y->from_m) - (x->from_m < y->from_m);
}

void gw_scene_soil_init(scene_soil *soil, uint64_t seed)
{
    gw_sines_draw(&soil->change, gw_random_key(seed, SCENE_SOIL), soil->variation,
                  soil->correlation_m);
    soil->drop_key = gw_random_key(seed, SCENE_DROP_LAW);
    soil->roughness_key = gw_random_key(seed, SCENE_ROUGHNESS);
    qsort(soil->steps, soil->n_steps, sizeof *soil->steps, by_place);
}

static void blend(double *value, double to, double share)
{
    if (!isnan(to)) /* NAN: as before the step */
        *value += share * (to - *value);
}

scene_ground gw_scene_ground_mean(const scene_soil *soil, double along_m)
{
    scene_ground ground = {soil->eps_r, soil->sigma_s_m, soil->chi, soil->chi_drop};
    for (size_t k = 0; k < soil->n_steps; k++) {
        const scene_step *step = &soil->steps[k];
        double share = (along_m - step->from_m) / fmax(step->over_m, 1e-6) + 0.5;
        share = fmin(fmax(share, 0), 1);
        share *= share * (3 - 2 * share); /* no kink at either end */
        blend(&ground.eps_r, step->eps_r, share);
        blend(&ground.sigma_s_m, step->sigma_s_m, share);
        blend(&ground.chi, step->chi, share);
        blend(&ground.chi_drop, step->chi_drop, share);
    }
    return ground;
}

scene_ground gw_scene_ground_at(const scene_soil *soil, double along_m)
{
    scene_ground ground = gw_scene_ground_mean(soil, along_m);
    double change = gw_sines_at(&soil->change, along_m);
    ground.eps_r = fmax(ground.eps_r * (1 + 0.3 * change), 1);
    ground.chi *= 1 + change;
    if (soil->drop_variation > 0)
        ground.chi_drop +=
            soil->drop_variation * gw_field_at(soil->drop_key, soil->correlation_m, along_m);
    return ground;
}
