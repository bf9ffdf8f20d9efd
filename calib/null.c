/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/null.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_HOPS = 50 };

/* Coils that warm up change by less than this in a minute, and smoothly; when metal is moved they
 * do not: the ball at 0.1 m gives 1 % and more. */
static const double drift_most = 0.04, crooked_most = 0.004;
/* rms of one hop, of the imbalance: a 10 mm ball at 0.1 m is a tenth of the balance of usual coils,
 * and must stand out by 10. */
static const double noise_most = 0.05;

static double magnitude(const double *parts)
{
    return hypot(parts[0], parts[1]);
}

/* The means over half a second: their range, and that about a straight line; of the worse part. */
typedef struct change {
    double whole, crooked;
} change;

static double block_mean(const gw_series *series, size_t block, size_t tone, int part)
{
    double mean = 0;
    for (size_t h = block * BLOCK_HOPS; h < (block + 1) * BLOCK_HOPS; h++)
        mean += gw_series_at(series, h, tone)[part] / BLOCK_HOPS;
    return mean;
}

static double slope_of(const gw_series *series, size_t tone, int part)
{
    double n = (double)(series->n_hops / BLOCK_HOPS), sum = 0;
    for (size_t b = 0; b < series->n_hops / BLOCK_HOPS; b++)
        sum += ((double)b - (n - 1) / 2) * block_mean(series, b, tone, part);
    return sum * 12 / (n * (n * n - 1));
}

static change change_of(const gw_series *series, size_t tone)
{
    change worst = {0, 0};
    for (int part = 0; part < 2; part++) {
        double slope = slope_of(series, tone, part), low[2], high[2];
        low[0] = low[1] = (double)INFINITY;
        high[0] = high[1] = -(double)INFINITY;
        for (size_t b = 0; b < series->n_hops / BLOCK_HOPS; b++) {
            const double mean = block_mean(series, b, tone, part);
            const double means[2] = {mean, mean - slope * (double)b};
            for (int k = 0; k < 2; k++) {
                low[k] = fmin(low[k], means[k]);
                high[k] = fmax(high[k], means[k]);
            }
        }
        worst.whole = fmax(worst.whole, high[0] - low[0]);
        worst.crooked = fmax(worst.crooked, high[1] - low[1]);
    }
    return worst;
}

static gw_status tone_judge(const gw_calibration_null *null, size_t tone, const change *by,
                            const char *name, gw_error *error)
{
    double size = magnitude(null->imbalance[tone]), noise = null->noise[tone];
    if (noise > noise_most * size)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %g Hz: the noise (%.2g) is %.0f %% of the imbalance (at most %.0f "
                            "%%): is another detector or a power line near?",
                            name, null->tones_hz[tone], noise, 100 * noise / size,
                            100 * noise_most);
    double still = 10 * noise / sqrt(BLOCK_HOPS / 2.0);
    if (by->whole > drift_most * size + still || by->crooked > crooked_most * size + still)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %g Hz: the response changed by %.1f %% of the imbalance (%.1f %% "
                            "about a straight line): the head moved, or metal came near",
                            name, null->tones_hz[tone], 100 * by->whole / size,
                            100 * by->crooked / size);
    return GW_OK;
}

gw_status gw_null_fit(const gw_series *series, const char *name, gw_calibration_null *out,
                      gw_error *error)
{
    double *work = malloc(2 * series->n_hops * sizeof *work);
    gw_status status = GW_OK;
    memset(out, 0, sizeof *out);
    out->n_hops = series->n_hops;
    out->n_tones = series->n_tones;
    memcpy(out->tones_hz, series->tones_hz, sizeof out->tones_hz);
    if (!work)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", name);
    for (size_t k = 0; k < series->n_tones && status == GW_OK; k++) {
        double n = (double)series->n_hops;
        const change by = change_of(series, k);
        for (size_t h = 0; h < series->n_hops; h++)
            for (int part = 0; part < 2; part++)
                out->imbalance[k][part] += gw_series_at(series, h, k)[part] / n;
        out->noise[k] = gw_series_noise(series, k, work);
        out->imbalance_sd[k] = hypot(out->noise[k] / sqrt(n / 2), by.whole / sqrt(12));
        status = tone_judge(out, k, &by, name, error);
    }
    free(work);
    return status;
}
