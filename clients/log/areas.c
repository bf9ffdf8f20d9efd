/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/areas.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/file.h"

enum { AREAS_MAX = 10000, BYTES_MAX = 64 << 20 };

/* Parsed once and kept as JSON: areas are few. */
typedef struct area {
    char *name;
    const json_t *polygons; /* [polygon][ring][point][2] */
    bool is_single;         /* polygons is one polygon */
} area;

struct gw_areas {
    json_t *root;
    size_t n;
    area *all;
};

static gw_status wrong(const char *path, const char *name, const char *cause, gw_error *error)
{
    return gw_error_set(error, GW_EFORMAT, "%s: %s: %s", path, name, cause);
}

static bool is_ring(const json_t *ring)
{
    size_t n = json_array_size(ring), k;
    const json_t *point;
    if (n < 4)
        return false;
    json_array_foreach(ring, k, point)
    {
        double lon = json_number_value(json_array_get(point, 0));
        double lat = json_number_value(json_array_get(point, 1));
        if (!json_is_number(json_array_get(point, 0)) ||
            !json_is_number(json_array_get(point, 1)) || fabs(lon) > 180 || fabs(lat) > 90)
            return false;
    }
    const json_t *first = json_array_get(ring, 0), *last = json_array_get(ring, n - 1);
    for (k = 0; k < 2; k++) /* by value: 46 is 46.0 */
        if (json_number_value(json_array_get(first, k)) !=
            json_number_value(json_array_get(last, k)))
            return false;
    return true;
}

static bool is_polygon(const json_t *rings)
{
    size_t k;
    const json_t *ring;
    json_array_foreach(rings, k, ring) if (!is_ring(ring)) return false;
    return json_array_size(rings) > 0;
}

static bool is_multipolygon(const json_t *polygons)
{
    size_t k;
    const json_t *polygon;
    json_array_foreach(polygons, k, polygon) if (!is_polygon(polygon)) return false;
    return json_array_size(polygons) > 0;
}

static gw_status geometry_add(gw_areas *areas, const char *path, const char *name,
                              const json_t *geometry, gw_error *error)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *points = json_object_get(geometry, "coordinates");
    bool is_single = type && strcmp(type, "Polygon") == 0;
    if (!type || (!is_single && strcmp(type, "MultiPolygon") != 0))
        return wrong(path, name, "its geometry is no Polygon or MultiPolygon", error);
    if (is_single ? !is_polygon(points) : !is_multipolygon(points))
        return wrong(path, name,
                     "a ring needs four places or more, [lon, lat] in degrees, the last as the "
                     "first",
                     error);
    area *all = areas->n < AREAS_MAX ? realloc(areas->all, (areas->n + 1) * sizeof *all) : NULL;
    if (!all)
        return wrong(path, name, "too many areas", error);
    areas->all = all;
    char *kept = strdup(name);
    if (!kept)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    all[areas->n++] = (area){.name = kept, .polygons = points, .is_single = is_single};
    return GW_OK;
}

static gw_status feature_add(gw_areas *areas, const char *path, const json_t *feature, size_t index,
                             gw_error *error)
{
    char number[32];
    const char *name =
        json_string_value(json_object_get(json_object_get(feature, "properties"), "name"));
    if (!name)
        name = json_string_value(json_object_get(feature, "id"));
    snprintf(number, sizeof number, "features[%zu]", index);
    return geometry_add(areas, path, name ? name : number, json_object_get(feature, "geometry"),
                        error);
}

static gw_status root_take(gw_areas *areas, const char *path, gw_error *error)
{
    const char *type = json_string_value(json_object_get(areas->root, "type"));
    const json_t *features = json_object_get(areas->root, "features"), *feature;
    size_t k;
    gw_status status = GW_OK;
    if (!type)
        return wrong(path, "type", "missing: not GeoJSON", error);
    if (strcmp(type, "Feature") == 0)
        return feature_add(areas, path, areas->root, 0, error);
    if (strcmp(type, "FeatureCollection") != 0)
        return geometry_add(areas, path, "area", areas->root, error);
    if (!json_array_size(features))
        return wrong(path, "features", "none", error);
    json_array_foreach(features, k, feature) if (status == GW_OK) status =
        feature_add(areas, path, feature, k, error);
    return status;
}

