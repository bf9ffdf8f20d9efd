/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/database.h -- SQLite, as much of it as the log needs; database.c alone includes
 * <sqlite3.h>.
 */
#ifndef GW_CLIENTS_LOG_DATABASE_H
#define GW_CLIENTS_LOG_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/status.h"

typedef struct gw_database gw_database;
typedef struct gw_statement gw_statement;

typedef enum { GW_DATABASE_READ, GW_DATABASE_WRITE } gw_database_mode;

/* WRITE makes the file where there is none. GW_ENOENT, GW_EIO; GW_EFORMAT: not a database. */
gw_status gw_database_open(const char *path, gw_database_mode mode, gw_database **out,
                           gw_error *error);

/* Statements without a result. GW_EIO (a full disk is named), GW_EBUSY, GW_EFORMAT. */
gw_status gw_database_run(gw_database *database, const char *sql, gw_error *error);

/* First column of the first row; `otherwise` when there is none. */
int64_t gw_database_number(gw_database *database, const char *sql, int64_t otherwise);

/* Rows the newest statement inserted. */
int gw_database_changes(const gw_database *database);

gw_status gw_statement_create(gw_database *database, const char *sql, gw_statement **out,
                              gw_error *error);
/* Parameters count from 1. NULL text and NAN are NULL. Text and blob are copied. */
void gw_statement_text(gw_statement *statement, int at, const char *text);
void gw_statement_int(gw_statement *statement, int at, int64_t value);
void gw_statement_real(gw_statement *statement, int at, double value);
void gw_statement_blob(gw_statement *statement, int at, const void *bytes, size_t n);
/* True: a row; false: the end, or an error (*status). At the end it is ready to run again, with
 * nothing bound. */
bool gw_statement_step(gw_statement *statement, gw_status *status, gw_error *error);

/* Columns count from 0. */
const char *gw_statement_column_text(gw_statement *statement, int at); /* NULL: NULL */
double gw_statement_column_real(gw_statement *statement, int at);      /* NAN: NULL */
int64_t gw_statement_column_int(gw_statement *statement, int at);
const void *gw_statement_column_blob(gw_statement *statement, int at, size_t *n);

void gw_statement_destroy(gw_statement *statement);
void gw_database_close(gw_database *database);

#endif
