/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/alarms.h -- the list of alarms, newest first, and which of them is selected.
 *
 * The selection goes with the newest as long as it stands there; elsewhere it stays on its alarm
 * whatever comes. When the list is full, the oldest that was
 * acknowledged goes, else the oldest; those that went unacknowledged are counted.
 */
#ifndef GW_CLIENTS_CONSOLE_ALARMS_H
#define GW_CLIENTS_CONSOLE_ALARMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GW_ALARMS_MAX = 200, GW_ALARM_ID_MAX = 132 };

typedef enum { GW_ALARM_OPEN, GW_ALARM_ASKED, GW_ALARM_REFUSED } gw_alarm_asking;

typedef struct gw_alarm {
    char id[GW_ALARM_ID_MAX], time[9]; /* HH:MM:SS, UTC */
    char sensor[16], status[36], by[68];
    double along_m, cross_m, depth_m, depth_sd_m, score, far_per_m; /* NAN: unknown */
    gw_alarm_asking asking;                                         /* of our own acknowledgement */
    int64_t asked_ms;
    char request[37]; /* its UUID, the same until it is answered */
    char note[96];    /* why it was refused */
} gw_alarm;

typedef struct gw_alarms {
    gw_alarm list[GW_ALARMS_MAX];
    size_t n, selected; /* an index; 0 when n is 0 */
    unsigned n_gone;    /* unacknowledged ones that had to go */
} gw_alarms;

/* Or closed: what it was is recorded. */
bool gw_alarm_is_acknowledged(const gw_alarm *alarm);

/* A detection record: an alarm that is new (true is returned), or an update of one. */
bool gw_alarms_take(gw_alarms *alarms, const json_t *message);

/* Up (-1: newer) or down. */
void gw_alarms_select(gw_alarms *alarms, int step);

/* The selected one; NULL: none. */
gw_alarm *gw_alarms_selected(gw_alarms *alarms);

/* The one of a request; NULL: none. */
gw_alarm *gw_alarms_of_request(gw_alarms *alarms, const char *request);

/* Select the newest that is not acknowledged, if there is one. */
void gw_alarms_select_open(gw_alarms *alarms);
size_t gw_alarms_n_open(const gw_alarms *alarms);

#endif
