/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/place.h"

#include <math.h>

static const int64_t near_ns = 1000000000;

void gw_place_reset(gw_place *place)
{
    place->n_rows = 0;
}

void gw_place_push(gw_place *place, int64_t time_ns, double along_m)
{
    uint64_t n = place->n_rows;
    if (n && time_ns <= place->time_ns[(n - 1) % GW_PLACE_ROWS])
        return;
    place->time_ns[n % GW_PLACE_ROWS] = time_ns;
    place->along_m[n % GW_PLACE_ROWS] = along_m;
    place->n_rows = n + 1;
}

gw_place_answer gw_place_find(const gw_place *place, int64_t time_ns, double *along_m)
{
    uint64_t n = place->n_rows, oldest = n > GW_PLACE_ROWS ? n - GW_PLACE_ROWS : 0;
    if (!n || place->time_ns[(n - 1) % GW_PLACE_ROWS] < time_ns)
        return GW_PLACE_EARLY;
    uint64_t from = oldest, to = n - 1; /* first row not before time_ns lies in from..to */
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (place->time_ns[middle % GW_PLACE_ROWS] < time_ns)
            from = middle + 1;
        else
            to = middle;
    }
    double after_m = place->along_m[from % GW_PLACE_ROWS];
    int64_t after_ns = place->time_ns[from % GW_PLACE_ROWS];
    *along_m = after_m;
    if (after_ns == time_ns)
        return GW_PLACE_KNOWN;
    if (from == oldest) {
        if (after_ns - time_ns > near_ns)
            *along_m = (double)NAN; /* it was not there */
        return GW_PLACE_NEVER;
    }
    double before_m = place->along_m[(from - 1) % GW_PLACE_ROWS];
    int64_t before_ns = place->time_ns[(from - 1) % GW_PLACE_ROWS];
    *along_m = before_m + (after_m - before_m) * (double)(time_ns - before_ns) /
                              (double)(after_ns - before_ns);
    return GW_PLACE_KNOWN;
}

double gw_place_newest(const gw_place *place)
{
    return place->n_rows ? place->along_m[(place->n_rows - 1) % GW_PLACE_ROWS] : (double)NAN;
}
