/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/whiten.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_MAX = 64 };

/* Start as if this many vectors of independent entries had been seen. */
static const double prior_vectors = 20;
static const double loading = 1e-4; /* keeps R invertible when two tones say the same */

struct gw_whiten {
    size_t n;
    double memory;
    uint64_t n_seen;
    double *matrix, *factor; /* [n][n], lower triangle */
    double *solved;          /* [n] */
};

gw_status gw_whiten_create(size_t n, double memory, gw_whiten **out)
{
    *out = NULL;
    if (!n || n > LENGTH_MAX || !(memory > 1))
        return GW_EINVAL;
    gw_whiten *whiten = calloc(1, sizeof *whiten + (2 * n * n + n) * sizeof(double));
    if (!whiten)
        return GW_ENOMEM;
    whiten->n = n;
    whiten->memory = memory;
    whiten->matrix = (double *)(whiten + 1);
    whiten->factor = whiten->matrix + n * n;
    whiten->solved = whiten->factor + n * n;
    gw_whiten_reset(whiten);
    *out = whiten;
    return GW_OK;
}

/* factor: R + loading I = L L'. R is positive semidefinite, so the pivots are at least loading. */
static void cholesky(gw_whiten *whiten)
{
    size_t n = whiten->n;
    double *l = whiten->factor;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = whiten->matrix[i * n + j] + (i == j ? loading : 0);
            for (size_t k = 0; k < j; k++)
                sum -= l[i * n + k] * l[j * n + k];
            l[i * n + j] = i == j ? sqrt(fmax(sum, loading * loading)) : sum / l[j * n + j];
        }
}

static double distance(gw_whiten *whiten, const double *u)
{
    size_t n = whiten->n;
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = u[i];
        for (size_t k = 0; k < i; k++)
            sum -= whiten->factor[i * n + k] * whiten->solved[k];
        whiten->solved[i] = sum / whiten->factor[i * n + i];
        total += whiten->solved[i] * whiten->solved[i];
    }
    return total;
}

double gw_whiten_process(gw_whiten *whiten, const double *u)
{
    size_t n = whiten->n;
    cholesky(whiten);
    double t = distance(whiten, u);
    double weight = fmin(1, 3 * (double)n / fmax(t, 1e-30));
    double gain = 1 / fmin(whiten->memory, prior_vectors + (double)++whiten->n_seen);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            whiten->matrix[i * n + j] += gain * (weight * u[i] * u[j] - whiten->matrix[i * n + j]);
    return t / (double)n;
}

void gw_whiten_reset(gw_whiten *whiten)
{
    memset(whiten->matrix, 0, whiten->n * whiten->n * sizeof(double));
    for (size_t i = 0; i < whiten->n; i++)
        whiten->matrix[i * whiten->n + i] = 1;
    whiten->n_seen = 0;
}

void gw_whiten_destroy(gw_whiten *whiten)
{
    free(whiten);
}
