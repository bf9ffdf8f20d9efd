/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/yaml.h"

enum { GROUP_MAX = 6, LIST_MAX = 1024, OPTIONAL = CYAML_FLAG_OPTIONAL };
enum { SOIL, LIFT, SPEED, NOISE, GPR, MD, POSE, DENSITY, ORIGIN, N_GROUPS };

/* What libcyaml fills; NULL where the file says nothing. */
typedef struct raw_group {
    double *value[GROUP_MAX];
} raw_group;

typedef struct raw_object {
    char *name; /* target: mine; clutter: kind */
    double along_m, depth_m, *cross_m, size_m;
} raw_object;

typedef struct raw_scene {
    char *name;
    raw_device *device;
    char *device_file;
    uint64_t seed;
    double length_m;
    raw_group *groups[N_GROUPS];
    raw_object *targets, *clutter;
    unsigned targets_count, clutter_count;
} raw_scene;

typedef struct number {
    unsigned group, index;
    const char *key;
    size_t at; /* in gw_scene */
    double fallback, least, most;
} number;

#define TO(field) offsetof(gw_scene, field)
static const number numbers[] = {
    {SOIL, 0, "soil.eps_r", TO(eps_r), 6, 1, 40},
    {SOIL, 1, "soil.sigma_s_m", TO(sigma_s_m), 0.006, 0, 1},
    {SOIL, 2, "soil.chi", TO(chi), 1e-4, 0, 0.1},
    {SOIL, 3, "soil.chi_drop_per_decade", TO(chi_drop), 0.04, 0, 0.2},
    {SOIL, 4, "soil.variation", TO(variation), 0.1, 0, 0.5},
    {LIFT, 0, "lift_off.mean_m", TO(lift_mean_m), 0.05, 0.01, 0.5},
    {LIFT, 1, "lift_off.rms_m", TO(lift_rms_m), 0.006, 0, 0.1},
    {LIFT, 2, "lift_off.correlation_m", TO(lift_correlation_m), 0.3, 0.05, 100},
    {SPEED, 0, "speed.mean_m_s", TO(speed_mean_m_s), 0.45, 0.05, 5},
    {SPEED, 1, "speed.wobble", TO(speed_wobble), 0.1, 0, 0.9},
    {SPEED, 2, "speed.sway_m", TO(sway_rms_m), 0.015, 0, 0.2},
    {NOISE, 0, "noise.gpr_db", TO(gpr_noise_db), -60, -120, 0},
    {NOISE, 1, "noise.time_jitter_samples", TO(jitter_samples), 0.2, 0, 10},
    {NOISE, 2, "noise.gain_rms", TO(gain_rms), 0.01, 0, 0.2},
    {NOISE, 3, "noise.md_counts", TO(md_noise_counts), 7.5, 0, 5000},
    {NOISE, 4, "noise.hum_counts", TO(hum_counts), 120, 0, 10000},
    {NOISE, 5, "noise.impulses_per_m", TO(impulses_per_m), 0.3, 0, 10},
    {GPR, 0, "gpr.samples", TO(n_samples), 512, 64, 4096},
    {GPR, 1, "gpr.window_ns", TO(window_ns), 12, 1, 200},
    {GPR, 2, "gpr.center_hz", TO(center_hz), 1.5e9, 1e8, 5e9},
    {GPR, 3, "gpr.scan_spacing_m", TO(spacing_m), 0.02, 0.002, 0.5},
    {GPR, 4, "gpr.scan_rate_hz", TO(scan_rate_hz), 0, 1, 2000},
    {GPR, 5, "gpr.transmit_receive_offset_m", TO(offset_m), 0.06, 0, 1},
    {MD, 0, "md.drift", TO(md_drift), 0.02, 0, 0.5},
    {POSE, 0, "pose.rate_hz", TO(pose_rate_hz), 100, 1, 1000},
    {DENSITY, 0, "clutter_per_m.stone", TO(clutter_per_m[0]), 0, 0, 10},
    {DENSITY, 1, "clutter_per_m.root", TO(clutter_per_m[1]), 0, 0, 10},
    {DENSITY, 2, "clutter_per_m.void", TO(clutter_per_m[2]), 0, 0, 10},
    {DENSITY, 3, "clutter_per_m.metal", TO(clutter_per_m[3]), 0, 0, 10},
    {ORIGIN, 0, "origin.lat", TO(origin.lat_deg), 0, -90, 90},
    {ORIGIN, 1, "origin.lon", TO(origin.lon_deg), 0, -180, 180},
    {ORIGIN, 2, "origin.heading_deg", TO(origin.heading_deg), 0, -360, 360},
};
#undef TO

