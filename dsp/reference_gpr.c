/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/reference_gpr.h"

#include <math.h>

#include "dsp/likeness.h"
#include "dsp/reference_fitted.h"

/* Products come last: what they are of is held to its range, and they are not. */
enum { REFLECTED, LOG, FALL, FLOOR, FLOOR_NEAR, CENTRE, SQUARE, PRODUCT };

static const double light_m_per_ns = 0.299792458, case_index = 1.7320508; /* permittivity 3 */
static const double from_m = 0.03, step_m = 0.005, antenna_m = 0.05, near_m = 0.05;
static const double slope_from_m = 0.04, slope_to_m = 0.25;
static const double top_lag = 0.46; /* periods from the strongest to the ground (dsp/gpr.c) */
static const double reflected_least = 1e-3, usual_hz = 1.5e9;
/* Log of score that bodies laid at what was told reach beyond it (docs/numerics.md). */
static const double beyond[GW_NAMED_COUNT] = {
    [GW_NAMED_PLASTIC_112] = 0.5, [GW_NAMED_AT_320] = 0.3};
static const double alike = 1e-4; /* of models of the likeness */

double gw_reference_gpr_depth_m(size_t step)
{
    return from_m + (double)step * step_m;
}

static double speed_of(const gw_reference_gpr_config *config, size_t speed)
{
    static const double sds[GW_REFERENCE_SPEEDS] = {0, -1, 1};
    return config->speed_m_per_ns + sds[speed] * config->speed_sd_m_per_ns;
}

static double bin_of(const gw_reference_gpr_config *config, double depth_m, double m_per_ns)
{
    double samples = 2 * depth_m / m_per_ns * 1e-9 * config->sample_rate_hz;
    return (top_lag * config->period_samples + samples - config->first_samples) /
           config->step_samples;
}

static size_t bin_within(const gw_reference_gpr *reference, double bin)
{
    return (size_t)fmin(fmax(bin, 0), (double)reference->config.n_bins);
}

static void fixed_make(gw_reference_gpr *reference, size_t speed)
{
    double m_per_ns = speed_of(&reference->config, speed), n = light_m_per_ns / m_per_ns;
    double face = fabs(n - case_index) / (n + case_index), surface = (1 - n) / (1 + n);
    double let_db = 20 * log10(fmax(1 - surface * surface, reflected_least));
    reference->reflected_db[speed][GW_NAMED_PLASTIC_112] =
        20 * log10(face + reflected_least) + let_db;
    reference->reflected_db[speed][GW_NAMED_AT_320] = let_db; /* steel sends back all */
    for (size_t s = 0; s < GW_REFERENCE_DEPTHS; s++) {
        double depth_m = gw_reference_gpr_depth_m(s);
        reference->at[speed][s] = bin_of(&reference->config, depth_m, m_per_ns);
        reference->log_m[s] = log10(depth_m + antenna_m);
    }
}

void gw_reference_gpr_make(gw_reference_gpr *reference, const gw_reference_gpr_config *config)
{
    *reference = (gw_reference_gpr){.config = *config, .untold = GW_UNTOLD_LEARNING};
    reference->is_of_another = !(fabs(gw_likeness_print() - fitted_likeness) < alike);
    if (!(config->speed_m_per_ns > 0))
        reference->untold = GW_UNTOLD_SPEED;
    else if (!config->is_fitted || !config->n_bins || config->n_bins > GW_REFERENCE_BINS)
        reference->untold = GW_UNTOLD_WAVEFORM;
    if (reference->untold != GW_UNTOLD_LEARNING)
        return;
    for (size_t speed = 0; speed < GW_REFERENCE_SPEEDS; speed++)
        fixed_make(reference, speed);
    double m_per_ns = config->speed_m_per_ns;
    reference->log_centre = log(config->sample_rate_hz / config->period_samples / usual_hz);
    reference->slope_from = bin_within(reference, bin_of(config, slope_from_m, m_per_ns));
    reference->slope_to = bin_within(reference, bin_of(config, slope_to_m, m_per_ns));
    if (reference->slope_to < reference->slope_from + 3)
        reference->untold = GW_UNTOLD_WAVEFORM;
}

/* Least squares over the bins. */
static double fall_of(const gw_reference_gpr *reference)
{
    double from = (double)reference->slope_from, to = (double)reference->slope_to;
    double middle = 0.5 * (from + to - 1), moment = 0, square = 0;
    for (size_t b = reference->slope_from; b < reference->slope_to; b++) {
        moment += ((double)b - middle) * reference->floor_db[b];
        square += ((double)b - middle) * ((double)b - middle);
    }
    return moment / square;
}

