/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/clocks.h"

static const int64_t apart_most_ns = 1000000000, patience_ns = 2000000000;

bool gw_clocks_disagree(gw_clocks *clocks, const int64_t clock_ns[GW_KIND_COUNT], int64_t now_ns)
{
    int64_t least = INT64_MAX, greatest = INT64_MIN;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!clock_ns[kind])
            continue;
        least = clock_ns[kind] < least ? clock_ns[kind] : least;
        greatest = clock_ns[kind] > greatest ? clock_ns[kind] : greatest;
    }
    bool differ = least <= greatest && greatest - least > apart_most_ns;
    if (!differ)
        clocks->apart_ns = 0;
    else if (!clocks->apart_ns)
        clocks->apart_ns = now_ns;
    return differ && now_ns - clocks->apart_ns >= patience_ns;
}
