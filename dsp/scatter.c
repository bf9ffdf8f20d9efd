/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/chi_square.h"
#include "dsp/jacobi.h"
#include "dsp/order.h"
#include "dsp/scatter_impl.h"

enum { COLUMNS_MAX = 64, ROWS_MAX = 4096, STEPS = 8 };
enum { GROUND_MAX = 3, PER_GROUND = 6 }; /* directions; of so many columns one */
static const double ridge = 1e-12;
static const double near_per_column = 2.5, ground_least = 10;

gw_status gw_scatter_create(size_t n_columns, size_t max_rows, gw_scatter **out)
{
    size_t n = n_columns;
    size_t n_doubles = 6 * n * n + 2 * n + 2 * max_rows + n * max_rows + GW_SCATTER_KNOWN_MAX * n;
    *out = NULL;
    if (!n || n > COLUMNS_MAX || !max_rows || max_rows > ROWS_MAX)
        return GW_EINVAL;
    gw_scatter *scatter = calloc(1, sizeof *scatter + n_doubles * sizeof(double));
    if (!scatter)
        return GW_ENOMEM;
    scatter->n = n;
    scatter->max_rows = max_rows;
    scatter->white = (double *)(scatter + 1);
    scatter->r = scatter->white + n * n;
    scatter->vectors = scatter->r + n * n;
    scatter->whole = scatter->vectors + n * n;
    scatter->fitted = scatter->whole + n * n;
    scatter->variance = scatter->fitted + n * n;
    scatter->factor = scatter->variance + n;
    scatter->solved = scatter->factor + n * n;
    scatter->distance = scatter->solved + n;
    scatter->order = scatter->distance + max_rows;
    scatter->known = scatter->order + max_rows;
    scatter->rows = scatter->known + GW_SCATTER_KNOWN_MAX * n;
    gw_scatter_reset(scatter);
    *out = scatter;
    return GW_OK;
}

/* Value below which `part` of the used rows' distances lie; *n: how many are used. */
static double distance_quantile(gw_scatter *s, const unsigned char *use, size_t n_rows, double part,
                                size_t *n)
{
    *n = 0;
    for (size_t k = 0; k < n_rows; k++)
        if (use[k] == GW_SCATTER_QUIET)
            s->order[(*n)++] = s->distance[k];
    return gw_order_quantile(s->order, *n, part);
}

/* Squared distance from the ground's middle in units of each column's own scale. */
static void distance_begin(gw_scatter *s, const double *rows, const unsigned char *use,
                           size_t n_rows)
{
    memset(s->distance, 0, n_rows * sizeof *s->distance);
    for (size_t c = 0; c < s->n; c++) {
        size_t n = 0;
        for (size_t k = 0; k < n_rows; k++)
            if (use[k] == GW_SCATTER_QUIET)
                s->order[n++] = fabs(rows[k * s->n + c]);
        double scale = 1.4826 * gw_order_nth(s->order, n, n / 2) + 1e-12;
        for (size_t k = 0; k < n_rows; k++)
            s->distance[k] += pow(rows[k * s->n + c] / scale, 2);
    }
}

