/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {-2.2749, {
    {-58.585, -3.1924, 0.10409}, /* energy over the direct wave, dB */
    {0.042872, 0.2, -10.32}, /* depth, m */
    {0.043951, 0.63206, -1.9063}, /* share in phase */
    {-13.869, 28.44, -0.2179}, /* stronger beside, dB */
    {0.55249, 1.3346, -6.3875}, /* frequency, of the centre */
    {-30, 10.246, -0.021981}, /* energy -1.25 periods, dB */
    {-30, 6.6806, -0.031292}, /* energy -1.00 periods, dB */
    {-30, 3.9572, 0.014655}, /* energy -0.75 periods, dB */
    {-30, 2.8542, -0.0044072}, /* energy -0.50 periods, dB */
    {-30, 2.0116, 0.092265}, /* energy -0.25 periods, dB */
    {-30, -0.1474, 0.014888}, /* energy +0.25 periods, dB */
    {-30, -1.031, -0.063185}, /* energy +0.50 periods, dB */
    {-30, -1.4701, 0.0060631}, /* energy +0.75 periods, dB */
    {-30, -0.37362, 0.055816}, /* energy +1.00 periods, dB */
    {-30, 1.4956, 0.020837}, /* energy +1.25 periods, dB */
    {-30, 3.9192, -0.005195}, /* energy +1.50 periods, dB */
    {-30, 6.2221, -0.056953}, /* energy +1.75 periods, dB */
    {-30, 7.2107, 1.973e-05}, /* energy +2.00 periods, dB */
    {-30, 7.8883, -0.0042163}, /* energy +2.25 periods, dB */
    {-30, 7.6045, -0.053642}, /* energy +2.50 periods, dB */
    {-30, 6.8443, 0.0018637}, /* energy +2.75 periods, dB */
    {-30, 5.2591, -0.041601}, /* energy +3.00 periods, dB */
    {1, 1.5, 9.7642}, /* frequency in the wide band, of the centre */
    {2.9944e-06, 0.01, -390.01}, /* depth over 0.1 m, squared, m2 */
    {-1, 1.2987, 2.0377}, /* energy over -25 dB by depth over 0.1 m, dB m */
    {1.1355e-05, 0.0625, -25.828}, /* frequency in the wide band over 1.25, squared */
    {0.0061162, 475.57, 0.0057172}, /* energy over -25 dB, squared */
}};
/* clang-format on */

#endif
