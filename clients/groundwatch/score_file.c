/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/score_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/file.h"

static const double join_m = 0.05; /* from one stretch of coverage to the next */

typedef struct reading {
    detect_result *result;
    const char *recording; /* name of the file */
    double end_m[GW_SENSOR_COUNT];
} reading;

static double real_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static bool sensor_of(const json_t *object, gw_sensor *out)
{
    const char *word = json_string_value(json_object_get(object, "sensor"));
    for (int sensor = 0; word && sensor < GW_SENSOR_COUNT; sensor++)
        if (strcmp(word, gw_sensor_name((gw_sensor)sensor)) == 0) {
            *out = (gw_sensor)sensor;
            return true;
        }
    return false;
}

static gw_status detection_add(reading *r, const json_t *line, gw_error *error)
{
    detect_result *to = r->result;
    gw_detection one = {.along_m = real_of(line, "along_m"),
                        .cross_m = real_of(line, "cross_m"),
                        .depth_m = real_of(line, "depth_m"),
                        .score = real_of(line, "score"),
                        .alarm = json_is_true(json_object_get(line, "alarm")),
                        .unlikely = json_is_true(json_object_get(line, "unlikely"))};
    if (!sensor_of(line, &one.sensor) || !(one.score > 0))
        return gw_error_set(error, GW_EFORMAT, "sensor and score expected");
    if (!isfinite(one.along_m) || json_object_get(line, "status"))
        return GW_OK; /* without a place; or an earlier one, updated */
    if (to->n == to->max) {
        size_t max = to->max ? 2 * to->max : 256;
        gw_detection *items = realloc(to->items, max * sizeof *items);
        if (!items)
            return gw_error_set(error, GW_ENOMEM, "out of memory");
        to->items = items;
        to->max = max;
    }
    to->items[to->n++] = one;
    return GW_OK;
}

static void coverage_add(reading *r, const json_t *data)
{
    gw_sensor sensor;
    double from_m = real_of(data, "from_m"), to_m = real_of(data, "to_m");
    if (!sensor_of(data, &sensor) || !isfinite(from_m) || !(to_m > from_m))
        return;
    double *end_m = &r->end_m[sensor];
    from_m = from_m < *end_m + join_m ? *end_m : from_m;
    if (to_m <= from_m)
        return;
    r->result->searched_m[sensor] += to_m - from_m;
    *end_m = to_m;
}

static gw_status line_take(reading *r, const json_t *line, gw_error *error)
{
    const char *type = json_string_value(json_object_get(line, "type"));
    const json_t *data = json_object_get(line, "data");
    const char *of = json_string_value(json_object_get(line, "recording"));
    if (!json_is_object(line))
        return gw_error_set(error, GW_EFORMAT, "not a JSON object");
    if (type && strcmp(type, "org.groundwatch.coverage.v1") == 0)
        coverage_add(r, data);
    else if (type && strcmp(type, "org.groundwatch.detection.v1") == 0)
        return detection_add(r, data, error);
    else if (!type && of && strcmp(of, r->recording) == 0)
        return detection_add(r, line, error);
    else if (!type && !of && !json_object_get(line, "log"))
        return gw_error_set(error, GW_EFORMAT, "neither a line of `detect` nor a record");
    return GW_OK;
}

static gw_status lines_read(reading *r, FILE *file, const char *path, gw_error *error)
{
    char *text = NULL;
    size_t size = 0;
    gw_status status = GW_OK;
    long number = 0;
    for (ssize_t n; status == GW_OK && (n = getline(&text, &size, file)) > 0;) {
        gw_error inner = {0};
        json_error_t wrong;
        number++;
        if (!text[strspn(text, " \t\r\n")])
            continue;
        json_t *line = json_loadb(text, (size_t)n, 0, &wrong);
        status = line ? line_take(r, line, &inner)
                      : gw_error_set(&inner, GW_EFORMAT, "not JSON: %.100s", wrong.text);
        json_decref(line);
        if (status != GW_OK)
            gw_error_set(error, status, "%s:%ld: %s", path, number, inner.text);
    }
    free(text);
    return status;
}

gw_status score_file_load(const char *path, const char *recording, detect_result *result,
                          gw_error *error)
{
    const char *slash = strrchr(recording, '/');
    reading r = {.result = result, .recording = slash ? slash + 1 : recording};
    FILE *file;
    gw_status status = gw_file_stream(path, GW_EFORMAT, &file, error);
    if (status != GW_OK)
        return status;
    status = lines_read(&r, file, path, error);
    fclose(file);
    double *m = result->searched_m;
    m[GW_SENSOR_FUSED] = fmin(m[GW_SENSOR_GPR], m[GW_SENSOR_MD]);
    return status;
}
