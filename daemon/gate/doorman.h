/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/doorman.h -- who may come in over tcp: CURVE, and the allow-list asked by ZAP (ZeroMQ
 * RFC 27), in a thread of its own.
 *
 * CURVE alone lets every key in; so does CURVE with a ZAP domain, when no handler answers. Here
 * nobody comes in unless the doorman says so: sockets enforce the domain (option 93, not in the
 * header of libzmq 4.3.4), and a stranger is tried before the gate opens. When the thread ends or
 * stands still, nobody new comes in, and the gate ends, for the core to start another.
 */
#ifndef GW_DAEMON_GATE_DOORMAN_H
#define GW_DAEMON_GATE_DOORMAN_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/status.h"

typedef struct doorman doorman;

/* Reads key pair and allow-list, and begins to answer. context: ZeroMQ's, of the sockets to be
 * guarded. GW_ECONFIG: a file is not as it must be. */
gw_status doorman_create(void *context, const char *secret_key, const char *clients, doorman **out,
                         gw_error *error);

/* Before it is bound: only known keys come to this socket. */
gw_status doorman_guard(doorman *d, void *socket, gw_error *error);

/* Prove that a key made for this gets nothing from a guarded socket, and that the doorman was the
 * one who refused it. The secret is wiped: no socket can be guarded any more. */
gw_status doorman_prove(doorman *d, gw_error *error);

/* Look after the list, which is read again when its file has changed, and after the thread. False:
 * the gate must end -- the thread is dead, or a key that may be connected was taken off the list.
 */
bool doorman_tick(doorman *d, int64_t now_ms);

/* The client of this name is on the list now, and may command. */
bool doorman_may_command(doorman *d, const char *name);

/* Ends the thread, before the context. False: it hangs, and with it would the end of the context.
 * NULL is fine. */
bool doorman_destroy(doorman *d);

#endif
