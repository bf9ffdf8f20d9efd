/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/likeness_impl.h -- a fitted model of likeness: dsp/likeness_fitted.h of impulse radars,
 * dsp/likeness_stepped.h of stepped frequency.
 */
#ifndef GW_DSP_LIKENESS_IMPL_H
#define GW_DSP_LIKENESS_IMPL_H

#include "dsp/likeness.h"

typedef struct likeness_feature {
    double least, most, weight;
} likeness_feature;

typedef struct likeness {
    double bias;
    likeness_feature features[GW_LIKENESS_FEATURES];
} likeness;

#endif
