/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/follow.h -- several daemons into one log, each from where it was left.
 */
#ifndef GW_CLIENTS_LOG_FOLLOW_H
#define GW_CLIENTS_LOG_FOLLOW_H

#include "clients/log/log.h"

enum { GW_LOG_SOURCES_MAX = 16 };

typedef struct gw_log_follow {
    gw_log *log;
    size_t n_sources;
    gw_client_config sources[GW_LOG_SOURCES_MAX]; /* endpoints and keys; the rest is set here */
    bool (*is_ending)(void *user);
    /* Said when it happens: a source is BLIND, heard again, lost records. */
    void (*say)(void *user, const char *source, const char *word, const char *text);
    void *user;
} gw_log_follow;

/* Until is_ending; then what came is committed. The errors of gw_log_put and _commit: what was not
 * committed is not in the log, and comes again with the next start. */
gw_status gw_log_follow_run(gw_log_follow *follow, uint64_t *n_records, gw_error *error);

#endif
