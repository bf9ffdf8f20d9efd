/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/path.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "drivers/scene/keys.h"

/* Weights sum to 1, so that the head never turns back while wobble < 1. */
static const double wobble_hz[3] = {0.21, 0.13, 0.47}, wobble_weight[3] = {0.5, 0.3, 0.2};

static const double SWAY_LENGTH_M = 1.0, LIFT_LEAST_M = 0.01, RAISE_EDGE_M = 0.10;

/* g of the time in motion */
static double progress(const scene_path *path, double moving_s)
{
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        double turn = 2 * M_PI * wobble_hz[k], phase = path->speed_phase_rad[k];
        sum += wobble_weight[k] * (sin(turn * moving_s + phase) - sin(phase)) / turn;
    }
    return moving_s + path->speed_wobble * sum;
}

static double leg_along(const scene_path *path, const scene_leg *leg, double moving_s)
{
    return leg->along_m +
           leg->speed_m_s * (progress(path, moving_s) - progress(path, leg->moving_s));
}

double gw_scene_along_m(const scene_path *path, double time_s)
{
    size_t low = 0, high = path->n_legs;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (path->legs[middle].time_s <= time_s)
            low = middle;
        else
            high = middle;
    }
    const scene_leg *leg = &path->legs[low];
    double moved_s = fmax(time_s - leg->time_s - leg->stop_s, 0);
    return leg_along(path, leg, leg->moving_s + moved_s);
}

/* When, in motion, a leg reaches a place beyond its head. */
static double leg_reach(const scene_path *path, const scene_leg *leg, double along_m)
{
    double low = leg->moving_s;
    double high = low + (along_m - leg->along_m) / leg->speed_m_s * 1.5 + 10;
    for (int k = 0; k < 80; k++) {
        double middle = 0.5 * (low + high);
        if (leg_along(path, leg, middle) < along_m)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void leg_begin(scene_path *path, double along_m, double stop_s, double speed_m_s)
{
    scene_leg *last = &path->legs[path->n_legs - 1];
    if (along_m <= last->along_m) { /* where the last begins: of it, too */
        last->stop_s += stop_s;
        last->speed_m_s = speed_m_s > 0 ? speed_m_s : last->speed_m_s;
        return;
    }
    double moving_s = leg_reach(path, last, along_m);
    path->legs[path->n_legs++] =
        (scene_leg){.time_s = last->time_s + last->stop_s + moving_s - last->moving_s,
                    .moving_s = moving_s,
                    .along_m = along_m,
                    .stop_s = stop_s,
                    .speed_m_s = speed_m_s > 0 ? speed_m_s : last->speed_m_s};
}

static int by_place(const void *a, const void *b) /* the place comes first in both */
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void legs_lay(scene_path *path)
{
    size_t stop = 0, change = 0;
    qsort(path->stops, path->n_stops, sizeof *path->stops, by_place);
    qsort(path->changes, path->n_changes, sizeof *path->changes, by_place);
    path->n_legs = 1;
    path->legs[0] = (scene_leg){.speed_m_s = path->speed_mean_m_s};
    while (stop < path->n_stops || change < path->n_changes) {
        bool is_stop =
            change == path->n_changes ||
            (stop < path->n_stops && path->stops[stop].along_m <= path->changes[change].from_m);
        if (is_stop)
            leg_begin(path, path->stops[stop].along_m, path->stops[stop].for_s, 0);
        else
            leg_begin(path, path->changes[change].from_m, 0, path->changes[change].mean_m_s);
        stop += is_stop;
        change += !is_stop;
    }
}

void gw_scene_path_init(scene_path *path, uint64_t seed)
{
    uint64_t speed = gw_random_key(seed, SCENE_SPEED);
    for (uint64_t k = 0; k < 3; k++)
        path->speed_phase_rad[k] = 2 * M_PI * gw_random_uniform(speed, k);
    gw_sines_draw(&path->height, gw_random_key(seed, SCENE_HEIGHT), path->lift_rms_m,
                  path->lift_correlation_m);
    gw_sines_draw(&path->sway, gw_random_key(seed, SCENE_SWAY), path->sway_rms_m, SWAY_LENGTH_M);
    legs_lay(path);
    const scene_leg *last = &path->legs[path->n_legs - 1];
    path->duration_s =
        last->time_s + last->stop_s + leg_reach(path, last, path->length_m) - last->moving_s;
}

/* 1 between the edges, 0 outside, half a cosine on each side. */
static double raise_share(const scene_raise *raise, double along_m)
{
    double inside = fmin(along_m - raise->from_m, raise->to_m - along_m) / RAISE_EDGE_M;
    return 0.5 - 0.5 * cos(M_PI * fmin(fmax(inside + 1, 0), 1));
}

double gw_scene_lift_m(const scene_path *path, double along_m)
{
    double lift = fmax(path->lift_mean_m + gw_sines_at(&path->height, along_m), LIFT_LEAST_M);
    for (size_t k = 0; k < path->n_raises; k++)
        lift += path->raises[k].by_m * raise_share(&path->raises[k], along_m);
    return lift;
}

double gw_scene_cross_m(const scene_path *path, double along_m)
{
    return path->aside_m + gw_sines_at(&path->sway, along_m);
}