#define NUMBER(key, index) CYAML_FIELD_FLOAT_PTR(key, OPTIONAL, raw_group, value[index])
static const cyaml_schema_field_t soil_fields[] = {
    NUMBER("eps_r", 0),     NUMBER("sigma_s_m", 1),
    NUMBER("chi", 2),       NUMBER("chi_drop_per_decade", 3),
    NUMBER("variation", 4), CYAML_FIELD_END};
static const cyaml_schema_field_t lift_fields[] = {NUMBER("mean_m", 0), NUMBER("rms_m", 1),
                                                   NUMBER("correlation_m", 2), CYAML_FIELD_END};
static const cyaml_schema_field_t speed_fields[] = {NUMBER("mean_m_s", 0), NUMBER("wobble", 1),
                                                    NUMBER("sway_m", 2), CYAML_FIELD_END};
static const cyaml_schema_field_t noise_fields[] = {
    NUMBER("gpr_db", 0),    NUMBER("time_jitter_samples", 1), NUMBER("gain_rms", 2),
    NUMBER("md_counts", 3), NUMBER("hum_counts", 4),          NUMBER("impulses_per_m", 5),
    CYAML_FIELD_END};
static const cyaml_schema_field_t gpr_fields[] = {NUMBER("samples", 0),
                                                  NUMBER("window_ns", 1),
                                                  NUMBER("center_hz", 2),
                                                  NUMBER("scan_spacing_m", 3),
                                                  NUMBER("scan_rate_hz", 4),
                                                  NUMBER("transmit_receive_offset_m", 5),
                                                  CYAML_FIELD_END};
static const cyaml_schema_field_t md_fields[] = {NUMBER("drift", 0), CYAML_FIELD_END};
static const cyaml_schema_field_t pose_fields[] = {NUMBER("rate_hz", 0), CYAML_FIELD_END};
static const cyaml_schema_field_t density_fields[] = {
    NUMBER("stone", 0), NUMBER("root", 1), NUMBER("void", 2), NUMBER("metal", 3), CYAML_FIELD_END};
static const cyaml_schema_field_t origin_fields[] = {NUMBER("lat", 0), NUMBER("lon", 1),
                                                     NUMBER("heading_deg", 2), CYAML_FIELD_END};

#define PLACE()                                                                                    \
    CYAML_FIELD_FLOAT("along_m", CYAML_FLAG_DEFAULT, raw_object, along_m),                         \
        CYAML_FIELD_FLOAT("depth_m", CYAML_FLAG_DEFAULT, raw_object, depth_m),                     \
        CYAML_FIELD_FLOAT_PTR("cross_m", OPTIONAL, raw_object, cross_m)
static const cyaml_schema_field_t target_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, raw_object, name, 1, 31), PLACE(),
    CYAML_FIELD_END};
static const cyaml_schema_field_t clutter_fields[] = {
    CYAML_FIELD_STRING_PTR("kind", CYAML_FLAG_POINTER, raw_object, name, 1, 31), PLACE(),
    CYAML_FIELD_FLOAT("size_m", CYAML_FLAG_DEFAULT, raw_object, size_m), CYAML_FIELD_END};
static const cyaml_schema_value_t target_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_object, target_fields)};
static const cyaml_schema_value_t clutter_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_object, clutter_fields)};

#define GROUP(key, index, fields)                                                                  \
    CYAML_FIELD_MAPPING_PTR(key, OPTIONAL, raw_scene, groups[index], fields)
