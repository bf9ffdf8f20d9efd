/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/alarm.h -- the local alarm: one line on standard error and, where asked for, one datagram
 * to a unix socket (a buzzer, a lamp). It waits for neither disk nor network, nor for whoever
 * should read it: what cannot be handed over at once is counted.
 *
 *     ALARM gpr along 3.21 m depth 0.07 m score 12.3
 */
#ifndef GW_DAEMON_ALARM_H
#define GW_DAEMON_ALARM_H

#include <stdint.h>

#include "dsp/detection.h"
#include "dsp/status.h"

typedef struct gw_alarm gw_alarm;

/* socket: path of a datagram socket, "" none; it need not be there yet. */
gw_status gw_alarm_create(const char *socket, gw_alarm **out, gw_error *error);
void gw_alarm_raise(gw_alarm *alarm, const gw_detection *detection);

/* For so long (0: no longer) the socket is told of no alarm; standard error, states and records go
 * on. Any thread. */
void gw_alarm_mute(gw_alarm *alarm, double seconds);

/* How long it lasts still; 0: not muted. */
double gw_alarm_muted_s(const gw_alarm *alarm);

/* CLOCK_MONOTONIC of the newest alarm, 0 none; and alarms not handed over. Any thread. */
int64_t gw_alarm_newest_ns(const gw_alarm *alarm);
uint64_t gw_alarm_failures(const gw_alarm *alarm);
void gw_alarm_destroy(gw_alarm *alarm);

#endif
