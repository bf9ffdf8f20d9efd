/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/import.h -- records after the fact: from a daemon's journal, or from lines of JSON.
 */
#ifndef GW_CLIENTS_LOG_IMPORT_H
#define GW_CLIENTS_LOG_IMPORT_H

#include "clients/log/log.h"

/* Put and commit all records of a file. *n: how many were new. GW_ENOENT; GW_EFORMAT with file,
 * record, cause: what came before it is kept. Of a journal, all that is not damaged is. */
gw_status gw_log_import(gw_log *log, const char *path, uint64_t *n, gw_error *error);

#endif
