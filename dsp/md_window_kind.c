/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/md_window_impl.h"
#include "dsp/sphere.h"

static const double ground_strong = 30; /* times the noise: enough to be a measure */

static bool receiver_of_ground(const gw_md_window *window, const double *tones_hz, phasor *receiver)
{
    if (window->ground_variance < ground_strong)
        return false;
    for (size_t k = 0; k < window->n_tones; k++)
        receiver[k] = phasor_of(window->ground[k], window->ground[k + window->n_tones]) /
                      structure_ground(tones_hz[k]);
    return true;
}

gw_md_kind gw_md_window_kind(const gw_md_window *window, gw_md_kinds *kinds, bool is_in_balls,
                             const double *tones_hz, const gw_md_target *target)
{
    phasor receiver[GW_TONES_MAX];
    if (is_in_balls)
        for (size_t k = 0; k < window->n_tones; k++)
            receiver[k] =
                1e-6 / gw_sphere_response(0.005, 100, 4.5e6, tones_hz[k]) / window->sigma[k];
    else if (!receiver_of_ground(window, tones_hz, receiver))
        return (gw_md_kind){.ferrous_probability = (double)NAN, .relaxation_s = (double)NAN};
    return gw_md_kinds_judge(kinds, window->scatter, receiver, target->white);
}
