/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/journal.h -- the durable record of a daemon: one SQLite file, WAL, synchronous=FULL.
 *
 *   meta(key TEXT PRIMARY KEY, value TEXT)       format = 1, stream (UUID), device, created
 *   record(seq INTEGER PRIMARY KEY, kind TEXT, kind_seq INTEGER, time_ns INTEGER, topic TEXT,
 *          json TEXT, crc INTEGER, UNIQUE(kind, kind_seq))
 *                                              json: the whole CloudEvents message, durable:true
 *
 * crc covers the stream and all other columns: a record that was altered on the disk, or that
 * belongs to another stream, is an error when it is read, never a record.
 *
 * This is the only file pair of the daemon and the gate that includes <sqlite3.h>.
 */
#ifndef GW_DAEMON_JOURNAL_H
#define GW_DAEMON_JOURNAL_H

#include "daemon/link.h"

typedef struct gw_journal gw_journal;

typedef struct gw_journal_record {
    uint64_t seq, kind_seq;
    gw_record_kind kind;
    int64_t time_ns;
    const char *topic, *json; /* borrowed until the next call */
} gw_journal_record;

/* Core. Opens or makes the file; a damaged one is kept aside (PATH.damaged-TIME) and a new stream
 * begun, said in *note (a constant or NULL). GW_EIO, GW_EBUSY (another daemon has it),
 * GW_EFORMAT (not a journal: nothing is touched), GW_ECONFIG (it is of another device). */
gw_status gw_journal_create(const char *path, const char *device, gw_journal **out,
                            const char **note, gw_error *error);

/* Gate, log: read only. GW_ENOENT, GW_EFORMAT, GW_EIO. */
gw_status gw_journal_open(const char *path, gw_journal **out, gw_error *error);

const char *gw_journal_stream(const gw_journal *journal);

/* Newest and oldest seq in the file, and newest kind_seq of each kind; zeros when it is empty. */
gw_status gw_journal_newest(gw_journal *journal, uint64_t *newest, uint64_t *oldest,
                            uint64_t kind_seq[GW_RECORD_COUNT], gw_error *error);

/* All or none of n records, durable when it returns GW_OK. GW_EIO: nothing was written, try again.
 * GW_ELOST: the disk failed in a way after which this file must not be written any more. */
gw_status gw_journal_append(gw_journal *journal, const gw_journal_record *records, size_t n_records,
                            gw_error *error);

/* Records with seq > after (kind GW_RECORD_COUNT: any), or kind_seq > after of one kind, in order:
 * visit each until it returns false or max are seen. GW_EFORMAT: a record is damaged. */
gw_status gw_journal_read(gw_journal *journal, gw_record_kind kind, uint64_t after, size_t max,
                          bool (*visit)(void *user, const gw_journal_record *record), void *user,
                          gw_error *error);

/* Core: keep the file aside (PATH.ended-TIME) and begin a new one with a new stream. On error the
 * old one stays in use. */
gw_status gw_journal_renew(gw_journal *journal, gw_error *error);

/* After records were handed on: move what was appended from the write-ahead log into the file, when
 * there is much. It may take long on a slow disk; what it cannot do is done another time. */
void gw_journal_tidy(gw_journal *journal);

void gw_journal_close(gw_journal *journal);

#endif
