/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/map/feed.h -- what a page of the map is to be told: records kept for pages to come, the
 * newest beat, the last pictures. Bounded. Pure: no socket, no clock.
 *
 * A page that reads slowly loses pictures first; records it loses only when they were forgotten
 * here, and their numbers say so. Messages: docs/map.md.
 */
#ifndef GW_CLIENTS_MAP_FEED_H
#define GW_CLIENTS_MAP_FEED_H

#include "clients/client.h"

enum {
    GW_FEED_PRE = 32,         /* free bytes before a message, for a frame's header */
    GW_FEED_BEAT_MS = 100,    /* between beats */
    GW_FEED_BLIND_MS = 300,   /* without a heartbeat: nothing is known */
    GW_FEED_PICTURES = 16,    /* kept, of all sensors together */
    GW_FEED_MIB_DEFAULT = 256 /* of records */
};

typedef struct gw_feed gw_feed;

/* Where one page stands; {0} is the beginning. */
typedef struct gw_feed_place {
    uint64_t record, beat, picture; /* number of the next one */
} gw_feed_place;

typedef struct gw_feed_message {
    unsigned char *bytes; /* [n], with GW_FEED_PRE before; borrowed until the next take or tick */
    size_t n;
    bool is_binary;
} gw_feed_message;

/* max_bytes: of records; the oldest are forgotten beyond it. NULL: out of memory. */
gw_feed *gw_feed_create(size_t max_bytes);

/* now_ms: of a monotonic clock. */
void gw_feed_take(gw_feed *feed, const gw_client_event *event, int64_t now_ms);

/* Call often. True: something was added since the last call. */
bool gw_feed_tick(gw_feed *feed, int64_t now_ms);

/* The next message for this page: a beat before a record, a record before a picture. False: it has
 * all there is. */
bool gw_feed_next(const gw_feed *feed, gw_feed_place *place, gw_feed_message *out);

void gw_feed_destroy(gw_feed *feed);

#endif
