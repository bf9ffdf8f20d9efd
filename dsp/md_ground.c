/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "dsp/md_window_impl.h"

enum {
    MEDIAN_HALF = 90,
    LINE_BEFORE = 150,
    LINE_AFTER = 100,
    LINE_LEAST = 60,
    LINE_STEP = 25,
    LINE_WHOLE = 250
};
enum { WEAK_HALF = 15, RISING = 100, QUIET_LEAST = 80 };
static const double weak_per_column = 3.75; /* energy of an object that is not fitted */
static const double line_shrink_m = 0.15;   /* a slope over less than that is not believed */

/* Insert into or take from an ordered list. */
static void list_change(double *list, size_t *n, double value, bool is_in)
{
    size_t at = 0, high = *n;
    while (at < high) {
        size_t middle = (at + high) / 2;
        if (list[middle] < value)
            at = middle + 1;
        else
            high = middle;
    }
    if (is_in)
        memmove(list + at + 1, list + at, (*n - at) * sizeof *list);
    else
        memmove(list + at, list + at + 1, (*n - at - 1) * sizeof *list);
    if (is_in)
        list[at] = value;
    *n = is_in ? *n + 1 : *n - 1;
}

void ground_median(gw_md_window *window)
{
    double list[2 * MEDIAN_HALF + 2];
    size_t n_cells = window->n_cells;
    for (size_t c = 0; c < window->n_columns; c++) {
        size_t n = 0;
        for (size_t k = 0; k < n_cells && k < MEDIAN_HALF; k++)
            list_change(list, &n, window->raw[k][c], true);
        for (size_t k = 0; k < n_cells; k++) {
            if (k + MEDIAN_HALF < n_cells)
                list_change(list, &n, window->raw[k + MEDIAN_HALF][c], true);
            if (k > MEDIAN_HALF)
                list_change(list, &n, window->raw[k - MEDIAN_HALF - 1][c], false);
            window->field[k][c] = window->raw[k][c] - (list[(n - 1) / 2] + list[n / 2]) / 2;
        }
    }
    memcpy(window->rest, window->field, n_cells * sizeof *window->rest);
}

static size_t quiet_count(const gw_md_window *window)
{
    size_t n = 0;
    for (size_t k = 0; k < window->n_cells; k++)
        n += window->quiet[k];
    return n;
}

void ground_quiet(gw_md_window *window)
{
    unsigned char kept[GW_MD_WINDOW_CELLS];
    size_t n_cells = window->n_cells;
    for (size_t k = 0; k < n_cells; k++)
        window->quiet[k] = window->good[k] && !window->object[k];
    for (size_t j = 0; j < window->n_dipoles; j++) {
        const window_dipole *dipole = &window->dipoles[j];
        for (size_t k = 0; k < n_cells; k++) {
            double d_m = ((double)k - dipole->at) * WINDOW_CELL_M;
            double shape = fabs(gw_footprint_at(&window->footprint, dipole->depth, d_m));
            if (WINDOW_MODEL_ERROR * shape * dipole->white_norm > 1)
                window->quiet[k] = 0;
        }
    }
    memcpy(kept, window->quiet, n_cells);
    double weak = weak_per_column * (double)window->n_columns;
    for (size_t k = window->goes_on ? n_cells - RISING : n_cells; k < n_cells; k++)
        if (window->energy[k] > weak)
            window->quiet[k] = 0;
    for (size_t k = 0; k < n_cells; k++)
        if (window->energy[k] > weak && window_is_peak(window, k))
            for (size_t i = k < WEAK_HALF ? 0 : k - WEAK_HALF; i <= k + WEAK_HALF && i < n_cells;
                 i++)
                window->quiet[i] = 0;
    if (quiet_count(window) < QUIET_LEAST)
        memcpy(window->quiet, kept, n_cells);
}

typedef struct line_sums {
    double w[GW_MD_WINDOW_CELLS + 1], x[GW_MD_WINDOW_CELLS + 1], xx[GW_MD_WINDOW_CELLS + 1];
    double u[GW_MD_WINDOW_CELLS + 1], xu[GW_MD_WINDOW_CELLS + 1];
} line_sums;

static void sums_place(const gw_md_window *window, line_sums *s)
{
    s->w[0] = s->x[0] = s->xx[0] = 0;
    for (size_t k = 0; k < window->n_cells; k++) {
        double w = window->quiet[k], x = (double)k * WINDOW_CELL_M;
        s->w[k + 1] = s->w[k] + w;
        s->x[k + 1] = s->x[k] + w * x;
        s->xx[k + 1] = s->xx[k] + w * x * x;
    }
}

static void sums_column(const gw_md_window *window, size_t c, line_sums *s)
{
    s->u[0] = s->xu[0] = 0;
    for (size_t k = 0; k < window->n_cells; k++) {
        double model = window->field[k][c] - window->rest[k][c];
        double u = window->quiet[k] ? window->raw[k][c] - model : 0;
        s->u[k + 1] = s->u[k] + u;
        s->xu[k + 1] = s->xu[k] + u * (double)k * WINDOW_CELL_M;
    }
}

/* Cells around k that the line goes through: more where few are quiet. */
static void line_reach(const gw_md_window *window, const line_sums *s, size_t k, size_t *from,
                       size_t *to)
{
    size_t n = window->n_cells;
    *from = k > LINE_BEFORE ? k - LINE_BEFORE : 0;
    *to = k + LINE_AFTER + 1 < n ? k + LINE_AFTER + 1 : n;
    if (window->are_many) { /* at an end too, where it is the slope that counts */
        *to = *to > LINE_WHOLE ? *to : n < LINE_WHOLE ? n : LINE_WHOLE;
        *from = *to > *from + LINE_WHOLE ? *from : *to > LINE_WHOLE ? *to - LINE_WHOLE : 0;
    }
    while (s->w[*to] - s->w[*from] < LINE_LEAST && (*from > 0 || *to < n)) {
        *from = *from > LINE_STEP ? *from - LINE_STEP : 0;
        *to = *to + LINE_STEP < n ? *to + LINE_STEP : n;
    }
}

static double line_at(const line_sums *s, size_t from, size_t to, double x, double shrink_m)
{
    double w = fmax(s->w[to] - s->w[from], 1e-9);
    double mean_x = (s->x[to] - s->x[from]) / w, mean_u = (s->u[to] - s->u[from]) / w;
    double spread = (s->xx[to] - s->xx[from]) / w - mean_x * mean_x;
    double both = (s->xu[to] - s->xu[from]) / w - mean_x * mean_u;
    return mean_u + both / (spread + shrink_m * shrink_m) * (x - mean_x);
}

void ground_line(gw_md_window *window)
{
    line_sums s;
    double shrink_m = window->are_many ? 0.01 : line_shrink_m;
    sums_place(window, &s);
    for (size_t c = 0; c < window->n_columns; c++) {
        sums_column(window, c, &s);
        for (size_t k = 0; k < window->n_cells; k++) {
            size_t from, to;
            line_reach(window, &s, k, &from, &to);
            double model = window->field[k][c] - window->rest[k][c];
            double ground = line_at(&s, from, to, (double)k * WINDOW_CELL_M, shrink_m);
            window->field[k][c] = window->raw[k][c] - ground;
            window->rest[k][c] = window->field[k][c] - model;
        }
    }
}

void ground_begin(gw_md_window *window)
{
    memset(window->field, 0, window->n_cells * sizeof *window->field);
    memset(window->rest, 0, window->n_cells * sizeof *window->rest);
    memcpy(window->quiet, window->good, window->n_cells);
    ground_line(window);
}
