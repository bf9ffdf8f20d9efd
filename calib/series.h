/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/series.h -- responses of a metal detector's tones over time, one a hop (dsp/front.h).
 */
#ifndef GW_CALIB_SERIES_H
#define GW_CALIB_SERIES_H

#include "calib/take.h"

typedef struct gw_series {
    size_t n_tones, n_hops;
    double hop_s, tones_hz[GW_TONES_MAX];
    double *values; /* [n_hops][n_tones][2] real, imaginary */
} gw_series;

/* GW_EFORMAT: rows are missing, no tones, too few hops; GW_ENOMEM. destroy it in every case. */
gw_status gw_series_make(const gw_take *take, gw_series *out, gw_error *error);
void gw_series_destroy(gw_series *series);

static inline const double *gw_series_at(const gw_series *series, size_t hop, size_t tone)
{
    return series->values + 2 * (hop * series->n_tones + tone);
}

/* rms of one hop about its slow change, each part of a tone: 1.4826 median |x_k - x_(k-2)| / sqrt
 * 2, for hops overlap by half. work: [2 n_hops]. */
double gw_series_noise(const gw_series *series, size_t tone, double *work);

/* Median of n values, which are put in order. */
double gw_median(double *values, size_t n);

#endif
