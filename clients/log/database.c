/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/database.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/file.h"

enum { BUSY_MS = 2000 };

struct gw_database {
    sqlite3 *db;
    char *path;
};

struct gw_statement {
    gw_database *database;
    sqlite3_stmt *stmt;
};

static gw_status fail(const gw_database *database, gw_error *error)
{
    int code = sqlite3_errcode(database->db) & 0xff;
    gw_status status = code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? GW_EFORMAT
                       : code == SQLITE_BUSY || code == SQLITE_LOCKED  ? GW_EBUSY
                                                                       : GW_EIO;
    const char *cause = code == SQLITE_FULL ? "the disk is full" : sqlite3_errmsg(database->db);
    return gw_error_set(error, status, "%s: %s", database->path, cause);
}

gw_status gw_database_open(const char *path, gw_database_mode mode, gw_database **out,
                           gw_error *error)
{
    int flags = mode == GW_DATABASE_READ ? SQLITE_OPEN_READONLY
                                         : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    gw_database *database = calloc(1, sizeof *database);
    *out = NULL;
    if (!database || !(database->path = strdup(path))) {
        free(database);
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    }
    gw_status status = gw_file_check(path, GW_EFORMAT, error);
    if (status == GW_OK && mode == GW_DATABASE_READ && access(path, F_OK) != 0)
        status = gw_error_set(error, GW_ENOENT, "%s: no such file", path);
    else if (status == GW_OK && sqlite3_open_v2(path, &database->db, flags, NULL) != SQLITE_OK)
        status = fail(database, error);
    if (status == GW_OK)
        sqlite3_busy_timeout(database->db, BUSY_MS);
    if (status == GW_OK) /* only now is the file looked at */
        status = gw_database_run(database, "SELECT count(*) FROM sqlite_schema", error);
    if (status != GW_OK) {
        gw_database_close(database);
        return status;
    }
    *out = database;
    return GW_OK;
}

gw_status gw_database_run(gw_database *database, const char *sql, gw_error *error)
{
    if (sqlite3_exec(database->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return GW_OK;
    return fail(database, error);
}

int64_t gw_database_number(gw_database *database, const char *sql, int64_t otherwise)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(database->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        otherwise = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return otherwise;
}

int gw_database_changes(const gw_database *database)
{
    return sqlite3_changes(database->db);
}

gw_status gw_statement_create(gw_database *database, const char *sql, gw_statement **out,
                              gw_error *error)
{
    gw_statement *statement = calloc(1, sizeof *statement);
    *out = NULL;
    if (!statement)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", database->path);
    statement->database = database;
    if (sqlite3_prepare_v2(database->db, sql, -1, &statement->stmt, NULL) != SQLITE_OK) {
        free(statement);
        return fail(database, error);
    }
    *out = statement;
    return GW_OK;
}

void gw_statement_text(gw_statement *statement, int at, const char *text)
{
    sqlite3_bind_text(statement->stmt, at, text, -1, SQLITE_TRANSIENT);
}

void gw_statement_int(gw_statement *statement, int at, int64_t value)
{
    sqlite3_bind_int64(statement->stmt, at, value);
}

void gw_statement_real(gw_statement *statement, int at, double value)
{
    if (isnan(value))
        sqlite3_bind_null(statement->stmt, at);
    else
        sqlite3_bind_double(statement->stmt, at, value);
}

void gw_statement_blob(gw_statement *statement, int at, const void *bytes, size_t n)
{
    sqlite3_bind_blob64(statement->stmt, at, bytes, n, SQLITE_TRANSIENT);
}

bool gw_statement_step(gw_statement *statement, gw_status *status, gw_error *error)
{
    int code = sqlite3_step(statement->stmt);
    *status = GW_OK;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        *status = fail(statement->database, error);
    sqlite3_reset(statement->stmt);
    sqlite3_clear_bindings(statement->stmt);
    return false;
}

const char *gw_statement_column_text(gw_statement *statement, int at)
{
    return (const char *)sqlite3_column_text(statement->stmt, at);
}

double gw_statement_column_real(gw_statement *statement, int at)
{
    bool is_null = sqlite3_column_type(statement->stmt, at) == SQLITE_NULL;
    return is_null ? (double)NAN : sqlite3_column_double(statement->stmt, at);
}

int64_t gw_statement_column_int(gw_statement *statement, int at)
{
    return sqlite3_column_int64(statement->stmt, at);
}

const void *gw_statement_column_blob(gw_statement *statement, int at, size_t *n)
{
    *n = (size_t)sqlite3_column_bytes(statement->stmt, at);
    return sqlite3_column_blob(statement->stmt, at);
}

void gw_statement_destroy(gw_statement *statement)
{
    if (!statement)
        return;
    sqlite3_finalize(statement->stmt);
    free(statement);
}

void gw_database_close(gw_database *database)
{
    if (!database)
        return;
    sqlite3_close_v2(database->db);
    free(database->path);
    free(database);
}
