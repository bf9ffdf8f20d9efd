/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/peak.h"

#include <stdlib.h>

enum { REACH_MAX = 1024 };

struct gw_peak {
    size_t reach, n_rows;
    uint64_t n_pushed, n_popped;
    bool is_ended;
    float scores[]; /* [n_rows] */
};

gw_status gw_peak_create(size_t reach, gw_peak **out)
{
    *out = NULL;
    if (!reach || reach > REACH_MAX)
        return GW_EINVAL;
    gw_peak *peak = calloc(1, sizeof *peak + (2 * reach + 1) * sizeof(float));
    if (!peak)
        return GW_ENOMEM;
    peak->reach = reach;
    peak->n_rows = 2 * reach + 1;
    *out = peak;
    return GW_OK;
}

void gw_peak_push(gw_peak *peak, float score)
{
    peak->scores[peak->n_pushed++ % peak->n_rows] = score;
}

static bool is_peak(const gw_peak *peak, uint64_t k)
{
    float at = peak->scores[k % peak->n_rows];
    uint64_t from = k > peak->reach ? k - peak->reach : 0;
    uint64_t to = k + peak->reach < peak->n_pushed ? k + peak->reach : peak->n_pushed - 1;
    for (uint64_t j = from; j < k; j++)
        if (peak->scores[j % peak->n_rows] >= at)
            return false;
    for (uint64_t j = k + 1; j <= to; j++)
        if (peak->scores[j % peak->n_rows] > at)
            return false;
    return at > 0;
}

bool gw_peak_pop(gw_peak *peak, uint64_t *row, float *score)
{
    while (peak->n_popped < peak->n_pushed &&
           (peak->is_ended || peak->n_popped + peak->reach < peak->n_pushed)) {
        uint64_t k = peak->n_popped++;
        if (is_peak(peak, k)) {
            *row = k;
            *score = peak->scores[k % peak->n_rows];
            return true;
        }
    }
    return false;
}

uint64_t gw_peak_done(const gw_peak *peak)
{
    return peak->n_popped;
}

void gw_peak_finish(gw_peak *peak)
{
    peak->is_ended = true;
}

void gw_peak_reset(gw_peak *peak)
{
    peak->n_pushed = peak->n_popped = 0;
    peak->is_ended = false;
}

void gw_peak_destroy(gw_peak *peak)
{
    free(peak);
}
