/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/md_kind.h"

#include <stdbool.h>
#include <stdlib.h>

#include "dsp/sphere.h"

enum {
    COLUMNS = 2 * GW_TONES_MAX,
    ROWS = COLUMNS + 1,
    GRID = 48,
    ATOMS_MAX = 6000,
    PEAK_STEPS = 100
};

static const double slow_hz = 50, fast_hz = 1e6; /* of relaxations */
static const double model_error = 0.01;          /* of a response at each tone, relative */
static const double spread_most = 1.1;           /* of ln tau: beyond, it is not known */

static const double still[] = {0, -0.1, -0.2, -0.3, -0.4, -0.5}; /* c */
static const double apart[] = {2, 4, 8, 16}, part[] = {0.3, 0.5, 0.7};
static const double permeable[] = {1, 15, 30, 60, 100, 200};

typedef struct atom {
    bool is_ferrous;
    double relaxation_s;
    float response[COLUMNS]; /* real parts, imaginary parts */
} atom;

struct gw_md_kinds {
    size_t n_tones, n_atoms, n_of[2];
    double tones_hz[GW_TONES_MAX];
    atom *atoms;                                    /* [ATOMS_MAX] */
    double through[ROWS][COLUMNS];                  /* W G */
    double misfit[GW_MD_KIND_RECEIVERS][ATOMS_MAX]; /* r^2 of the last one judged */
};

/* A body: two relaxations and c, or a sphere. */
typedef struct body {
    double c, hz[2], weight[2];
    double mu_r, radius_m; /* mu_r 0: no sphere */
} body;

static phasor body_response(const body *b, double hz)
{
    const double sigma_s_m = 1e7;
    if (b->mu_r > 0)
        return gw_sphere_response(b->radius_m, b->mu_r, sigma_s_m, hz) /
               (b->radius_m * b->radius_m * b->radius_m);
    phasor sum = b->c;
    for (int k = 0; k < 2; k++)
        sum += b->weight[k] * phasor_of(0, hz / b->hz[k]) / phasor_of(1, hz / b->hz[k]);
    return -sum;
}

static double relaxation_of(const body *b)
{
    double best = 0, best_hz = slow_hz;
    for (int k = 0; k <= PEAK_STEPS; k++) {
        double hz = slow_hz * pow(fast_hz / slow_hz, (double)k / PEAK_STEPS);
        double loss = fabs(cimag(body_response(b, hz)));
        if (loss > best) {
            best = loss;
            best_hz = hz;
        }
    }
    return 1 / (2 * M_PI * best_hz);
}

static void atom_add(gw_md_kinds *kinds, const body *b, bool is_ferrous)
{
    if (kinds->n_atoms == ATOMS_MAX)
        return;
    atom *next = &kinds->atoms[kinds->n_atoms++];
    kinds->n_of[is_ferrous]++;
    next->is_ferrous = is_ferrous;
    next->relaxation_s = relaxation_of(b);
    for (size_t k = 0; k < kinds->n_tones; k++) {
        phasor response = body_response(b, kinds->tones_hz[k]);
        next->response[k] = (float)creal(response);
        next->response[k + kinds->n_tones] = (float)cimag(response);
    }
}

static double grid_hz(int k)
{
    return slow_hz * pow(fast_hz / slow_hz, (double)k / (GRID - 1));
}

static void relaxing_add(gw_md_kinds *kinds, double c)
{
    for (int k = 0; k < GRID; k++) {
        body b = {.c = c, .hz = {grid_hz(k), 1}, .weight = {1, 0}};
        atom_add(kinds, &b, c < 0);
        for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
            for (size_t j = 0; j < sizeof part / sizeof *part; j++) {
                b.hz[1] = b.hz[0] * apart[i];
                b.weight[0] = part[j];
                b.weight[1] = 1 - part[j];
                atom_add(kinds, &b, c < 0);
            }
    }
}

/* Of 1e7 S/m: sizes from 0.5 mm to 20 cm, for other conductors stand for other sizes. */
static void spheres_add(gw_md_kinds *kinds, double mu_r)
{
    for (int k = 0; k < 2 * GRID; k++) {
        const body b = {.mu_r = mu_r, .radius_m = 5e-4 * pow(400, (double)k / (2 * GRID - 1))};
        atom_add(kinds, &b, mu_r > 1);
    }
}

gw_status gw_md_kinds_create(size_t n_tones, const double *tones_hz, gw_md_kinds **out)
{
    *out = NULL;
    if (!n_tones || n_tones > GW_TONES_MAX)
        return GW_EINVAL;
    gw_md_kinds *kinds = calloc(1, sizeof *kinds + ATOMS_MAX * sizeof *kinds->atoms);
    if (!kinds)
        return GW_ENOMEM;
    kinds->atoms = (atom *)(kinds + 1);
    kinds->n_tones = n_tones;
    for (size_t k = 0; k < n_tones; k++)
        kinds->tones_hz[k] = tones_hz[k];
    for (size_t k = 0; k < sizeof still / sizeof *still; k++)
        relaxing_add(kinds, still[k]);
    for (size_t k = 0; k < sizeof permeable / sizeof *permeable; k++)
        spheres_add(kinds, permeable[k]);
    *out = kinds;
    return GW_OK;
}

