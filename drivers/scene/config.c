/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double LENGTH_MOST_M = 100e3;

gw_status scene_list_take(scene_table table, const char *key, const raw_items *raw, void *to,
                          size_t size, gw_error *error)
{
    char place[48];
    gw_status status = GW_OK;
    for (unsigned k = 0; k < raw->items_count && status == GW_OK; k++) {
        snprintf(place, sizeof place, "%s[%u]", key, k);
        status = gw_scene_numbers_take(table, place, &raw->items[k], (char *)to + k * size, error);
    }
    return status;
}

static gw_status device_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    if (raw->device && raw->device_file)
        return gw_error_set(error, GW_EFORMAT, "device_file: there is `device` already");
    if (raw->device_file)
        snprintf(scene->device_file, sizeof scene->device_file, "%s", raw->device_file);
    return gw_scene_device_take(raw->device, &scene->md, &scene->device, error);
}

static gw_status scene_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    snprintf(scene->name, sizeof scene->name, "%s", raw->name);
    scene->seed = raw->seed;
    scene->path.length_m = raw->length_m;
    if (raw->seed > (uint64_t)1 << 53)
        return gw_error_set(error, GW_EFORMAT, "seed: not in 0..9007199254740992");
    if (!(raw->length_m >= 1 && raw->length_m <= LENGTH_MOST_M))
        return gw_error_set(error, GW_EFORMAT, "length_m: %.9g is not in 1..%.9g", raw->length_m,
                            LENGTH_MOST_M);
    gw_status status = scene_ground_take(scene, raw, error);
    if (status == GW_OK)
        status = scene_sensors_take(scene, raw, error);
    if (status == GW_OK)
        status = device_take(scene, raw, error);
    return status == GW_OK ? scene_objects_take(scene, raw, error) : status;
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
    void *opaque = NULL;
    error = error ? error : &local;
    *out = NULL;
    gw_status status =
        gw_yaml_parse(path, text, n_text, &gw_scene_yaml, GW_EFORMAT, &opaque, error);
    if (status != GW_OK)
        return status;
    const raw_scene *raw = opaque;
    size_t n = raw->lists[RAW_TARGETS].items_count + raw->lists[RAW_CLUTTER].items_count;
    gw_scene *scene = calloc(1, sizeof *scene + n * sizeof scene->given[0]);
    if (!scene)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    else if ((status = scene_take(scene, raw, error)) != GW_OK)
        status = place_say(path, text, n_text, error);
    gw_yaml_free(&gw_scene_yaml, opaque);
    if (status != GW_OK) {
        free(scene);
        return status;
    }
    *out = scene;
    return GW_OK;
}
