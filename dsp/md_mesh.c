/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A background that repeats itself every few decimetres: the bars of reinforced concrete.
 *
 *     y_p(k) = (6 u(k) - 4 (u(k - p/2) + u(k + p/2)) + u(k - p) + u(k + p)) / 16
 *              leaves a period p as it is and takes slow changes out
 *     mesh   where the correlation of y_p, clipped at twice its median, with itself is at least
 * 0.75 at p, 2 p and 3 p, for one p of 8 to 30 cm
 *
 * Objects do not make one: they would have to lie 0.3 m apart and less, many, and alike. What all
 * bars have in common, at any height of the head, are a few directions over the tones. They are
 * found by the sign covariance, in which every cell counts as much as every other, and taken out;
 * what is unlike them stays. What is left of the mesh raises the noise: scores are over its upper
 * seventh.
 */
#include <stdlib.h>
#include <string.h>

#include "dsp/md_window_impl.h"
#include "dsp/order.h"

enum { PERIOD_LEAST = 8, PERIOD_MOST = 30, REPEATS = 3, SPAN_LEAST = 6, TURNS = 30 };
static const double alike = 0.75, as_alike = 0.03;
static const double clipped_at = 2;   /* medians */
static const double heard_power = 10; /* of y_p over the noise's of a cell */
static const double left_power = 3;   /* times the noise: so much needs another direction */
static const double upper_part = 0.85, normal_of_part = 1.0364; /* what is left: this quantile */

/* The column that changes most over some centimetres. */
static size_t column_choose(const gw_md_window *window)
{
    double most = -1;
    size_t best = 0;
    for (size_t c = 0; c < window->n_columns; c++) {
        double change[GW_MD_WINDOW_CELLS];
        size_t n = 0;
        for (size_t k = PERIOD_LEAST; k < window->n_cells; k++)
            change[n++] = fabs(window->raw[k][c] - window->raw[k - PERIOD_LEAST][c]);
        double middle = gw_order_quantile(change, n, 0.5);
        if (middle > most) {
            most = middle;
            best = c;
        }
    }
    return best;
}

/* y_p, clipped; returns how many, 0: there is too little of it, or of its power. */
static size_t ripple_make(const gw_md_window *window, size_t column, size_t period, double *y)
{
    double sizes[GW_MD_WINDOW_CELLS];
    double(*raw)[WINDOW_COLUMNS_MAX] = window->raw;
    size_t n = 0, half = period / 2, other = period - half;
    for (size_t k = period; k + period < window->n_cells; k++) {
        y[n] = (6 * raw[k][column] - 4 * raw[k - half][column] - 4 * raw[k + other][column] +
                raw[k - period][column] + raw[k + period][column]) /
               16;
        sizes[n] = fabs(y[n]);
        n++;
    }
    double limit = clipped_at * gw_order_quantile(sizes, n, 0.5);
    if (n < SPAN_LEAST * period || limit * limit < clipped_at * clipped_at * heard_power)
        return 0;
    for (size_t k = 0; k < n; k++)
        y[k] = fmax(-limit, fmin(limit, y[k]));
    return n;
}

static double correlation(const double *y, size_t n, size_t lag)
{
    double both = 0, square = 0;
    for (size_t k = 0; k + lag < n; k++) {
        both += y[k] * y[k + lag];
        square += (y[k] * y[k] + y[k + lag] * y[k + lag]) / 2;
    }
    return square > 0 ? both / square : 0;
}

/* How like itself it is one, two and three periods on: the least. */
static double likeness_of(const double *y, size_t n, size_t period)
{
    double least = 1;
    for (size_t times = 1; times <= REPEATS; times++) {
        double best = -1;
        for (size_t lag = times * period - 1; lag <= times * period + 1; lag++)
            best = fmax(best, correlation(y, n, lag));
        least = fmin(least, best);
    }
    return least;
}

void mesh_look(gw_md_window *window)
{
    double y[GW_MD_WINDOW_CELLS], most = alike;
    size_t column = column_choose(window);
    window->mesh_period = 0;
    window->mesh_noise = 1;
    for (size_t period = PERIOD_LEAST; period <= PERIOD_MOST; period++) {
        size_t n = ripple_make(window, column, period, y);
        double like = n ? likeness_of(y, n, period) : 0;
        if (like > most - as_alike && like > alike) { /* of those that are as alike, the longest */
            most = fmax(most, like);
            window->mesh_period = period;
        }
    }
}

