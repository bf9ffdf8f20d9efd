/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/ball.h"

#include <math.h>
#include <string.h>

enum { PASSES_LEAST = 3 };

static const double degree = 3.141592653589793 / 180;
static const double balance_most = 0.15; /* change of the coils' balance since the null */
static const double tone_least = 8;      /* weakest tone, over the noise of a hop */

static gw_status balance_judge(const gw_calibration_null *null, const gw_passes *passes,
                               gw_error *error)
{
    for (size_t k = 0; k < null->n_tones; k++) {
        double size = hypot(null->imbalance[k][0], null->imbalance[k][1]);
        double change = hypot(passes->baseline[k][0] - null->imbalance[k][0],
                              passes->baseline[k][1] - null->imbalance[k][1]);
        if (change > balance_most * size + 10 * null->noise[k])
            return gw_error_set(error, GW_EFORMAT,
                                "%g Hz: the balance is %.0f %% away from the null's (at most %.0f "
                                "%%): metal near, or do the null again",
                                null->tones_hz[k], 100 * change / size, 100 * balance_most);
    }
    return GW_OK;
}

gw_status gw_ball_fit(const gw_series *series, const gw_calibration_null *null, gw_passes *passes,
                      gw_calibration_ball *out, gw_error *error)
{
    memset(out, 0, sizeof *out);
    if (series->n_tones != null->n_tones)
        return gw_error_set(error, GW_EFORMAT, "%zu tones, the null has %zu: another device",
                            series->n_tones, null->n_tones);
    gw_status status = gw_passes_find(series, null->noise, PASSES_LEAST, passes, error);
    if (status == GW_OK)
        status = balance_judge(null, passes, error);
    out->n_passes = passes->n;
    out->n_tones = series->n_tones;
    for (size_t k = 0; k < series->n_tones && status == GW_OK; k++) {
        double size = hypot(passes->mean[k][0], passes->mean[k][1]), n = (double)passes->n;
        /* about ten hops make a pass */
        double noise = null->noise[k] / size / sqrt(5 * n);
        double spread = fmax(passes->spread[k] / sqrt(n), noise);
        if (size < tone_least * null->noise[k])
            status = gw_error_set(error, GW_EFORMAT,
                                  "%g Hz: the ball is %.1f times the noise, at least %.0f are "
                                  "needed: bring it nearer",
                                  series->tones_hz[k], size / null->noise[k], tone_least);
        out->gain[k] = (gw_measured){1 / size, spread / size};
        out->phase_deg[k] = (gw_measured){-atan2(passes->mean[k][1], passes->mean[k][0]) / degree,
                                          fmax(passes->spread_deg[k] / sqrt(n), noise / degree)};
    }
    return status;
}
