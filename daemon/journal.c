/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/journal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/journal_file.h"
#include "daemon/message.h"

enum { BUSY_MS = 2000, CHECK_RECORDS = 10000, TIDY_RECORDS = 200 };

struct gw_journal {
    sqlite3 *db;
    sqlite3_stmt *insert, *read_any, *read_kind;
    int lock_fd;     /* -1: a reader */
    size_t n_untidy; /* records since gw_journal_tidy did something */
    char stream[GW_UUID_MAX], device[64];
    char path[]; /* one allocation with the object */
};

static const char schema[] =
    "BEGIN IMMEDIATE; CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
    "CREATE TABLE record(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, kind_seq INTEGER NOT NULL,"
    " time_ns INTEGER NOT NULL, topic TEXT NOT NULL, json TEXT NOT NULL, crc INTEGER NOT NULL,"
    " UNIQUE(kind, kind_seq));"
    "INSERT INTO meta VALUES('format', '1');"; /* to be committed with the stream's name */

static bool is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

static gw_status db_fail(const gw_journal *journal, const char *doing, gw_error *error)
{
    int code = sqlite3_extended_errcode(journal->db);
    gw_status status = is_damage(code) ? GW_EFORMAT : GW_EIO;
    return gw_error_set(error, status, "%s: %s: %s", journal->path, doing,
                        sqlite3_errmsg(journal->db));
}

static int db_run(const gw_journal *journal, const char *sql)
{
    return sqlite3_exec(journal->db, sql, NULL, NULL, NULL);
}

/* First column of the first row as text into text, "" when there is no row. */
static int db_text(const gw_journal *journal, const char *sql, char *text, size_t size)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
    text[0] = 0;
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW && sqlite3_column_text(statement, 0))
            snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, 0));
        code = code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
    }
    sqlite3_finalize(statement);
    return code;
}

static int db_number(const gw_journal *journal, const char *sql, int64_t *number)
{
    char text[32];
    int code = db_text(journal, sql, text, sizeof text);
    *number = strtoll(text, NULL, 10);
    return code;
}

static void db_close(gw_journal *journal)
{
    sqlite3_finalize(journal->insert);
    sqlite3_finalize(journal->read_any);
    sqlite3_finalize(journal->read_kind);
    journal->insert = journal->read_any = journal->read_kind = NULL;
    sqlite3_close(journal->db);
    journal->db = NULL;
}

