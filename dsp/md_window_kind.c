/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/md_window_impl.h"
#include "dsp/sphere.h"

static const double ground_strong = 30; /* times the noise: enough to be a measure */
static const double out_most = 0.01;    /* of the ground's variance of 1: it is taken out */

/* Susceptibility of viscous ground falls by v over a factor of e, 2 to 16 % a decade:
 * (1 - v ln(f / 10 kHz)) - j v pi / 2. Which it is nobody knows. */
static const double viscous[GW_MD_KIND_RECEIVERS] = {0.01, 0.025, 0.045, 0.07};
static const double middle_hz = 10e3;

static phasor ground_at(double v, double hz)
{
    return phasor_of(1 - v * log(hz / middle_hz), -v * M_PI / 2);
}

static bool receivers_of_ground(const gw_md_window *window, const double *tones_hz,
                                phasor receivers[][GW_TONES_MAX])
{
    if (window->ground_variance < ground_strong)
        return false;
    for (size_t r = 0; r < GW_MD_KIND_RECEIVERS; r++)
        for (size_t k = 0; k < window->n_tones; k++)
            receivers[r][k] = phasor_of(window->ground[k], window->ground[k + window->n_tones]) /
                              ground_at(viscous[r], tones_hz[k]);
    return true;
}

/* Where the chain takes the ground's direction out, what lies along it still tells of an object
 * that is stronger than the ground. */
static gw_md_hearing hearing_make(const gw_md_window *window)
{
    double white[WINDOW_COLUMNS_MAX], left = 0;
    gw_scatter_whiten(window->scatter, window->ground, white);
    for (size_t c = 0; c < window->n_columns; c++)
        left += white[c] * white[c];
    bool is_out = window->ground_variance > 0 && left * window->ground_variance < out_most;
    return (gw_md_hearing){.scatter = window->scatter,
                           .ground = is_out ? window->ground : NULL,
                           .ground_sd = sqrt(window->ground_variance)};
}

gw_md_kind gw_md_window_kind(const gw_md_window *window, gw_md_kinds *kinds, bool is_in_balls,
                             const double *tones_hz, const gw_md_target *target)
{
    phasor receivers[GW_MD_KIND_RECEIVERS][GW_TONES_MAX];
    size_t n_receivers = is_in_balls ? 1 : GW_MD_KIND_RECEIVERS;
    if (is_in_balls)
        for (size_t k = 0; k < window->n_tones; k++)
            receivers[0][k] =
                1e-6 / gw_sphere_response(0.005, 100, 4.5e6, tones_hz[k]) / window->sigma[k];
    else if (!receivers_of_ground(window, tones_hz, receivers))
        return (gw_md_kind){.ferrous_probability = (double)NAN, .relaxation_s = (double)NAN};
    const gw_md_hearing hearing = hearing_make(window);
    return gw_md_kinds_judge(kinds, &hearing, n_receivers, receivers, target->heard);
}
