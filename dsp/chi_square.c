/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/chi_square.h"

#include <math.h>

/* To 5e-4. Source: [AS1964] 26.2.23 */
static double normal_quantile(double part)
{
    double t = sqrt(-2 * log(fmin(part, 1 - part)));
    double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    return part < 0.5 ? -z : z;
}

double gw_chi_square(double freedom, double part)
{
    double z = normal_quantile(part), v = 2 / (9 * freedom);
    return freedom * pow(1 - v + z * sqrt(v), 3);
}
