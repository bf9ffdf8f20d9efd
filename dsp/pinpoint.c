/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/pinpoint.h"

#include <math.h>

static const double half_life_s = 3;
static const double on_part = 0.7, off_part = 0.5; /* of the peak */
static const double on_amplitude = 2, off_amplitude = 1.5;

double gw_pinpoint_push(gw_pinpoint *pinpoint, double amplitude, double dt_s)
{
    double a = isfinite(amplitude) ? fmax(amplitude, 0) : 0;
    pinpoint->peak = fmax(a, pinpoint->peak * exp2(-fmax(dt_s, 0) / half_life_s));
    if (!pinpoint->is_on)
        pinpoint->is_on = a >= on_amplitude && a >= on_part * pinpoint->peak;
    else
        pinpoint->is_on = a >= off_amplitude && a >= off_part * pinpoint->peak;
    return pinpoint->is_on ? fmin(1, (a / pinpoint->peak - off_part) / (1 - off_part)) : 0;
}
