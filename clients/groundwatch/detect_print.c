/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/detect.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/detection_json.h"
#include "drivers/recording.h"

static const double shown_far_per_m = 1, shown_cue = 0.2;

bool detect_is_shown(const gw_detection *detection)
{
    if (detection->is_provisional)
        return detection->score >= shown_cue;
    return detection->alarm || detection->unlikely || detection->far_per_m <= shown_far_per_m;
}

static json_t *line_encode(const gw_detection *item, const detect_result *result)
{
    json_t *object = gw_detection_encode(item, result->recording);
    gw_origin_encode(&result->origin, item->along_m, item->cross_m, object);
    if (object)
        json_object_set_new(object, "calibration", json_string(result->calibration));
    return object;
}

static void csv_print(const json_t *object, FILE *to)
{
    static const char *const keys[] = {"recording",
                                       "sensor",
                                       "along_m",
                                       "cross_m",
                                       "scan",
                                       "channel",
                                       "sample",
                                       "depth_m",
                                       "depth_sd_m",
                                       "speed_m_per_ns",
                                       "score",
                                       "far_per_m",
                                       "alarm",
                                       "unlikely",
                                       "spacing_assumed",
                                       "amplitude",
                                       "tone_hz",
                                       "phase_deg",
                                       "amplitude_unit",
                                       "metal",
                                       "ferrous_probability",
                                       "relaxation_s",
                                       "depth_class",
                                       "coil_distance_m",
                                       "coil_distance_sd_m",
                                       "calibration",
                                       "speed_sd_m_per_ns",
                                       "provisional",
                                       "far_assumed"};
    size_t n = sizeof keys / sizeof *keys;
    for (size_t k = 0; k < n; k++) {
        json_t *value = json_object_get(object, keys[k]);
        if (json_is_string(value)) { /* a name may hold commas and quotes */
            fputc('"', to);
            for (const char *at = json_string_value(value); *at; at++)
                fprintf(to, *at == '"' ? "\"\"" : "%c", *at);
            fputc('"', to);
        } else if (value) {
            json_dumpf(value, to, JSON_ENCODE_ANY);
        }
        fputc(k + 1 < n ? ',' : '\n', to);
    }
}

/* The lane's places in WGS 84, in order of along_m. */
typedef struct track {
    size_t n;
    double *rows; /* [n][3] along_m, latitude, longitude, degrees */
} track;

static gw_status track_load(const char *path, track *out, gw_error *error)
{
    gw_recording *pose = NULL;
    gw_error inner = {0};
    int along = -1, lat = -1, lon = -1;
    size_t n = 0;
    int32_t *counts = NULL;
    gw_status status = gw_recording_open(path, GW_KIND_POSE, &pose, &inner);
    const gw_stream *stream = status == GW_OK ? gw_recording_stream(pose) : NULL;
    for (int c = 0; stream && c < (int)stream->n_channels; c++) {
        along = stream->fields[c] == GW_FIELD_ALONG_MM ? c : along;
        lat = stream->fields[c] == GW_FIELD_LAT_1E7DEG ? c : lat;
        lon = stream->fields[c] == GW_FIELD_LON_1E7DEG ? c : lon;
    }
    if (along < 0 || lat < 0 || lon < 0) {
        gw_recording_close(pose);
        return gw_error_set(error, GW_EFORMAT,
                            "%s: GeoJSON needs WGS 84: a pose with along_mm, lat_1e7deg and "
                            "lon_1e7deg, or an origin in the configuration; there is neither",
                            path);
    }
    size_t width = stream->n_channels;
    counts = malloc((size_t)stream->n_rows * width * sizeof *counts);
    out->rows = malloc((size_t)stream->n_rows * 3 * sizeof *out->rows);
    if (!counts || !out->rows)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (status == GW_OK)
        status = gw_recording_read(pose, 0, (size_t)stream->n_rows, counts, &n, error);
    for (size_t r = 0; r < n; r++) {
        out->rows[3 * r] = counts[r * width + (size_t)along] * 1e-3;
        out->rows[3 * r + 1] = counts[r * width + (size_t)lat] * 1e-7;
        out->rows[3 * r + 2] = counts[r * width + (size_t)lon] * 1e-7;
    }
    out->n = n;
    free(counts);
    gw_recording_close(pose);
    return status;
}

static json_t *point_encode(double lat_deg, double lon_deg)
{
    return json_pack("{s:s, s:[f,f]}", "type", "Point", "coordinates", lon_deg, lat_deg);
}

static json_t *point_of(const track *places, double along_m)
{
    size_t at = 0;
    while (at + 1 < places->n && places->rows[3 * at] < along_m)
        at++;
    const double *b = places->rows + 3 * at, *a = at ? b - 3 : b;
    double part = b[0] > a[0] ? fmin(fmax((along_m - a[0]) / (b[0] - a[0]), 0), 1) : 0;
    return point_encode(a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2]));
}

static gw_status geojson_print(const char *path, const detect_result *result, bool is_all, FILE *to,
                               gw_error *error)
{
    track places = {0};
    bool is_configured = result->origin.is_known;
    gw_status status = is_configured ? GW_OK : track_load(path, &places, error);
    if (status != GW_OK) {
        free(places.rows);
        return status;
    }
    json_t *features = json_array();
    for (size_t k = 0; k < result->n; k++) {
        const gw_detection *item = &result->items[k];
        if ((!is_all && !detect_is_shown(item)) || isnan(item->along_m))
            continue;
        json_t *properties = line_encode(item, result);
        json_t *point = is_configured
                            ? point_encode(json_number_value(json_object_get(properties, "lat")),
                                           json_number_value(json_object_get(properties, "lon")))
                            : point_of(&places, item->along_m);
        json_array_append_new(features, json_pack("{s:s, s:o, s:o}", "type", "Feature", "geometry",
                                                  point, "properties", properties));
    }
    json_t *root = json_pack("{s:s, s:o}", "type", "FeatureCollection", "features", features);
    json_dumpf(root, to, JSON_COMPACT);
    fputc('\n', to);
    json_decref(root);
    free(places.rows);
    return GW_OK;
}

gw_status detect_print(const char *path, const detect_result *result, detect_format format,
                       bool is_all, FILE *to, gw_error *error)
{
    if (format == DETECT_GEOJSON)
        return geojson_print(path, result, is_all, to, error);
    for (size_t k = 0; k < result->n; k++) {
        if (!is_all && !detect_is_shown(&result->items[k]))
            continue;
        json_t *object = line_encode(&result->items[k], result);
        if (!object)
            return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
        if (format == DETECT_CSV) {
            csv_print(object, to);
        } else {
            json_dumpf(object, to, JSON_COMPACT);
            fputc('\n', to);
        }
        json_decref(object);
    }
    return GW_OK;
}