void gw_reference_gpr_push(gw_reference_gpr *reference, const float *levels, double direct)
{
    if (reference->untold != GW_UNTOLD_LEARNING && reference->untold != GW_UNTOLD_NOT)
        return;
    reference->untold = GW_UNTOLD_NOT;
    reference->n_rows += reference->n_rows < reference->config.rows;
    float part = 1 / (float)reference->n_rows, scale = (float)(1 / (direct + 1e-9));
    for (size_t b = 0; b < reference->config.n_bins; b++) {
        reference->mean[b] += part * (levels[b] * scale - reference->mean[b]);
        reference->floor_db[b] = 10 * log10((double)reference->mean[b] + 1e-15);
    }
    reference->fall = fall_of(reference);
}

static bool floor_look(const gw_reference_gpr *reference, double bin, double *floor_db)
{
    if (!(bin >= 0) || bin + 1 >= (double)reference->config.n_bins)
        return false;
    size_t k = (size_t)bin;
    double part = bin - (double)k;
    *floor_db = (1 - part) * reference->floor_db[k] + part * reference->floor_db[k + 1];
    return true;
}

bool gw_reference_gpr_features(const gw_reference_gpr *reference, gw_named body, size_t speed,
                               size_t step, double x[GW_REFERENCE_FEATURES])
{
    double at = reference->at[speed][step];
    size_t near = (size_t)((near_m - from_m) / step_m + 0.5);
    x[REFLECTED] = reference->reflected_db[speed][body];
    x[LOG] = reference->log_m[step];
    x[CENTRE] = reference->log_centre;
    x[FALL] = reference->fall * (at - reference->at[speed][0]);
    bool is_there = floor_look(reference, at, &x[FLOOR]) &&
                    floor_look(reference, reference->at[speed][near], &x[FLOOR_NEAR]);
    x[SQUARE] = x[LOG] * x[LOG];
    x[PRODUCT] = is_there ? x[REFLECTED] * x[FLOOR] : 0;
    return is_there;
}

static bool is_within(const reference_body *body, const double x[GW_REFERENCE_FEATURES])
{
    bool is_within = true;
    for (size_t k = 0; k < SQUARE; k++)
        is_within &= k == LOG || (x[k] >= body->least[k] && x[k] <= body->most[k]);
    return is_within;
}

static double quantile_of(gw_named named, const double x[GW_REFERENCE_FEATURES])
{
    const reference_body *body = &fitted[named];
    double sum = body->bias + beyond[named];
    for (size_t k = 0; k < GW_REFERENCE_FEATURES; k++)
        sum += body->weights[k] * x[k];
    return sum;
}

static bool is_seen(const reference_body *body, const double x[GW_REFERENCE_FEATURES])
{
    return x[LOG] <= body->most[LOG];
}

/* Down to where it is not an alarm any more; NAN: the ground there is unlike all that was seen. */
static double depth_seek(const gw_reference_gpr *reference, gw_named named, size_t speed,
                         double least)
{
    double x[GW_REFERENCE_FEATURES], over = 0, before = 0, depth_m = 0;
    for (size_t s = 0; s < GW_REFERENCE_DEPTHS; s++, before = over) {
        if (!gw_reference_gpr_features(reference, named, speed, s, x) ||
            !is_seen(&fitted[named], x))
            return s ? depth_m : (double)NAN;
        if (!is_within(&fitted[named], x))
            return (double)NAN;
        over = quantile_of(named, x) - least;
        if (over < 0)
            return s ? depth_m + step_m * before / (before - over) : 0;
        depth_m = gw_reference_gpr_depth_m(s);
    }
    return depth_m;
}

gw_reference_depth gw_reference_gpr_tell(const gw_reference_gpr *reference, gw_named body,
                                         double score)
{
    gw_reference_depth told = {(double)NAN, (double)NAN};
    if (reference->untold != GW_UNTOLD_NOT || reference->is_of_another)
        return told;
    double least = log(score), slow_m, fast_m;
    told.depth_m = depth_seek(reference, body, 0, least);
    slow_m = depth_seek(reference, body, 1, least);
    fast_m = depth_seek(reference, body, 2, least);
    if (isfinite(told.depth_m) && isfinite(slow_m) && isfinite(fast_m))
        told.sd_m = 0.5 * fabs(slow_m - fast_m);
    return told;
}
