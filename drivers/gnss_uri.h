/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/gnss_uri.h -- where a gpsd is: gpsd:ADDRESS[:PORT], port 2947. An address (an IPv6 one in
 * brackets) and not a name: a look-up may wait for minutes.
 */
#ifndef GW_DRIVERS_GNSS_URI_H
#define GW_DRIVERS_GNSS_URI_H

#include <stdbool.h>
#include <sys/socket.h>

typedef struct gw_gnss_address {
    char host[64], port[8];
    struct sockaddr_storage address;
    socklen_t n_address;
} gw_gnss_address;

/* False: it is not such a URI. */
bool gw_gnss_uri_split(const char *uri, gw_gnss_address *at);

/* NULL, or why a URI is refused. */
const char *gw_gnss_uri_wrong(const char *uri);

#endif
