/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/log_impl.h -- what every format of the log must do.
 */
#ifndef GW_CLIENTS_LOG_LOG_IMPL_H
#define GW_CLIENTS_LOG_LOG_IMPL_H

#include "clients/log/log.h"

typedef struct gw_log_format {
    gw_status (*open)(const char *path, void **state, gw_error *error);
    void (*where)(void *state, const char *source, gw_client_position *position);
    gw_status (*put)(void *state, const gw_log_record *record, bool *is_new, gw_error *error);
    gw_status (*note)(void *state, const json_t *event, gw_error *error);
    gw_status (*mark)(void *state, const char *source, const gw_client_position *position,
                      gw_error *error); /* NULL: it begins with the oldest each time */
    gw_status (*commit)(void *state, gw_error *error);
    void (*close)(void *state);
} gw_log_format;

extern const gw_log_format gw_log_package, gw_log_lines, gw_log_features;

/* Numbers that were seen, by stream and kind. */
typedef struct gw_log_seen gw_log_seen;
gw_log_seen *gw_log_seen_create(void);
/* False: it was there (or there is no memory for it: *is_full). */
bool gw_log_seen_add(gw_log_seen *seen, const gw_log_record *record, bool *is_full);
void gw_log_seen_destroy(gw_log_seen *seen);

/* Place of a record: longitude and latitude, or across and along in metres. */
typedef struct gw_log_place {
    bool is_known, is_wgs84;
    double x, y;
} gw_log_place;

gw_log_place gw_log_place_of(const json_t *data);
/* Of the beginning of a stretch of coverage. */
gw_log_place gw_log_place_from(const json_t *data);

#endif
