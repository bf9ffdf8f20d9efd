/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/log/package.h"

enum { APPLICATION = 0x47504b47 /* "GPKG" */, VERSION = 10300 };

#define T GW_COLUMN_TEXT
#define R GW_COLUMN_REAL
#define I GW_COLUMN_INT
#define B GW_COLUMN_BOOL

const gw_package_layer gw_package_layers[GW_PACKAGE_LAYERS] = {
    {"detections",
     "Indications of the sensors",
     "POINT",
     {{"id", "id", T},
      {"sensor", "sensor", T},
      {"alarm", "alarm", B},
      {"unlikely", "unlikely", B},
      {"status", "status", T},
      {"by", "by", T},
      {"score", "score", R},
      {"far_per_m", "far_per_m", R},
      {"depth_m", "depth_m", R},
      {"depth_sd_m", "depth_sd_m", R},
      {"along_m", "along_m", R},
      {"cross_m", "cross_m", R},
      {"placed", "placed", T},
      {"recording", "recording", T},
      {"emulated", "emulated", B},
      {"calibration", "calibration", T}}},
    {"coverage",
     "Ground that was searched; what is not here was not",
     "LINESTRING",
     {{"sensor", "sensor", T},
      {"state", "state", T},
      {"from_m", "from_m", R},
      {"to_m", "to_m", R},
      {"noise", "noise", R},
      {"max_score", "max_score", R},
      {"speed_m_s", "speed_m_s", R},
      {"height_m", "height_m", R},
      {"placed", "placed", T},
      {"calibration", "calibration", T}}},
    {"track",
     "Where the head was",
     "POINT",
     {{"sensor", "sensor", T}, {"along_m", "to_m", R}, {"speed_m_s", "speed_m_s", R}}},
    {"outcomes",
     "What was dug up",
     "POINT",
     {{"detection", "detection", T},
      {"model", "model", T},
      {"condition", "condition", T},
      {"marking", "marking", T},
      {"year", "year", I},
      {"depth_m", "depth_m", R},
      {"by", "by", T},
      {"found", "when", T},
      {"note", "note", T},
      {"photo", "photo", T},
      {"placed", "placed", T},
      {"calibration", "calibration", T}}},
    {"events",
     "States, sessions, gaps, checks, and what the log itself saw",
     NULL,
     {{"kind", "kind", T},
      {"word", "word", T},
      {"state", "state", T},
      {"text", "text", T},
      {"reason", "reason", T},
      {"result", "result", T},
      {"calibration", "calibration", T}}}};

static const char base_sql[] =
    "CREATE TABLE gpkg_spatial_ref_sys(srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT"
    " NULL, description TEXT);"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('Undefined Cartesian SRS',-1,'NONE',-1,'undefined',"
    "'metres: x across the lane, y along it');"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('Undefined geographic SRS',0,'NONE',0,'undefined',"
    "'undefined geographic coordinate reference system');"
    "INSERT INTO gpkg_spatial_ref_sys VALUES('WGS 84 geodetic',4326,'EPSG',4326,'GEOGCS[\"WGS "
    "84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\","
    "\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\","
    "\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY["
    "\"EPSG\",\"4326\"]]','longitude and latitude in decimal degrees on WGS 84');"
    "CREATE TABLE gpkg_contents(table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT"
    " (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y"
    " DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES"
    " gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns(table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT"
    " NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT"
    " uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES"
    " gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES"
    " gpkg_spatial_ref_sys (srs_id));"
    "CREATE TABLE groundwatch_log(format INTEGER NOT NULL, frame INTEGER);"
    "INSERT INTO groundwatch_log VALUES(1, NULL);"
    "CREATE TABLE groundwatch_position(source TEXT PRIMARY KEY, stream TEXT NOT NULL, next TEXT NOT"
    " NULL);";

static const char *type_name(gw_column_type type)
{
    static const char *const names[] = {"TEXT", "DOUBLE", "INTEGER", "BOOLEAN"};
    return names[type];
}

static void table_print(const gw_package_layer *layer, FILE *to)
{
    const char *name = layer->name;
    fprintf(to, "CREATE TABLE %s(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,", name);
    if (layer->geometry)
        fprintf(to, " geom %s,", layer->geometry);
    fputs(" stream TEXT, seq INTEGER, kind_seq INTEGER, device TEXT, time DATETIME,"
          " durable BOOLEAN",
          to);
    for (const gw_package_column *c = layer->columns; c->name; c++)
        fprintf(to, ", \"%s\" %s", c->name, type_name(c->type));
    fprintf(to, ", record TEXT, UNIQUE(%sstream, kind_seq));", layer->geometry ? "" : "kind, ");
    fprintf(to,
            "INSERT INTO gpkg_contents(table_name, data_type, identifier, description, srs_id) "
            "VALUES('%s', '%s', '%s', '%s', %s);",
            name, layer->geometry ? "features" : "attributes", name, layer->title,
            layer->geometry ? "-1" : "NULL");
    if (layer->geometry)
        fprintf(to, "INSERT INTO gpkg_geometry_columns VALUES('%s', 'geom', '%s', -1, 0, 0);", name,
                layer->geometry);
}

static gw_status tables_make(gw_database *database, gw_error *error)
{
    char *sql = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&sql, &n);
    if (!to)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    fprintf(to, "BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d; %s", APPLICATION,
            VERSION, base_sql);
    for (size_t k = 0; k < GW_PACKAGE_LAYERS; k++)
        table_print(&gw_package_layers[k], to);
    /* what is outside of all numbers, once as well */
    fputs("CREATE UNIQUE INDEX groundwatch_events_once ON events(kind, device, time, record) "
          "WHERE kind_seq IS NULL; COMMIT;",
          to);
    gw_status status = fclose(to) == 0 ? gw_database_run(database, sql, error) : GW_ENOMEM;
    free(sql);
    return status;
}

gw_status gw_package_prepare(gw_database *database, const char *path, gw_error *error)
{
    int64_t n = gw_database_number(database, "SELECT count(*) FROM sqlite_schema", -1);
    if (n == 0)
        return tables_make(database, error);
    if (gw_database_number(database, "SELECT format FROM groundwatch_log", 0) == 1)
        return GW_OK;
    if (gw_database_number(database, "PRAGMA application_id", 0) == APPLICATION)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: a GeoPackage, but no log of Groundwatch: left as it is", path);
    return gw_error_set(error, GW_EFORMAT, "%s: not a log of Groundwatch: left as it is", path);
}

char *gw_package_insert(size_t layer)
{
    const gw_package_layer *l = &gw_package_layers[layer];
    char *sql = NULL;
    size_t n = 0, n_columns = 7 + (l->geometry != NULL);
    FILE *to = open_memstream(&sql, &n);
    if (!to)
        return NULL;
    fprintf(to, "INSERT OR IGNORE INTO %s(stream, seq, kind_seq, device, time, durable, record%s",
            l->name, l->geometry ? ", geom" : "");
    for (const gw_package_column *c = l->columns; c->name; c++, n_columns++)
        fprintf(to, ", \"%s\"", c->name);
    fputs(") VALUES(?", to);
    for (size_t k = 1; k < n_columns; k++)
        fputs(", ?", to);
    fputs(")", to);
    if (fclose(to) != 0) {
        free(sql);
        return NULL;
    }
    return sql;
}
