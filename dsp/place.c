/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/place.h"

#include <math.h>
#include <stddef.h>

static const int64_t near_ns = 1000000000, speed_ns = 250000000;
static const int64_t reckoned_least_ns = 100000000, moved_ns = 500000000;
static const double reach_near_m = 0.1;
static const double moved_least_m_s = 0.05, assumed_m_s = 0.5; /* as where there is no pose */

void gw_place_reset(gw_place *place)
{
    place->n_rows = 0;
    gw_past_reset(&place->past);
}

/* Its height and place across are told by now. */
static void newest_remember(gw_place *place)
{
    if (!place->n_rows)
        return;
    size_t at = (place->n_rows - 1) % GW_PLACE_ROWS;
    const gw_past_reading reading = {place->time_ns[at], place->along_m[at], place->height_m[at],
                                     place->cross_m[at]};
    gw_past_push(&place->past, &reading);
}

static void loss_end(gw_place *place, int64_t time_ns)
{
    if (place->is_lost)
        place->losses_ns[(place->n_losses - 1) % GW_PLACE_LOSSES][1] = time_ns;
    place->is_lost = false;
}

void gw_place_push(gw_place *place, int64_t time_ns, double along_m)
{
    uint64_t n = place->n_rows;
    if (n && time_ns <= place->time_ns[(n - 1) % GW_PLACE_ROWS])
        return;
    loss_end(place, time_ns);
    newest_remember(place);
    place->time_ns[n % GW_PLACE_ROWS] = time_ns;
    place->along_m[n % GW_PLACE_ROWS] = along_m;
    place->front_m[n % GW_PLACE_ROWS] =
        n ? fmax(place->front_m[(n - 1) % GW_PLACE_ROWS], along_m) : along_m;
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

/* Whether the reading that is kept at `at` lies before a key. */
typedef bool lies_before(const gw_place *place, size_t at, const void *key);

/* First reading that does not; the newest when there is none. */
static uint64_t row_first(const gw_place *place, lies_before *is_before, const void *key)
{
    uint64_t from = oldest_of(place), to = place->n_rows - 1;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (is_before(place, middle % GW_PLACE_ROWS, key))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_earlier(const gw_place *place, size_t at, const void *time_ns)
{
    return place->time_ns[at] < *(const int64_t *)time_ns;
}

/* Than a place that it came to. */
static bool is_nearer(const gw_place *place, size_t at, const void *along_m)
{
    return place->front_m[at] < *(const double *)along_m;
}

static uint64_t row_find(const gw_place *place, int64_t time_ns)
{
    return row_first(place, is_earlier, &time_ns);
}

/* Over the half second before a reading; NAN: not so many are kept. */
static double speed_before(const gw_place *place, uint64_t row)
{
    int64_t time_ns = place->time_ns[row % GW_PLACE_ROWS];
    uint64_t from = row_find(place, time_ns - moved_ns);
    int64_t took_ns = time_ns - place->time_ns[from % GW_PLACE_ROWS];
    double way_m = place->along_m[row % GW_PLACE_ROWS] - place->along_m[from % GW_PLACE_ROWS];
    return 2 * took_ns >= moved_ns ? way_m / (1e-9 * (double)took_ns) : (double)NAN;
}

/* The last at which the head went forward; before it slowed down, if it did. */
static double speed_forward(const gw_place *place)
{
    for (uint64_t k = place->n_rows; k-- > oldest_of(place);) {
        double speed = speed_before(place, k);
        if (!(speed >= moved_least_m_s))
            continue;
        if (k + 1 == place->n_rows)
            return speed;
        int64_t before_ns = place->time_ns[k % GW_PLACE_ROWS] - moved_ns;
        return fmax(speed, speed_before(place, row_find(place, before_ns)));
    }
    return assumed_m_s;
}

void gw_place_lose(gw_place *place)
{
    if (place->is_lost || !place->n_rows)
        return;
    uint64_t newest = (place->n_rows - 1) % GW_PLACE_ROWS;
    int64_t *loss_ns = place->losses_ns[place->n_losses++ % GW_PLACE_LOSSES];
    place->is_lost = true;
    place->lost_m = place->along_m[newest];
    place->lost_m_s = speed_forward(place);
    loss_ns[0] = place->time_ns[newest];
    loss_ns[1] = INT64_MAX;
}

double gw_place_reckoned_s(const gw_place *place, int64_t time_ns)
{
    uint64_t from = place->n_losses > GW_PLACE_LOSSES ? place->n_losses - GW_PLACE_LOSSES : 0;
    for (uint64_t k = place->n_losses; k-- > from;) {
        const int64_t *loss_ns = place->losses_ns[k % GW_PLACE_LOSSES];
        if (time_ns < loss_ns[1] && time_ns - loss_ns[0] > reckoned_least_ns)
            return 1e-9 * (double)(time_ns - loss_ns[0]);
    }
    return 0;
}

static double reckon(const gw_place *place, int64_t time_ns)
{
    int64_t lost_ns = place->losses_ns[(place->n_losses - 1) % GW_PLACE_LOSSES][0];
    return place->lost_m + place->lost_m_s * 1e-9 * (double)(time_ns - lost_ns);
}

gw_place_answer gw_place_find(const gw_place *place, int64_t time_ns, double *along_m)
{
    uint64_t n = place->n_rows;
    if (!n || place->time_ns[(n - 1) % GW_PLACE_ROWS] < time_ns) {
        if (!place->is_lost)
            return GW_PLACE_EARLY;
        *along_m = reckon(place, time_ns);
        return GW_PLACE_KNOWN;
    }
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

gw_place_answer gw_place_reach(const gw_place *place, double along_m, int64_t *time_ns)
{
    uint64_t n = place->n_rows, oldest = oldest_of(place);
    if (!n || !(place->front_m[(n - 1) % GW_PLACE_ROWS] >= along_m))
        return GW_PLACE_EARLY;
    uint64_t row = row_first(place, is_nearer, &along_m);
    double after_m = place->front_m[row % GW_PLACE_ROWS];
    *time_ns = place->time_ns[row % GW_PLACE_ROWS];
    if (row == oldest) {
        bool is_near = oldest == 0 && after_m - along_m <= reach_near_m;
        if (oldest > 0 && gw_past_reach(&place->past, along_m, time_ns))
            return GW_PLACE_KNOWN;
        return is_near || after_m == along_m ? GW_PLACE_KNOWN : GW_PLACE_NEVER;
    }
    double before_m = place->front_m[(row - 1) % GW_PLACE_ROWS];
    int64_t took_ns = *time_ns - place->time_ns[(row - 1) % GW_PLACE_ROWS];
    *time_ns -= (int64_t)((double)took_ns * (after_m - along_m) / (after_m - before_m));
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

/* It began before the readings that are kept one by one. */
static bool is_past(const gw_place *place, int64_t from_ns)
{
    uint64_t oldest = oldest_of(place);
    return oldest > 0 && from_ns < place->time_ns[oldest % GW_PLACE_ROWS];
}

bool gw_place_is_forgotten(const gw_place *place, int64_t time_ns)
{
    return is_past(place, time_ns) && gw_past_is_forgotten(&place->past, time_ns);
}

bool gw_place_has_forgotten(const gw_place *place)
{
    return oldest_of(place) > 0 && place->past.n_steps > GW_PAST_STEPS;
}

double gw_place_height(const gw_place *place, int64_t from_ns, int64_t to_ns)
{
    if (is_past(place, from_ns))
        return gw_past_over(&place->past, from_ns, to_ns).height_m;
    return sums_of(place, place->height_m, from_ns, to_ns).mean;
}

double gw_place_height_most(const gw_place *place, int64_t from_ns, int64_t to_ns)
{
    if (is_past(place, from_ns))
        return gw_past_over(&place->past, from_ns, to_ns).height_most_m;
    return sums_of(place, place->height_m, from_ns, to_ns).most;
}

double gw_place_across(const gw_place *place, int64_t from_ns, int64_t to_ns)
{
    if (is_past(place, from_ns))
        return gw_past_over(&place->past, from_ns, to_ns).cross_m;
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
