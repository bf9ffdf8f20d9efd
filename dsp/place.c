/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/place.h"

#include <math.h>

static const int64_t near_ns = 1000000000, speed_ns = 250000000;

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
    place->height_m[n % GW_PLACE_ROWS] = place->cross_m[n % GW_PLACE_ROWS] = (double)NAN;
    place->n_rows = n + 1;
}

void gw_place_lift(gw_place *place, double height_m)
{
    if (place->n_rows)
        place->height_m[(place->n_rows - 1) % GW_PLACE_ROWS] = height_m;
}

void gw_place_cross(gw_place *place, double cross_m)
{
    if (place->n_rows)
        place->cross_m[(place->n_rows - 1) % GW_PLACE_ROWS] = cross_m;
}

static uint64_t oldest_of(const gw_place *place)
{
    return place->n_rows > GW_PLACE_ROWS ? place->n_rows - GW_PLACE_ROWS : 0;
}

/* First reading not before a time; the newest when there is none. */
static uint64_t row_find(const gw_place *place, int64_t time_ns)
{
    uint64_t from = oldest_of(place), to = place->n_rows - 1;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (place->time_ns[middle % GW_PLACE_ROWS] < time_ns)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

gw_place_answer gw_place_find(const gw_place *place, int64_t time_ns, double *along_m)
{
    uint64_t n = place->n_rows;
    if (!n || place->time_ns[(n - 1) % GW_PLACE_ROWS] < time_ns)
        return GW_PLACE_EARLY;
    uint64_t from = row_find(place, time_ns), oldest = oldest_of(place);
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

typedef struct sums {
    double mean, most;
} sums;

/* Of readings, or the one next to a time. */
static sums sums_of(const gw_place *place, const double *values, int64_t from_ns, int64_t to_ns)
{
    const sums unknown = {(double)NAN, (double)NAN};
    if (!place->n_rows)
        return unknown;
    uint64_t row = row_find(place, from_ns), n = 0;
    double sum = 0, most = -(double)INFINITY, next_m = values[row % GW_PLACE_ROWS];
    if (place->time_ns[row % GW_PLACE_ROWS] - to_ns > near_ns ||
        from_ns - place->time_ns[row % GW_PLACE_ROWS] > near_ns)
        return unknown; /* it was not there */
    for (; row < place->n_rows && place->time_ns[row % GW_PLACE_ROWS] <= to_ns; row++, n++) {
        sum += values[row % GW_PLACE_ROWS];
        most = fmax(most, values[row % GW_PLACE_ROWS]);
    }
    return n ? (sums){sum / (double)n, isfinite(sum) ? most : (double)NAN} : (sums){next_m, next_m};
}

double gw_place_height(const gw_place *place, int64_t from_ns, int64_t to_ns)
{
    return sums_of(place, place->height_m, from_ns, to_ns).mean;
}

double gw_place_height_most(const gw_place *place, int64_t from_ns, int64_t to_ns)
{
    return sums_of(place, place->height_m, from_ns, to_ns).most;
}

double gw_place_across(const gw_place *place, int64_t from_ns, int64_t to_ns)
{
    return sums_of(place, place->cross_m, from_ns, to_ns).mean;
}

double gw_place_height_newest(const gw_place *place)
{
    return place->n_rows ? place->height_m[(place->n_rows - 1) % GW_PLACE_ROWS] : (double)NAN;
}

double gw_place_speed(const gw_place *place)
{
    if (place->n_rows < 2)
        return (double)NAN;
    uint64_t last = place->n_rows - 1;
    int64_t last_ns = place->time_ns[last % GW_PLACE_ROWS];
    uint64_t first = row_find(place, last_ns - speed_ns);
    first = first == last ? last - 1 : first;
    int64_t took_ns = last_ns - place->time_ns[first % GW_PLACE_ROWS];
    double way_m = place->along_m[last % GW_PLACE_ROWS] - place->along_m[first % GW_PLACE_ROWS];
    return took_ns < near_ns ? fabs(way_m) / ((double)took_ns * 1e-9) : (double)NAN;
}
