/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/log.h -- what daemons published, kept: every record once, in a GeoPackage, GeoJSON or
 * lines of JSON.
 *
 * A record that is there already, by stream, kind and kind_seq, is not taken again. What is put is
 * kept when commit returns.
 */
#ifndef GW_CLIENTS_LOG_LOG_H
#define GW_CLIENTS_LOG_LOG_H

#include <jansson.h>

#include "clients/client.h"
#include "dsp/status.h"

typedef struct gw_log gw_log;

/* One record, taken apart. */
typedef struct gw_log_record {
    const json_t *message, *data;
    const char *kind, *stream, *device, *time; /* borrowed from the message */
    char kind_text[16], device_text[64];
    uint64_t seq, kind_seq; /* 0: outside of all numbers */
} gw_log_record;

/* False: not a record of Groundwatch. */
bool gw_log_record_take(const json_t *message, gw_log_record *record);

/* By the name's end: .gpkg, .geojson, .ndjson or .jsonl. Makes the file, or goes on in it.
 * GW_EUSAGE: another end; GW_EFORMAT: a file that is not ours, left as it is; GW_EIO; GW_EBUSY. */
gw_status gw_log_open(const char *path, gw_log **out, gw_error *error);

/* How far a source (an endpoint) was followed; stream "" when that is not known: begin with the
 * oldest record, what is there already is not taken twice. */
void gw_log_where(gw_log *log, const char *source, gw_client_position *position);

/* is_new (may be NULL): it was not there yet. GW_EIO: what was put since the last commit is not
 * kept. GW_EFORMAT: this format cannot hold it (GeoJSON without WGS 84). */
gw_status gw_log_put(gw_log *log, const json_t *message, bool *is_new, gw_error *error);

/* An event of the log itself: BLIND, heard again, a gap. */
gw_status gw_log_note(gw_log *log, const char *source, const char *word, const char *text,
                      gw_error *error);

/* How far a source was followed, kept with the next commit. GW_EIO, GW_EBUSY. */
gw_status gw_log_mark(gw_log *log, const char *source, const gw_client_position *position,
                      gw_error *error);

/* GW_EBUSY (of this, mark, put and note): somebody reads or writes the file; nothing is lost, the
 * same call may be made again. */
gw_status gw_log_commit(gw_log *log, gw_error *error);
void gw_log_close(gw_log *log);

#endif
