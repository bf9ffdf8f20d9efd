/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Objects in an equal row, as mines are laid, that were learnt as ground.
 *
 *     y(k)   what is left in a cell when all objects found are taken out, along one of the four
 *            strongest directions of what was learnt, or else all of it along one of its own four,
 *            over its median, clipped at its 0.85 quantile
 *     row    where the correlation of y with itself is 0.6 and more at p, 2 p and 3 p, for one p
 *            of 38 to 112 cm
 *
 * On blank ground of five kinds the correlation was at most 0.36 (one window of sixty-five 0.50 at
 * 36 cm); rows of PMN, PMA-2 and TM-62M gave 0.4 to 0.99. The places are where |sum of y(k0 + j p)|
 * is greatest. Nothing is learnt of the ground there, and the window is solved again.
 *
 * What does not repeat itself equally is not known by this. Under many tones none is looked for: a
 * step of the ground gave alarms (tests/heavy_balls.py).
 */
#include <stdlib.h>
#include <string.h>

#include "dsp/jacobi.h"
#include "dsp/md_window_impl.h"
#include "dsp/order.h"

enum { PERIOD_LEAST = 38, PERIOD_MOST = 112, REPEATS = 3, OVERLAP = 100, NEAR = 2, DIRECTIONS = 4 };
static const double alike = 0.6, clipped_part = 0.85, heard = 6, reach = 0.3;

static double quantile_of(const double *y, size_t n, double part)
{
    double order[GW_MD_WINDOW_CELLS];
    memcpy(order, y, n * sizeof *order);
    return gw_order_quantile(order, n, part);
}

static void along_make(const gw_md_window *window, const double *direction, double *y)
{
    double size[GW_MD_WINDOW_CELLS], sum = 0;
    size_t n = window->n_cells;
    for (size_t k = 0; k < n; k++) {
        y[k] = 0;
        for (size_t c = 0; c < window->n_columns; c++)
            y[k] += direction[c] * window->matched[k * window->n_columns + c];
    }
    double middle = quantile_of(y, n, 0.5);
    for (size_t k = 0; k < n; k++)
        size[k] = fabs(y[k] -= middle);
    double limit = quantile_of(size, n, clipped_part);
    for (size_t k = 0; k < n; k++)
        sum += y[k] = fmax(-limit, fmin(limit, y[k]));
    for (size_t k = 0; k < n; k++)
        y[k] -= sum / (double)n;
}

static double correlation(const double *y, size_t n, size_t lag)
{
    double both = 0, early = 0, late = 0;
    for (size_t k = 0; k + lag < n; k++) {
        both += y[k] * y[k + lag];
        early += y[k] * y[k];
        late += y[k + lag] * y[k + lag];
    }
    return both / sqrt(early * late + 1e-300);
}

static double likeness_of(const double *correlations, size_t period)
{
    double least = 1;
    for (size_t times = 1; times <= REPEATS; times++) {
        double best = -1;
        for (size_t lag = times * period - NEAR; lag <= times * period + NEAR; lag++)
            best = fmax(best, correlations[lag]);
        least = fmin(least, best);
    }
    return least;
}

/* The best period of y, when it is more alike than *most. */
static size_t period_find(const double *y, size_t n, double *most)
{
    double correlations[GW_MD_WINDOW_CELLS];
    size_t best = 0;
    for (size_t lag = PERIOD_LEAST - NEAR; lag + OVERLAP <= n + NEAR && lag < n; lag++)
        correlations[lag] = correlation(y, n, lag);
    for (size_t p = PERIOD_LEAST; p <= PERIOD_MOST && REPEATS * p + OVERLAP <= n; p++) {
        double like = likeness_of(correlations, p);
        if (like > *most) {
            *most = like;
            best = p;
        }
    }
    return best;
}

static size_t phase_find(const double *y, size_t n, size_t period)
{
    double most = -1;
    size_t best = 0;
    for (size_t k0 = 0; k0 < period; k0++) {
        double sum = 0;
        for (size_t k = k0; k < n; k += period)
            sum += y[k];
        if (fabs(sum) > most) {
            most = fabs(sum);
            best = k0;
        }
    }
    return best;
}

gw_md_row gw_md_window_row(const gw_md_window *window)
{
    if (!window->row_period)
        return (gw_md_row){.spacing_m = (double)NAN};
    return (gw_md_row){.spacing_m = (double)window->row_period * WINDOW_CELL_M,
                       .is_lost = window->is_row_lost};
}

typedef struct row {
    double likeness, y[GW_MD_WINDOW_CELLS];
    size_t period;
} row;

/* A direction whose variance is heard over the noise; false: it is not. */
static bool row_try(const gw_md_window *window, const double *direction, double variance, row *best)
{
    double y[GW_MD_WINDOW_CELLS];
    if (variance < heard * WINDOW_FLOOR_MATCHED)
        return false;
    along_make(window, direction, y);
    size_t period = period_find(y, window->n_cells, &best->likeness);
    if (period) {
        best->period = period;
        memcpy(best->y, y, sizeof y);
    }
    return true;
}

/* Along the strongest directions of what was learnt. */
static void learnt_try(const gw_md_window *window, row *best)
{
    double direction[WINDOW_COLUMNS_MAX];
    for (size_t which = 0; which < DIRECTIONS && which < window->n_columns; which++) {
        double variance = gw_scatter_strong(window->scatter, which, direction);
        if (!row_try(window, direction, variance, best))
            return;
    }
}

/* Along those of all that is heard: objects that were taken for ground may fill what was learnt. */
static void heard_try(gw_md_window *window, row *best)
{
    double r[WINDOW_COLUMNS_MAX * WINDOW_COLUMNS_MAX] = {0}, vectors[sizeof r / sizeof *r];
    double(*rest)[WINDOW_COLUMNS_MAX] = window->rest, direction[WINDOW_COLUMNS_MAX];
    size_t n = window->n_columns;
    window->rest = window->field;
    window_filter(window);
    for (size_t k = 0; k < window->n_cells; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                r[i * n + j] += window->matched[k * n + i] * window->matched[k * n + j] /
                                (double)window->n_cells;
    gw_jacobi(r, vectors, n);
    for (size_t which = 0; which < DIRECTIONS && which < n; which++) {
        size_t top = 0;
        for (size_t e = 1; e < n; e++)
            top = r[e * n + e] > r[top * n + top] ? e : top;
        for (size_t c = 0; c < n; c++)
            direction[c] = vectors[c * n + top];
        if (!row_try(window, direction, r[top * n + top], best))
            break;
        r[top * n + top] = 0;
    }
    window->rest = rest;
    window_filter(window);
}

bool row_look(gw_md_window *window)
{
    row best = {.likeness = alike};
    if (window->are_many || window->mesh_period || window->is_frozen)
        return false;
    learnt_try(window, &best);
    if (!best.period && !window->row_period)
        heard_try(window, &best);
    if (!best.period)
        return false;
    window->row_period = best.period;
    for (size_t k = phase_find(best.y, window->n_cells, best.period); k < window->n_cells;
         k += best.period)
        window_know(window, (double)k, fmin(reach * (double)best.period, WINDOW_OBJECT_HALF));
    return true;
}
