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

/* A score and what comes over it a metre. */
typedef struct point {
    double score, per_m;
} point;

/* A power law between the points and beyond them; at most one candidate each 0.16 m. */
static double table_look(const point *table, size_t n, double score)
{
    size_t k = 1;
    while (k + 1 < n && score > table[k].score)
        k++;
    const point *a = table + k - 1, *b = table + k;
    double slope = log(b->per_m / a->per_m) / log(b->score / a->score);
    return fmin(b->per_m * pow(fmax(score, 1e-6) / b->score, slope), 1 / 0.16);
}

/* Of stepped frequency: measured on 3 km of blank ground of five soils (docs/numerics.md). */
double gw_far_gpr(double score, bool is_stepped)
{
    static const point stepped[] = {{0.0103, 2},  {0.0418, 1},  {0.0988, 0.5}, {0.260, 0.2},
                                    {0.500, 0.1}, {1.03, 0.05}, {2.49, 0.02},  {4.27, 0.01}};
    return is_stepped ? table_look(stepped, sizeof stepped / sizeof *stepped, score)
                      : power_law(score, 0.37, 0.7);
}

/* Measured on 916 m of blank ground of four soils (docs/numerics.md). */
double gw_far_md(double score)
{
    static const point table[] = {{0.75, 2},   {0.88, 1},    {1.23, 0.5},  {1.74, 0.2},
                                  {2.27, 0.1}, {2.98, 0.05}, {7.14, 0.02}, {13.4, 0.01}};
    return table_look(table, sizeof table / sizeof *table, fmax(score, 1e-3));
}
