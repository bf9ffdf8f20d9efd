/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/jacobi.h"

#include <math.h>
#include <string.h>

enum { SWEEPS = 12 };
static const double still = 1e-18;

/* One rotation that makes r[p][q] zero. Source: [Golub2013] */
static void rotate(double *r, double *vectors, size_t n, size_t p, size_t q)
{
    double off = r[p * n + q];
    if (fabs(off) <= 1e-300 + still * sqrt(fabs(r[p * n + p] * r[q * n + q])))
        return;
    double tau = (r[q * n + q] - r[p * n + p]) / (2 * off);
    double t = (tau >= 0 ? 1 : -1) / (fabs(tau) + sqrt(1 + tau * tau));
    double c = 1 / sqrt(1 + t * t), d = t * c;
    for (size_t k = 0; k < n; k++) {
        double a = r[k * n + p], b = r[k * n + q];
        r[k * n + p] = c * a - d * b;
        r[k * n + q] = d * a + c * b;
    }
    for (size_t k = 0; k < n; k++) {
        double a = r[p * n + k], b = r[q * n + k];
        r[p * n + k] = c * a - d * b;
        r[q * n + k] = d * a + c * b;
    }
    for (size_t k = 0; k < n; k++) {
        double a = vectors[k * n + p], b = vectors[k * n + q];
        vectors[k * n + p] = c * a - d * b;
        vectors[k * n + q] = d * a + c * b;
    }
}

void gw_jacobi(double *r, double *vectors, size_t n)
{
    memset(vectors, 0, n * n * sizeof *vectors);
    for (size_t i = 0; i < n; i++)
        vectors[i * n + i] = 1;
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (size_t p = 0; p + 1 < n; p++)
            for (size_t q = p + 1; q < n; q++)
                rotate(r, vectors, n, p, q);
}
