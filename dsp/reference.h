/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/reference.h -- how deep a 10 mm steel ball, or the steel of an anti-vehicle mine, under the
 * middle of the coils would be found with a probability of 0.9, from the noise and the ground at
 * this place.
 *
 *     lambda = | W u |^2 (lost A(z) m(z))^2,   A(z) = (h_T . h_R)(z) / (h_T . h_R)(z_ball)
 *     P(chi^2_n(lambda) >= n s) = 0.9;   of spectra   sqrt(lambda) = sqrt(1.5 s) + 1.2816
 *
 * u is the calibrated response 1 of every tone in units of the noise, of the mine what it gives of
 * that at each tone, W the whitening by the ground, and where the score is that of a spectrum
 * (dsp/md_window.h) the part along the one that explains most, m the matched filter's answer to the
 * shape of the response along the lane, z_ball the distance at which the ball was calibrated, s the
 * score of an alarm, n the number of columns.
 *
 * Accuracy: `lost` is what the line through the ground, the steps of 1 cm and the neighbours cost;
 *           one number, from simulated ground (docs/numerics.md); under fewer than six tones a
 *           ball loses less, 1.45 times as much of its energy is left (dsp/md.c).
 * Source:   noncentral chi-square as a scaled central one [Patnaik1949], its quantile [Wilson1931].
 */
#ifndef GW_DSP_REFERENCE_H
#define GW_DSP_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/phasor.h"

enum { GW_REFERENCE_STEPS = 121 };

typedef struct gw_reference {
    double gain[GW_REFERENCE_STEPS]; /* lost A m, from 0.03 m under the coils on, each 5 mm */
    double lambda, lambda_spectra;
} gw_reference;

typedef struct gw_reference_config {
    double coil_radius_m; /* 0 unknown */
    double ball_m;        /* z_ball, > 0 */
    size_t n_columns;
    double score, score_spectra; /* s */
} gw_reference_config;

void gw_reference_make(gw_reference *reference, const gw_reference_config *config);

/* Distance of its centre from the coils, m, for energy = | W u |^2; 0: not even at 0.03 m. At most
 * 0.63 m. */
double gw_reference_coil_m(const gw_reference *reference, double energy, bool has_spectra);

/* What an anti-vehicle mine of steel, 320 x 102 mm, gives over what the ball gives at the same
 * distance, as the dipole of scenes (TM-62M; docs/scenes.md): nothing measured is behind it. */
phasor gw_reference_at(double hz);

/* lambda of the equation above, for tests. */
double gw_reference_lambda(size_t n_columns, double score);

#endif