/* [2 n_tones] -> [2 n_tones + 1] */
static void hear(const gw_md_kinds *kinds, const gw_md_hearing *hearing, const double *in,
                 double *out)
{
    size_t n = 2 * kinds->n_tones;
    double along = 0;
    gw_scatter_whiten(hearing->scatter, in, out);
    for (size_t c = 0; c < n && hearing->ground; c++)
        along += hearing->ground[c] * in[c];
    out[n] = hearing->ground ? along / hearing->ground_sd : 0;
}

/* W G, so that an atom takes one multiplication. */
static void through_make(gw_md_kinds *kinds, const gw_md_hearing *hearing, const phasor *receiver)
{
    size_t n = kinds->n_tones;
    double in[COLUMNS], out[ROWS];
    for (size_t c = 0; c < 2 * n; c++) {
        size_t tone = c % n;
        phasor one = receiver[tone] * (c < n ? phasor_of(1, 0) : phasor_of(0, 1));
        memset(in, 0, sizeof in);
        in[tone] = creal(one);
        in[tone + n] = cimag(one);
        hear(kinds, hearing, in, out);
        for (size_t r = 0; r <= 2 * n; r++)
            kinds->through[r][c] = out[r];
    }
}

typedef struct fit {
    double misfit, factor; /* r^2; what the atom is multiplied by */
} fit;

static fit fit_of(const gw_md_kinds *kinds, const atom *a, const double *white, double power)
{
    size_t n = 2 * kinds->n_tones;
    double dot = 0, square = 0;
    for (size_t r = 0; r <= n; r++) {
        double sum = 0;
        for (size_t c = 0; c < n; c++)
            sum += kinds->through[r][c] * (double)a->response[c];
        dot += sum * white[r];
        square += sum * sum;
    }
    return square > 0 ? (fit){power - dot * dot / square, dot / square} : (fit){power, 0};
}

/* What an error of all of its response, tone by tone, is once it is whitened: much, where most of
 * the response looks like ground. */
static double error_power(const gw_md_kinds *kinds, const atom *a, double factor)
{
    size_t n = kinds->n_tones;
    double total = 0;
    for (size_t k = 0; k < n; k++) {
        double re = (double)a->response[k], im = (double)a->response[k + n], gain = 0;
        for (size_t r = 0; r <= 2 * n; r++)
            gain += (pow(kinds->through[r][k], 2) + pow(kinds->through[r][k + n], 2)) / 2;
        total += gain * (re * re + im * im) * factor * factor;
    }
    return total;
}

/* Misfit of every atom through every receiver. Returns the least, and what an error of the model
 * makes of the response that fits best. */
static double misfits_make(gw_md_kinds *kinds, const gw_md_hearing *hearing, size_t n_receivers,
                           phasor receivers[][GW_TONES_MAX], const double *heard, double *error)
{
    double white[ROWS], power = 0, least = (double)INFINITY;
    hear(kinds, hearing, heard, white);
    for (size_t c = 0; c <= 2 * kinds->n_tones; c++)
        power += white[c] * white[c];
    *error = 0;
    for (size_t r = 0; r < n_receivers; r++) {
        through_make(kinds, hearing, receivers[r]);
        for (size_t k = 0; k < kinds->n_atoms; k++) {
            fit f = fit_of(kinds, &kinds->atoms[k], white, power);
            kinds->misfit[r][k] = f.misfit;
            if (f.misfit >= least)
                continue;
            least = f.misfit;
            *error = error_power(kinds, &kinds->atoms[k], f.factor);
        }
    }
    return least;
}

gw_md_kind gw_md_kinds_judge(gw_md_kinds *kinds, const gw_md_hearing *hearing, size_t n_receivers,
                             phasor receivers[][GW_TONES_MAX], const double *heard)
{
    size_t n = 2 * kinds->n_tones;
    double error, sum[2] = {0}, total = 0, mean = 0, square = 0;
    double least = misfits_make(kinds, hearing, n_receivers, receivers, heard, &error);
    double wide = 2 + 2 * model_error * model_error * error / (double)n;
    for (size_t k = 0; k < kinds->n_atoms; k++) {
        const atom *a = &kinds->atoms[k];
        double likelihood = 0, log_tau = log(a->relaxation_s);
        for (size_t r = 0; r < n_receivers; r++)
            likelihood += exp((least - kinds->misfit[r][k]) / wide);
        likelihood /= (double)kinds->n_of[a->is_ferrous];
        sum[a->is_ferrous] += likelihood;
        total += likelihood;
        mean += likelihood * log_tau;
        square += likelihood * log_tau * log_tau;
    }
    mean /= total;
    double spread = sqrt(fmax(0, square / total - mean * mean));
    return (gw_md_kind){.ferrous_probability = sum[1] / total,
                        .relaxation_s = spread < spread_most ? exp(mean) : (double)NAN};
}

void gw_md_kinds_destroy(gw_md_kinds *kinds)
{
    free(kinds);
}
