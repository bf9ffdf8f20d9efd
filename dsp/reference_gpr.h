/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/reference_gpr.h -- how deep a body that is named would be an alarm of one radar channel with
 * a probability of 0.9, from the floor that the chain measures here and the wave's speed.
 *
 *     q(d) = b_0 + sum_i b_i x_i(d),  the logarithm of the score that nine such bodies in ten reach
 *     x = g, l, a t(d), f(t(d)), f(t(0.05 m)), log(centre / 1.5 GHz), l^2, g f(t(d)),
 *     g = G(n) + T(n),   l = log10(d + 0.05 m),   n = c / v
 *     depth = the greatest d with q >= log s from 0.03 m to it
 *
 * G is what the body's face reflects and T what the surface lets through twice, dB; f the floor at
 * the body's time over the direct wave, dB, a mean over some metres; a its fall with time, dB a
 * sample, over what is 0.04 to 0.25 m deep: the ground's attenuation as it is seen. s is the least
 * raw score that is an alarm here (dsp/far.h, dsp/usual.h).
 *
 * The b are quantile regressions by calib/fit/reference.py on scenes whose ranges of x are kept
 * beside them (dsp/reference_fitted.h). Beyond these ranges nothing is said.
 *
 * They hold for the likeness that they were fitted to: with another, nothing is said.
 *
 * Cost:    a logarithm a bin and some 500 products a scan.
 */
#ifndef GW_DSP_REFERENCE_GPR_H
#define GW_DSP_REFERENCE_GPR_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/detection.h"

enum { GW_REFERENCE_DEPTHS = 75, GW_REFERENCE_FEATURES = 8, GW_REFERENCE_BINS = 320 };
enum { GW_REFERENCE_SPEEDS = 3 }; /* as told, and less and more by its sd */

typedef struct gw_reference_gpr_config {
    double speed_m_per_ns, speed_sd_m_per_ns; /* speed 0: only assumed, nothing is known */
    double sample_rate_hz, period_samples;
    double first_samples, step_samples; /* of the bins, after the strongest arrival */
    size_t n_bins, rows;                /* rows that the floor is the mean over */
    bool is_fitted;                     /* such a radar is what the model was fitted on */
} gw_reference_gpr_config;

typedef struct gw_reference_gpr {
    gw_reference_gpr_config config;
    bool is_of_another; /* likeness than the chain's: nothing is told, but x are */
    gw_untold untold;
    size_t n_rows, slope_from, slope_to;                      /* bins */
    double at[GW_REFERENCE_SPEEDS][GW_REFERENCE_DEPTHS];      /* bin of a depth; beyond: none */
    double reflected_db[GW_REFERENCE_SPEEDS][GW_NAMED_COUNT]; /* G + T */
    double log_m[GW_REFERENCE_DEPTHS], log_centre;
    float mean[GW_REFERENCE_BINS];            /* floor over the direct wave */
    double floor_db[GW_REFERENCE_BINS], fall; /* dB; dB a bin, least squares */
} gw_reference_gpr;

void gw_reference_gpr_make(gw_reference_gpr *reference, const gw_reference_gpr_config *config);

/* levels: [n_bins] energy, of the next scan; direct: mean power of the direct wave. */
void gw_reference_gpr_push(gw_reference_gpr *reference, const float *levels, double direct);

/* x of a body at a step of depth; false: so deep is not searched. */
bool gw_reference_gpr_features(const gw_reference_gpr *reference, gw_named body, size_t speed,
                               size_t step, double x[GW_REFERENCE_FEATURES]);

double gw_reference_gpr_depth_m(size_t step);

/* score: s. Depth of the body's top; 0: not even at 0.03 m; unknown and why. */
gw_reference_depth gw_reference_gpr_tell(const gw_reference_gpr *reference, gw_named body,
                                         double score);

#endif
