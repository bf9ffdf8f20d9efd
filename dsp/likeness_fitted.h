/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_FITTED_H
#define GW_DSP_LIKENESS_FITTED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness fitted = {-0.99017, {
    {-58.585, -3.1924, 0.17477}, /* energy over the direct wave, dB */
    {0.042872, 0.2, -6.0834}, /* depth, m */
    {0.043951, 0.63206, -3.1324}, /* share in phase */
    {-13.869, 28.44, -0.2189}, /* stronger beside, dB */
    {0.55249, 1.3346, -7.2171}, /* frequency, of the centre */
    {-30, 10.246, -0.024069}, /* energy -1.25 periods, dB */
    {-30, 6.6806, -0.033061}, /* energy -1.00 periods, dB */
    {-30, 3.9572, 0.01842}, /* energy -0.75 periods, dB */
    {-30, 2.8542, -0.0042732}, /* energy -0.50 periods, dB */
    {-30, 2.0116, 0.092227}, /* energy -0.25 periods, dB */
    {-30, -0.1474, 0.0081083}, /* energy +0.25 periods, dB */
    {-30, -1.031, -0.076484}, /* energy +0.50 periods, dB */
    {-30, -1.4701, 0.009625}, /* energy +0.75 periods, dB */
    {-30, -0.37362, 0.056115}, /* energy +1.00 periods, dB */
    {-30, 1.4956, 0.013507}, /* energy +1.25 periods, dB */
    {-30, 3.9192, -0.0074235}, /* energy +1.50 periods, dB */
    {-30, 6.2221, -0.062453}, /* energy +1.75 periods, dB */
    {-30, 7.2107, 0.0045332}, /* energy +2.00 periods, dB */
    {-30, 7.8883, 0.0014045}, /* energy +2.25 periods, dB */
    {-30, 7.6045, -0.056818}, /* energy +2.50 periods, dB */
    {-30, 6.8443, 0.0034471}, /* energy +2.75 periods, dB */
    {-30, 5.2591, -0.035362}, /* energy +3.00 periods, dB */
    {1, 1.5, 10.899}, /* frequency in the wide band, of the centre */
    {2.9944e-06, 0.01, -367.53}, /* depth over 0.1 m, squared, m2 */
    {-3.3585, 1.2987, 1.3281}, /* energy over -25 dB by depth over 0.1 m, dB m */
    {1.1355e-05, 0.0625, -22.845}, /* frequency in the wide band over 1.25, squared */
}};
/* clang-format on */

#endif
