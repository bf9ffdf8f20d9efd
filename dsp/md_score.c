/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Energy is spread over all columns, noise as well. Of many tones it is known how metal can look:
 * the score is that of the spectrum that explains most, of relaxations and permeable spheres,
 * through what the receiver makes of a dipole at each tone, which the ground tells.
 */
#include <string.h>

#include "dsp/md_window_impl.h"
#include "dsp/sphere.h"

enum { RELAXATIONS = 16, RADII = 4, PERMEABLE = 2, NEAR = 140 };

static const double flank_gain = 4, centre_m = 0.15; /* of b_j */
static const double fast_s = 0.3e-6, slow_s = 1e-3;
static const double radii_m[RADII] = {1e-3, 2e-3, 4e-3, 1e-2}, mu_r[PERMEABLE] = {20, 100};
static const double sigma_s_m = 5e6;
static const double ground_strong = 30; /* times the noise: enough to be a measure */
static const double left_least = 1e-4;  /* of a spectrum's power beside the ground's */
static const double freedom = 1.5;      /* of place, depth and spectrum */
static const double norm_least = 1e-6;  /* of a spectrum beside stronger metal nearby */

/* (I + b a a^T)^-1 v for one dipole after the other; the inverses are kept as vectors. */
typedef struct mask {
    size_t n, n_columns;
    double vector[WINDOW_DIPOLES_MAX][WINDOW_COLUMNS_MAX]; /* M_j^-1 a_j */
    double factor[WINDOW_DIPOLES_MAX];                     /* b / (1 + b a^T M_j^-1 a) */
} mask;

static void mask_apply(const mask *m, const double *v, double *out)
{
    memcpy(out, v, m->n_columns * sizeof *out);
    for (size_t j = 0; j < m->n; j++) {
        double dot = 0;
        for (size_t c = 0; c < m->n_columns; c++)
            dot += m->vector[j][c] * v[c];
        for (size_t c = 0; c < m->n_columns; c++)
            out[c] -= m->factor[j] * dot * m->vector[j][c];
    }
}

/* Source: [Sherman1950] */
static void mask_add(mask *m, const double *a, double b)
{
    double dot = 0, *vector = m->vector[m->n];
    mask_apply(m, a, vector);
    for (size_t c = 0; c < m->n_columns; c++)
        dot += a[c] * vector[c];
    m->factor[m->n++] = b / (1 + b * dot);
}

/* What is wrong with the first n dipoles at a cell. */
static void mask_make(const gw_md_window *window, double at, size_t n, mask *m)
{
    double a[WINDOW_COLUMNS_MAX];
    m->n = 0;
    m->n_columns = window->n_columns;
    for (size_t j = 0; j < n; j++) {
        const window_dipole *dipole = &window->dipoles[j];
        double d_m = (at - dipole->at) * WINDOW_CELL_M;
        if (fabs(at - dipole->at) > NEAR)
            continue;
        double flank =
            WINDOW_MODEL_ERROR * gw_footprint_matched(&window->footprint, dipole->depth, d_m);
        double centre =
            WINDOW_MODEL_ERROR / 2 * gw_footprint_matched(&window->footprint, dipole->depth, 0);
        double near = d_m / centre_m;
        gw_scatter_whiten(window->scatter, dipole->amplitude, a);
        mask_add(m, a, flank_gain * flank * flank + centre * centre * exp(-near * near));
    }
}

static double dot_of(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t c = 0; c < n; c++)
        sum += a[c] * b[c];
    return sum;
}

/* max over spectra d of (d^T M v)^2 / (d^T M d); left: M v. */
static double spectra_energy(const gw_md_window *window, const mask *m, const double *left)
{
    double best = 0, d_left[WINDOW_COLUMNS_MAX];
    for (size_t k = 0; k < window->n_spectra; k++) {
        const double *d = window->white_spectra[k];
        double dot = dot_of(d, left, window->n_columns);
        if (m->n)
            mask_apply(m, d, d_left);
        double norm = m->n ? dot_of(d, d_left, window->n_columns) : 1;
        best = fmax(best, dot * dot / fmax(norm, norm_least));
    }
    return best;
}

double score_spectra(const gw_md_window *window, const double *v)
{
    const mask none = {.n = 0};
    return spectra_energy(window, &none, v);
}

double score_masked(const gw_md_window *window, double at, const double *v, size_t n)
{
    mask m;
    double left[WINDOW_COLUMNS_MAX];
    mask_make(window, at, n, &m);
    mask_apply(&m, v, left);
    return window->n_spectra ? spectra_energy(window, &m, left) / freedom
                             : dot_of(v, left, window->n_columns) / (double)window->n_columns /
                                   window->mesh_noise;
}

static void spectrum_add(gw_md_window *window, phasor (*response)(double, double, double),
                         double size, double mu)
{
    phasor *next = window->spectra[window->n_known_spectra++];
    for (size_t k = 0; k < window->n_tones; k++)
        next[k] = response(size, mu, window->tones_hz[k]);
}

static phasor relaxation(double tau_s, double mu, double hz)
{
    phasor x = phasor_of(0, 2 * M_PI * hz * tau_s);
    return mu * x / (1 + x);
}

static phasor sphere(double radius_m, double mu, double hz)
{
    return gw_sphere_response(radius_m, mu, sigma_s_m, hz) / (radius_m * radius_m * radius_m);
}

void spectra_make(gw_md_window *window)
{
    if (!window->are_many)
        return;
    for (int k = 0; k < RELAXATIONS; k++)
        spectrum_add(window, relaxation,
                     fast_s * pow(slow_s / fast_s, (double)k / (RELAXATIONS - 1)), 1);
    for (int k = 0; k < RADII * PERMEABLE; k++)
        spectrum_add(window, sphere, radii_m[k % RADII], mu_r[k / RADII]);
}

/* A spectrum through the receiver, whitened, of norm 1. False: little of it is not the ground's. */
static bool spectrum_whiten(const gw_md_window *window, const phasor *spectrum, double *white)
{
    double in[WINDOW_COLUMNS_MAX];
    size_t n = window->n_tones;
    for (size_t k = 0; k < n; k++) {
        phasor felt = spectrum[k] * phasor_of(window->ground[k], window->ground[k + n]) /
                      structure_ground(window->tones_hz[k]);
        in[k] = creal(felt);
        in[k + n] = cimag(felt);
    }
    gw_scatter_whiten(window->scatter, in, white);
    double before = dot_of(in, in, 2 * n), after = dot_of(white, white, 2 * n);
    for (size_t c = 0; c < 2 * n; c++)
        white[c] /= sqrt(after + 1e-300);
    return after > left_least * before;
}

void score_prepare(gw_md_window *window)
{
    double white[WINDOW_COLUMNS_MAX];
    bool is_known = window->ground_variance > ground_strong && !window->is_frozen;
    window->n_spectra = 0;
    for (size_t k = 0; k < window->n_known_spectra && is_known; k++)
        window->n_spectra +=
            spectrum_whiten(window, window->spectra[k], window->white_spectra[window->n_spectra]);
    for (size_t k = 0; k < window->n_cells; k++) {
        window->level[k] = window->energy[k] / (double)window->n_columns;
        if (!window->n_spectra)
            continue;
        gw_scatter_whiten(window->scatter, window->matched + k * window->n_columns, white);
        window->level[k] = score_spectra(window, white) / freedom;
    }
}
