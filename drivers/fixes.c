/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/fixes.h"

#include <math.h>

static const int64_t between_most_ns = 3000000000, beyond_most_ns = 2000000000;
static const int64_t old_most_ns = 2000000000; /* older news means that our clock is wrong */
static const double delivery_s = 0.3;          /* of a receiver at 9600 baud or more */
static const double swing_m_s2 = 1, speed_error_m_s = 0.3;
static const double moving_least_m_s = 0.3; /* slower, the direction of the way is noise */

const char *gw_fix_word(gw_fix_type type)
{
    static const char *const words[] = {
#define X(name, word) word,
        GW_FIX_LIST(X)
#undef X
    };
    return (unsigned)type < sizeof words / sizeof *words ? words[type] : words[GW_FIX_NONE];
}

int64_t gw_fix_when_ns(const gw_fix_time *time, double *doubt_s)
{
    int64_t when_ns = time->utc_ns - time->clock_ns, age_ns = time->arrival_ns - when_ns;
    *doubt_s = 0;
    if (time->is_synchronised && age_ns >= 0 && age_ns <= old_most_ns)
        return when_ns;
    *doubt_s = delivery_s;
    return time->arrival_ns;
}

void gw_fixes_push(gw_fixes *fixes, const gw_fix *fix)
{
    if (fixes->n && fix->when_ns <= fixes->ring[(fixes->n - 1) % GW_FIXES].when_ns)
        return;
    fixes->ring[fixes->n++ % GW_FIXES] = *fix;
}

static gw_fix beyond_find(const gw_fix *newest, int64_t when_ns)
{
    gw_fix found = *newest;
    double t = (double)(when_ns - newest->when_ns) * 1e-9;
    if (when_ns - newest->when_ns > beyond_most_ns || newest->type == GW_FIX_NONE)
        return (gw_fix){.type = GW_FIX_NONE, .when_ns = when_ns};
    bool moves = isfinite(newest->speed_m_s) && isfinite(newest->track_deg);
    const gw_origin at = {.is_known = true,
                          .lat_deg = newest->place.lat_deg,
                          .lon_deg = newest->place.lon_deg,
                          .heading_deg = moves ? newest->track_deg : 0};
    if (moves)
        found.place = gw_origin_place(&at, newest->speed_m_s * t, 0);
    found.when_ns = when_ns;
    found.accuracy_m += swing_m_s2 * t * t / 2 + (moves ? speed_error_m_s : 1) * t;
    return found;
}

static double between(double a, double b, double part)
{
    return a + (b - a) * part;
}

static gw_fix between_find(const gw_fix *a, const gw_fix *b, int64_t when_ns)
{
    int64_t apart_ns = b->when_ns - a->when_ns;
    gw_fix found = *(when_ns - a->when_ns < apart_ns / 2 ? a : b); /* its way over ground */
    double t = (double)(when_ns - a->when_ns) * 1e-9, rest = (double)(b->when_ns - when_ns) * 1e-9;
    double part = (double)(when_ns - a->when_ns) / (double)apart_ns;
    double east = remainder(b->place.lon_deg - a->place.lon_deg, 360);
    found.when_ns = when_ns;
    found.type = a->type < b->type ? a->type : b->type;
    if (apart_ns > between_most_ns)
        found.type = GW_FIX_NONE;
    found.place.lat_deg = between(a->place.lat_deg, b->place.lat_deg, part);
    found.place.lon_deg = remainder(a->place.lon_deg + east * part, 360);
    found.accuracy_m = isnan(a->accuracy_m) || isnan(b->accuracy_m)
                           ? (double)NAN
                           : fmax(a->accuracy_m, b->accuracy_m) + swing_m_s2 * t * rest / 2;
    return found;
}

gw_fix gw_fixes_find(const gw_fixes *fixes, int64_t when_ns)
{
    uint64_t n = fixes->n, oldest = n > GW_FIXES ? n - GW_FIXES : 0;
    if (n && fixes->ring[(n - 1) % GW_FIXES].when_ns <= when_ns)
        return beyond_find(&fixes->ring[(n - 1) % GW_FIXES], when_ns);
    for (uint64_t k = n; k > oldest + 1; k--) {
        const gw_fix *a = &fixes->ring[(k - 2) % GW_FIXES], *b = &fixes->ring[(k - 1) % GW_FIXES];
        if (a->when_ns <= when_ns)
            return between_find(a, b, when_ns);
    }
    return (gw_fix){.type = GW_FIX_NONE, .when_ns = when_ns};
}

gw_fix gw_fix_below(const gw_fix *antenna, const gw_lever *lever, double heading_deg,
                    double right_m)
{
    gw_fix found = *antenna;
    double along_m = -lever->forward_m, cross_m = right_m - lever->right_m;
    bool moves = antenna->speed_m_s >= moving_least_m_s && isfinite(antenna->track_deg);
    double heading = moves ? antenna->track_deg : heading_deg;
    if (antenna->type == GW_FIX_NONE)
        return found;
    if (!isfinite(heading)) {
        found.accuracy_m += hypot(along_m, cross_m);
        return found;
    }
    const gw_origin at = {.is_known = true,
                          .lat_deg = antenna->place.lat_deg,
                          .lon_deg = antenna->place.lon_deg,
                          .heading_deg = heading};
    found.place = gw_origin_place(&at, along_m, cross_m);
    return found;
}
