/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/scatter_impl.h"

void gw_scatter_whiten(const gw_scatter *scatter, const double *v, double *out)
{
    size_t n = scatter->n;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += scatter->white[i * n + j] * v[j];
        out[i] = sum;
    }
}

double gw_scatter_strong(const gw_scatter *scatter, size_t which, double *direction)
{
    size_t n = scatter->n;
    if (!scatter->is_fit || which >= n)
        return 0;
    for (size_t e = 0; e < n; e++) {
        size_t n_above = 0;
        double variance = scatter->variance[e];
        for (size_t k = 0; k < n; k++)
            n_above +=
                scatter->variance[k] > variance || (k < e && scatter->variance[k] >= variance);
        if (n_above != which)
            continue;
        for (size_t i = 0; i < n; i++)
            direction[i] = scatter->fitted[i * n + e];
        return variance;
    }
    return 0;
}

bool gw_scatter_covariance(const gw_scatter *scatter, double *covariance)
{
    size_t n = scatter->n;
    for (size_t i = 0; i < n && scatter->is_fit; i++)
        for (size_t j = 0; j < n; j++) {
            covariance[i * n + j] = 0;
            for (size_t e = 0; e < n; e++)
                covariance[i * n + j] += scatter->r[e * n + e] * scatter->vectors[i * n + e] *
                                         scatter->vectors[j * n + e];
        }
    return scatter->is_fit;
}

double gw_scatter_gain(const gw_scatter *scatter)
{
    double sum = 0;
    for (size_t k = 0; k < scatter->n * scatter->n; k++)
        sum += scatter->white[k] * scatter->white[k];
    return sum;
}