static gw_status statements_prepare(gw_journal *journal, gw_error *error)
{
#define COLUMNS "SELECT seq, kind_seq, kind, time_ns, topic, json, crc FROM record "
    const char *any = COLUMNS "WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    const char *kind = COLUMNS "WHERE kind_seq > ?1 AND kind = ?3 ORDER BY kind_seq LIMIT ?2";
    const char *insert = "INSERT INTO record VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
#undef COLUMNS
    if (sqlite3_prepare_v2(journal->db, any, -1, &journal->read_any, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(journal->db, kind, -1, &journal->read_kind, NULL) != SQLITE_OK ||
        (journal->lock_fd >= 0 &&
         sqlite3_prepare_v2(journal->db, insert, -1, &journal->insert, NULL) != SQLITE_OK))
        return db_fail(journal, "tables", error);
    return GW_OK;
}

static gw_status schema_create(gw_journal *journal, gw_error *error)
{
    char created[GW_TIME_MAX];
    gw_message_time(gw_clock_utc_ns(), created);
    gw_uuid_make(journal->stream);
    char *sql = sqlite3_mprintf("%s INSERT INTO meta VALUES('stream', %Q), ('device', %Q),"
                                " ('created', %Q); COMMIT",
                                schema, journal->stream, journal->device, created);
    int code = sql ? db_run(journal, sql) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return code == SQLITE_OK ? GW_OK : db_fail(journal, "cannot be begun", error);
}

static bool record_follows(void *user, const gw_journal_record *record)
{
    uint64_t *previous = user;
    bool follows = *previous == 0 || record->seq == *previous + 1;
    *previous = record->seq;
    return follows;
}

/* Structure of the file, order of seq, and the newest records one by one. */
static gw_status content_check(gw_journal *journal, gw_error *error)
{
    char text[64];
    int64_t newest, holes;
    if (db_text(journal, "PRAGMA quick_check(1)", text, sizeof text) != SQLITE_OK)
        return db_fail(journal, "check", error);
    if (strcmp(text, "ok") != 0)
        return gw_error_set(error, GW_EFORMAT, "%s: %s", journal->path, text);
    if (db_number(journal, "SELECT max(seq) FROM record", &newest) != SQLITE_OK ||
        db_number(journal, "SELECT max(seq) - min(seq) + 1 - count(*) FROM record", &holes) !=
            SQLITE_OK)
        return db_fail(journal, "check", error);
    if (holes != 0)
        return gw_error_set(error, GW_EFORMAT, "%s: records are missing", journal->path);
    uint64_t previous = 0, after = newest > CHECK_RECORDS ? (uint64_t)newest - CHECK_RECORDS : 0;
    return gw_journal_read(journal, GW_RECORD_COUNT, after, CHECK_RECORDS, record_follows,
                           &previous, error);
}

static gw_status meta_read(gw_journal *journal, gw_error *error)
{
    char format[16], device[64];
    if (db_text(journal, "SELECT value FROM meta WHERE key='format'", format, 16) != SQLITE_OK ||
        db_text(journal, "SELECT value FROM meta WHERE key='stream'", journal->stream,
                sizeof journal->stream) != SQLITE_OK ||
        db_text(journal, "SELECT value FROM meta WHERE key='device'", device, sizeof device) !=
            SQLITE_OK)
        return db_fail(journal, "head", error);
    if (strcmp(format, "1") != 0 || strlen(journal->stream) != GW_UUID_MAX - 1)
        return gw_error_set(error, GW_EFORMAT, "%s: head of the journal is damaged", journal->path);
    if (journal->lock_fd >= 0 && strcmp(device, journal->device) != 0)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: the journal is of device '%s', not '%s': name another journal",
                            journal->path, device, journal->device);
    memcpy(journal->device, device, sizeof device);
    return GW_OK;
}

static gw_status db_open(gw_journal *journal, gw_error *error)
{
    char sql[64], mode[16];
    int64_t tables;
    int flags =
        journal->lock_fd >= 0 ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(journal->path, &journal->db, flags, NULL) != SQLITE_OK)
        return db_fail(journal, "cannot be opened", error);
    sqlite3_busy_timeout(journal->db, BUSY_MS);
    sqlite3_wal_autocheckpoint(journal->db, 0); /* not within a commit: gw_journal_tidy */
    if (db_number(journal, "SELECT count(*) FROM sqlite_schema", &tables) != SQLITE_OK)
        return db_fail(journal, "cannot be read", error);
    if (journal->lock_fd >= 0) {
        snprintf(sql, sizeof sql, "PRAGMA application_id = %d", GW_JOURNAL_APPLICATION);
        if (db_run(journal, sql) != SQLITE_OK ||
            db_text(journal, "PRAGMA journal_mode = WAL", mode, sizeof mode) != SQLITE_OK ||
            strcmp(mode, "wal") != 0 || db_run(journal, "PRAGMA synchronous = FULL") != SQLITE_OK)
            return db_fail(journal, "cannot be written", error);
        gw_status status = tables ? GW_OK : schema_create(journal, error);
        if (status != GW_OK)
            return status;
    }
    gw_status status = meta_read(journal, error);
    return status == GW_OK ? statements_prepare(journal, error) : status;
}

static gw_journal *object_create(const char *path, const char *device, gw_error *error)
{
    size_t n = strlen(path) + 1;
    gw_journal *journal = n < GW_JOURNAL_PATH_MAX ? calloc(1, sizeof *journal + n) : NULL;
    if (!journal) {
        gw_error_set(error, GW_ENOMEM, "%.200s: path too long or out of memory", path);
        return NULL;
    }
    memcpy(journal->path, path, n);
    snprintf(journal->device, sizeof journal->device, "%s", device);
    journal->lock_fd = -1;
    return journal;
}

static gw_status damaged_replace(gw_journal *journal, gw_error *error)
{
    char aside[GW_JOURNAL_PATH_MAX];
    db_close(journal);
    gw_status status = gw_journal_file_put_aside(journal->path, "damaged", aside, error);
    return status == GW_OK ? db_open(journal, error) : status;
}