static void covariance(gw_scatter *s, const double *rows, const unsigned char *use, size_t n_rows,
                       double limit)
{
    size_t n = s->n, n_taken = 0;
    double trace = 0;
    memset(s->r, 0, n * n * sizeof *s->r);
    for (size_t k = 0; k < n_rows; k++) {
        const double *row = rows + k * n;
        if (use[k] != GW_SCATTER_QUIET || s->distance[k] > limit)
            continue;
        n_taken++;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                s->r[i * n + j] += row[i] * row[j];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            s->r[j * n + i] = s->r[i * n + j] /= (double)n_taken;
    for (size_t i = 0; i < n; i++)
        trace += s->r[i * n + i];
    for (size_t i = 0; i < n; i++)
        s->r[i * n + i] += ridge * trace / (double)n + 1e-300;
}

static void cholesky(gw_scatter *s)
{
    size_t n = s->n;
    double *l = s->factor;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = s->r[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= l[i * n + k] * l[j * n + k];
            l[i * n + j] = i == j ? sqrt(fmax(sum, 1e-12 * s->r[i * n + i])) : sum / l[j * n + j];
        }
}

static void distance_all(gw_scatter *s, const double *rows, size_t n_rows)
{
    size_t n = s->n;
    cholesky(s);
    for (size_t r = 0; r < n_rows; r++) {
        double total = 0;
        for (size_t i = 0; i < n; i++) {
            double sum = rows[r * n + i];
            for (size_t k = 0; k < i; k++)
                sum -= s->factor[i * n + k] * s->solved[k];
            s->solved[i] = sum / s->factor[i * n + i];
            total += s->solved[i] * s->solved[i];
        }
        s->distance[r] = total;
    }
}

static double projection(const gw_scatter *s, const double *row, size_t e)
{
    double sum = 0;
    for (size_t i = 0; i < s->n; i++)
        sum += s->vectors[i * s->n + e] * row[i];
    return sum;
}

static bool is_ground(const size_t *ground, size_t n_ground, size_t e)
{
    for (size_t k = 0; k < n_ground; k++)
        if (ground[k] == e)
            return true;
    return false;
}

/* The strongest directions that stand far out of the noise, strongest first. */
static size_t ground_choose(const gw_scatter *s, double floor, size_t *ground)
{
    size_t n_ground = 0, most = s->n > 4 ? 1 + (s->n - 4) / PER_GROUND : s->n > 1;
    most = most < GROUND_MAX ? most : GROUND_MAX;
    while (n_ground < most) {
        size_t top = s->n;
        for (size_t e = 0; e < s->n; e++)
            if (s->r[e * s->n + e] > ground_least * floor && !is_ground(ground, n_ground, e) &&
                (top == s->n || s->r[e * s->n + e] > s->r[top * s->n + top]))
                top = e;
        if (top == s->n)
            break;
        ground[n_ground++] = top;
    }
    return n_ground;
}

/* The strongest directions, where they stand far out of the noise, are the ground's: there its own
 * heights and hollows lie far, and were left out of R. Their variance is that of all rows which are
 * near in every other direction. */
static void ground_restore(gw_scatter *s, const double *rows, const unsigned char *use,
                           size_t n_rows, double floor)
{
    size_t n = s->n, n_near = 0, ground[GROUND_MAX];
    double sum[GROUND_MAX] = {0};
    size_t n_ground = ground_choose(s, floor, ground);
    for (size_t k = 0; k < n_rows && n_ground; k++) {
        double off = 0;
        if (use[k] == GW_SCATTER_NOTHING)
            continue;
        for (size_t e = 0; e < n; e++)
            if (!is_ground(ground, n_ground, e))
                off += pow(projection(s, rows + k * n, e), 2) / fmax(s->r[e * n + e], floor);
        if (off > near_per_column * (double)n)
            continue;
        n_near++;
        for (size_t g = 0; g < n_ground; g++)
            sum[g] += pow(projection(s, rows + k * n, ground[g]), 2);
    }
    for (size_t g = 0; g < n_ground && n_near > 4 * n; g++)
        s->r[ground[g] * n + ground[g]] =
            fmax(s->r[ground[g] * n + ground[g]], sum[g] / (double)n_near);
}

static void white_make(gw_scatter *s, double floor)
{
    size_t n = s->n;
    memset(s->white, 0, n * n * sizeof *s->white);
    for (size_t e = 0; e < n; e++) {
        double value = 1 / sqrt(fmax(s->r[e * n + e], floor));
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                s->white[i * n + j] += value * s->vectors[i * n + e] * s->vectors[j * n + e];
    }
}

void gw_scatter_know(gw_scatter *scatter, const double *directions, size_t n)
{
    scatter->n_known = n < GW_SCATTER_KNOWN_MAX ? n : GW_SCATTER_KNOWN_MAX;
    if (scatter->n_known)
        memcpy(scatter->known, directions, scatter->n_known * scatter->n * sizeof *directions);
}

/* v without its parts along what is known. */
static void known_remove(const gw_scatter *s, double *v)
{
    for (size_t k = 0; k < s->n_known; k++) {
        const double *direction = s->known + k * s->n;
        double dot = 0;
        for (size_t i = 0; i < s->n; i++)
            dot += direction[i] * v[i];
        for (size_t i = 0; i < s->n; i++)
            v[i] -= dot * direction[i];
    }
}

/* W is symmetric: its rows without them. */
static void white_leave(gw_scatter *s)
{
    for (size_t i = 0; i < s->n; i++)
        known_remove(s, s->white + i * s->n);
}

static const double *rows_take(gw_scatter *s, const double *rows, size_t n_rows)
{
    if (!s->n_known)
        return rows;
    memcpy(s->rows, rows, n_rows * s->n * sizeof *rows);
    for (size_t r = 0; r < n_rows; r++)
        known_remove(s, s->rows + r * s->n);
    return s->rows;
}

static bool are_enough(const gw_scatter *s, const unsigned char *use, size_t n_rows)
{
    size_t n_used = 0;
    for (size_t k = 0; k < n_rows; k++)
        n_used += use[k] == GW_SCATTER_QUIET;
    return n_used >= 4 * s->n;
}

/* The directions of the fit, which settling leaves. */
static void fitted_keep(gw_scatter *s)
{
    memcpy(s->fitted, s->vectors, s->n * s->n * sizeof *s->fitted);
    for (size_t e = 0; e < s->n; e++)
        s->variance[e] = s->r[e * s->n + e];
    s->is_fit = true;
}

void gw_scatter_fit(gw_scatter *scatter, const double *rows, const unsigned char *use,
                    size_t n_rows, double part, double floor)
{
    size_t n_used;
    if (!are_enough(scatter, use, n_rows))
        return;
    rows = rows_take(scatter, rows, n_rows);
    distance_begin(scatter, rows, use, n_rows);
    double limit = distance_quantile(scatter, use, n_rows, part, &n_used);
    for (int step = 0; step < STEPS; step++) {
        covariance(scatter, rows, use, n_rows, limit);
        distance_all(scatter, rows, n_rows);
        limit = distance_quantile(scatter, use, n_rows, part, &n_used);
    }
    double scale = limit / gw_chi_square((double)(scatter->n - scatter->n_known), part);
    for (size_t k = 0; k < scatter->n * scatter->n; k++)
        scatter->whole[k] = scatter->r[k] *= scale;
    gw_jacobi(scatter->r, scatter->vectors, scatter->n);
    ground_restore(scatter, rows, use, n_rows, floor);
    white_make(scatter, floor);
    white_leave(scatter);
    fitted_keep(scatter);
}

void gw_scatter_gather(gw_scatter *scatter, const double *rows, const unsigned char *use,
                       size_t n_rows)
{
    if (!are_enough(scatter, use, n_rows))
        return;
    memset(scatter->distance, 0, n_rows * sizeof *scatter->distance);
    covariance(scatter, rows, use, n_rows, 1);
    memcpy(scatter->whole, scatter->r, scatter->n * scatter->n * sizeof *scatter->r);
    gw_jacobi(scatter->r, scatter->vectors, scatter->n);
    fitted_keep(scatter);
}

/* R without what is known, in its rows and in its columns. */
static void known_leave(gw_scatter *s)
{
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < s->n; i++) {
            known_remove(s, s->r + i * s->n);
            for (size_t j = 0; j < i; j++) { /* turned over when all rows are done */
                double above = s->r[j * s->n + i];
                s->r[j * s->n + i] = s->r[i * s->n + j];
                s->r[i * s->n + j] = above;
            }
        }
}

