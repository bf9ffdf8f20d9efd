/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/map/guard.h"

#include <stdio.h>
#include <string.h>

bool gw_guard_host(const char *host, unsigned port)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    char own[16];
    snprintf(own, sizeof own, ":%u", port);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        size_t n = strlen(names[k]);
        if (strncmp(host, names[k], n) == 0 && (!host[n] || strcmp(host + n, own) == 0))
            return true;
    }
    return false;
}

bool gw_guard_origin(const char *origin, unsigned port)
{
    static const char scheme[] = "http://";
    if (!*origin)
        return true;
    return strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
           gw_guard_host(origin + sizeof scheme - 1, port);
}