static const cyaml_schema_field_t scene_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, raw_scene, name, 1, 63),
    CYAML_FIELD_UINT("seed", CYAML_FLAG_DEFAULT, raw_scene, seed),
    CYAML_FIELD_FLOAT("length_m", CYAML_FLAG_DEFAULT, raw_scene, length_m),
    GROUP("soil", SOIL, soil_fields),
    GROUP("lift_off", LIFT, lift_fields),
    GROUP("speed", SPEED, speed_fields),
    GROUP("noise", NOISE, noise_fields),
    GROUP("gpr", GPR, gpr_fields),
    GROUP("md", MD, md_fields),
    GROUP("pose", POSE, pose_fields),
    GROUP("clutter_per_m", DENSITY, density_fields),
    GROUP("origin", ORIGIN, origin_fields),
    CYAML_FIELD_MAPPING_PTR("device", OPTIONAL, raw_scene, device, gw_scene_device_fields),
    CYAML_FIELD_STRING_PTR("device_file", CYAML_FLAG_POINTER | OPTIONAL, raw_scene, device_file, 1,
                           255),
    CYAML_FIELD_SEQUENCE("targets", CYAML_FLAG_POINTER | OPTIONAL, raw_scene, targets,
                         &target_value, 0, LIST_MAX),
    CYAML_FIELD_SEQUENCE("clutter", CYAML_FLAG_POINTER | OPTIONAL, raw_scene, clutter,
                         &clutter_value, 0, LIST_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t scene_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_scene, scene_fields)};

static gw_status range_check(const char *key, double value, double least, double most,
                             gw_error *error)
{
    if (value >= least && value <= most)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT, "%s: %.9g is not in %.9g..%.9g", key, value, least,
                        most);
}

static gw_status numbers_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        const number *n = &numbers[k];
        const raw_group *group = raw->groups[n->group];
        const double *given = group ? group->value[n->index] : NULL;
        double value = given ? *given : n->fallback;
        gw_status status = given ? range_check(n->key, value, n->least, n->most, error) : GW_OK;
        if (status != GW_OK)
            return status;
        memcpy((char *)scene + n->at, &value, sizeof value);
    }
    return GW_OK;
}

static gw_status radar_check(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    const raw_group *gpr = raw->groups[GPR];
    bool has_rate = gpr && gpr->value[4];
    double rate_hz = scene->n_samples / (scene->window_ns * 1e-9);
    if (gpr && gpr->value[3] && has_rate)
        return gw_error_set(error, GW_EFORMAT,
                            "gpr.scan_rate_hz: scans are triggered by distance (scan_spacing_m) "
                            "or by time (scan_rate_hz), not by both");
    if (has_rate)
        scene->spacing_m = 0;
    if (scene->n_samples != floor(scene->n_samples))
        return gw_error_set(error, GW_EFORMAT, "gpr.samples: %.9g is not a whole number",
                            scene->n_samples);
    if (rate_hz < 4 * scene->center_hz || rate_hz > 200 * scene->center_hz)
        return gw_error_set(error, GW_EFORMAT,
                            "gpr.center_hz: %.9g with %.9g samples in %.9g ns: there must be 4 to "
                            "200 samples a period",
                            scene->center_hz, scene->n_samples, scene->window_ns);
    return GW_OK;
}

static gw_status identity_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    const raw_group *origin = raw->groups[ORIGIN];
    scene->origin.is_known = origin != NULL;
    if (origin && (!origin->value[0] || !origin->value[1]))
        return gw_error_set(error, GW_EFORMAT, "origin: lat and lon expected");
    if (raw->device && raw->device_file)
        return gw_error_set(error, GW_EFORMAT, "device_file: there is `device` already");
    if (raw->device_file)
        snprintf(scene->device_file, sizeof scene->device_file, "%s", raw->device_file);
    return gw_scene_device_take(raw->device, &scene->device, error);
}

static gw_status place_take(const char *item, const raw_object *raw, const gw_scene *scene,
                            gw_truth *place, gw_error *error)
{
    char key[48];
    const struct {
        const char *name;
        double value, least, most;
    } checks[] = {{"along_m", raw->along_m, 0, scene->length_m},
                  {"depth_m", raw->depth_m, 0, 1},
                  {"cross_m", raw->cross_m ? *raw->cross_m : 0, -1, 1}};
    for (size_t k = 0; k < 3; k++) {
        snprintf(key, sizeof key, "%s.%s", item, checks[k].name);
        gw_status status =
            range_check(key, checks[k].value, checks[k].least, checks[k].most, error);
        if (status != GW_OK)
            return status;
    }
    *place = (gw_truth){
        .along_m = checks[0].value, .depth_m = checks[1].value, .cross_m = checks[2].value};
    return GW_OK;
}

