/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "dsp/md_window_impl.h"

enum { FIT_HALF = 25, FIT_SHIFT = 4, FIT_REACH = FIT_HALF + FIT_SHIFT };
enum { APART = 6, EDGE = 10, TOP = 4, LANES = 4 };
_Static_assert(WINDOW_COLUMNS_MAX % LANES == 0, "a row is whole groups of columns");
static const double fitted = 200; /* least energy of an object that is taken out */

static const double alike_cells = 2.6; /* noise of overlapping hops */
static const double depth_error = 0.3; /* of heads that go up and down, relative */

/* Metres that a depth of the footprint stands for. */
static double width_m(const gw_md_window *window, size_t depth)
{
    const double *z = window->footprint.depth_m;
    size_t before = depth ? depth - 1 : 0;
    size_t after = depth + 1 < GW_FOOTPRINT_DEPTHS ? depth + 1 : depth;
    return (z[after] - z[before]) / (double)(after - before);
}

/* Sums of one fit of amplitude x shape + level + slope over the cells around a peak. */
typedef struct fit {
    size_t from, to;
    double middle;
    double sum[WINDOW_COLUMNS_MAX], slope[WINDOW_COLUMNS_MAX], square;
    double white[2 * FIT_HALF + 1][WINDOW_COLUMNS_MAX]; /* what is fitted: rest, whitened */
    double footprint[2 * FIT_REACH + 1];                /* of the depth that is tried */
    double error;                                       /* least yet; INFINITY: none */
    size_t n_shape;
    double gain[2 * FIT_HALF + 1];
    double of_depth[GW_FOOTPRINT_DEPTHS]; /* least error of each depth */
} fit;

static void fit_begin(const gw_md_window *window, size_t peak, fit *f)
{
    memset(f, 0, sizeof *f);
    f->middle = (double)peak;
    f->from = peak > FIT_HALF ? peak - FIT_HALF : 0;
    f->to = peak + FIT_HALF + 1 < window->n_cells ? peak + FIT_HALF + 1 : window->n_cells;
    f->error = (double)INFINITY;
    for (size_t depth = 0; depth < GW_FOOTPRINT_DEPTHS; depth++)
        f->of_depth[depth] = (double)INFINITY;
    for (size_t k = f->from; k < f->to; k++) {
        double *white = f->white[k - f->from];
        gw_scatter_whiten(window->scatter, window->rest[k], white);
        for (size_t c = 0; c < window->n_columns; c++) {
            f->sum[c] += white[c];
            f->slope[c] += white[c] * ((double)k - f->middle);
            f->square += white[c] * white[c];
        }
    }
}

/* First row of the inverse of the normal matrix of (shape, 1, x), and its determinant. */
static double normal_invert(const double g[6], double inverse[6])
{
    double a = g[3] * g[5] - g[4] * g[4], b = g[2] * g[4] - g[1] * g[5];
    double c = g[1] * g[4] - g[2] * g[3], det = g[0] * a + g[1] * b + g[2] * c;
    inverse[0] = a / det;
    inverse[1] = b / det;
    inverse[2] = c / det;
    inverse[3] = (g[0] * g[5] - g[2] * g[2]) / det;
    inverse[4] = (g[1] * g[2] - g[0] * g[4]) / det;
    inverse[5] = (g[0] * g[3] - g[1] * g[1]) / det;
    return det;
}

/* What each column has of the shape: four columns at once, each summed over the cells in order. */
static void fit_project(const gw_md_window *window, const fit *f, const double *shape, double *out)
{
    size_t n = f->to - f->from;
    for (size_t first = 0; first < window->n_columns; first += LANES) {
        double sum[LANES] = {0};
        for (size_t k = 0; k < n; k++)
            for (size_t c = 0; c < LANES; c++)
                sum[c] += shape[k] * f->white[k][first + c];
        memcpy(out + first, sum, sizeof sum);
    }
}

static void fit_keep(fit *f, const double *shape, const double *inverse)
{
    f->n_shape = f->to - f->from;
    for (size_t k = 0; k < f->n_shape; k++) /* what gives the amplitude of a column */
        f->gain[k] =
            inverse[0] * shape[k] + inverse[1] + inverse[2] * ((double)(k + f->from) - f->middle);
}

/* One place at the depth of the footprint; kept in dipole when it is the best yet. */
static void fit_try(const gw_md_window *window, fit *f, size_t depth, int shift,
                    window_dipole *dipole)
{
    double g[6] = {0}, inverse[6], with[WINDOW_COLUMNS_MAX], error = f->square;
    const double *shape = f->footprint + FIT_REACH + f->from - (size_t)f->middle - shift;
    for (size_t k = f->from; k < f->to; k++) {
        double x = (double)k - f->middle, s = shape[k - f->from];
        g[0] += s * s;
        g[1] += s;
        g[2] += s * x;
        g[3] += 1;
        g[4] += x;
        g[5] += x * x;
    }
    if (!(fabs(normal_invert(g, inverse)) > 1e-9))
        return;
    fit_project(window, f, shape, with);
    for (size_t c = 0; c < window->n_columns; c++) {
        double b[3] = {with[c], f->sum[c], f->slope[c]};
        double a = inverse[0] * b[0] + inverse[1] * b[1] + inverse[2] * b[2];
        error -= a * b[0] + b[1] * (inverse[1] * b[0] + inverse[3] * b[1] + inverse[4] * b[2]) +
                 b[2] * (inverse[2] * b[0] + inverse[4] * b[1] + inverse[5] * b[2]);
    }
    f->of_depth[depth] = fmin(f->of_depth[depth], error);
    if (error >= f->error)
        return;
    f->error = error;
    dipole->at = f->middle + shift;
    dipole->depth = depth;
    fit_keep(f, shape, inverse);
}