gw_status gw_journal_create(const char *path, const char *device, gw_journal **out,
                            const char **note, gw_error *error)
{
    bool was_ours = false;
    gw_journal_file file;
    *out = NULL;
    *note = NULL;
    gw_journal *journal = object_create(path, device, error);
    if (!journal)
        return GW_ENOMEM;
    gw_status status = gw_journal_file_lock(path, &journal->lock_fd, &was_ours, error);
    if (status == GW_OK)
        status = gw_journal_file_examine(path, &file, error);
    if (status == GW_OK && file == GW_JOURNAL_FILE_FOREIGN && !was_ours)
        status = gw_error_set(error, GW_EFORMAT,
                              "%s: not a journal of Groundwatch; nothing was touched", path);
    if (status != GW_OK)
        goto fail;
    status = file == GW_JOURNAL_FILE_FOREIGN ? GW_EFORMAT : db_open(journal, error);
    if (status == GW_OK)
        status = content_check(journal, error);
    if (status == GW_EFORMAT) {
        *note = "the journal was damaged; it is kept aside and a new stream begins";
        status = damaged_replace(journal, error);
    }
    if (status != GW_OK)
        goto fail;
    *out = journal;
    return GW_OK;
fail:
    gw_journal_close(journal);
    return status;
}

gw_status gw_journal_open(const char *path, gw_journal **out, gw_error *error)
{
    gw_journal_file file;
    *out = NULL;
    gw_status status = gw_journal_file_examine(path, &file, error);
    if (status == GW_OK && file == GW_JOURNAL_FILE_NONE)
        status = gw_error_set(error, GW_ENOENT, "%s: no such journal", path);
    if (status == GW_OK && file == GW_JOURNAL_FILE_FOREIGN)
        status = gw_error_set(error, GW_EFORMAT, "%s: not a journal of Groundwatch", path);
    gw_journal *journal = status == GW_OK ? object_create(path, "", error) : NULL;
    if (!journal)
        return status == GW_OK ? GW_ENOMEM : status;
    status = db_open(journal, error);
    *out = status == GW_OK ? journal : NULL;
    if (status != GW_OK)
        gw_journal_close(journal);
    return status;
}

const char *gw_journal_stream(const gw_journal *journal)
{
    return journal->stream;
}

gw_status gw_journal_newest(gw_journal *journal, uint64_t *newest, uint64_t *oldest,
                            uint64_t kind_seq[GW_RECORD_COUNT], gw_error *error)
{
    int64_t first = 0, last = 0, number = 0;
    int failed = db_number(journal, "SELECT max(seq) FROM record", &last);
    failed |= db_number(journal, "SELECT min(seq) FROM record", &first);
    for (int k = 0; k < GW_RECORD_COUNT; k++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT max(kind_seq) FROM record WHERE kind='%s'",
                 gw_record_name((gw_record_kind)k));
        failed |= db_number(journal, sql, &number);
        kind_seq[k] = (uint64_t)number;
    }
    *newest = (uint64_t)last;
    *oldest = (uint64_t)first;
    return failed ? db_fail(journal, "newest records", error) : GW_OK;
}

static int record_insert(const gw_journal *journal, const gw_journal_record *record)
{
    sqlite3_stmt *insert = journal->insert;
    sqlite3_bind_int64(insert, 1, (int64_t)record->seq);
    sqlite3_bind_text(insert, 2, gw_record_name(record->kind), -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, (int64_t)record->kind_seq);
    sqlite3_bind_int64(insert, 4, record->time_ns);
    sqlite3_bind_text(insert, 5, record->topic, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 6, record->json, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 7, gw_journal_crc(journal->stream, record));
    int code = sqlite3_step(insert);
    sqlite3_reset(insert);
    return code;
}

