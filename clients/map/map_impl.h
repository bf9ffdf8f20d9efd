/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/map/map_impl.h -- the map's server in two halves: map.c the daemon's side and the guests,
 * page.c the page's files.
 */
#ifndef GW_CLIENTS_MAP_MAP_IMPL_H
#define GW_CLIENTS_MAP_MAP_IMPL_H

#include <libwebsockets.h>

#include "clients/map/asset.h"
#include "clients/map/feed.h"
#include "clients/map/map.h"

enum { GW_MAP_GUESTS_MAX = 16 };

struct gw_map {
    struct lws_context *context;
    struct lws_vhost *host;
    lws_sorted_usec_list_t turn; /* comes every few milliseconds */
    struct lws_http_mount leaflet, dygraphs;
    char leaflet_path[256], dygraphs_path[256];
    unsigned n_guests;
    gw_client *client;
    gw_feed *feed;
};

/* A request for a file of the page. */
typedef struct gw_map_request {
    const gw_asset *asset; /* NULL: none is being sent */
    size_t at;
} gw_map_request;

/* Protocol callback of plain HTTP: user is a gw_map_request. */
int gw_map_page_serve(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                      size_t n);

/* By its headers: of this machine, and of no foreign page. */
bool gw_map_is_welcome(struct lws *wsi);

/* What every answer says of what the page may load: its own. */
extern const struct lws_protocol_vhost_options gw_map_headers[];

#endif
