/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {-1.204, {
    {-58.951, -3.1115, 0.20741}, /* energy over the direct wave, dB */
    {0.041681, 0.2, -25.406}, /* depth, m */
    {0.042592, 0.62717, -2.9853}, /* share in phase */
    {-13.798, 28.536, -0.22816}, /* stronger beside, dB */
    {0, 0, 0}, /* frequency, of the centre */
    {-30, 10.463, -0.024446}, /* energy -1.25 periods, dB */
    {-30, 6.7555, -0.053144}, /* energy -1.00 periods, dB */
    {-30, 4.1828, 0.066982}, /* energy -0.75 periods, dB */
    {-30, 2.9307, 0.024977}, /* energy -0.50 periods, dB */
    {-30, 2.0248, 0.12619}, /* energy -0.25 periods, dB */
    {-30, -0.15812, 0.0070023}, /* energy +0.25 periods, dB */
    {-30, -1.0595, -0.066679}, /* energy +0.50 periods, dB */
    {-30, -1.4726, -0.010439}, /* energy +0.75 periods, dB */
    {-30, -0.38388, 0.048463}, /* energy +1.00 periods, dB */
    {-30, 1.4763, 0.008224}, /* energy +1.25 periods, dB */
    {-30, 3.8363, -0.025181}, /* energy +1.50 periods, dB */
    {-30, 6.3395, -0.061875}, /* energy +1.75 periods, dB */
    {-30, 7.493, 0.04401}, /* energy +2.00 periods, dB */
    {-30, 8.2494, 0.01593}, /* energy +2.25 periods, dB */
    {-30, 7.7508, -0.048254}, /* energy +2.50 periods, dB */
    {-30, 6.343, -0.0043781}, /* energy +2.75 periods, dB */
    {-30, 5.2178, -0.0064279}, /* energy +3.00 periods, dB */
    {0.53166, 1.5, 6.9258}, /* frequency in the wide band, of the centre */
}};
/* clang-format on */

#endif