gw_status gw_journal_append(gw_journal *journal, const gw_journal_record *records, size_t n_records,
                            gw_error *error)
{
    journal->n_untidy += n_records;
    if (!journal->insert) /* a renewal failed, and so did going back */
        return gw_error_set(error, GW_ELOST, "%s: is not open", journal->path);
    int code = db_run(journal, "BEGIN IMMEDIATE");
    for (size_t k = 0; k < n_records && (code == SQLITE_OK || code == SQLITE_DONE); k++)
        code = record_insert(journal, &records[k]);
    if (code == SQLITE_OK || code == SQLITE_DONE)
        code = db_run(journal, "COMMIT");
    if (code == SQLITE_OK)
        return GW_OK;
    code = sqlite3_extended_errcode(journal->db);
    gw_error_set(error, GW_EIO, "%s: %s", journal->path, sqlite3_errmsg(journal->db));
    if (!sqlite3_get_autocommit(journal->db))
        db_run(journal, "ROLLBACK");
    /* After a failed fsync the pages count as clean: a retry could "succeed" with data lost. */
    bool lost = code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC || is_damage(code);
    if (lost && error)
        error->status = GW_ELOST;
    return lost ? GW_ELOST : GW_EIO;
}

static gw_status row_visit(gw_journal *journal, sqlite3_stmt *row,
                           bool (*visit)(void *user, const gw_journal_record *record), void *user,
                           gw_error *error)
{
    gw_journal_record record = {
        .seq = (uint64_t)sqlite3_column_int64(row, 0),
        .kind_seq = (uint64_t)sqlite3_column_int64(row, 1),
        .time_ns = sqlite3_column_int64(row, 3),
        .topic = (const char *)sqlite3_column_text(row, 4),
        .json = (const char *)sqlite3_column_text(row, 5),
    };
    const char *kind = (const char *)sqlite3_column_text(row, 2);
    while (record.kind < GW_RECORD_COUNT &&
           strcmp(gw_record_name(record.kind), kind ? kind : "") != 0)
        record.kind++;
    if (record.kind == GW_RECORD_COUNT || !record.topic || !record.json ||
        gw_journal_crc(journal->stream, &record) != (uint32_t)sqlite3_column_int64(row, 6))
        return gw_error_set(error, GW_EFORMAT, "%s: record %lld is damaged", journal->path,
                            (long long)record.seq);
    return visit(user, &record) ? GW_OK : GW_END;
}

gw_status gw_journal_read(gw_journal *journal, gw_record_kind kind, uint64_t after, size_t max,
                          bool (*visit)(void *user, const gw_journal_record *record), void *user,
                          gw_error *error)
{
    sqlite3_stmt *read = kind == GW_RECORD_COUNT ? journal->read_any : journal->read_kind;
    int code = SQLITE_ROW;
    gw_status status = GW_OK;
    sqlite3_bind_int64(read, 1, after > INT64_MAX ? INT64_MAX : (int64_t)after);
    sqlite3_bind_int64(read, 2, max > INT32_MAX ? INT32_MAX : (int64_t)max);
    if (kind != GW_RECORD_COUNT)
        sqlite3_bind_text(read, 3, gw_record_name(kind), -1, SQLITE_STATIC);
    while (status == GW_OK && (code = sqlite3_step(read)) == SQLITE_ROW)
        status = row_visit(journal, read, visit, user, error);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = db_fail(journal, "cannot be read", error);
    sqlite3_reset(read);
    return status == GW_END ? GW_OK : status;
}

gw_status gw_journal_renew(gw_journal *journal, gw_error *error)
{
    char aside[GW_JOURNAL_PATH_MAX], stream[GW_UUID_MAX];
    memcpy(stream, journal->stream, sizeof stream);
    db_close(journal);
    gw_status status = gw_journal_file_put_aside(journal->path, "ended", aside, error);
    if (status == GW_OK) {
        status = db_open(journal, error);
        if (status == GW_OK)
            return GW_OK;
        db_close(journal);
        gw_journal_file_put_back(journal->path, aside);
    }
    memcpy(journal->stream, stream, sizeof stream);
    gw_error again; /* the first failure is the one to tell */
    if (db_open(journal, &again) != GW_OK)
        db_close(journal);
    return status;
}

void gw_journal_tidy(gw_journal *journal)
{
    if (journal->n_untidy < TIDY_RECORDS)
        return;
    sqlite3_wal_checkpoint_v2(journal->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    journal->n_untidy = 0;
}

void gw_journal_close(gw_journal *journal)
{
    if (!journal)
        return;
    if (journal->db && journal->lock_fd >= 0)
        db_run(journal, "PRAGMA wal_checkpoint(TRUNCATE)");
    db_close(journal);
    if (journal->lock_fd >= 0)
        close(journal->lock_fd);
    free(journal);
}
