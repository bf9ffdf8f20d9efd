/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {-3.3374, {
    {-58.951, -3.1115, 0.20413}, /* energy over the direct wave, dB */
    {0.041681, 0.2, -25.421}, /* depth, m */
    {0.042592, 0.62717, -3.2653}, /* share in phase */
    {-13.798, 28.536, -0.22979}, /* stronger beside, dB */
    {0, 0, 0}, /* frequency, of the centre */
    {-30, 10.463, -0.025868}, /* energy -1.25 periods, dB */
    {-30, 6.7555, -0.052584}, /* energy -1.00 periods, dB */
    {-30, 4.1828, 0.067071}, /* energy -0.75 periods, dB */
    {-30, 2.9307, 0.0281}, /* energy -0.50 periods, dB */
    {-30, 2.0248, 0.13217}, /* energy -0.25 periods, dB */
    {-30, -0.15812, 0.018397}, /* energy +0.25 periods, dB */
    {-30, -1.0595, -0.050328}, /* energy +0.50 periods, dB */
    {-30, -1.4726, -0.0021295}, /* energy +0.75 periods, dB */
    {-30, -0.38388, 0.026042}, /* energy +1.00 periods, dB */
    {-30, 1.4763, 0.0087698}, /* energy +1.25 periods, dB */
    {-30, 3.8363, -0.021449}, /* energy +1.50 periods, dB */
    {-30, 6.3395, -0.064412}, /* energy +1.75 periods, dB */
    {-30, 7.493, 0.036656}, /* energy +2.00 periods, dB */
    {-30, 8.2494, 0.017873}, /* energy +2.25 periods, dB */
    {-30, 7.7508, -0.046236}, /* energy +2.50 periods, dB */
    {-30, 6.343, -0.001198}, /* energy +2.75 periods, dB */
    {-30, 5.2178, -0.010534}, /* energy +3.00 periods, dB */
    {1, 1.5, 8.6987}, /* frequency in the wide band, of the centre */
}};
/* clang-format on */

#endif
