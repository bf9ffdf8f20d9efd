/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/stand.h"

#include <math.h>
#include <string.h>

static const double same_m = 0.0015; /* places come in whole millimetres */
static const int64_t stands_ns = 5000000000, first_ns = 1000000000;
static const double moved_part = 0.4;
static const double recent_part = 0.02; /* of a hop of about 10 ms, in half a second */

void gw_stand_reset(gw_stand *stand)
{
    memset(stand, 0, sizeof *stand);
}

static bool has_stood(const gw_stand *stand)
{
    return stand->has_place && stand->last_ns - stand->since_ns >= stands_ns;
}

static double change(double (*a)[2], double (*b)[2], size_t n_tones)
{
    double sum = 0;
    for (size_t k = 0; k < n_tones; k++)
        for (size_t part = 0; part < 2; part++)
            sum += (a[k][part] - b[k][part]) * (a[k][part] - b[k][part]);
    return sum;
}

/* How fast the response changes, looked at once a second from the end of the first one on. */
static void change_mark(gw_stand *stand, size_t n_tones, int64_t time_ns)
{
    if (time_ns - stand->marked_ns < first_ns)
        return;
    if (stand->marked_ns > stand->since_ns)
        stand->fastest = fmax(stand->fastest, change(stand->recent, stand->marked, n_tones));
    memcpy(stand->marked, stand->recent, sizeof stand->marked);
    stand->marked_ns = time_ns;
}

/* The head is elsewhere: what changed slowly where it stood was drift. */
static void place_leave(gw_stand *stand, size_t n_tones)
{
    if (!has_stood(stand))
        return;
    stand->stood_s += (double)(stand->last_ns - stand->since_ns) * 1e-9;
    stand->fastest = fmax(stand->fastest, change(stand->recent, stand->marked, n_tones));
    if (stand->fastest > moved_part * moved_part * change(stand->recent, stand->first, n_tones))
        return;
    for (size_t k = 0; k < n_tones; k++)
        for (size_t part = 0; part < 2; part++)
            stand->offset[k][part] += stand->recent[k][part] - stand->first[k][part];
}

/* The means, both without the offset. */
static void means_take(gw_stand *stand, const gw_complex *response, size_t n_tones, bool is_first)
{
    stand->n_first += is_first;
    double part = is_first ? 1 / (double)stand->n_first : recent_part;
    for (size_t k = 0; k < n_tones; k++) {
        const double value[2] = {(double)response[k].re - stand->offset[k][0],
                                 (double)response[k].im - stand->offset[k][1]};
        for (size_t i = 0; i < 2; i++) {
            stand->recent[k][i] += part * (value[i] - stand->recent[k][i]);
            if (is_first)
                stand->first[k][i] = stand->recent[k][i];
        }
    }
}

bool gw_stand_process(gw_stand *stand, gw_complex *response, size_t n_tones, double along_m,
                      int64_t time_ns)
{
    if (!stand->has_place || fabs(along_m - stand->along_m) > same_m) {
        place_leave(stand, n_tones);
        stand->has_place = true;
        stand->along_m = along_m;
        stand->since_ns = stand->marked_ns = time_ns;
        stand->n_first = 0;
        stand->fastest = 0;
    }
    stand->last_ns = time_ns;
    means_take(stand, response, n_tones, time_ns - stand->since_ns <= first_ns);
    change_mark(stand, n_tones, time_ns);
    for (size_t k = 0; k < n_tones; k++) {
        response[k].re -= (float)stand->offset[k][0];
        response[k].im -= (float)stand->offset[k][1];
    }
    return time_ns - stand->since_ns > first_ns;
}
