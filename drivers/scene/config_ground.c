/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>

#include "drivers/scene/config.h"

#define SOIL(field) offsetof(scene_soil, field)
static const scene_number soil_numbers[] = {
    {"eps_r", SOIL(eps_r), 6, 1, 40},
    {"sigma_s_m", SOIL(sigma_s_m), 0.006, 0, 1},
    {"chi", SOIL(chi), 1e-4, 0, 0.1},
    {"chi_drop_per_decade", SOIL(chi_drop), 0.04, 0, 0.2},
    {"variation", SOIL(variation), 0.1, 0, 0.5},
    {"correlation_m", SOIL(correlation_m), 0.3, 0.05, 100},
    {"drop_variation", SOIL(drop_variation), 0, 0, 0.05},
    {"roughness_m", SOIL(roughness_m), 0, 0, 0.03},
    {"roughness_correlation_m", SOIL(roughness_correlation_m), 0.1, 0.05, 10},
    {"scatter", SOIL(scatter), (double)NAN, 0, 1},
    {"stone_chi", SOIL(stone_chi), 0, 0, 0.2},
    {"water_db_per_m", SOIL(water_db_m), 0, 0, 200},
};

#define STEP(field) offsetof(scene_step, field)
static const scene_number step_numbers[] = {
    {"from_m", STEP(from_m), 0, 0, 1e5},
    {"over_m", STEP(over_m), 0.2, 0, 1e3},
    {"eps_r", STEP(eps_r), (double)NAN, 1, 40},
    {"sigma_s_m", STEP(sigma_s_m), (double)NAN, 0, 1},
    {"chi", STEP(chi), (double)NAN, 0, 0.1},
    {"chi_drop_per_decade", STEP(chi_drop), (double)NAN, 0, 0.2},
};

#define PATH(field) offsetof(scene_path, field)
static const scene_number lift_numbers[] = {
    {"mean_m", PATH(lift_mean_m), 0.05, 0.01, 0.5},
    {"rms_m", PATH(lift_rms_m), 0.006, 0, 0.1},
    {"correlation_m", PATH(lift_correlation_m), 0.3, 0.05, 100},
};
static const scene_number speed_numbers[] = {
    {"mean_m_s", PATH(speed_mean_m_s), 0.45, 0.05, 10},
    {"wobble", PATH(speed_wobble), 0.1, 0, 0.9},
    {"sway_m", PATH(sway_rms_m), 0.015, 0, 0.2},
    {"aside_m", PATH(aside_m), 0, -5, 5},
};
static const scene_number raise_numbers[] = {
    {"from_m", offsetof(scene_raise, from_m), 0, 0, 1e5},
    {"to_m", offsetof(scene_raise, to_m), 0, 0, 1e5},
    {"by_m", offsetof(scene_raise, by_m), 0, 0, 0.5},
};
static const scene_number stop_numbers[] = {
    {"along_m", offsetof(scene_stop, along_m), 0, 0, 1e5},
    {"for_s", offsetof(scene_stop, for_s), 0, 0, 3600},
};
static const scene_number change_numbers[] = {
    {"from_m", offsetof(scene_change, from_m), 0, 0, 1e5},
    {"mean_m_s", offsetof(scene_change, mean_m_s), 0, 0.05, 10},
};

#define NOISE(field) offsetof(scene_noise, field)
static const scene_number noise_numbers[] = {
    {"gpr_db", NOISE(gpr_db), -60, -120, 0},
    {"time_jitter_samples", NOISE(jitter_samples), 0.2, 0, 10},
    {"gain_rms", NOISE(gain_rms), 0.01, 0, 0.2},
    {"md_counts", NOISE(md_counts), 7.5, 0, 5000},
    {"hum_counts", NOISE(hum_counts), 120, 0, 10000},
    {"impulses_per_m", NOISE(impulses_per_m), 0.3, 0, 100},
    {"time_drift_samples", NOISE(time_drift_samples), 0, 0, 20},
    {"md_ball_db", NOISE(md_ball_db), (double)NAN, -80, 40},
    {"hum_hz", NOISE(hum_hz), 50.03, 10, 500},
    {"interference_db", NOISE(interference_db), -20, -120, 0},
    {"interference_hz", NOISE(interference_hz), 900e6, 1e6, 10e9},
    {"interference_per_m", NOISE(interference_per_m), 0, 0, 10},
    {"tone_counts", NOISE(tone_counts), 0, 0, 10000},
    {"tone_hz", NOISE(tone_hz), 7300, 10, 1e6},
    {"transmit_counts", NOISE(transmit_counts), 3, 0, 1000},
    {"wow_db", NOISE(wow_db), (double)NAN, -120, 0},
};