static void depth_try(const gw_md_window *window, fit *f, size_t depth, window_dipole *dipole)
{
    for (int k = -FIT_REACH; k <= FIT_REACH; k++)
        f->footprint[k + FIT_REACH] = gw_footprint_at(&window->footprint, depth, k * WINDOW_CELL_M);
    for (int shift = -FIT_SHIFT; shift <= FIT_SHIFT; shift++)
        fit_try(window, f, depth, shift, dipole);
}

/* Mean and spread over the depths, each as likely as its error leaves it. The least error is not
 * noise alone: what it is a cell and column counts as such, and neighbouring cells are alike. */
static void depth_judge(const gw_md_window *window, const fit *f, window_dipole *dipole)
{
    double n = (double)((f->to - f->from) * window->n_columns) / alike_cells;
    double noise = fmax(f->error / n, alike_cells), total = 0, mean = 0, square = 0;
    for (size_t depth = 0; depth < GW_FOOTPRINT_DEPTHS; depth++) {
        double z = window->footprint.depth_m[depth];
        double weight = exp((f->error - f->of_depth[depth]) / (2 * noise));
        total += weight;
        mean += weight * z;
        square += weight * z * z;
    }
    mean /= total;
    double spread = fmax(0, square / total - mean * mean);
    double coarse = width_m(window, dipole->depth) / sqrt(12), model = depth_error * mean;
    dipole->depth_m = mean;
    dipole->depth_sd_m = sqrt(spread + coarse * coarse + model * model);
}

static void dipole_fit(const gw_md_window *window, size_t peak, window_dipole *dipole)
{
    double white[WINDOW_COLUMNS_MAX], power = 0;
    fit f;
    fit_begin(window, peak, &f);
    memset(dipole, 0, sizeof *dipole);
    dipole->at = (double)peak;
    for (size_t depth = 0; depth < GW_FOOTPRINT_DEPTHS; depth++)
        depth_try(window, &f, depth, dipole);
    depth_judge(window, &f, dipole);
    for (size_t k = 0; k < f.n_shape; k++)
        for (size_t c = 0; c < window->n_columns; c++)
            dipole->amplitude[c] += f.gain[k] * window->rest[k + f.from][c];
    gw_scatter_whiten(window->scatter, dipole->amplitude, white);
    for (size_t c = 0; c < window->n_columns; c++)
        power += white[c] * white[c];
    dipole->white_norm = sqrt(power);
}

static bool is_taken(const gw_md_window *window, size_t cell)
{
    for (size_t j = 0; j < window->n_dipoles; j++)
        if (fabs(window->dipoles[j].at - (double)cell) <= APART)
            return true;
    return false;
}

/* A flank of what lies beyond the window's end is no object. */
static bool is_top(const gw_md_window *window, size_t cell)
{
    size_t from = cell < TOP ? 0 : cell - TOP;
    for (size_t k = from; k <= cell + TOP && k < window->n_cells; k++)
        if (window->energy[k] > window->energy[cell])
            return false;
    return cell > 0 && cell + 1 < window->n_cells;
}

/* The strongest cell where no dipole stands yet; n_cells: none is strong enough. What is only
 * rising where the window ends is nothing yet. */
static size_t strongest(const gw_md_window *window)
{
    size_t best = window->n_cells;
    double energy = fitted;
    size_t to = window->n_cells - (window->goes_on ? EDGE : 0);
    for (size_t k = 0; k < to; k++)
        if (window->energy[k] > energy && !is_taken(window, k) && is_top(window, k)) {
            energy = window->energy[k];
            best = k;
        }
    return best;
}

static void dipole_add(const gw_md_window *window, const window_dipole *dipole, size_t cell,
                       double sign, double *value)
{
    double d_m = ((double)cell - dipole->at) * WINDOW_CELL_M;
    double shape = sign * gw_footprint_at(&window->footprint, dipole->depth, d_m);
    for (size_t c = 0; shape != 0 && c < window->n_columns; c++)
        value[c] += shape * dipole->amplitude[c];
}

void dipoles_add(const gw_md_window *window, size_t cell, double sign, double *value)
{
    for (size_t j = 0; j < window->n_dipoles; j++)
        dipole_add(window, &window->dipoles[j], cell, sign, value);
}

static void dipole_take(gw_md_window *window, size_t peak)
{
    window_dipole *dipole = &window->dipoles[window->n_dipoles++];
    dipole_fit(window, peak, dipole);
    if (window->n_dipoles == 1)
        memcpy(window->rest, window->field, window->n_cells * sizeof *window->rest);
    for (size_t k = 0; k < window->n_cells; k++)
        dipole_add(window, dipole, k, -1, window->rest[k]);
}

void dipoles_know(gw_md_window *window)
{
    window->n_dipoles = 0;
    for (size_t j = 0; j < window->n_known; j++)
        dipole_take(window, window->known[j]);
}

void dipoles_find(gw_md_window *window)
{
    window->n_dipoles = 0;
    memcpy(window->rest, window->field, window->n_cells * sizeof *window->rest);
    if (window->row_period)
        dipoles_know(window);
    window_filter(window);
    while (window->n_dipoles < WINDOW_DIPOLES_MAX) {
        size_t peak = strongest(window);
        if (peak == window->n_cells)
            return;
        dipole_take(window, peak);
        window_filter(window);
    }
}
