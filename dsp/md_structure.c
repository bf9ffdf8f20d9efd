/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What ground can look like at many tones is known, once its strongest direction g is: g holds the
 * receiver's gain and phase at every tone, whatever they are. Magnetic ground whose fall with
 * frequency changes along the lane moves along g u, u = log10(f / 10 kHz) + j pi / (2 ln 10), in
 * the next order along g u^2; its conductivity along j f g. Each of them that the lane shows is
 * taken out before anything is learnt of the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "dsp/md_window_impl.h"
#include "dsp/order.h"

enum { ORDERS = 3, TURNS = 4, FLANK = 8, REFINED = 5 };

static const double ground_strong = 30; /* variance over the noise's: g is a measure */
static const double seen = 4;           /* the same, of the other directions */
/* Of few tones each direction taken out is a large part: only where it stands far out. */
static const double ground_strong_few = 10000, seen_few = 100;
static const double measured = 30; /* the same, of a direction as it is measured */
/* Of such a direction: not of the structure. */
static const double foreign_most = 0.002, foreign_noise = 8;
static const double ratio_most = 2.5, over_noise = 3, far_most = 10;
/* Of what the directions' error makes of a height: less from turn to turn. */
static const double levers[TURNS] = {0.3, 0.3, 0.1, 0.04};
/* Few tones: the same, and from which variance over the noise's g is looked for again. */
static const double refine_first = 0.3, refine_last = 0.04, refined_from = 30;
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
    return n ? gw_order_nth(squares, n, n / 2) / median_of_square : 0;
}

/* Share of a direction of norm 1 that lies within the first m. */
static double share_within(double (*basis)[WINDOW_COLUMNS_MAX], size_t m, size_t n,
                           const double *direction)
{
    double share = 0;
    for (size_t k = 0; k < m; k++)
        share += pow(dot_of(basis[k], direction, n), 2);
    return share;
}

/* Directions of the structure that the lane shows over `limit`. */
static size_t structure_seek(const gw_md_window *window, const unsigned char *use, double limit,
                             double (*basis)[WINDOW_COLUMNS_MAX])
{
    size_t m = 0, n = window->n_columns;
    for (int which = 0; which < ORDERS; which++) {
        direction_make(window, which, basis[m]);
        if (direction_purify(basis, m, n, basis[m]) &&
            (which == 0 || variance_along(window, use, basis[m]) > limit))
            m++;
    }
    return m;
}

/* The ground's directions as measured, which hold what g, a mean, has lost: those of the strongest
 * that are of its structure. Metal that was taken for ground is not. */
static size_t ground_seek(const gw_md_window *window, double floor,
                          double (*structure)[WINDOW_COLUMNS_MAX],
                          double (*basis)[WINDOW_COLUMNS_MAX])
{
    size_t m = 0, n = window->n_columns;
    for (size_t which = 0; which < ORDERS; which++) {
        double variance = gw_scatter_strong(window->scatter, which, basis[m]);
        double foreign = foreign_most + foreign_noise * floor / fmax(variance, floor);
        if (variance > measured * floor &&
            1 - share_within(structure, ORDERS, n, basis[m]) < foreign)
            m++;
    }
    return m;
}

static void basis_pack(double (*basis)[WINDOW_COLUMNS_MAX], size_t m, size_t n, double *packed)
{
    for (size_t k = 0; k < m; k++)
        for (size_t c = 0; c < n; c++)
            packed[k * n + c] = basis[k][c];
}

/* Many tones: what is left beside the ground's directions is the receiver's noise, but for what
 * stands far out of it. Returns how many they are. */
static size_t ground_settle(gw_md_window *window, const unsigned char *use, double floor,
                            double over, double (*basis)[WINDOW_COLUMNS_MAX])
{
    double structure[ORDERS][WINDOW_COLUMNS_MAX], known[ORDERS * WINDOW_COLUMNS_MAX];
    size_t m = 0, n = window->n_columns;
    window->ground_variance = gw_scatter_strong(window->scatter, 0, window->ground);
    if (window->ground_variance >= ground_strong) {
        size_t of_seen = structure_seek(window, use, seen * floor, basis);
        size_t of_all = structure_seek(window, use, -1, structure);
        m = of_all == ORDERS ? ground_seek(window, floor, structure, basis) : 0;
        m = m >= of_seen ? m : structure_seek(window, use, seen * floor, basis);
    }
    basis_pack(basis, m, n, known);
    gw_scatter_settle(window->scatter, known, m, floor, over);
    return m;
}

typedef struct directions {
    size_t n;
    double basis[GW_SCATTER_KNOWN_MAX][WINDOW_COLUMNS_MAX];
} directions;

/* What is left of each row over what noise, and the error of the ground's directions in far heights
 * and hollows, give: these must count, for they tell the directions best. */
static void ratios_make(const gw_md_window *window, const unsigned char *use, double lever,
                        const directions *ground, double *ratio)
{
    size_t n = window->n_columns;
    double variance[ORDERS], white[WINDOW_COLUMNS_MAX];
    for (size_t d = 0; d < ground->n; d++)
        variance[d] = variance_along(window, use, ground->basis[d]) + 1e-30;
    for (size_t k = 0; k < window->n_cells; k++) {
        const double *row = window->matched + k * n;
        double far = 1;
        for (size_t d = 0; d < ground->n; d++)
            far += lever * pow(dot_of(ground->basis[d], row, n), 2) / variance[d];
        gw_scatter_whiten(window->scatter, row, white);
        ratio[k] = dot_of(white, white, n) / ((double)n * fmin(far, far_most));
    }
}

