/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/package.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { DETECTIONS, COVERAGE, TRACK, OUTCOMES, EVENTS };

static const int32_t wgs84 = 4326, metres = -1;

typedef struct box {
    bool is_known;
    double x0, y0, x1, y1;
} box;

typedef struct package {
    gw_database *database;
    char *path;
    int lock_fd; /* one log a file: a second one would wait for the first without end */
    gw_statement *inserts[GW_PACKAGE_LAYERS];
    bool is_open;  /* a transaction */
    int32_t frame; /* 0: not known yet */
    bool is_other_told;
    box boxes[GW_PACKAGE_LAYERS];
} package;

static void package_close(void *opaque)
{
    package *p = opaque;
    for (size_t k = 0; k < GW_PACKAGE_LAYERS; k++)
        gw_statement_destroy(p->inserts[k]);
    if (p->is_open)
        gw_database_run(p->database, "ROLLBACK", NULL);
    gw_database_close(p->database);
    if (p->lock_fd >= 0)
        close(p->lock_fd); /* after SQLite: closing any descriptor of the file ends its locks */
    free(p->path);
    free(p);
}

/* flock, which is apart from SQLite's own locks: readers and editors are not kept out. */
static gw_status file_lock(package *p, gw_error *error)
{
    p->lock_fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (p->lock_fd < 0)
        return gw_error_set(error, GW_EIO, "%s: %s", p->path, strerror(errno));
    if (flock(p->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return GW_OK;
    return gw_error_set(error, GW_EBUSY, "%s: another log writes it", p->path);
}

static gw_status inserts_make(package *p, gw_error *error)
{
    gw_status status = GW_OK;
    for (size_t k = 0; k < GW_PACKAGE_LAYERS && status == GW_OK; k++) {
        char *sql = gw_package_insert(k);
        status = sql ? gw_statement_create(p->database, sql, &p->inserts[k], error)
                     : gw_error_set(error, GW_ENOMEM, "%s: out of memory", p->path);
        free(sql);
    }
    return status;
}

static gw_status package_open(const char *path, void **out, gw_error *error)
{
    package *p = calloc(1, sizeof *p);
    if (!p || !(p->path = strdup(path)))
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    p->lock_fd = -1;
    gw_status status = file_lock(p, error);
    if (status == GW_OK)
        status = gw_database_open(path, GW_DATABASE_WRITE, &p->database, error);
    if (status == GW_OK)
        status = gw_package_prepare(p->database, path, error);
    if (status == GW_OK)
        status = gw_database_run(p->database, "PRAGMA synchronous = FULL", error);
    if (status == GW_OK)
        status = inserts_make(p, error);
    if (status != GW_OK) {
        package_close(p);
        return status;
    }
    p->frame = (int32_t)gw_database_number(p->database, "SELECT frame FROM groundwatch_log", 0);
    *out = p;
    return GW_OK;
}

static void package_where(void *opaque, const char *source, gw_client_position *position)
{
    package *p = opaque;
    gw_statement *find;
    gw_status status;
    if (gw_statement_create(p->database,
                            "SELECT stream, next FROM groundwatch_position WHERE source = ?", &find,
                            NULL) != GW_OK)
        return;
    gw_statement_text(find, 1, source);
    if (gw_statement_step(find, &status, NULL)) {
        const char *at = gw_statement_column_text(find, 1);
        snprintf(position->stream, sizeof position->stream, "%s",
                 gw_statement_column_text(find, 0));
        for (int k = 0; at && k < GW_CLIENT_KINDS; k++) {
            char *end;
            position->next[k] = strtoull(at, &end, 10);
            at = *end == ' ' ? end + 1 : end;
        }
    }
    gw_statement_destroy(find);
}

static gw_status transaction_begin(package *p, gw_error *error)
{
    if (p->is_open)
        return GW_OK;
    gw_status status = gw_database_run(p->database, "BEGIN IMMEDIATE", error);
    p->is_open = status == GW_OK;
    return status;
}

/* The first place decides. */
static gw_status frame_settle(package *p, const gw_log_place *place, gw_error *error)
{
    char sql[400];
    if (p->frame || !place->is_known)
        return GW_OK;
    p->frame = place->is_wgs84 ? wgs84 : metres;
    snprintf(sql, sizeof sql,
             "UPDATE groundwatch_log SET frame = %d; UPDATE gpkg_contents SET srs_id = %d WHERE "
             "data_type = 'features'; UPDATE gpkg_geometry_columns SET srs_id = %d",
             p->frame, p->frame, p->frame);
    return gw_database_run(p->database, sql, error);
}

static void box_add(box *b, const gw_log_place *place)
{
    if (!b->is_known)
        *b = (box){true, place->x, place->y, place->x, place->y};
    b->x0 = fmin(b->x0, place->x);
    b->y0 = fmin(b->y0, place->y);
    b->x1 = fmax(b->x1, place->x);
    b->y1 = fmax(b->y1, place->y);
}

static void geometry_bind(package *p, size_t layer, const json_t *data)
{
    unsigned char bytes[GW_GEOMETRY_BYTES_MAX];
    gw_log_place places[2] = {gw_log_place_from(data), gw_log_place_of(data)};
    bool is_line = layer == COVERAGE;
    const gw_log_place *first = is_line ? &places[0] : &places[1];
    bool is_here = first->is_known && places[1].is_known &&
                   (first->is_wgs84 ? wgs84 : metres) == p->frame &&
                   first->is_wgs84 == places[1].is_wgs84;
    if (!is_here)
        return; /* nothing bound is NULL */
    size_t n = gw_geometry_encode(p->frame, first, is_line ? 2 : 1, bytes);
    gw_statement_blob(p->inserts[layer], 8, bytes, n);
    box_add(&p->boxes[layer], first);
    box_add(&p->boxes[layer], &places[1]);
}

static void member_bind(gw_statement *insert, int at, const gw_package_column *column,
                        const json_t *data)
{
    const json_t *value = json_object_get(data, column->key);
    if (!value)
        return;
    switch (column->type) {
    case GW_COLUMN_TEXT:
        gw_statement_text(insert, at, json_string_value(value));
        break;
    case GW_COLUMN_REAL:
        if (json_is_number(value))
            gw_statement_real(insert, at, json_number_value(value));
        break;
    case GW_COLUMN_INT:
        if (json_is_integer(value))
            gw_statement_int(insert, at, json_integer_value(value));
        break;
    case GW_COLUMN_BOOL:
        gw_statement_int(insert, at, json_is_true(value));
        break;
    }
}

/* GeoPackage has milliseconds: "2026-11-24T09:36:34.487957142Z" is cut. */
static void time_bind(gw_statement *insert, int at, const char *time)
{
    char text[32];
    size_t n = strcspn(time, ".Z");
    if (n > 19)
        n = 19;
    snprintf(text, sizeof text, "%.*s.%.3sZ", (int)n, time,
             time[n] == '.' && strlen(time + n) > 3 ? time + n + 1 : "000");
    gw_statement_text(insert, at, text);
}

static gw_status row_put(package *p, size_t layer, const gw_log_record *record, bool *is_new,
                         gw_error *error)
{
    gw_statement *insert = p->inserts[layer];
    gw_status status;
    int at = gw_package_layers[layer].geometry ? 9 : 8;
    char *text = json_dumps(record->message, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (!text)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", p->path);
    gw_statement_text(insert, 1, record->stream);
    gw_statement_int(insert, 2, (int64_t)record->seq);
    if (record->kind_seq)
        gw_statement_int(insert, 3, (int64_t)record->kind_seq);
    gw_statement_text(insert, 4, record->device);
    time_bind(insert, 5, record->time);
    gw_statement_int(insert, 6, json_is_true(json_object_get(record->data, "durable")));
    gw_statement_text(insert, 7, text);
    free(text);
    if (gw_package_layers[layer].geometry)
        geometry_bind(p, layer, record->data);
    for (const gw_package_column *c = gw_package_layers[layer].columns; c->name; c++, at++)
        member_bind(insert, at, c, record->data);
    if (layer == EVENTS)
        gw_statement_text(insert, 8, record->kind);
    gw_statement_step(insert, &status, error);
    *is_new = status == GW_OK && gw_database_changes(p->database) > 0;
    return status;
}

static gw_status package_note(void *opaque, const json_t *event, gw_error *error)
{
    package *p = opaque;
    gw_log_record record = {.message = event,
                            .data = event,
                            .kind = "log",
                            .device = json_string_value(json_object_get(event, "source")),
                            .time = json_string_value(json_object_get(event, "time"))};
    bool is_new;
    gw_status status = transaction_begin(p, error);
    return status == GW_OK ? row_put(p, EVENTS, &record, &is_new, error) : status;
}

static size_t layer_of(const char *kind)
{
    static const struct {
        const char *kind;
        size_t layer;
    } all[] = {{"detection", DETECTIONS}, {"coverage", COVERAGE}, {"outcome", OUTCOMES}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (strcmp(kind, all[k].kind) == 0)
            return all[k].layer;
    return EVENTS;
}

static gw_status other_frame_tell(package *p, const gw_log_record *record, gw_error *error)
{
    gw_log_place place = gw_log_place_of(record->data);
    if (!place.is_known || (place.is_wgs84 ? wgs84 : metres) == p->frame || p->is_other_told)
        return GW_OK;
    p->is_other_told = true;
    json_t *event = json_pack(
        "{s:s, s:s, s:s, s:s}", "source", record->device, "word", "frame", "text",
        place.is_wgs84 ? "this log is in metres along a lane: records in WGS 84 have no geometry"
                       : "this log is in WGS 84: records in metres along a lane have no geometry",
        "time", record->time);
    gw_status status = package_note(p, event, error);
    json_decref(event);
    return status;
}

static gw_status package_put(void *opaque, const gw_log_record *record, bool *is_new,
                             gw_error *error)
{
    package *p = opaque;
    gw_log_place place = gw_log_place_of(record->data);
    size_t layer = layer_of(record->kind);
    bool is_track;
    gw_status status = transaction_begin(p, error);
    if (status == GW_OK)
        status = frame_settle(p, &place, error);
    if (status == GW_OK)
        status = row_put(p, layer, record, is_new, error);
    if (status == GW_OK && *is_new && layer == COVERAGE)
        status = row_put(p, TRACK, record, &is_track, error);
    if (status == GW_OK && *is_new)
        status = other_frame_tell(p, record, error);
    return status;
}

static gw_status boxes_write(package *p, gw_error *error)
{
    char sql[600];
    gw_status status = GW_OK;
    for (size_t k = 0; k < GW_PACKAGE_LAYERS && status == GW_OK; k++) {
        const box *b = &p->boxes[k];
        if (!b->is_known)
            continue;
        snprintf(sql, sizeof sql,
                 "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, %.17g), %.17g), min_y = "
                 "min(coalesce(min_y, %.17g), %.17g), max_x = max(coalesce(max_x, %.17g), %.17g), "
                 "max_y = max(coalesce(max_y, %.17g), %.17g), last_change = "
                 "strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now') WHERE table_name = '%s'",
                 b->x0, b->x0, b->y0, b->y0, b->x1, b->x1, b->y1, b->y1, gw_package_layers[k].name);
        status = gw_database_run(p->database, sql, error);
        p->boxes[k].is_known = false;
    }
    return status;
}

static gw_status package_mark(void *opaque, const char *source, const gw_client_position *position,
                              gw_error *error)
{
    package *p = opaque;
    gw_statement *put;
    char next[GW_CLIENT_KINDS * 21 + 1] = "";
    gw_status status = transaction_begin(p, error);
    if (status != GW_OK)
        return status;
    for (int k = 0; k < GW_CLIENT_KINDS; k++)
        snprintf(next + strlen(next), sizeof next - strlen(next), "%" PRIu64 " ",
                 position->next[k]);
    status = gw_statement_create(
        p->database, "INSERT OR REPLACE INTO groundwatch_position VALUES(?, ?, ?)", &put, error);
    if (status != GW_OK)
        return status;
    gw_statement_text(put, 1, source);
    gw_statement_text(put, 2, position->stream);
    gw_statement_text(put, 3, next);
    gw_statement_step(put, &status, error);
    gw_statement_destroy(put);
    return status;
}

static gw_status package_commit(void *opaque, gw_error *error)
{
    package *p = opaque;
    if (!p->is_open)
        return GW_OK;
    gw_status status = boxes_write(p, error);
    if (status == GW_OK)
        status = gw_database_run(p->database, "COMMIT", error);
    if (status == GW_OK)
        p->is_open = false;
    return status;
}

const gw_log_format gw_log_package = {.open = package_open,
                                      .where = package_where,
                                      .put = package_put,
                                      .note = package_note,
                                      .mark = package_mark,
                                      .commit = package_commit,
                                      .close = package_close};
