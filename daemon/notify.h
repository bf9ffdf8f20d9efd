/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/notify.h -- what the service manager is told, by the protocol of sd_notify. Without one
 * (NOTIFY_SOCKET is not set) nothing happens. It never waits: what a manager that does not read
 * could not be told is told later, of states the newest. The main thread only.
 */
#ifndef GW_DAEMON_NOTIFY_H
#define GW_DAEMON_NOTIFY_H

#include <stdint.h>

/* Every source is open and the gate serves; said once. */
void gw_notify_ready(void);

/* One line on what the daemon sees. */
void gw_notify_state(const char *state, const char *reasons);

/* Every stage has advanced. Sent four times in the time that the manager waits at most. Call it
 * often: what is due is told with it. */
void gw_notify_alive(int64_t now_ns);

void gw_notify_stopping(void);

#endif
