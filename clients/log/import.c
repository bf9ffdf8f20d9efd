/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/log/database.h"
#include "drivers/crc32.h"
#include "drivers/file.h"

enum { COMMIT_RECORDS = 1000 };

typedef struct import {
    gw_log *log;
    const char *path;
    uint64_t n_new, n_seen, n_damaged;
} import;

static gw_status record_put(import *in, const char *text, size_t n_text, gw_error *error)
{
    json_error_t wrong;
    gw_log_record record;
    bool is_new;
    json_t *message = json_loadb(text, n_text, 0, &wrong);
    gw_status status = GW_OK;
    if (!message)
        status = gw_error_set(error, GW_EFORMAT, "%s: record %llu: %s", in->path,
                              (unsigned long long)in->n_seen + 1, wrong.text);
    else if (json_object_get(message, "log"))
        ; /* another log's own word */
    else if (!gw_log_record_take(message, &record))
        status = gw_error_set(error, GW_EFORMAT, "%s: record %llu: not a message of Groundwatch",
                              in->path, (unsigned long long)in->n_seen + 1);
    else
        status = gw_log_put(in->log, message, &is_new, error);
    if (status == GW_OK && message && !json_object_get(message, "log"))
        in->n_new += is_new;
    json_decref(message);
    in->n_seen++;
    if (status == GW_OK && in->n_seen % COMMIT_RECORDS == 0)
        status = gw_log_commit(in->log, error);
    return status;
}

static gw_status lines_import(import *in, FILE *file, gw_error *error)
{
    char *line = NULL;
    size_t size = 0;
    gw_status status = GW_OK;
    for (ssize_t n; status == GW_OK && (n = getline(&line, &size, file)) > 0;)
        if (line[strspn(line, " \t\r\n")])
            status = record_put(in, line, (size_t)n, error);
    free(line);
    return status;
}

/* Columns of daemon/journal.h. Its check sum covers the stream and all of them. */
static bool is_whole(gw_statement *row, const char *stream)
{
    const int64_t numbers[] = {gw_statement_column_int(row, 0), gw_statement_column_int(row, 1),
                               gw_statement_column_int(row, 2)};
    uint32_t crc = gw_crc32(0, stream, strlen(stream) + 1);
    crc = gw_crc32(crc, numbers, sizeof numbers);
    for (int k = 3; k < 6; k++) {
        const char *text = gw_statement_column_text(row, k);
        if (!text)
            return false;
        crc = gw_crc32(crc, text, strlen(text) + 1);
    }
    return crc == (uint32_t)gw_statement_column_int(row, 6);
}

/* One that was altered, on the disk or by hand, is no record: an event says so. */
static gw_status row_import(import *in, gw_statement *row, const char *stream, gw_error *error)
{
    char text[64];
    if (is_whole(row, stream)) {
        const char *json = gw_statement_column_text(row, 5);
        return record_put(in, json, strlen(json), error);
    }
    in->n_seen++;
    in->n_damaged++;
    snprintf(text, sizeof text, "record %lld is damaged",
             (long long)gw_statement_column_int(row, 0));
    return gw_log_note(in->log, in->path, "damaged", text, error);
}

static gw_status rows_import(import *in, gw_database *database, const char *stream, gw_error *error)
{
    gw_statement *all;
    gw_status status = gw_statement_create(
        database, "SELECT seq, kind_seq, time_ns, kind, topic, json, crc FROM record ORDER BY seq",
        &all, error);
    while (status == GW_OK && gw_statement_step(all, &status, error))
        status = row_import(in, all, stream, error);
    gw_statement_destroy(all);
    if (status == GW_OK && in->n_damaged)
        status = gw_error_set(error, GW_EFORMAT, "%s: %llu records are damaged: left out", in->path,
                              (unsigned long long)in->n_damaged);
    return status;
}

static gw_status journal_import(import *in, gw_error *error)
{
    gw_database *database;
    gw_statement *meta = NULL;
    gw_status status = gw_database_open(in->path, GW_DATABASE_READ, &database, error);
    if (status != GW_OK)
        return status;
    if (gw_statement_create(database,
                            "SELECT value FROM meta WHERE key = 'stream' AND EXISTS (SELECT 1 FROM "
                            "meta WHERE key = 'format' AND value = '1')",
                            &meta, NULL) == GW_OK &&
        gw_statement_step(meta, &status, error) && gw_statement_column_text(meta, 0))
        status = rows_import(in, database, gw_statement_column_text(meta, 0), error);
    else if (status == GW_OK)
        status = gw_error_set(error, GW_EFORMAT, "%s: a database, but no journal of Groundwatch",
                              in->path);
    gw_statement_destroy(meta);
    gw_database_close(database);
    return status;
}

gw_status gw_log_import(gw_log *log, const char *path, uint64_t *n, gw_error *error)
{
    static const char sqlite[] = "SQLite format 3";
import in = {.log = log, .path = path };
    char head[sizeof sqlite] = "";
    FILE *file;
    *n = 0;
    gw_status status = gw_file_stream(path, GW_EFORMAT, &file, error);
    if (status != GW_OK)
        return status;
    size_t got = fread(head, 1, sizeof head, file);
    bool is_journal = got == sizeof head && memcmp(head, sqlite, sizeof sqlite) == 0;
    rewind(file);
    status = is_journal ? journal_import(&in, error) : lines_import(&in, file, error);
    fclose(file);
    gw_error kept;
    gw_status committed = gw_log_commit(log, status == GW_OK ? error : &kept);
    *n = in.n_new;
    return status == GW_OK ? committed : status;
}
