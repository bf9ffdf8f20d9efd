/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/fuse_odds.h"

#include <math.h>

#include "dsp/fuse_fitted.h"

double gw_fuse_evidence(int sensor, double score, double distance_m)
{
    const fitted_sensor *by = &fitted_sensors[sensor];
    double part = 1 - distance_m * distance_m / (by->reach_m * by->reach_m);
    double above = log(score) - by->knots[0];
    return part > 0 && above > 0 ? above * part * part : 0;
}

/* Evidence e between the knots of a sensor; what goes beyond the last is returned. */
static double part_find(const fitted_sensor *by, double e, size_t *knot, double *part)
{
    double at = e + by->knots[0], last = by->knots[by->n_knots - 1];
    double x = fmin(at, last);
    *knot = 0;
    while (*knot + 2 < by->n_knots && x > by->knots[*knot + 1])
        ++*knot;
    *part = (x - by->knots[*knot]) / (by->knots[*knot + 1] - by->knots[*knot]);
    return at - x;
}

double gw_fuse_odds(const double evidence[GW_FUSE_SENSORS])
{
    size_t g, m;
    double a, b;
    double beyond = part_find(&fitted_sensors[GW_FUSE_GPR], evidence[GW_FUSE_GPR], &g, &a);
    beyond += part_find(&fitted_sensors[GW_FUSE_MD], evidence[GW_FUSE_MD], &m, &b);
    const double *low = fitted_odds[g], *high = fitted_odds[g + 1];
    double at_low = low[m] + b * (low[m + 1] - low[m]);
    double at_high = high[m] + b * (high[m + 1] - high[m]);
    return at_low + a * (at_high - at_low) + fitted_least_slope * beyond;
}

double gw_fuse_odds_of_metal(double evidence_md)
{
    size_t m;
    double b, beyond = part_find(&fitted_sensors[GW_FUSE_MD], evidence_md, &m, &b);
    const double *odds = fitted_odds_of_metal;
    return odds[m] + b * (odds[m + 1] - odds[m]) + fitted_least_slope * beyond;
}

/* A power law between the points of the table, and beyond them as between the nearest two. */
double gw_fuse_far_per_m(double log_odds)
{
    enum { N = sizeof fitted_far / sizeof *fitted_far };
    size_t k = 1;
    while (k + 1 < N && log_odds > fitted_far[k][0])
        k++;
    const double *a = fitted_far[k - 1], *b = fitted_far[k];
    double slope = log(b[1] / a[1]) / (b[0] - a[0]);
    return b[1] * exp(slope * (log_odds - b[0]));
}

double gw_fuse_unlikely(void)
{
    return fitted_unlikely;
}