gw_md_mesh gw_md_window_mesh(const gw_md_window *window)
{
    double n = (double)window->n_columns, left = n - (double)window->mesh_known;
    if (!window->mesh_period)
        return (gw_md_mesh){.spacing_m = (double)NAN};
    return (gw_md_mesh){.spacing_m = (double)window->mesh_period * WINDOW_CELL_M,
                        .loss_db = 10 * log10(window->mesh_noise * n / left)};
}

static double dot_of(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t c = 0; c < n; c++)
        sum += a[c] * b[c];
    return sum;
}

/* The strongest direction of the sign covariance of what the first m leave, by power iteration. */
static void direction_find(const gw_md_window *window, const double *rest, size_t n_rest,
                           double *direction)
{
    size_t n = window->n_columns;
    for (size_t c = 0; c < n; c++)
        direction[c] = 1 + 0.1 * (double)c;
    for (int turn = 0; turn < TURNS; turn++) {
        double next[WINDOW_COLUMNS_MAX] = {0};
        for (size_t k = 0; k < n_rest; k++) {
            const double *row = rest + k * n;
            double weight = dot_of(row, direction, n) / (dot_of(row, row, n) + 1e-30);
            for (size_t c = 0; c < n; c++)
                next[c] += weight * row[c];
        }
        double norm = sqrt(dot_of(next, next, n)) + 1e-300;
        for (size_t c = 0; c < n; c++)
            direction[c] = next[c] / norm;
    }
}

static double power_left(const double *rest, size_t n_rest, size_t n)
{
    double powers[GW_MD_WINDOW_CELLS];
    for (size_t k = 0; k < n_rest; k++)
        powers[k] = dot_of(rest + k * n, rest + k * n, n);
    return gw_order_quantile(powers, n_rest, 0.5);
}

bool mesh_fit(gw_md_window *window, const unsigned char *use, double part, double floor)
{
    double rest[GW_MD_WINDOW_CELLS * WINDOW_COLUMNS_MAX];
    double known[GW_SCATTER_KNOWN_MAX * WINDOW_COLUMNS_MAX];
    size_t n = window->n_columns, n_rest = 0, m = 0;
    if (!window->mesh_period)
        return false;
    for (size_t k = 0; k < window->n_cells; k++)
        if (use[k] != GW_SCATTER_NOTHING)
            memcpy(rest + n * n_rest++, window->matched + k * n, n * sizeof *rest);
    while (m < GW_SCATTER_KNOWN_MAX && m < n / 2 &&
           power_left(rest, n_rest, n) > left_power * floor * (double)(n - m)) {
        double *direction = known + m++ * n;
        direction_find(window, rest, n_rest, direction);
        for (size_t k = 0; k < n_rest; k++) {
            double along = dot_of(rest + k * n, direction, n);
            for (size_t c = 0; c < n; c++)
                rest[k * n + c] -= along * direction[c];
        }
    }
    gw_scatter_know(window->scatter, known, m);
    gw_scatter_fit(window->scatter, window->matched, use, window->n_cells, part, floor);
    window->mesh_known = m;
    window->ground_variance = 0; /* its directions are the mesh's: no measure of the receiver */
    return true;
}

void mesh_noise(gw_md_window *window)
{
    double energy[GW_MD_WINDOW_CELLS], (*rest)[WINDOW_COLUMNS_MAX] = window->rest;
    double freedom = (double)(window->n_columns - window->mesh_known);
    size_t n = 0;
    if (!window->mesh_period)
        return;
    window->rest = window->field; /* with the dipoles: they may be the mesh's */
    window_filter(window);
    for (size_t k = 0; k < window->n_cells; k++)
        if (window->good[k])
            energy[n++] = window->energy[k];
    window->rest = rest;
    window_filter(window);
    double v = 2 / (9 * freedom), usual = freedom * pow(1 - v + normal_of_part * sqrt(v), 3);
    window->mesh_noise = fmax(1, gw_order_quantile(energy, n, upper_part) / usual);
}
