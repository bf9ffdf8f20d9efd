/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/gate.h -- the gate's loop: what the core journals goes out live, what a subscriber
 * missed is replayed, and a heartbeat says every 100 ms how the core is -- as long as it is.
 */
#ifndef GW_DAEMON_GATE_GATE_H
#define GW_DAEMON_GATE_GATE_H

#include "daemon/gate/options.h"

/* Runs until the core ends or hangs. GW_OK: the core ended its session first; GW_ELOST: it did not;
 * otherwise the gate could not start. */
gw_status gate_run(const gate_options *options, gw_error *error);

#endif
