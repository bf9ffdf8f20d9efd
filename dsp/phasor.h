/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/phasor.h -- complex numbers in double, without the macro I of <complex.h>, which is
 * single precision, and CMPLX, which not every compiler has.
 */
#ifndef GW_DSP_PHASOR_H
#define GW_DSP_PHASOR_H

#include <complex.h>
#include <math.h>
#include <string.h>

typedef double _Complex phasor;

static inline phasor phasor_of(double real, double imaginary)
{
    const double parts[2] = {real, imaginary};
    phasor value;
    memcpy(&value, parts, sizeof value);
    return value;
}

static inline phasor phasor_turn(double angle_rad)
{
    return phasor_of(cos(angle_rad), sin(angle_rad));
}

#endif
