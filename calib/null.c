/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/null.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_HOPS = 50 };

/* Coils that warm up change by less than this in a minute; metal that is moved does not. */
static const double change_most = 0.04;
/* rms of one hop, of the imbalance: a 10 mm ball at 0.1 m is a tenth of the balance of usual coils,
 * and must stand out by 10. */
static const double noise_most = 0.05;

static double magnitude(const double *parts)
{
    return hypot(parts[0], parts[1]);
}

/* Range of the means over half a second, each part; the larger one. */
static double change_of(const gw_series *series, size_t tone)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (size_t from = 0; from + BLOCK_HOPS <= series->n_hops; from += BLOCK_HOPS)
        for (int part = 0; part < 2; part++) {
            double mean = 0;
            for (size_t h = from; h < from + BLOCK_HOPS; h++)
                mean += gw_series_at(series, h, tone)[part] / BLOCK_HOPS;
            low[part] = fmin(low[part], mean);
            high[part] = fmax(high[part], mean);
        }
    return fmax(high[0] - low[0], high[1] - low[1]);
}

static gw_status tone_judge(const gw_calibration_null *null, size_t tone, double change,
                            const char *name, gw_error *error)
{
    double size = magnitude(null->imbalance[tone]), noise = null->noise[tone];
    if (noise > noise_most * size)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %g Hz: the noise (%.2g) is %.0f %% of the imbalance (at most %.0f "
                            "%%): is another detector or a power line near?",
                            name, null->tones_hz[tone], noise, 100 * noise / size,
                            100 * noise_most);
    if (change > change_most * size + 8 * noise / sqrt(BLOCK_HOPS / 2.0))
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %g Hz: the response changed by %.1f %% of the imbalance: the head "
                            "moved, or metal came near",
                            name, null->tones_hz[tone], 100 * change / size);
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
        double n = (double)series->n_hops, change = change_of(series, k);
        for (size_t h = 0; h < series->n_hops; h++)
            for (int part = 0; part < 2; part++)
                out->imbalance[k][part] += gw_series_at(series, h, k)[part] / n;
        out->noise[k] = gw_series_noise(series, k, work);
        out->imbalance_sd[k] = hypot(out->noise[k] / sqrt(n / 2), change / sqrt(12));
        status = tone_judge(out, k, change, name, error);
    }
    free(work);
    return status;
}
