/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_STEPPED_H
#define GW_DSP_LIKENESS_STEPPED_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness stepped = {19.93, {
    {-57.491, -8.6195, 0.30532}, /* energy over the direct wave, dB */
    {0.050602, 0.2, 13.175}, /* depth, m */
    {-16.341, 30.736, -0.2015}, /* stronger beside, dB */
    {0.64107, 1.1483, -8.6797}, /* frequency, of the centre */
    {-30, 6.2188, -0.015229}, /* energy -1.25 periods, dB */
    {-30, 3.693, 0.047739}, /* energy -1.00 periods, dB */
    {-30, 2.0654, 0.13606}, /* energy -0.75 periods, dB */
    {-30, 1.7494, 0.39563}, /* energy -0.50 periods, dB */
    {-30, 1.1791, 0.197}, /* energy -0.25 periods, dB */
    {-30, 0.27704, 0.0063347}, /* energy +0.25 periods, dB */
    {-30, 0.14532, 0.083836}, /* energy +0.50 periods, dB */
    {-30, -0.347, 0.17561}, /* energy +0.75 periods, dB */
    {-30, -0.52152, 0.064071}, /* energy +1.00 periods, dB */
    {-30, 0.51446, 0.012166}, /* energy +1.25 periods, dB */
    {-30, 1.9667, 0.058277}, /* energy +1.50 periods, dB */
    {-30, 3.4582, -0.0246}, /* energy +1.75 periods, dB */
    {-30, 4.4771, -0.003585}, /* energy +2.00 periods, dB */
    {-30, 4.7523, 0.04068}, /* energy +2.25 periods, dB */
    {-30, 4.7224, 0.092325}, /* energy +2.50 periods, dB */
    {-30, 4.6004, 0.0068064}, /* energy +2.75 periods, dB */
    {-30, 3.5131, 0.0086051}, /* energy +3.00 periods, dB */
}};
/* clang-format on */

#endif
