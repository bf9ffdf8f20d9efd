/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/log/package.h"

typedef struct summary {
    gw_database *database;
    const gw_areas *areas;
    json_t *rows; /* one an area, and one for none */
    json_int_t n_outcomes, n_open, n_unplaced;
} summary;

/* A key that is no text, as a foreign program may have left it, counts as unknown. */
static void count_up(json_t *object, const char *key)
{
    const char *text = key ? key : "unknown";
    json_int_t n = json_integer_value(json_object_get(object, text));
    if (json_object_set_new(object, text, json_integer(n + 1)) == 0)
        return;
    n = json_integer_value(json_object_get(object, "unknown"));
    json_object_set_new(object, "unknown", json_integer(n + 1));
}

/* The row of the place in a column; NULL: the record has none. */
static json_t *row_find(const summary *s, gw_statement *from, int column)
{
    size_t n;
    double lon, lat;
    const void *bytes = gw_statement_column_blob(from, column, &n);
    if (!bytes || !gw_geometry_point(bytes, n, &lon, &lat))
        return NULL;
    return json_array_get(s->rows, gw_areas_find(s->areas, lon, lat));
}

/* Of several that name one alarm the newest counts: it corrects those before. */
static gw_status outcomes_count(summary *s, gw_error *error)
{
    gw_statement *all;
    gw_status status = gw_statement_create(
        s->database,
        "SELECT geom, model, year FROM outcomes AS o WHERE detection IS NULL OR NOT EXISTS (SELECT "
        "1 FROM outcomes AS later WHERE later.detection = o.detection AND (later.time, later.fid) "
        "> (o.time, o.fid))",
        &all, error);
    if (status != GW_OK)
        return status;
    while (gw_statement_step(all, &status, error)) {
        json_t *row = row_find(s, all, 0);
        s->n_outcomes++;
        s->n_unplaced += row == NULL;
        if (!row)
            continue;
        count_up(row, "outcomes");
        count_up(json_object_get(row, "by_model"), gw_statement_column_text(all, 1));
        count_up(json_object_get(row, "by_year"), gw_statement_column_text(all, 2));
    }
    gw_statement_destroy(all);
    return status;
}

static gw_status alarms_count(summary *s, gw_error *error)
{
    gw_statement *all;
    gw_status status = gw_statement_create(
        s->database,
        "SELECT min(geom), max(status = 'acknowledged') FROM detections WHERE id IS NOT NULL GROUP "
        "BY id HAVING max(alarm) AND id NOT IN (SELECT detection FROM outcomes WHERE detection IS "
        "NOT NULL)",
        &all, error);
    if (status != GW_OK)
        return status;
    while (gw_statement_step(all, &status, error)) {
        json_t *row = row_find(s, all, 0);
        s->n_open++;
        if (!row)
            continue;
        count_up(row, "open_alarms");
        if (gw_statement_column_int(all, 1))
            count_up(row, "acknowledged");
    }
    gw_statement_destroy(all);
    return status;
}

static gw_status frame_check(summary *s, const char *path, gw_error *error)
{
    if (gw_database_number(s->database, "SELECT format FROM groundwatch_log", 0) != 1)
        return gw_error_set(error, GW_EFORMAT, "%s: not a log of Groundwatch", path);
    int64_t frame = gw_database_number(s->database, "SELECT frame FROM groundwatch_log", 0);
    if (frame != 4326 && frame != 0) /* 0: nothing in it has a place yet */
        return gw_error_set(error, GW_EFORMAT,
                            "%s: its places are metres along a lane, not WGS 84: no area can be "
                            "told. Give the daemon an `origin`",
                            path);
    return GW_OK;
}

/* NULL: out of memory. A row that is missing would move all that come after it. */
static json_t *rows_make(const gw_areas *areas)
{
    json_t *rows = json_array();
    bool is_whole = rows != NULL;
    for (size_t k = 0; k <= gw_areas_count(areas) && is_whole; k++)
        is_whole = json_array_append_new(
                       rows, json_pack("{s:s?, s:i, s:i, s:i, s:{}, s:{}}", "area",
                                       gw_areas_name(areas, k), "outcomes", 0, "open_alarms", 0,
                                       "acknowledged", 0, "by_model", "by_year")) == 0;
    if (is_whole)
        return rows;
    json_decref(rows);
    return NULL;
}

gw_status gw_log_summary(const char *path, const gw_areas *areas, json_t **out, gw_error *error)
{
    summary s = {.areas = areas, .rows = rows_make(areas)};
    *out = NULL;
    if (!s.rows)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = gw_database_open(path, GW_DATABASE_READ, &s.database, error);
    if (status == GW_OK)
        status = frame_check(&s, path, error);
    if (status == GW_OK)
        status = outcomes_count(&s, error);
    if (status == GW_OK)
        status = alarms_count(&s, error);
    gw_database_close(s.database);
    if (status == GW_OK)
        *out = json_pack("{s:O, s:I, s:I, s:I}", "areas", s.rows, "outcomes", s.n_outcomes,
                         "open_alarms", s.n_open, "unplaced_outcomes", s.n_unplaced);
    json_decref(s.rows);
    return status;
}
