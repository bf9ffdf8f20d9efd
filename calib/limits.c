/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/limits.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdbool.h>

enum { TURNS_MAX = 200 };

/* The tail of a distribution beyond x, less what is wanted. */
typedef struct quantile {
    double a, b, wanted;
    bool is_upper, is_gamma;
} quantile;

static double tail_less(double x, void *user)
{
    const quantile *q = user;
    double tail;
    if (q->is_gamma)
        tail = q->is_upper ? gsl_cdf_gamma_Q(x, q->a, 1) : gsl_cdf_gamma_P(x, q->a, 1);
    else
        tail = q->is_upper ? gsl_cdf_beta_Q(x, q->a, q->b) : gsl_cdf_beta_P(x, q->a, q->b);
    return tail / q->wanted - 1;
}

/* Bracketed, because gsl_cdf_beta_Pinv does not always converge. NAN: this does not either. */
static double root_find(quantile *q, double low, double high)
{
    gsl_function f = {.function = tail_less, .params = q};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    double root = (double)NAN;
    int status = solver ? gsl_root_fsolver_set(solver, &f, low, high) : GSL_ENOMEM;
    for (int k = 0; k < TURNS_MAX && status == GSL_SUCCESS; k++) {
        status = gsl_root_fsolver_iterate(solver);
        if (status != GSL_SUCCESS)
            break;
        low = gsl_root_fsolver_x_lower(solver);
        high = gsl_root_fsolver_x_upper(solver);
        if (gsl_root_test_interval(low, high, 0, 1e-14) == GSL_SUCCESS ||
            nextafter(low, high) >= high) {
            root = gsl_root_fsolver_root(solver);
            break;
        }
    }
    if (solver)
        gsl_root_fsolver_free(solver);
    return root;
}

gw_limits gw_limits_binomial(size_t k, size_t n, double alpha)
{
    gsl_error_handler_t *before = gsl_set_error_handler_off(); /* the default one aborts */
    quantile low = {.a = (double)k, .b = (double)(n - k + 1), .wanted = alpha / 2};
    quantile high = {
        .a = (double)(k + 1), .b = (double)(n - k), .wanted = alpha / 2, .is_upper = true};
    gw_limits limits = {.low = k == 0 ? 0 : root_find(&low, 1e-300, 1),
                        .high = k == n ? 1 : root_find(&high, 0, 1)};
    gsl_set_error_handler(before);
    return limits;
}

gw_limits gw_limits_poisson(size_t k, double alpha)
{
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    double mean = (double)k, far = mean + 1 + 40 * sqrt(mean + 1) - 2 * log(alpha);
    quantile low = {.a = mean, .wanted = alpha / 2, .is_gamma = true};
    quantile high = {.a = mean + 1, .wanted = alpha / 2, .is_upper = true, .is_gamma = true};
    gw_limits limits = {.low = k == 0 ? 0 : root_find(&low, 1e-300, mean + 1),
                        .high = root_find(&high, 0, far)};
    gsl_set_error_handler(before);
    return limits;
}