#define SCENE(field) offsetof(gw_scene, field)
static const scene_number per_m_numbers[] = {
    {"stone", SCENE(clutter_per_m[0]), 0, 0, 10}, {"root", SCENE(clutter_per_m[1]), 0, 0, 10},
    {"void", SCENE(clutter_per_m[2]), 0, 0, 10},  {"metal", SCENE(clutter_per_m[3]), 0, 0, 10},
    {"nail", SCENE(clutter_per_m[4]), 0, 0, 10},
};
static const scene_number per_m2_numbers[] = {
    {"stone", SCENE(clutter_per_m2[0]), 0, 0, 10}, {"root", SCENE(clutter_per_m2[1]), 0, 0, 10},
    {"void", SCENE(clutter_per_m2[2]), 0, 0, 10},  {"metal", SCENE(clutter_per_m2[3]), 0, 0, 10},
    {"nail", SCENE(clutter_per_m2[4]), 0, 0, 10},  {"swath_m", SCENE(swath_m), 0, 0.1, 10},
};
static const scene_number origin_numbers[] = {
    {"lat", SCENE(origin.lat_deg), 0, -90, 90},
    {"lon", SCENE(origin.lon_deg), 0, -180, 180},
    {"heading_deg", SCENE(origin.heading_deg), 0, -360, 360},
};
static const scene_number drops_numbers[] = {
    {"gpr_per_m", offsetof(scene_drops, gpr_per_m), 0, 0, 10},
    {"gpr_rows", offsetof(scene_drops, gpr_rows), 1, 1, 1000},
    {"md_per_m", offsetof(scene_drops, md_per_m), 0, 0, 10},
    {"md_rows", offsetof(scene_drops, md_rows), 640, 1, 1e6},
};

static gw_status soil_take(scene_soil *soil, const raw_group *raw, gw_error *error)
{
    gw_status status = gw_scene_numbers_take(GW_TABLE(soil_numbers), "soil", raw, soil, error);
    if (isnan(soil->scatter))
        soil->scatter = soil->variation;
    if (status != GW_OK || !raw)
        return status;
    if (raw->name)
        snprintf(soil->name, sizeof soil->name, "%s", raw->name);
    soil->n_steps = raw->lists[0].items_count;
    return scene_list_take(GW_TABLE(step_numbers), "soil.steps", &raw->lists[0], soil->steps,
                           sizeof soil->steps[0], error);
}

static gw_status path_take(scene_path *path, const raw_scene *raw, gw_error *error)
{
    const raw_group *lift = raw->groups[RAW_LIFT], *speed = raw->groups[RAW_SPEED];
    gw_status status = gw_scene_numbers_take(GW_TABLE(lift_numbers), "lift_off", lift, path, error);
    if (status == GW_OK)
        status = gw_scene_numbers_take(GW_TABLE(speed_numbers), "speed", speed, path, error);
    if (status == GW_OK && lift) {
        path->n_raises = lift->lists[0].items_count;
        status = scene_list_take(GW_TABLE(raise_numbers), "lift_off.raises", &lift->lists[0],
                                 path->raises, sizeof path->raises[0], error);
    }
    if (status == GW_OK && speed) {
        path->n_stops = speed->lists[0].items_count;
        path->n_changes = speed->lists[1].items_count;
        status = scene_list_take(GW_TABLE(stop_numbers), "speed.stops", &speed->lists[0],
                                 path->stops, sizeof path->stops[0], error);
    }
    if (status == GW_OK && speed)
        status = scene_list_take(GW_TABLE(change_numbers), "speed.changes", &speed->lists[1],
                                 path->changes, sizeof path->changes[0], error);
    return status;
}

/* Stops and new speeds lie on the lane. */
static gw_status path_check(const scene_path *path, gw_error *error)
{
    for (size_t k = 0; k < path->n_stops; k++)
        if (path->stops[k].along_m > path->length_m)
            return gw_error_set(error, GW_EFORMAT, "speed.stops[%zu].along_m: beyond length_m", k);
    for (size_t k = 0; k < path->n_changes; k++)
        if (path->changes[k].from_m > path->length_m)
            return gw_error_set(error, GW_EFORMAT, "speed.changes[%zu].from_m: beyond length_m", k);
    for (size_t k = 0; k < path->n_raises; k++)
        if (path->raises[k].to_m <= path->raises[k].from_m)
            return gw_error_set(error, GW_EFORMAT, "lift_off.raises[%zu].to_m: not beyond from_m",
                                k);
    return GW_OK;
}

static gw_status origin_take(gw_scene *scene, const raw_group *raw, gw_error *error)
{
    scene->origin.is_known = raw != NULL;
    if (raw && (!raw->value[0] || !raw->value[1]))
        return gw_error_set(error, GW_EFORMAT, "origin: lat and lon expected");
    return gw_scene_numbers_take(GW_TABLE(origin_numbers), "origin", raw, scene, error);
}

gw_status scene_ground_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    gw_status status = soil_take(&scene->soil, raw->groups[RAW_SOIL], error);
    if (status == GW_OK)
        status = path_take(&scene->path, raw, error);
    if (status == GW_OK)
        status = path_check(&scene->path, error);
    const struct {
        scene_table table;
        const char *key;
        int index;
        void *to;
    } groups[] = {{GW_TABLE(noise_numbers), "noise", RAW_NOISE, &scene->noise},
                  {GW_TABLE(per_m_numbers), "clutter_per_m", RAW_PER_M, scene},
                  {GW_TABLE(per_m2_numbers), "clutter_per_m2", RAW_PER_M2, scene},
                  {GW_TABLE(drops_numbers), "drops", RAW_DROPS, &scene->drops}};
    for (size_t k = 0; k < sizeof groups / sizeof *groups && status == GW_OK; k++)
        status = gw_scene_numbers_take(groups[k].table, groups[k].key, raw->groups[groups[k].index],
                                       groups[k].to, error);
    if (status == GW_OK)
        status = origin_take(scene, raw->groups[RAW_ORIGIN], error);
    if (status != GW_OK)
        return status;
    gw_scene_path_init(&scene->path, scene->seed);
    gw_scene_soil_init(&scene->soil, scene->seed);
    return GW_OK;
}
