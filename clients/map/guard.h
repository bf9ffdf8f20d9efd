/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/map/guard.h -- who may ask for the page: this machine, by one of its loopback names.
 *
 * The socket is bound to loopback. That alone does not keep a foreign page out, which the browser
 * of this machine shows: its name may resolve to 127.0.0.1 (DNS rebinding), and it may open a
 * WebSocket to anywhere. Source: [RFC 6454], [RFC 6455] section 10.2
 */
#ifndef GW_CLIENTS_MAP_GUARD_H
#define GW_CLIENTS_MAP_GUARD_H

#include <stdbool.h>

/* Value of the Host header: 127.0.0.1, localhost or [::1], with this port or none. */
bool gw_guard_host(const char *host, unsigned port);

/* Value of the Origin header, "" when there is none (no browser): a page of this very server. */
bool gw_guard_origin(const char *origin, unsigned port);

#endif
