/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/reference.h"

#include <math.h>

#include "dsp/footprint.h"
#include "dsp/loop_field.h"
#include "dsp/sphere.h"

static const double from_m = 0.03, step_m = 0.005, cell_m = 0.01;
static const double radius_usual_m = 0.125, receive_over_transmit = 0.8; /* of dsp/footprint.c */
static const double lost = 0.42;
static const double quantile = -1.2815515655446004; /* of 0.1 */

static const double freedom = 1.5; /* of dsp/md_score.c */
static const double ball_radius_m = 0.005, ball_mu_r = 100, ball_sigma_s_m = 4.5e6;
/* Of the mine: strength, what stays when nothing changes, relaxations and their parts. */
static const double at_m3 = 2.2e-4, at_still = -0.2, at_hz[2] = {120, 700}, at_part[2] = {0.6, 0.4};

phasor gw_reference_at(double hz)
{
    phasor sum = at_still;
    for (int k = 0; k < 2; k++) {
        phasor ratio = phasor_of(0, hz / at_hz[k]);
        sum += at_part[k] * ratio / (1 + ratio);
    }
    return -at_m3 * sum / gw_sphere_response(ball_radius_m, ball_mu_r, ball_sigma_s_m, hz);
}

static double product(double radius_m, double rho_m, double z_m)
{
    gw_loop_field sent = gw_loop_field_at(radius_m, rho_m, z_m);
    gw_loop_field felt = gw_loop_field_at(receive_over_transmit * radius_m, rho_m, z_m);
    return sent.radial * felt.radial + sent.axial * felt.axial;
}

/* 0.1 quantile of a noncentral chi-square. */
static double quantile_of(double n, double lambda)
{
    double scale = (n + 2 * lambda) / (n + lambda);
    double f = (n + lambda) * (n + lambda) / (n + 2 * lambda), part = 2 / (9 * f);
    double root = fmax(1 - part + quantile * sqrt(part), 0);
    return scale * f * root * root * root;
}

double gw_reference_lambda(size_t n_columns, double score)
{
    double n = (double)n_columns, low = 0, high = 1;
    while (quantile_of(n, high) < n * score)
        high *= 2;
    for (int k = 0; k < 60; k++) {
        double middle = 0.5 * (low + high);
        if (quantile_of(n, middle) < n * score)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void gw_reference_make(gw_reference *reference, const gw_reference_config *config)
{
    double radius_m = config->coil_radius_m > 0 ? config->coil_radius_m : radius_usual_m;
    double unit = product(radius_m, 0, config->ball_m);
    gw_footprint footprint;
    gw_footprint_make(&footprint, config->coil_radius_m);
    for (size_t s = 0; s < GW_REFERENCE_STEPS; s++) {
        double z_m = from_m + (double)s * step_m, sum = 0;
        for (int k = -GW_FOOTPRINT_HALF; k <= GW_FOOTPRINT_HALF; k++)
            sum +=
                footprint.matched[k + GW_FOOTPRINT_HALF] * product(radius_m, fabs(k * cell_m), z_m);
        reference->gain[s] = lost * sum / unit;
    }
    double root = sqrt(freedom * config->score_spectra) - quantile;
    reference->lambda = gw_reference_lambda(config->n_columns, config->score);
    reference->lambda_spectra = root * root;
}

double gw_reference_coil_m(const gw_reference *reference, double energy, bool has_spectra)
{
    double lambda = has_spectra ? reference->lambda_spectra : reference->lambda;
    double least = sqrt(lambda / fmax(energy, 1e-300));
    size_t s = GW_REFERENCE_STEPS;
    while (s > 0 && reference->gain[s - 1] < least)
        s--;
    if (s == 0)
        return 0;
    double at_m = from_m + (double)(s - 1) * step_m;
    if (s == GW_REFERENCE_STEPS)
        return at_m;
    const double *gain = reference->gain + s - 1; /* about a power law between two steps */
    return at_m + step_m * log(gain[0] / least) / log(gain[0] / gain[1]);
}
