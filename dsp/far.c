/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/far.h"

#include <math.h>

/* False alarms a metre against score follow a power law over two decades, since what is left after
 * whitening is not noise but stones, roots and voids of every size. Fitted on 30 training lanes of
 * 7 m (lanes 10-19 and seeds 5000-5019, docs/numerics.md); at most one candidate each 0.16 m. */
static double power_law(double score, double score_at_tenth, double exponent)
{
    double far = 0.1 * pow(score / score_at_tenth, -exponent);
    return fmin(far, 1 / 0.16);
}

double gw_far_gpr(double score)
{
    return power_law(score, 253, 0.85);
}

double gw_far_md(double score)
{
    return power_law(score, 7.2, 1);
}
