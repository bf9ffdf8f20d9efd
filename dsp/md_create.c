/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/far.h"
#include "dsp/md.h"
#include "dsp/md_impl.h"

static const double told_hz = 10e3;
static const double alike = 1.3; /* overlapping hops repeat each other's noise: 1 + 2 / 6 */

/* One tone for all candidates, so that they compare: the one nearest to 10 kHz. */
static void tone_choose(gw_md *md)
{
    const double *tones_hz = md->config.tones_hz;
    for (size_t k = 1; k < md->config.n_tones; k++)
        if (fabs(log(tones_hz[k] / told_hz)) < fabs(log(tones_hz[md->tone] / told_hz)))
            md->tone = k;
    md->tone_hz = tones_hz[md->tone];
}

static bool balance_fits(const gw_md_config *config)
{
    size_t n_phases = config->balance.n_phases, n_tones = config->n_tones;
    if (config->balance.mode == GW_BALANCE_ONE_SHOT)
        return config->ground && config->ground->n_tones == n_tones;
    if (config->balance.mode == GW_BALANCE_MANUAL)
        return config->tones_hz[0] > 0 && (n_phases == 1 || n_phases == n_tones);
    return config->balance.mode == GW_BALANCE_TRACKING;
}

/* far_per_m falls with the score. */
double md_score_least(const gw_md *md, bool has_spectra)
{
    double low = 1e-3, high = 1e6;
    for (int k = 0; k < 100; k++) {
        double middle = sqrt(low * high);
        if (gw_far_md(middle, has_spectra) * md->far_scale > md->config.far_per_m)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void reference_make(gw_md *md)
{
    const gw_reference_config config = {.coil_radius_m = md->config.coil_radius_m,
                                        .ball_m = md->config.ball_m,
                                        .n_columns = 2 * md->config.n_tones,
                                        .score = md_score_least(md, false),
                                        .score_spectra = md_score_least(md, true)};
    md->ball_coil_m = md->at_coil_m = (double)NAN;
    md->has_reference = md->config.is_in_balls && md->config.ball_m > 0;
    if (!md->has_reference)
        return;
    gw_reference_make(&md->reference, &config);
    for (size_t k = 0; k < md->config.n_tones; k++) {
        phasor at = md->tones_hz[0] > 0 ? gw_reference_at(md->tones_hz[k]) : 0;
        md->ball[k] = (gw_complex){1, 0};
        md->at[k] = (gw_complex){(float)creal(at), (float)cimag(at)};
    }
}

void gw_md_destroy(gw_md *md)
{
    if (!md)
        return;
    gw_md_window_destroy(md->window);
    gw_md_kinds_destroy(md->kinds);
    free(md);
}

gw_status gw_md_create(const gw_md_config *config, gw_md **out)
{
    *out = NULL;
    if (!config->n_tones || config->n_tones > GW_TONES_MAX || !balance_fits(config))
        return GW_EINVAL;
    gw_md *md = calloc(1, sizeof *md);
    if (!md)
        return GW_ENOMEM;
    md->config = *config;
    md->far_scale = config->far_scale > 0 ? config->far_scale : 1;
    md->alike = config->alike > 0 ? config->alike : alike;
    tone_choose(md);
    memcpy(md->tones_hz, config->tones_hz, config->n_tones * sizeof *md->tones_hz);
    md->config.tones_hz = md->tones_hz;
    gw_status status =
        gw_md_window_create(config->n_tones, md->tones_hz[0] > 0 ? md->tones_hz : NULL,
                            config->coil_radius_m, &md->window);
    if (status == GW_OK && md->tones_hz[0] > 0) /* decays have none */
        status = gw_md_kinds_create(config->n_tones, md->tones_hz, &md->kinds);
    if (status != GW_OK) {
        gw_md_destroy(md);
        return status;
    }
    reference_make(md);
    gw_md_reset(md);
    gw_md_window_freeze(md->window, &config->balance,
                        config->balance.mode == GW_BALANCE_ONE_SHOT ? config->ground : NULL);
    md->config.ground = NULL; /* the caller's; not kept */
    *out = md;
    return GW_OK;
}