gw_status gw_areas_parse(const char *path, const char *text, size_t n_text, gw_areas **out,
                         gw_error *error)
{
    json_error_t bad;
    gw_areas *areas = calloc(1, sizeof *areas);
    *out = NULL;
    if (!areas)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    areas->root = json_loadb(text, n_text, 0, &bad);
    gw_status status = areas->root ? root_take(areas, path, error)
                                   : gw_error_set(error, GW_EFORMAT, "%s:%d: not JSON: %s", path,
                                                  bad.line, bad.text);
    if (status != GW_OK)
        gw_areas_destroy(areas);
    else
        *out = areas;
    return status;
}

gw_status gw_areas_load(const char *path, gw_areas **out, gw_error *error)
{
    FILE *file;
    gw_status status = gw_file_stream(path, GW_EFORMAT, &file, error);
    if (status != GW_OK)
        return status;
    char *text = malloc(BYTES_MAX);
    size_t n = text ? fread(text, 1, BYTES_MAX, file) : 0;
    status = ferror(file)     ? gw_error_set(error, GW_EIO, "%s: read failed", path)
             : n == BYTES_MAX ? gw_error_set(error, GW_EFORMAT, "%s: too large", path)
                              : gw_areas_parse(path, text, n, out, error);
    free(text);
    fclose(file);
    return status;
}

size_t gw_areas_count(const gw_areas *areas)
{
    return areas->n;
}

const char *gw_areas_name(const gw_areas *areas, size_t k)
{
    return k < areas->n ? areas->all[k].name : NULL;
}

typedef enum { OUTSIDE, INSIDE, EDGE } side;

static double coordinate(const json_t *ring, size_t k, size_t axis)
{
    return json_number_value(json_array_get(json_array_get(ring, k), axis));
}

/* By the crossings of a ray to the east. */
static side ring_side(const json_t *ring, double x, double y)
{
    bool is_in = false;
    for (size_t k = 0; k + 1 < json_array_size(ring); k++) {
        double ax = coordinate(ring, k, 0), ay = coordinate(ring, k, 1);
        double bx = coordinate(ring, k + 1, 0), by = coordinate(ring, k + 1, 1);
        double turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        if (turn == 0 && x >= fmin(ax, bx) && x <= fmax(ax, bx) && y >= fmin(ay, by) &&
            y <= fmax(ay, by))
            return EDGE;
        if ((ay > y) != (by > y) && (turn > 0) == (by > ay))
            is_in = !is_in;
    }
    return is_in ? INSIDE : OUTSIDE;
}

static bool polygon_holds(const json_t *rings, double x, double y)
{
    side outer = ring_side(json_array_get(rings, 0), x, y);
    for (size_t k = 1; outer == INSIDE && k < json_array_size(rings); k++)
        if (ring_side(json_array_get(rings, k), x, y) == INSIDE)
            return false;
    return outer != OUTSIDE;
}

size_t gw_areas_find(const gw_areas *areas, double lon_deg, double lat_deg)
{
    for (size_t k = 0; k < areas->n; k++) {
        const area *one = &areas->all[k];
        size_t n = one->is_single ? 1 : json_array_size(one->polygons);
        for (size_t p = 0; p < n; p++) {
            const json_t *polygon =
                one->is_single ? one->polygons : json_array_get(one->polygons, p);
            if (polygon_holds(polygon, lon_deg, lat_deg))
                return k;
        }
    }
    return areas->n;
}

void gw_areas_destroy(gw_areas *areas)
{
    if (!areas)
        return;
    for (size_t k = 0; k < areas->n; k++)
        free(areas->all[k].name);
    json_decref(areas->root);
    free(areas->all);
    free(areas);
}
