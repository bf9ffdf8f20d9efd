/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/log/log_impl.h"
#include "drivers/file.h"

struct gw_log {
    const gw_log_format *format;
    void *state;
};

static bool number_take(const json_t *value, uint64_t *out)
{
    const char *text = json_string_value(value);
    char *end;
    *out = text ? strtoull(text, &end, 10) : 0;
    return text && *text >= '0' && *text <= '9' && !*end && *out <= INT64_MAX;
}

/* "org.groundwatch.KIND.v1" */
static bool kind_take(const char *type, char kind[16])
{
    char rest[8];
    return type && sscanf(type, "org.groundwatch.%15[a-z].%7s", kind, rest) == 2 &&
           strcmp(rest, "v1") == 0;
}

bool gw_log_record_take(const json_t *message, gw_log_record *record)
{
    static const char head[] = "/groundwatch/";
    const char *source = json_string_value(json_object_get(message, "source"));
    memset(record, 0, sizeof *record);
    record->message = message;
    record->data = json_object_get(message, "data");
    record->stream = json_string_value(json_object_get(record->data, "stream"));
    record->time = json_string_value(json_object_get(message, "time"));
    if (!record->stream || !record->time || !source || strncmp(source, head, sizeof head - 1) != 0)
        return false;
    snprintf(record->device_text, sizeof record->device_text, "%.63s", source + sizeof head - 1);
    record->device = record->device_text;
    record->kind = record->kind_text;
    return kind_take(json_string_value(json_object_get(message, "type")), record->kind_text) &&
           number_take(json_object_get(record->data, "seq"), &record->seq) &&
           number_take(json_object_get(record->data, "kind_seq"), &record->kind_seq);
}

static gw_log_place place_take(const json_t *data, const char *const keys[4])
{
    const json_t *lat = json_object_get(data, keys[0]), *lon = json_object_get(data, keys[1]);
    const json_t *along = json_object_get(data, keys[2]), *cross = json_object_get(data, keys[3]);
    if (json_is_number(lat) && json_is_number(lon))
        return (gw_log_place){true, true, json_number_value(lon), json_number_value(lat)};
    if (json_is_number(along))
        return (gw_log_place){true, false, json_number_value(cross), json_number_value(along)};
    return (gw_log_place){.is_known = false};
}

gw_log_place gw_log_place_of(const json_t *data)
{
    static const char *const point[] = {"lat", "lon", "along_m", "cross_m"}, *const end[] = {
                                                                                 "lat", "lon",
                                                                                 "to_m", "cross_m"};
    return place_take(data, json_object_get(data, "to_m") ? end : point);
}

gw_log_place gw_log_place_from(const json_t *data)
{
    static const char *const keys[] = {"from_lat", "from_lon", "from_m", "cross_m"};
    return place_take(data, keys);
}

static const gw_log_format *format_find(const char *path)
{
    static const struct {
        const char *end;
        const gw_log_format *format;
    } ends[] = {{".gpkg", &gw_log_package},
                {".geojson", &gw_log_features},
                {".ndjson", &gw_log_lines},
                {".jsonl", &gw_log_lines}};
    const char *dot = strrchr(path, '.');
    for (size_t k = 0; dot && k < sizeof ends / sizeof *ends; k++)
        if (strcmp(dot, ends[k].end) == 0)
            return ends[k].format;
    return NULL;
}

gw_status gw_log_open(const char *path, gw_log **out, gw_error *error)
{
    gw_log *log = calloc(1, sizeof *log);
    *out = NULL;
    if (!log)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    log->format = format_find(path);
    gw_status status = log->format ? gw_file_check(path, GW_EFORMAT, error)
                                   : gw_error_set(error, GW_EUSAGE,
                                                  "%s: the name must end in .gpkg, .geojson, "
                                                  ".ndjson or .jsonl: that says what to write",
                                                  path);
    if (status == GW_OK)
        status = log->format->open(path, &log->state, error);
    if (status != GW_OK) {
        free(log);
        return status;
    }
    *out = log;
    return GW_OK;
}

void gw_log_where(gw_log *log, const char *source, gw_client_position *position)
{
    memset(position, 0, sizeof *position);
    if (log->format->where)
        log->format->where(log->state, source, position);
}

gw_status gw_log_put(gw_log *log, const json_t *message, bool *is_new, gw_error *error)
{
    gw_log_record record;
    bool local;
    is_new = is_new ? is_new : &local;
    *is_new = false;
    if (!gw_log_record_take(message, &record))
        return GW_OK;
    return log->format->put(log->state, &record, is_new, error);
}

gw_status gw_log_note(gw_log *log, const char *source, const char *word, const char *text,
                      gw_error *error)
{
    char now[40];
    struct timespec at;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &at);
    gmtime_r(&at.tv_sec, &tm);
    size_t n = strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(now + n, sizeof now - n, ".%03ldZ", at.tv_nsec / 1000000);
    json_t *event = json_pack("{s:s, s:s, s:s, s:s}", "source", source, "word", word, "text", text,
                              "time", now);
    gw_status status = event ? log->format->note(log->state, event, error) : GW_ENOMEM;
    json_decref(event);
    return status;
}

gw_status gw_log_mark(gw_log *log, const char *source, const gw_client_position *position,
                      gw_error *error)
{
    if (!log->format->mark || !position->stream[0])
        return GW_OK;
    return log->format->mark(log->state, source, position, error);
}

gw_status gw_log_commit(gw_log *log, gw_error *error)
{
    return log->format->commit(log->state, error);
}

void gw_log_close(gw_log *log)
{
    if (!log)
        return;
    log->format->close(log->state);
    free(log);
}
