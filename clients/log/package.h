/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/package.h -- the log as a GeoPackage 1.3 (OGC 12-128r17): layers detections,
 * coverage, track, outcomes, and the table events.
 *
 * Its frame is WGS 84 (srs_id 4326) when the first place that comes is, else metres, x across and y
 * along the lane, in the undefined Cartesian frame (srs_id -1). A record whose place is in the
 * other frame is kept without geometry, and an event says so.
 */
#ifndef GW_CLIENTS_LOG_PACKAGE_H
#define GW_CLIENTS_LOG_PACKAGE_H

#include "clients/log/database.h"
#include "clients/log/log_impl.h"

enum { GW_PACKAGE_LAYERS = 5, GW_PACKAGE_COLUMNS_MAX = 20, GW_GEOMETRY_BYTES_MAX = 64 };

typedef enum { GW_COLUMN_TEXT, GW_COLUMN_REAL, GW_COLUMN_INT, GW_COLUMN_BOOL } gw_column_type;

typedef struct gw_package_column {
    const char *name, *key; /* of the table; member of data */
    gw_column_type type;
} gw_package_column;

typedef struct gw_package_layer {
    const char *name, *title;
    const char *geometry; /* "POINT", "LINESTRING"; NULL: a table without places */
    gw_package_column columns[GW_PACKAGE_COLUMNS_MAX];
} gw_package_layer;

extern const gw_package_layer gw_package_layers[GW_PACKAGE_LAYERS];

/* package_schema.c: the tables of a new file; GW_EFORMAT: an existing one is not ours. */
gw_status gw_package_prepare(gw_database *database, const char *path, gw_error *error);
/* INSERT OR IGNORE of layer k; malloc'd. */
char *gw_package_insert(size_t layer);

/* GeoPackage's binary geometry of a point (n 1) or a line (n 2); returns its bytes. */
size_t gw_geometry_encode(int32_t srs, const gw_log_place *places, size_t n,
                          unsigned char bytes[GW_GEOMETRY_BYTES_MAX]);
/* A point out of it; false: it is none. */
bool gw_geometry_point(const void *bytes, size_t n, double *x, double *y);

#endif
