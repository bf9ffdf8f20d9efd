/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GeoJSON (RFC 7946): a feature a record that has a place; valid after every commit, because the
 * file is written anew beside and renamed over. Its size bounds how often: for a day's detections,
 * not for years.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/log/log_impl.h"

typedef struct features {
    char *path, *part;
    json_t *root, *list;
    gw_log_seen *seen;
    bool is_changed;
} features;

static void features_close(void *opaque)
{
    features *state = opaque;
    json_decref(state->root);
    gw_log_seen_destroy(state->seen);
    free(state->path);
    free(state->part);
    free(state);
}

static bool feature_see(features *state, const json_t *feature)
{
    gw_log_record record;
    bool is_full = false;
    const json_t *message = json_object_get(feature, "groundwatch");
    if (!gw_log_record_take(message, &record))
        return json_object_get(feature, "log") != NULL;
    gw_log_seen_add(state->seen, &record, &is_full);
    return !is_full;
}

static gw_status features_load(features *state, gw_error *error)
{
    json_error_t wrong;
    size_t k;
    json_t *feature;
    state->root = access(state->path, F_OK) == 0
                      ? json_load_file(state->path, 0, &wrong)
                      : json_pack("{s:s, s:[]}", "type", "FeatureCollection", "features");
    state->list = json_object_get(state->root, "features");
    bool is_ours = json_is_array(state->list);
    json_array_foreach(state->list, k, feature) is_ours = is_ours && feature_see(state, feature);
    if (is_ours)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT, "%s: not a log of Groundwatch: left as it is",
                        state->path);
}

static gw_status features_open(const char *path, void **out, gw_error *error)
{
    features *state = calloc(1, sizeof *state);
    if (!state || !(state->path = strdup(path)) || !(state->seen = gw_log_seen_create()) ||
        asprintf(&state->part, "%s.part", path) < 0)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = features_load(state, error);
    state->is_changed = true;
    if (status != GW_OK)
        features_close(state);
    else
        *out = state;
    return status;
}

static json_t *geometry_make(const gw_log_record *record)
{
    gw_log_place at = gw_log_place_of(record->data), from = gw_log_place_from(record->data);
    if (!at.is_known || !at.is_wgs84)
        return json_null();
    if (from.is_known && from.is_wgs84)
        return json_pack("{s:s, s:[[f,f],[f,f]]}", "type", "LineString", "coordinates", from.x,
                         from.y, at.x, at.y);
    return json_pack("{s:s, s:[f,f]}", "type", "Point", "coordinates", at.x, at.y);
}

static gw_status features_put(void *opaque, const gw_log_record *record, bool *is_new,
                              gw_error *error)
{
    features *state = opaque;
    gw_log_place at = gw_log_place_of(record->data);
    bool is_full;
    bool is_told = strcmp(record->kind, "outcome") == 0; /* by a person, who may have metres only */
    if (at.is_known && !at.is_wgs84 && !is_told)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: GeoJSON needs WGS 84, and %s has metres along the lane only: give "
                            "the daemon an `origin`, or write .gpkg or .ndjson",
                            state->path, record->device);
    *is_new = gw_log_seen_add(state->seen, record, &is_full);
    if (is_full)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", state->path);
    if (!*is_new)
        return GW_OK;
    json_t *properties = json_deep_copy(record->data);
    json_object_set_new(properties, "kind", json_string(record->kind));
    json_object_set_new(properties, "device", json_string(record->device));
    json_t *head = json_pack("{s:O, s:O, s:O, s:{s:s, s:o, s:o}}", "source",
                             json_object_get(record->message, "source"), "type",
                             json_object_get(record->message, "type"), "time",
                             json_object_get(record->message, "time"), "data", "stream",
                             record->stream, "seq", json_copy(json_object_get(record->data, "seq")),
                             "kind_seq", json_copy(json_object_get(record->data, "kind_seq")));
    json_array_append_new(state->list, json_pack("{s:s, s:o, s:o, s:o}", "type", "Feature",
                                                 "geometry", geometry_make(record), "properties",
                                                 properties, "groundwatch", head));
    state->is_changed = true;
    return GW_OK;
}

static gw_status features_note(void *opaque, const json_t *event, gw_error *error)
{
    features *state = opaque;
    (void)error;
    json_array_append_new(state->list,
                          json_pack("{s:s, s:n, s:O, s:b}", "type", "Feature", "geometry",
                                    "properties", (json_t *)(uintptr_t)event, "log", 1));
    state->is_changed = true;
    return GW_OK;
}

static gw_status features_commit(void *opaque, gw_error *error)
{
    features *state = opaque;
    if (!state->is_changed)
        return GW_OK;
    FILE *file = fopen(state->part, "w");
    bool is_good = file && json_dumpf(state->root, file, JSON_COMPACT) == 0;
    is_good = is_good && fflush(file) == 0 && fdatasync(fileno(file)) == 0;
    if (file)
        is_good = fclose(file) == 0 && is_good;
    if (!is_good || rename(state->part, state->path) != 0) {
        gw_error_set(error, GW_EIO, "%s: %s", state->path, strerror(errno));
        unlink(state->part);
        return GW_EIO;
    }
    state->is_changed = false;
    return GW_OK;
}

const gw_log_format gw_log_features = {.open = features_open,
                                       .put = features_put,
                                       .note = features_note,
                                       .commit = features_commit,
                                       .close = features_close};
