/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/trouble.h"

#include <math.h>

enum { FIRST_HOPS = 50, RUN_LEAST = 2, PART = 100, PILE = 16, PILE_LEAST = 6, PILE_TIMES = 3 };

static const double lost_ratio = 0.1, lost_beside = 10, drift = 0.05;
static const double least_counts = 64; /* smaller peaks are flat by rounding */

unsigned gw_current_judge(gw_current *state, const double *current, const double *beside)
{
    size_t n_lost = 0, n_off = 0;
    bool is_first = state->n_first < FIRST_HOPS;
    for (size_t k = 0; k < state->n_tones; k++) {
        double first = is_first ? 0 : state->first[k];
        bool is_lost =
            !(current[k] > lost_beside * beside[k]) || !(current[k] > lost_ratio * first);
        n_lost += is_lost;
        n_off += !is_first && !is_lost && fabs(current[k] / first - 1) >= drift;
    }
    if (is_first && n_lost == 0) {
        state->n_first++;
        for (size_t k = 0; k < state->n_tones; k++) {
            state->first[k] += current[k];
            if (state->n_first == FIRST_HOPS)
                state->first[k] /= FIRST_HOPS;
        }
    }
    return (n_lost ? GW_TROUBLE_TONE_LOST : 0u) |
           (n_lost == state->n_tones ? GW_TROUBLE_REFERENCE_LOST : 0u) |
           (n_off ? GW_TROUBLE_REFERENCE_DRIFTS : 0u);
}

/* Samples at the extreme value, the longest run of them, and samples less than PILE counts from it.
 * Of a round top there are the fewer the nearer to it; a flat one is a pile at its very value,
 * however rarely it is reached. */
static bool is_flat(const float *samples, size_t n, float extreme)
{
    size_t n_equal = 0, n_near = 0, run = 0, longest = 0;
    for (size_t k = 0; k < n; k++) {
        run = samples[k] == extreme ? run + 1 : 0;
        n_equal += run > 0;
        n_near += run == 0 && fabsf(samples[k] - extreme) < (float)PILE;
        longest = run > longest ? run : longest;
    }
    bool is_pile = n_equal >= PILE_LEAST && n_equal >= PILE_TIMES * n_near;
    return longest >= RUN_LEAST && (n_equal * PART >= n || is_pile);
}

bool gw_samples_are_clipped(const float *samples, size_t n)
{
    float high = samples[0], low = samples[0];
    for (size_t k = 1; k < n; k++) {
        high = samples[k] > high ? samples[k] : high;
        low = samples[k] < low ? samples[k] : low;
    }
    return (double)(high - low) > 2 * least_counts &&
           (is_flat(samples, n, high) || is_flat(samples, n, low));
}