/* Rows that are ground and noise, half of all at least, and none beside one that is more. */
static void ground_mark(const gw_md_window *window, const unsigned char *use, const double *ratio,
                        unsigned char *marked)
{
    double order[GW_MD_WINDOW_CELLS];
    size_t n = 0, n_cells = window->n_cells;
    for (size_t k = 0; k < n_cells; k++)
        if (use[k] == GW_SCATTER_QUIET)
            order[n++] = ratio[k];
    double half = n ? gw_order_nth(order, n, n / 2) : 0;
    memcpy(marked, use, n_cells);
    for (size_t k = 0; k < n_cells; k++)
        if (ratio[k] > fmax(ratio_most, half))
            marked[k] = GW_SCATTER_NOTHING;
    for (size_t k = 0; k < n_cells && half <= ratio_most; k++)
        for (size_t i = k > FLANK ? k - FLANK : 0; i <= k + FLANK && i < n_cells; i++)
            if (ratio[i] > ratio_most)
                marked[k] = GW_SCATTER_NOTHING;
}

static void ground_fit(gw_md_window *window, const unsigned char *use, double floor)
{
    double ratio[GW_MD_WINDOW_CELLS];
    directions ground;
    unsigned char marked[GW_MD_WINDOW_CELLS];
    size_t n_used = 0;
    for (size_t k = 0; k < window->n_cells; k++)
        n_used += use[k] == GW_SCATTER_QUIET;
    double fewer = (double)GW_MD_WINDOW_CELLS / fmax((double)n_used, 1);
    for (int turn = 0; turn < TURNS; turn++) {
        ground.n = ground_settle(window, use, floor, (double)INFINITY, ground.basis);
        ratios_make(window, use, fmin(levers[turn] * fewer, levers[0]), &ground, ratio);
        ground_mark(window, use, ratio, marked);
        gw_scatter_gather(window->scatter, window->matched, marked, window->n_cells);
    }
    ground_settle(window, use, floor, over_noise, ground.basis);
}

/* Sum over the rows of (g row) row, each weighed by how little it has beside g that noise, and g's
 * error in a far height or hollow, do not give. */
static void ground_sum(const gw_md_window *window, const unsigned char *use, double lever,
                       double *sum)
{
    const double *g = window->ground;
    size_t n = window->n_columns;
    double off[WINDOW_COLUMNS_MAX], white[WINDOW_COLUMNS_MAX];
    double variance = fmax(variance_along(window, use, g), 1);
    memset(sum, 0, n * sizeof *sum);
    for (size_t k = 0; k < window->n_cells; k++) {
        const double *row = window->matched + k * n;
        if (use[k] != GW_SCATTER_QUIET)
            continue;
        double along = dot_of(g, row, n);
        for (size_t c = 0; c < n; c++)
            off[c] = row[c] - along * g[c];
        gw_scatter_whiten(window->scatter, off, white);
        double far = fmin(1 + lever * along * along / variance, far_most);
        double ratio = dot_of(white, white, n) / ((double)n * far);
        double weight = pow(fmax(1 - ratio / ratio_most, 0), 2);
        for (size_t c = 0; c < n; c++)
            sum[c] += weight * along * row[c];
    }
}

/* Few tones: g again, of all quiet rows. What lies near, which the covariance is of, tells g less
 * well than far heights and hollows do, and in these g's error is heard. */
static void ground_refine(gw_md_window *window, const unsigned char *use)
{
    double sum[WINDOW_COLUMNS_MAX];
    size_t n = window->n_columns;
    for (int turn = 0; turn < REFINED; turn++) {
        double part = (double)turn / (REFINED - 1);
        ground_sum(window, use, refine_first * pow(refine_last / refine_first, part), sum);
        double norm = sqrt(dot_of(sum, sum, n));
        for (size_t c = 0; c < n && norm > 0; c++)
            window->ground[c] = sum[c] / norm;
    }
}

void structure_fit(gw_md_window *window, const unsigned char *use, double part, double floor)
{
    double basis[GW_SCATTER_KNOWN_MAX][WINDOW_COLUMNS_MAX], known[sizeof basis / sizeof(double)];
    if (soil_apply(window, floor) || mesh_fit(window, use, part, floor))
        return;
    if (!window->are_many || gw_scatter_strong(window->scatter, 0, window->ground) <= 0) {
        gw_scatter_know(window->scatter, NULL, 0);
        gw_scatter_fit(window->scatter, window->matched, use, window->n_cells, part, floor);
    }
    if (window->are_many) {
        ground_fit(window, use, floor);
        return;
    }
    window->ground_variance = gw_scatter_strong(window->scatter, 0, window->ground);
    bool is_refined = window->is_last && window->ground_variance >= refined_from;
    bool is_strong = window->ground_variance >= ground_strong_few;
    if (!window->is_structured || !(is_refined || is_strong))
        return;
    if (is_refined)
        ground_refine(window, use);
    double seen_from = is_strong ? seen_few * floor : (double)INFINITY;
    size_t m = structure_seek(window, use, seen_from, basis);
    basis_pack(basis, m, window->n_columns, known);
    gw_scatter_know(window->scatter, known, m);
    gw_scatter_fit(window->scatter, window->matched, use, window->n_cells, part, floor);
}
