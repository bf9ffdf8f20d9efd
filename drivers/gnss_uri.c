/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/gnss_uri.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_split(const char *uri, gw_gnss_address *at)
{
    if (strncmp(uri, "gpsd:", 5) != 0)
        return false;
    bool is_bracketed = uri[5] == '[';
    const char *host = uri + 5 + is_bracketed;
    size_t n = strcspn(host, is_bracketed ? "]" : ":");
    const char *rest = host + n + is_bracketed;
    if (n == 0 || n >= sizeof at->host || (is_bracketed && host[n] != ']'))
        return false;
    if (*rest && (*rest != ':' || strlen(rest) < 2 || strlen(rest) > 6))
        return false;
    snprintf(at->host, sizeof at->host, "%.*s", (int)n, host);
    snprintf(at->port, sizeof at->port, "%s", *rest ? rest + 1 : "2947");
    return !at->port[strspn(at->port, "0123456789")] && atoi(at->port) >= 1 &&
           atoi(at->port) <= 65535;
}

bool gw_gnss_uri_split(const char *uri, gw_gnss_address *at)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (!text_split(uri, at) || getaddrinfo(at->host, at->port, &hints, &found) != 0)
        return false;
    at->n_address = found->ai_addrlen;
    memcpy(&at->address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

const char *gw_gnss_uri_wrong(const char *uri)
{
    gw_gnss_address at;
    return gw_gnss_uri_split(uri, &at) ? NULL
                                       : "gpsd:ADDRESS[:PORT] expected, an address and not a name";
}
