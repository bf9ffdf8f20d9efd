/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {0.41918, {
    {-58.583, -3.468, 0.2124}, /* energy over the direct wave, dB */
    {0.041681, 0.2, -27.145}, /* depth, m */
    {0.048512, 0.62587, -4.2115}, /* share in phase */
    {-13.819, 28.435, -0.22977}, /* stronger beside, dB */
    {0.57189, 1.3305, 6.3773}, /* frequency, of the centre */
    {-30, 10.285, -0.016891}, /* energy -1.25 periods, dB */
    {-30, 6.7615, -0.062298}, /* energy -1.00 periods, dB */
    {-30, 3.8616, 0.068102}, /* energy -0.75 periods, dB */
    {-30, 2.7725, 0.0093436}, /* energy -0.50 periods, dB */
    {-30, 1.9873, 0.15407}, /* energy -0.25 periods, dB */
    {-30, -0.15898, -0.015996}, /* energy +0.25 periods, dB */
    {-30, -1.0609, -0.09601}, /* energy +0.50 periods, dB */
    {-30, -1.4724, 0.030199}, /* energy +0.75 periods, dB */
    {-30, -0.38157, 0.057619}, /* energy +1.00 periods, dB */
    {-30, 1.5194, 0.022466}, /* energy +1.25 periods, dB */
    {-30, 4.004, -0.023396}, /* energy +1.50 periods, dB */
    {-30, 6.116, -0.076137}, /* energy +1.75 periods, dB */
    {-30, 7.3156, 0.014513}, /* energy +2.00 periods, dB */
    {-30, 8.0347, 0.014421}, /* energy +2.25 periods, dB */
    {-30, 7.6944, -0.04537}, /* energy +2.50 periods, dB */
    {-30, 6.2532, 0.014831}, /* energy +2.75 periods, dB */
    {-30, 4.9197, -0.011726}, /* energy +3.00 periods, dB */
}};
/* clang-format on */

#endif
