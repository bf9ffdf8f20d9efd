/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What ground can look like at many tones is known, once its strongest direction g is: g holds the
 * receiver's gain and phase at every tone, whatever they are. Magnetic ground whose fall with
 * frequency changes along the lane moves along g u, u = log10(f / 10 kHz) + j pi / (2 ln 10), in
 * the next order along g u^2; its conductivity along j f g. Each of them that the lane shows is
 * taken out before anything is learnt of the rest.
 */
#include <stdlib.h>

#include "dsp/md_window_impl.h"

enum { ORDERS = 3 };

static const double ground_strong = 30; /* variance over the noise's: g is a measure */
static const double seen = 4;           /* the same, of the other directions */
/* Of few tones each direction taken out is a large part: only where it stands far out. */
static const double ground_strong_few = 10000, seen_few = 100;
static const double ground_hz = 10e3, ground_drop = 0.05, median_of_square = 0.4549;

phasor structure_ground(double hz)
{
    return phasor_of(1 - ground_drop * log10(hz / ground_hz), -ground_drop * M_PI / (2 * log(10)));
}

/* Direction number `which` over g, at a tone. */
static phasor direction_factor(int which, double hz)
{
    phasor u = phasor_of(log10(hz / ground_hz), M_PI / (2 * log(10)));
    return which == 0   ? 1
           : which == 1 ? u / structure_ground(hz)
           : which == 2 ? phasor_of(0, hz / ground_hz)
                        : u * u;
}

static void direction_make(const gw_md_window *window, int which, double *out)
{
    size_t n = window->n_tones;
    for (size_t k = 0; k < n; k++) {
        phasor g = phasor_of(window->ground[k], window->ground[k + n]) *
                   direction_factor(which, window->tones_hz[k]);
        out[k] = creal(g);
        out[k + n] = cimag(g);
    }
}

static double dot_of(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t c = 0; c < n; c++)
        sum += a[c] * b[c];
    return sum;
}

/* Less what the first m hold, of norm 1. False when nothing is left. */
static bool direction_purify(double (*basis)[WINDOW_COLUMNS_MAX], size_t m, size_t n,
                             double *direction)
{
    double before = dot_of(direction, direction, n);
    for (int turn = 0; turn < 2; turn++)
        for (size_t k = 0; k < m; k++) {
            double dot = dot_of(basis[k], direction, n);
            for (size_t c = 0; c < n; c++)
                direction[c] -= dot * basis[k][c];
        }
    double after = dot_of(direction, direction, n);
    for (size_t c = 0; c < n; c++)
        direction[c] /= sqrt(after + 1e-300);
    return after > 1e-6 * before;
}

static int by_value(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* Variance along a direction, by the median: an object moves it little. */
static double variance_along(const gw_md_window *window, const unsigned char *use,
                             const double *direction)
{
    double squares[GW_MD_WINDOW_CELLS];
    size_t n = 0;
    for (size_t k = 0; k < window->n_cells; k++)
        if (use[k] == GW_SCATTER_QUIET)
            squares[n++] = pow(
                dot_of(direction, window->matched + k * window->n_columns, window->n_columns), 2);
    qsort(squares, n, sizeof *squares, by_value);
    return n ? squares[n / 2] / median_of_square : 0;
}

void structure_fit(gw_md_window *window, const unsigned char *use, double part, double floor)
{
    double basis[GW_SCATTER_KNOWN_MAX][WINDOW_COLUMNS_MAX], known[sizeof basis / sizeof(double)];
    size_t m = 0, n = window->n_columns;
    if (soil_apply(window, floor) || mesh_fit(window, use, part, floor))
        return;
    gw_scatter_know(window->scatter, NULL, 0);
    gw_scatter_fit(window->scatter, window->matched, use, window->n_cells, part, floor);
    window->ground_variance = gw_scatter_strongest(window->scatter, window->ground);
    bool are_many = window->n_tones >= WINDOW_TONES_MANY;
    double limit = (are_many ? seen : seen_few) * floor;
    if (!window->is_structured ||
        window->ground_variance < (are_many ? ground_strong : ground_strong_few))
        return;
    for (int which = 0; which < ORDERS; which++) {
        direction_make(window, which, basis[m]);
        if (direction_purify(basis, m, n, basis[m]) &&
            (which == 0 || variance_along(window, use, basis[m]) > limit))
            m++;
    }
    for (size_t k = 0; k < m; k++)
        for (size_t c = 0; c < n; c++)
            known[k * n + c] = basis[k][c];
    gw_scatter_know(window->scatter, known, m);
    gw_scatter_fit(window->scatter, window->matched, use, window->n_cells, part, floor);
}
