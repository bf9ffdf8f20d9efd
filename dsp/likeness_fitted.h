/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {-6.5059, {
    {-58.585, -3.1924, 0.17522}, /* energy over the direct wave, dB */
    {0.042872, 0.2, -6.1166}, /* depth, m */
    {0.043951, 0.63206, -3.6093}, /* share in phase */
    {-13.869, 28.44, -0.21627}, /* stronger beside, dB */
    {0.55249, 1.3346, -5.2837}, /* frequency, of the centre */
    {-30, 10.246, -0.024054}, /* energy -1.25 periods, dB */
    {-30, 6.6806, -0.033438}, /* energy -1.00 periods, dB */
    {-30, 3.9572, 0.019213}, /* energy -0.75 periods, dB */
    {-30, 2.8542, -0.002333}, /* energy -0.50 periods, dB */
    {-30, 2.0116, 0.093307}, /* energy -0.25 periods, dB */
    {-30, -0.1474, 0.0096727}, /* energy +0.25 periods, dB */
    {-30, -1.031, -0.063851}, /* energy +0.50 periods, dB */
    {-30, -1.4701, 0.0028083}, /* energy +0.75 periods, dB */
    {-30, -0.37362, 0.038935}, /* energy +1.00 periods, dB */
    {-30, 1.4956, 0.018289}, /* energy +1.25 periods, dB */
    {-30, 3.9192, -0.011869}, /* energy +1.50 periods, dB */
    {-30, 6.2221, -0.062682}, /* energy +1.75 periods, dB */
    {-30, 7.2107, 0.0058216}, /* energy +2.00 periods, dB */
    {-30, 7.8883, 0.0029053}, /* energy +2.25 periods, dB */
    {-30, 7.6045, -0.056468}, /* energy +2.50 periods, dB */
    {-30, 6.8443, 0.0014596}, /* energy +2.75 periods, dB */
    {-30, 5.2591, -0.038679}, /* energy +3.00 periods, dB */
    {1, 1.5, 13.357}, /* frequency in the wide band, of the centre */
    {2.9944e-06, 0.01, -370.38}, /* depth over 0.1 m, squared, m2 */
    {-3.3585, 1.2987, 1.338}, /* energy over -25 dB by depth over 0.1 m, dB m */
}};
/* clang-format on */

#endif
