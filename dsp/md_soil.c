/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ground that is given instead of learnt, and the level of the ground.
 *
 *     heard     mean over the columns of the variance along the lane, over the receiver's
 *     residual  |W v|^2 over what the receiver's noise alone would give
 * both by their medians, which objects on less than half of the cells move little.
 */
#include <stdlib.h>
#include <string.h>

#include "dsp/md_window_impl.h"
#include "dsp/order.h"

static const double along_phase = 1e9;         /* variance over the noise's: it does not count */
static const double normal_of_median = 1.4826; /* of a normal variable: sd over median |x| */
static const double degree = 3.141592653589793 / 180;

void gw_md_window_freeze(gw_md_window *window, const gw_balance *balance, const gw_ground *ground)
{
    window->balance = *balance;
    window->is_frozen = balance->mode == GW_BALANCE_MANUAL || ground;
    if (ground)
        window->frozen = *ground;
}

/* In units of the noise, and never less than it. */
static void learnt_take(const gw_md_window *window, double *r)
{
    size_t n = window->n_columns, tones = window->n_tones;
    const double *value = window->frozen.covariance;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            r[j * n + i] = r[i * n + j] =
                *value++ / (window->sigma[i % tones] * window->sigma[j % tones]);
}

static void phases_take(const gw_md_window *window, double *r)
{
    size_t n = window->n_columns, tones = window->n_tones;
    memset(r, 0, n * n * sizeof *r);
    for (size_t k = 0; k < tones; k++) {
        double phase = degree * window->balance.phase_deg[window->balance.n_phases > 1 ? k : 0];
        double along[2] = {cos(phase), sin(phase)};
        for (size_t i = 0; i < 2; i++)
            for (size_t j = 0; j < 2; j++)
                r[(k + i * tones) * n + k + j * tones] = along_phase * along[i] * along[j];
    }
}

bool soil_apply(gw_md_window *window, double floor)
{
    double r[WINDOW_COLUMNS_MAX * WINDOW_COLUMNS_MAX];
    if (!window->is_frozen)
        return false;
    if (window->balance.mode == GW_BALANCE_MANUAL)
        phases_take(window, r);
    else
        learnt_take(window, r);
    gw_scatter_set(window->scatter, r, floor);
    window->ground_variance = gw_scatter_strong(window->scatter, 0, window->ground);
    return true;
}

static double heard_of(const gw_md_window *window, size_t column)
{
    double values[GW_MD_WINDOW_CELLS];
    size_t n = 0;
    for (size_t k = 0; k < window->n_cells; k++)
        if (window->good[k])
            values[n++] = window->raw[k][column];
    if (!n)
        return (double)NAN;
    double middle = gw_order_nth(values, n, n / 2);
    for (size_t k = 0; k < n; k++)
        values[k] = fabs(values[k] - middle);
    return pow(normal_of_median * gw_order_nth(values, n, n / 2), 2);
}

/* Median of chi-square over its mean. Source: [Wilson1931] */
static double median_of_chi(double freedom)
{
    return pow(1 - 2 / (9 * freedom), 3);
}

gw_md_soil gw_md_window_soil(gw_md_window *window)
{
    double energy[GW_MD_WINDOW_CELLS], heard = 0;
    size_t n = 0;
    for (size_t k = 0; k < window->n_cells; k++)
        if (window->good[k])
            energy[n++] = window->energy[k];
    if (!n)
        return (gw_md_soil){(double)NAN, (double)NAN};
    for (size_t c = 0; c < window->n_columns; c++)
        heard += heard_of(window, c) / (double)window->n_columns;
    double of_noise = WINDOW_FLOOR_MATCHED * gw_scatter_gain(window->scatter);
    double left =
        gw_order_nth(energy, n, n / 2) / median_of_chi((double)window->n_columns) / of_noise;
    return (gw_md_soil){10 * log10(heard + 1e-30), 10 * log10(left + 1e-30)};
}

bool gw_md_window_learn(gw_md_window *window, double *values)
{
    double r[WINDOW_COLUMNS_MAX * WINDOW_COLUMNS_MAX];
    unsigned char use[GW_MD_WINDOW_CELLS];
    size_t n = window->n_columns, tones = window->n_tones;
    for (size_t k = 0; k < window->n_cells; k++)
        use[k] = window->quiet[k]  ? GW_SCATTER_QUIET
                 : window->good[k] ? GW_SCATTER_GROUND
                                   : GW_SCATTER_NOTHING;
    gw_scatter_reset(window->scatter);
    gw_scatter_fit(window->scatter, window->matched, use, window->n_cells, WINDOW_PART_QUIET,
                   WINDOW_FLOOR_MATCHED);
    if (!gw_scatter_covariance(window->scatter, r))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            *values++ += r[i * n + j] * window->sigma[i % tones] * window->sigma[j % tones];
    return true;
}
