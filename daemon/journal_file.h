/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/journal_file.h -- the file around a journal: whose it is, who holds it, and keeping a bad
 * one aside. A file is never repaired in place and never overwritten.
 */
#ifndef GW_DAEMON_JOURNAL_FILE_H
#define GW_DAEMON_JOURNAL_FILE_H

#include "daemon/journal.h"

/* Written into a journal's header (PRAGMA application_id): "GWjn". */
enum { GW_JOURNAL_APPLICATION = 0x47576a6e, GW_JOURNAL_PATH_MAX = 4096 };

typedef enum {
    GW_JOURNAL_FILE_NONE,   /* no file, or an empty one */
    GW_JOURNAL_FILE_OURS,   /* its header says so */
    GW_JOURNAL_FILE_FOREIGN /* anything else */
} gw_journal_file;

gw_status gw_journal_file_examine(const char *path, gw_journal_file *out, gw_error *error);

/* Take PATH.lock for the life of the process or until the fd is closed. *was_ours: a daemon held a
 * journal here before. GW_EBUSY, GW_EIO. */
gw_status gw_journal_file_lock(const char *path, int *fd, bool *was_ours, gw_error *error);

/* Rename PATH, PATH-wal and PATH-shm to PATH.WHY-TIME...; aside [GW_JOURNAL_PATH_MAX] gets the
 * name. */
gw_status gw_journal_file_put_aside(const char *path, const char *why, char *aside,
                                    gw_error *error);

/* CRC over the stream's name and every column of a record. */
uint32_t gw_journal_crc(const char *stream, const gw_journal_record *record);

/* Undo put_aside, over whatever stands at path. */
void gw_journal_file_put_back(const char *path, const char *aside);

#endif