void gw_scatter_settle(gw_scatter *scatter, const double *directions, size_t n, double floor,
                       double over)
{
    if (!scatter->is_fit)
        return;
    gw_scatter_know(scatter, directions, n);
    memcpy(scatter->r, scatter->whole, scatter->n * scatter->n * sizeof *scatter->r);
    known_leave(scatter);
    gw_jacobi(scatter->r, scatter->vectors, scatter->n);
    for (size_t e = 0; e < scatter->n; e++) /* no step where one comes out of the noise */
        scatter->r[e * scatter->n + e] -= (over - 1) * floor;
    white_make(scatter, floor);
    white_leave(scatter);
}

void gw_scatter_set(gw_scatter *scatter, const double *covariance, double floor)
{
    scatter->n_known = 0;
    memcpy(scatter->r, covariance, scatter->n * scatter->n * sizeof *covariance);
    memcpy(scatter->whole, covariance, scatter->n * scatter->n * sizeof *covariance);
    gw_jacobi(scatter->r, scatter->vectors, scatter->n);
    white_make(scatter, floor);
    fitted_keep(scatter);
}

void gw_scatter_reset(gw_scatter *scatter)
{
    scatter->is_fit = false;
    scatter->n_known = 0;
    memset(scatter->white, 0, scatter->n * scatter->n * sizeof *scatter->white);
    for (size_t i = 0; i < scatter->n; i++)
        scatter->white[i * scatter->n + i] = 1;
}

void gw_scatter_destroy(gw_scatter *scatter)
{
    free(scatter);
}
