/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/map/map.h -- a page that shows what a daemon says: where was searched, what was found,
 * the live pictures, and the state. Served to browsers of this machine only.
 *
 *   gw_map_create(&config, &map, &error); gw_map_run(map, &is_ending); gw_map_destroy(map);
 */
#ifndef GW_CLIENTS_MAP_MAP_H
#define GW_CLIENTS_MAP_MAP_H

#include <signal.h>

#include "clients/client.h"
#include "dsp/status.h"

typedef struct gw_map gw_map;

typedef struct gw_map_config {
    unsigned port;           /* on 127.0.0.1; 0: any free one */
    size_t max_bytes;        /* of records kept for the page */
    const char *library;     /* folder of the packages libjs-leaflet and libjs-dygraphs */
    gw_client_config client; /* endpoints and keys; the rest is set here */
} gw_map_config;

/* GW_ENOENT: a JavaScript library is not installed; GW_EIO: the port is in use, or an endpoint
 * cannot be used. */
gw_status gw_map_create(const gw_map_config *config, gw_map **out, gw_error *error);

/* The one that is served. */
unsigned gw_map_port(const gw_map *map);

/* Serve until *is_ending, which a signal sets. */
void gw_map_run(gw_map *map, const volatile sig_atomic_t *is_ending);

void gw_map_destroy(gw_map *map);

#endif
