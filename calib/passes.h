/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/passes.h -- passes of the head over one piece of metal: its response per tone, in each.
 *
 *     d[t] = response - baseline,  m[t] = sqrt(sum over tones |d|^2 / noise^2)
 *     response of a pass and tone = sum d[t] s[t] / sum s[t]^2,  s = m / its height, about the peak
 *
 * The baseline is a running median, then the mean beside the pass. Only passes that come within
 * a fifth of the strongest count.
 */
#ifndef GW_CALIB_PASSES_H
#define GW_CALIB_PASSES_H

#include "calib/series.h"

enum { GW_PASSES_MAX = 64 };

typedef struct gw_passes {
    size_t n, n_seen, n_tones; /* n: that count */
    size_t hops[GW_PASSES_MAX];
    double strength; /* m of the strongest */
    double baseline[GW_TONES_MAX][2];
    double responses[GW_PASSES_MAX][GW_TONES_MAX][2];
    double mean[GW_TONES_MAX][2];
    double spread[GW_TONES_MAX];     /* rms of the passes about their mean, of |mean| */
    double spread_deg[GW_TONES_MAX]; /* the same of their phase */
} gw_passes;

/* noise: [n_tones] rms of a hop, each part. GW_EFORMAT: nothing was seen, or fewer than `least`
 * passes count, or they differ by more than 10 %; GW_ENOMEM. */
gw_status gw_passes_find(const gw_series *series, const double *noise, size_t least, gw_passes *out,
                         gw_error *error);

#endif
