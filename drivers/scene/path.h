/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/path.h -- how the head moves over the lane: speed, stops, height, sway.
 *
 *     along(t) = along_k + speed_k (g(u) - g(u_k)),   g(u) = u + wobble sum weight sin(...)
 *
 * u is the time in motion: it stands still in a stop. Leg k begins where a stop or a new speed
 * does.
 */
#ifndef GW_DRIVERS_SCENE_PATH_H
#define GW_DRIVERS_SCENE_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "drivers/random.h"

enum { SCENE_LEGS_MAX = 129, SCENE_RAISES_MAX = 64 };

typedef struct scene_stop {
    double along_m, for_s;
} scene_stop;

typedef struct scene_change {
    double from_m, mean_m_s;
} scene_change;

typedef struct scene_raise {
    double from_m, to_m, by_m;
} scene_raise;

typedef struct scene_leg {
    double time_s, moving_s /* u */, along_m, stop_s, speed_m_s;
} scene_leg;

typedef struct scene_path {
    double length_m;
    double lift_mean_m, lift_rms_m, lift_correlation_m;
    double speed_mean_m_s, speed_wobble, sway_rms_m, aside_m;
    size_t n_stops, n_changes, n_raises;
    scene_stop stops[64];
    scene_change changes[64];
    scene_raise raises[SCENE_RAISES_MAX];
    /* made by init */
    double speed_phase_rad[3], duration_s;
    gw_sines height, sway;
    size_t n_legs;
    scene_leg legs[SCENE_LEGS_MAX];
} scene_path;

/* The rest from what was given; stops and changes ordered by place. */
void gw_scene_path_init(scene_path *path, uint64_t seed);

/* Times from row 0. */
double gw_scene_along_m(const scene_path *path, double time_s);
double gw_scene_lift_m(const scene_path *path, double along_m);
double gw_scene_cross_m(const scene_path *path, double along_m);

#endif