static gw_status target_take(gw_scene *scene, const raw_object *raw, unsigned index,
                             gw_error *error)
{
    char item[32];
    gw_truth place;
    snprintf(item, sizeof item, "targets[%u]", index);
    gw_status status = place_take(item, raw, scene, &place, error);
    if (status != GW_OK)
        return status;
    const gw_mine *mine = gw_mine_find(raw->name);
    if (!mine)
        return gw_error_set(error, GW_EFORMAT, "%s.name: '%s' is none of %s", item, raw->name,
                            gw_mine_names());
    gw_scene_mine_add(scene, mine, &place);
    return GW_OK;
}

static gw_status clutter_take(gw_scene *scene, const raw_object *raw, unsigned index,
                              gw_error *error)
{
    char item[32], key[48];
    gw_truth place;
    unsigned kind = 0;
    snprintf(item, sizeof item, "clutter[%u]", index);
    gw_status status = place_take(item, raw, scene, &place, error);
    snprintf(key, sizeof key, "%s.size_m", item);
    if (status == GW_OK)
        status = range_check(key, raw->size_m, 0.001, 0.5, error);
    if (status != GW_OK)
        return status;
    while (kind < 4 && strcmp(gw_clutter_name(kind), raw->name) != 0)
        kind++;
    if (kind == 4)
        return gw_error_set(error, GW_EFORMAT, "%s.kind: '%s' is none of stone, root, void, metal",
                            item, raw->name);
    place.diameter_m = raw->size_m;
    gw_scene_clutter_add(scene, kind, &place, gw_random_key(scene->seed ^ 0xc1u, (uint64_t)index));
    return GW_OK;
}

static gw_status objects_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    gw_status status = GW_OK;
    double n = raw->targets_count + raw->clutter_count;
    for (unsigned k = 0; k < raw->targets_count && status == GW_OK; k++)
        status = target_take(scene, &raw->targets[k], k, error);
    for (unsigned k = 0; k < raw->clutter_count && status == GW_OK; k++)
        status = clutter_take(scene, &raw->clutter[k], k, error);
    for (unsigned k = 0; k < 4; k++)
        n += scene->clutter_per_m[k] * scene->length_m + 1;
    if (status == GW_OK && n > GW_SCENE_OBJECTS_MAX)
        status = gw_error_set(error, GW_EFORMAT,
                              "clutter_per_m: %.0f objects on the lane are more than %d", n,
                              (int)GW_SCENE_OBJECTS_MAX);
    return status;
}

static gw_status scene_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    snprintf(scene->name, sizeof scene->name, "%s", raw->name);
    scene->seed = raw->seed;
    scene->length_m = raw->length_m;
    if (raw->seed > (uint64_t)1 << 53)
        return gw_error_set(error, GW_EFORMAT, "seed: not in 0..9007199254740992");
    gw_status status = range_check("length_m", raw->length_m, 1, 1000, error);
    if (status == GW_OK)
        status = numbers_take(scene, raw, error);
    if (status == GW_OK)
        status = radar_check(scene, raw, error);
    if (status == GW_OK)
        status = identity_take(scene, raw, error);
    if (status == GW_OK)
        status = objects_take(scene, raw, error);
    if (status != GW_OK)
        return status;
    gw_scene_clutter_draw(scene);
    gw_scene_path_init(scene);
    return GW_OK;
}

static gw_status place_say(const char *path, const unsigned char *text, size_t n_text,
                           gw_error *error)
{
    gw_error inner = *error;
    char key[64];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(inner.text, ":"), inner.text);
    return gw_error_set(error, inner.status, "%.200s:%d: %.250s", path,
                        gw_yaml_line(text, n_text, key), inner.text);
}

gw_status gw_scene_parse(const char *path, const unsigned char *text, size_t n_text, gw_scene **out,
                         gw_error *error)
{
    gw_error local;
    void *raw = NULL;
    error = error ? error : &local;
    *out = NULL;
    gw_status status = gw_yaml_parse(path, text, n_text, &scene_value, GW_EFORMAT, &raw, error);
    if (status != GW_OK)
        return status;
    gw_scene *scene = calloc(1, sizeof *scene);
    if (!scene)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    else if ((status = scene_take(scene, raw, error)) != GW_OK)
        status = place_say(path, text, n_text, error);
    gw_yaml_free(&scene_value, raw);
    if (status != GW_OK) {
        free(scene);
        return status;
    }
    *out = scene;
    return GW_OK;
}
