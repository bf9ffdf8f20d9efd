/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/endpoint.h -- where the gate may be reached: ipc paths, and tcp: on the loopback
 * only, unless it is encrypted and its clients are known.
 */
#ifndef GW_DAEMON_GATE_ENDPOINT_H
#define GW_DAEMON_GATE_ENDPOINT_H

#include <stdbool.h>

#include "dsp/status.h"

/* Make an endpoint ready to be bound. ipc: takes the lock PATH.lock (a second bind on one path
 * would steal it without a word), and removes a socket file that a dead gate left there; *lock_fd
 * holds the lock until it is closed, which the end of the process does too. tcp: *lock_fd is -1.
 * GW_EUSAGE: not an endpoint we serve; GW_EBUSY: another gate serves it; GW_EIO. */
gw_status endpoint_reserve(const char *endpoint, bool is_secured, int *lock_fd, gw_error *error);

#endif
