/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/decay.h"

#include <math.h>
#include <string.h>

enum { ATOMS = 48 };

typedef struct atoms {
    double v[ATOMS][GW_GATES_MAX];
} atoms;

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t g = 0; g < n; g++)
        sum += a[g] * b[g];
    return sum;
}

/* a less its part along the unit vector b. */
static void part_take(double *a, const double *b, size_t n)
{
    double along = dot(a, b, n);
    for (size_t g = 0; g < n; g++)
        a[g] -= along * b[g];
}

static void norm_one(double *a, size_t n)
{
    double norm = sqrt(dot(a, a, n));
    for (size_t g = 0; g < n && norm > 0; g++)
        a[g] /= norm;
}

/* Means over the gates, times the square root of their width. */
static void ground_fill(const double *edges_s, size_t n, double *out)
{
    for (size_t g = 0; g < n; g++) {
        double width = edges_s[g + 1] - edges_s[g];
        out[g] = log(edges_s[g + 1] / edges_s[g]) / width * sqrt(width);
    }
    norm_one(out, n);
}

static void atoms_fill(const double *edges_s, size_t n, atoms *all)
{
    double shortest = edges_s[0] / 4, longest = 2 * edges_s[n];
    for (size_t k = 0; k < ATOMS; k++) {
        double tau = shortest * pow(longest / shortest, (double)k / (ATOMS - 1));
        for (size_t g = 0; g < n; g++) {
            double width = edges_s[g + 1] - edges_s[g];
            double from = exp((edges_s[0] - edges_s[g]) / tau);
            double to = exp((edges_s[0] - edges_s[g + 1]) / tau);
            all->v[k][g] = tau * (from - to) / width * sqrt(width);
        }
        norm_one(all->v[k], n);
    }
}

static size_t largest(const atoms *all, size_t n)
{
    size_t best = 0;
    for (size_t k = 1; k < ATOMS; k++)
        if (dot(all->v[k], all->v[k], n) > dot(all->v[best], all->v[best], n))
            best = k;
    return best;
}

/* The next row, and every atom without its part along it. */
static void row_make(gw_decay *decay, size_t row, atoms *all)
{
    size_t n = decay->n_gates;
    memcpy(decay->rows[row], all->v[largest(all, n)], n * sizeof(double));
    for (int twice = 0; twice < 2; twice++) /* rounding is taken out too */
        for (size_t before = 0; before < row; before++)
            part_take(decay->rows[row], decay->rows[before], n);
    norm_one(decay->rows[row], n);
    for (size_t k = 0; k < ATOMS; k++)
        part_take(all->v[k], decay->rows[row], n);
}

gw_status gw_decay_make(gw_decay *decay, const double *edges_s, size_t n_gates)
{
    atoms all;
    memset(decay, 0, sizeof *decay);
    if (n_gates < GW_DECAY_GATES_LEAST || n_gates > GW_GATES_MAX || !(edges_s[0] > 0))
        return GW_EINVAL;
    for (size_t g = 0; g < n_gates; g++)
        if (!(edges_s[g + 1] > edges_s[g] && edges_s[g + 1] < 1))
            return GW_EINVAL;
    decay->n_gates = n_gates;
    decay->n_parts = n_gates < GW_DECAY_PARTS_MAX ? n_gates / 2 * 2 : GW_DECAY_PARTS_MAX;
    ground_fill(edges_s, n_gates, decay->rows[0]);
    atoms_fill(edges_s, n_gates, &all);
    for (size_t k = 0; k < ATOMS; k++)
        part_take(all.v[k], decay->rows[0], n_gates);
    for (size_t row = 1; row < decay->n_parts; row++)
        row_make(decay, row, &all);
    double mean = (edges_s[n_gates] - edges_s[0]) / (double)n_gates;
    for (size_t row = 0; row < decay->n_parts; row++)
        for (size_t g = 0; g < n_gates; g++)
            decay->rows[row][g] *= sqrt((edges_s[g + 1] - edges_s[g]) / mean);
    return GW_OK;
}

void gw_decay_process(const gw_decay *decay, const double *gates, double *parts)
{
    for (size_t row = 0; row < decay->n_parts; row++)
        parts[row] = dot(decay->rows[row], gates, decay->n_gates);
}
