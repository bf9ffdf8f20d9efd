/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {-1.1075, {
    {-58.335, -3.0372, 0.21262}, /* energy over the direct wave, dB */
    {0.041681, 0.2, -27.289}, /* depth, m */
    {-12.254, 27.824, -0.23266}, /* stronger beside, dB */
    {0.51353, 1.3373, 6.4353}, /* frequency, of the centre */
    {-30, 10.68, -0.017051}, /* energy -1.25 periods, dB */
    {-30, 7.2543, -0.062517}, /* energy -1.00 periods, dB */
    {-30, 4.3254, 0.067469}, /* energy -0.75 periods, dB */
    {-30, 2.9545, 0.0087052}, /* energy -0.50 periods, dB */
    {-30, 2.0381, 0.15327}, /* energy -0.25 periods, dB */
    {-30, -0.14102, -0.015632}, /* energy +0.25 periods, dB */
    {-30, -1.068, -0.094233}, /* energy +0.50 periods, dB */
    {-30, -1.5864, 0.033578}, /* energy +0.75 periods, dB */
    {-30, -0.38167, 0.060514}, /* energy +1.00 periods, dB */
    {-30, 1.1019, 0.025073}, /* energy +1.25 periods, dB */
    {-30, 1.7596, -0.021888}, /* energy +1.50 periods, dB */
    {-30, 2.5303, -0.076234}, /* energy +1.75 periods, dB */
    {-30, 3.2294, 0.013435}, /* energy +2.00 periods, dB */
    {-30, 4.2018, 0.012483}, /* energy +2.25 periods, dB */
    {-30, 3.189, -0.04782}, /* energy +2.50 periods, dB */
    {-30, 4.7014, 0.013498}, /* energy +2.75 periods, dB */
    {-30, 4.2885, -0.011807}, /* energy +3.00 periods, dB */
}};
/* clang-format on */

#endif
