/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/far.h"

#include <math.h>
#include <stddef.h>

/* False alarms a metre against score follow a power law over two decades, since what is left after
 * whitening is not noise but stones, roots and voids of every size. Fitted on training lanes
 * (docs/numerics.md); at most one candidate each 0.16 m. */
static double power_law(double score, double score_at_tenth, double exponent)
{
    double far = 0.1 * pow(score / score_at_tenth, -exponent);
    return fmin(far, 1 / 0.16);
}

double gw_far_gpr(double score)
{
    return power_law(score, 0.37, 0.7);
}

/* Measured on 916 m of blank ground of four soils (docs/numerics.md); a power law between. */
double gw_far_md(double score)
{
    static const double table[][2] = {{0.75, 2},   {0.88, 1},    {1.23, 0.5},  {1.74, 0.2},
                                      {2.27, 0.1}, {2.98, 0.05}, {7.14, 0.02}, {13.4, 0.01}};
    enum { N = sizeof table / sizeof *table };
    size_t k = 1;
    while (k + 1 < N && score > table[k][0])
        k++;
    double slope = log(table[k][1] / table[k - 1][1]) / log(table[k][0] / table[k - 1][0]);
    return fmin(table[k][1] * pow(fmax(score, 1e-3) / table[k][0], slope), 1 / 0.16);
}
