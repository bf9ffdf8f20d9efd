/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_STEPPED_H
#define GW_DSP_LIKENESS_STEPPED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness stepped = {14.193, {
    {-57.491, -8.6195, 0.28998}, /* energy over the direct wave, dB */
    {0.050602, 0.2, 4.4108}, /* depth, m */
    {0.074487, 0.68603, 10.459}, /* share in phase */
    {-16.341, 30.736, -0.1573}, /* stronger beside, dB */
    {0.64107, 1.1483, -4.9185}, /* frequency, of the centre */
    {-30, 6.2188, 0.012106}, /* energy -1.25 periods, dB */
    {-30, 3.693, 0.020567}, /* energy -1.00 periods, dB */
    {-30, 2.0654, 0.119}, /* energy -0.75 periods, dB */
    {-30, 1.7494, 0.33028}, /* energy -0.50 periods, dB */
    {-30, 1.1791, 0.1249}, /* energy -0.25 periods, dB */
    {-30, 0.27704, 0.0015144}, /* energy +0.25 periods, dB */
    {-30, 0.14532, 0.076777}, /* energy +0.50 periods, dB */
    {-30, -0.347, 0.20426}, /* energy +0.75 periods, dB */
    {-30, -0.52152, 0.090666}, /* energy +1.00 periods, dB */
    {-30, 0.51446, 0.049926}, /* energy +1.25 periods, dB */
    {-30, 1.9667, 0.021318}, /* energy +1.50 periods, dB */
    {-30, 3.4582, -0.013209}, /* energy +1.75 periods, dB */
    {-30, 4.4771, 0.010808}, /* energy +2.00 periods, dB */
    {-30, 4.7523, 0.022029}, /* energy +2.25 periods, dB */
    {-30, 4.7224, 0.076506}, /* energy +2.50 periods, dB */
    {-30, 4.6004, -0.00030177}, /* energy +2.75 periods, dB */
    {-30, 3.5131, 0.062067}, /* energy +3.00 periods, dB */
    {0, 0, 0}, /* frequency in the wide band, of the centre */
    {0, 0, 0}, /* depth over 0.1 m, squared, m2 */
    {0, 0, 0}, /* energy over -25 dB by depth over 0.1 m, dB m */
    {0, 0, 0}, /* frequency in the wide band over 1.25, squared */
    {0, 0, 0}, /* energy over -25 dB, squared */
}};
/* clang-format on */

#endif
