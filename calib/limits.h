/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/limits.h -- exact two-sided confidence limits of counts.
 *
 *   of k in n      Clopper, Pearson: low is the alpha/2 quantile of Beta(k, n - k + 1), high the
 *                  1 - alpha/2 quantile of Beta(k + 1, n - k)
 *   of k at all    Garwood: low is the alpha/2 quantile of Gamma(k), high the 1 - alpha/2 quantile
 *                  of Gamma(k + 1)
 *
 * Sources: [ClopperPearson1934], [Garwood1936] (docs/numerics.md). Relative error below 1e-9.
 */
#ifndef GW_CALIB_LIMITS_H
#define GW_CALIB_LIMITS_H

#include <stddef.h>

typedef struct gw_limits {
    double low, high; /* NAN: could not be computed */
} gw_limits;

/* alpha: 0.05 for 95 % limits; k <= n, n >= 1. */
gw_limits gw_limits_binomial(size_t k, size_t n, double alpha);

/* Of the mean of a Poisson count; divide by the exposure. */
gw_limits gw_limits_poisson(size_t k, double alpha);

#endif
