/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/far.h"

#include <math.h>
#include <stddef.h>

/* A score and what comes over it a metre. */
typedef struct point {
    double score, per_m;
} point;

/* A power law between the points and beyond them; at most one candidate each 0.1 m. */
static double table_look(const point *table, size_t n, double score)
{
    size_t k = 1;
    while (k + 1 < n && score > table[k].score)
        k++;
    const point *a = table + k - 1, *b = table + k;
    double slope = log(b->per_m / a->per_m) / log(b->score / a->score);
    return fmin(b->per_m * pow(fmax(score, 1e-6) / b->score, slope), 1 / 0.1);
}

/* Measured on blank ground of ten kinds, 2.4 km each (docs/numerics.md); under 0.05 a metre halfway
 * to the training lanes, whose stones, roots and voids are some of them as loud as mines. */
double gw_far_gpr(double score, bool is_stepped)
{
    /* Of stepped frequency, on 3 km of blank ground of five soils. */
    static const point stepped[] = {{0.0103, 2},  {0.0418, 1},  {0.0988, 0.5}, {0.260, 0.2},
                                    {0.500, 0.1}, {1.03, 0.05}, {2.49, 0.02},  {4.27, 0.01}};
    static const point table[] = {{0.0058, 2},  {0.0201, 1},  {0.0488, 0.5}, {0.13, 0.2},
                                  {0.255, 0.1}, {0.41, 0.05}, {1.15, 0.02},  {2.1, 0.01}};
    return is_stepped ? table_look(stepped, sizeof stepped / sizeof *stepped, score)
                      : table_look(table, sizeof table / sizeof *table, score);
}

bool gw_far_gpr_holds(double center_hz, double spacing_m)
{
    return center_hz >= 0.8e9 && center_hz <= 2.1e9 && spacing_m > 0 && spacing_m <= 0.06;
}

/* Measured on 576 m2 of blank ground of six kinds (docs/numerics.md). */
double gw_far_array(double score)
{
    static const point table[] = {{7.39, 2},   {8.63, 1},    {9.84, 0.5},  {12.0, 0.2},
                                  {14.0, 0.1}, {16.4, 0.05}, {19.9, 0.02}, {22.9, 0.01}};
    return table_look(table, sizeof table / sizeof *table, score);
}

double gw_far_gpr_score(double far_per_m)
{
    double low = log(1e-6), high = log(1e9);
    for (int k = 0; k < 60; k++) {
        double middle = 0.5 * (low + high);
        if (gw_far_gpr(exp(middle), false) > far_per_m)
            low = middle;
        else
            high = middle;
    }
    return exp(0.5 * (low + high));
}

/* Measured on 916 m of blank ground of four soils; of spectra on 900 m under eight tones, three
 * soils (docs/numerics.md). */
double gw_far_md(double score, bool has_spectra)
{
    static const point spectra[] = {{1.26, 1},    {1.69, 0.5}, {2.29, 0.2},  {2.73, 0.1},
                                    {3.15, 0.05}, {3.7, 0.02}, {4.35, 0.01}, {5.2, 0.005}};
    static const point table[] = {{0.75, 2},   {0.88, 1},    {1.23, 0.5},  {1.74, 0.2},
                                  {2.27, 0.1}, {2.98, 0.05}, {7.14, 0.02}, {13.4, 0.01}};
    return has_spectra ? table_look(spectra, sizeof spectra / sizeof *spectra, fmax(score, 1e-3))
                       : table_look(table, sizeof table / sizeof *table, fmax(score, 1e-3));
}
