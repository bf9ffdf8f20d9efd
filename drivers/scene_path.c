/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene_impl.h"

#include <math.h>

/* The speed is mean (1 + wobble sum weight cos(2 pi hz t + phase)); weights sum to 1, so that it
 * never turns back while wobble < 1. */
static const double wobble_hz[3] = {0.21, 0.13, 0.47}, wobble_weight[3] = {0.5, 0.3, 0.2};

static const double SWAY_LENGTH_M = 1.0, SOIL_LENGTH_M = 0.30, LIFT_LEAST_M = 0.01;

double gw_scene_along_m(const gw_scene *scene, double time_s)
{
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        double turn = 2 * M_PI * wobble_hz[k], phase = scene->speed_phase_rad[k];
        sum += wobble_weight[k] * (sin(turn * time_s + phase) - sin(phase)) / turn;
    }
    return scene->speed_mean_m_s * (time_s + scene->speed_wobble * sum);
}

static double duration_find(const gw_scene *scene)
{
    double low = 0, high = scene->length_m / scene->speed_mean_m_s * 1.5 + 10;
    for (int k = 0; k < 80; k++) {
        double middle = 0.5 * (low + high);
        if (gw_scene_along_m(scene, middle) < scene->length_m)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void gw_scene_path_init(gw_scene *scene)
{
    uint64_t speed = gw_random_key(scene->seed, SCENE_SPEED);
    for (uint64_t k = 0; k < 3; k++)
        scene->speed_phase_rad[k] = 2 * M_PI * gw_random_uniform(speed, k);
    gw_sines_draw(&scene->height, gw_random_key(scene->seed, SCENE_HEIGHT), scene->lift_rms_m,
                  scene->lift_correlation_m);
    gw_sines_draw(&scene->soil, gw_random_key(scene->seed, SCENE_SOIL), scene->variation,
                  SOIL_LENGTH_M);
    gw_sines_draw(&scene->sway, gw_random_key(scene->seed, SCENE_SWAY), scene->sway_rms_m,
                  SWAY_LENGTH_M);
    scene->duration_s = duration_find(scene);
}

double gw_scene_lift_m(const gw_scene *scene, double along_m)
{
    return fmax(scene->lift_mean_m + gw_sines_at(&scene->height, along_m), LIFT_LEAST_M);
}

double gw_scene_cross_m(const gw_scene *scene, double along_m)
{
    return gw_sines_at(&scene->sway, along_m);
}

double gw_scene_soil(const gw_scene *scene, double along_m)
{
    return gw_sines_at(&scene->soil, along_m);
}

size_t gw_scene_object_from(const gw_scene *scene, double along_m)
{
    size_t low = 0, high = scene->n_objects;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (scene->objects[middle].truth.along_m < along_m)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
