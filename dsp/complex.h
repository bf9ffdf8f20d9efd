/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/complex.h -- a complex number as FFTW has it.
 */
#ifndef GW_DSP_COMPLEX_H
#define GW_DSP_COMPLEX_H

typedef struct gw_complex {
    float re, im;
} gw_complex;

#endif
