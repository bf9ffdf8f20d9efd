/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benches/fk.h"

#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/fft.h"

enum { TAPS = 8 };

static const double two_pi = 6.283185307179586;

/* Where M comes from: TAPS frequencies from `index` on. */
typedef struct origin {
    uint32_t index;
    float taps[TAPS]; /* times w; all 0: from nowhere */
} origin;

struct fk {
    fk_config config;
    size_t n_used, n_low, size; /* n_low: frequencies of M; size: of the transforms along depth */
    size_t n_new;               /* rows that a block gives */
    uint64_t n_pushed, n_popped;
    bool is_ended;
    gw_complex *surface; /* [n_used] turns time zero to the surface */
    gw_complex *first;   /* [n_low] turns it to the first bin */
    origin *origins;     /* [block/2 + 1][n_low] */
    gw_complex *ring;    /* [block][n_used] */
    fftwf_complex *rows; /* [block][n_used], of the block */
    fftwf_complex *low;  /* [block][n_low] */
    fftwf_complex *line; /* [size] */
    fftwf_plan along, back, depth;
};

/* Bessel's I0. */
static double bessel(double x)
{
    double sum = 1, term = 1;
    for (int k = 1; k < 30; k++)
        sum += term *= x * x / 4 / k / k;
    return sum;
}

/* sinc in a Kaiser window, at d of -TAPS/2..TAPS/2. */
static double kernel(double d)
{
    double part = d / (TAPS / 2), shape = 6;
    double window = part * part < 1 ? bessel(shape * sqrt(1 - part * part)) / bessel(shape) : 0;
    return window * (d == 0 ? 1 : sin(two_pi / 2 * d) / (two_pi / 2 * d));
}

/* The last 2 % of the angle's sine fall off. */
static origin origin_of(const fk *f, double s, double g)
{
    origin made = {0};
    double slant = sqrt(g * g + s * s), at = slant * (double)f->config.size;
    double over = f->config.sin_most - fabs(s) / (slant > 0 ? slant : 1);
    double weight = f->config.sin_most < 1 ? fmin(fmax(over / 0.02, 0), 1) : 1;
    if (g <= 0 || at + TAPS / 2 + 1 >= (double)f->n_used)
        return made;
    made.index = at < TAPS / 2 ? 0 : (uint32_t)at - TAPS / 2 + 1; /* below 0 there is nothing */
    for (int k = 0; k < TAPS; k++)
        made.taps[k] = (float)(weight * g / slant * kernel(at - (double)made.index - k));
    return made;
}

static void tables_fill(fk *f)
{
    const fk_config *config = &f->config;
    for (size_t k = 0; k < f->n_used; k++) {
        double turn = two_pi * (double)k / (double)config->size * config->t0;
        f->surface[k] = (gw_complex){(float)cos(turn), (float)sin(turn)};
    }
    double dg = 1 / ((double)f->size * config->step), scale = dg / (double)config->block;
    for (size_t j = 0; j < f->n_low; j++) {
        double turn = two_pi * (double)j * dg * (config->first - config->t0);
        f->first[j] = (gw_complex){(float)(scale * cos(turn)), (float)(scale * sin(turn))};
        for (size_t q = 0; q <= config->block / 2; q++) {
            double s = (double)q / (double)config->block / config->spacing_samples;
            f->origins[q * f->n_low + j] = origin_of(f, s, (double)j * dg);
        }
    }
}

static bool memory_make(fk *f)
{
    size_t block = f->config.block;
    f->surface = calloc(f->n_used, sizeof *f->surface);
    f->first = calloc(f->n_low, sizeof *f->first);
    f->origins = calloc((block / 2 + 1) * f->n_low, sizeof *f->origins);
    f->ring = calloc(block * f->n_used, sizeof *f->ring);
    f->rows = fftwf_alloc_complex(block * f->n_used);
    f->low = fftwf_alloc_complex(block * f->n_low);
    f->line = fftwf_alloc_complex(f->size);
    return f->surface && f->first && f->origins && f->ring && f->rows && f->low && f->line;
}

static fftwf_plan columns_plan(fftwf_complex *rows, size_t block, size_t n_columns, int sign)
{
    int n = (int)block, stride = (int)n_columns;
    return fftwf_plan_many_dft(1, &n, stride, rows, NULL, stride, 1, rows, NULL, stride, 1, sign,
                               FFTW_MEASURE);
}

gw_status fk_create(const fk_config *config, fk **out)
{
    *out = NULL;
    if (!config->n_bins || config->block % 2 || 2 * config->margin >= config->block ||
        !(config->step >= 1) || !(config->spacing_samples > 0))
        return GW_EINVAL;
    fk *f = calloc(1, sizeof *f);
    if (!f)
        return GW_ENOMEM;
    f->config = *config;
    f->n_new = config->block - 2 * config->margin;
    /* Bins hold frequencies up to half a cycle a bin; what lies above moves down, never up. */
    f->n_used = (size_t)((double)config->size / (2 * config->step)) + TAPS;
    /* In depth as long as half of the transform in time, which holds all that there is. */
    f->size = gw_fft_good_size((size_t)((double)config->size / config->step / 2) + config->n_bins);
    f->n_low = f->size / 2;
    if (!memory_make(f)) {
        fk_destroy(f);
        return GW_ENOMEM;
    }
    f->along = columns_plan(f->rows, config->block, f->n_used, FFTW_FORWARD);
    f->back = columns_plan(f->low, config->block, f->n_low, FFTW_BACKWARD);
    f->depth = fftwf_plan_dft_1d((int)f->size, f->line, f->line, FFTW_BACKWARD, FFTW_MEASURE);
    tables_fill(f);
    fk_reset(f);
    *out = f;
    return GW_OK;
}

size_t fk_n_used(const fk *f)
{
    return f->n_used;
}

void fk_push(fk *f, const gw_complex *spectrum)
{
    gw_complex *to = f->ring + f->n_pushed++ % f->config.block * f->n_used;
    for (size_t k = 0; k < f->n_used; k++) {
        gw_complex x = spectrum[k], turn = f->surface[k];
        to[k].re = x.re * turn.re - x.im * turn.im;
        to[k].im = x.re * turn.im + x.im * turn.re;
    }
}

/* The block's rows in order, from `from` on; what was not pushed is nothing. */
static void rows_gather(fk *f, int64_t from)
{
    for (size_t k = 0; k < f->config.block; k++, from++) {
        fftwf_complex *to = f->rows + k * f->n_used;
        if (from >= 0 && (uint64_t)from < f->n_pushed)
            memcpy(to, f->ring + (uint64_t)from % f->config.block * f->n_used,
                   f->n_used * sizeof *to);
        else
            memset(to, 0, f->n_used * sizeof *to);
    }
}

/* Of one wave number: each g takes from the f that it comes from. */
static void slant_undo(const fk *f, const fftwf_complex *from, const origin *origins,
                       fftwf_complex *to)
{
    for (size_t j = 0; j < f->n_low; j++) {
        const float *x = (const float *)(from + origins[j].index), *taps = origins[j].taps;
        float re = 0, im = 0, turn_re = f->first[j].re, turn_im = f->first[j].im;
        for (int k = 0; k < TAPS; k++) {
            re += taps[k] * x[2 * k];
            im += taps[k] * x[2 * k + 1];
        }
        float *made = (float *)(to + j);
        made[0] = re * turn_re - im * turn_im;
        made[1] = re * turn_im + im * turn_re;
    }
}

static void block_migrate(fk *f)
{
    size_t block = f->config.block;
    rows_gather(f, (int64_t)f->n_popped - (int64_t)f->config.margin);
    fftwf_execute(f->along);
    for (size_t q = 0; q < block; q++) {
        size_t wave = q <= block / 2 ? q : block - q;
        slant_undo(f, f->rows + q * f->n_used, f->origins + wave * f->n_low, f->low + q * f->n_low);
    }
    fftwf_execute(f->back);
}

bool fk_pop(fk *f, gw_complex *m)
{
    uint64_t at = f->n_popped % f->n_new, last = f->n_popped + f->n_new + f->config.margin;
    if (f->n_popped >= f->n_pushed || (at == 0 && f->n_pushed < last && !f->is_ended))
        return false;
    if (at == 0)
        block_migrate(f);
    memset(f->line, 0, f->size * sizeof *f->line);
    memcpy(f->line, f->low + (f->config.margin + at) * f->n_low, f->n_low * sizeof *f->line);
    fftwf_execute(f->depth);
    memcpy(m, f->line, f->config.n_bins * sizeof *m);
    f->n_popped++;
    return true;
}

void fk_finish(fk *f)
{
    f->is_ended = true;
}

void fk_reset(fk *f)
{
    f->n_pushed = f->n_popped = 0;
    f->is_ended = false;
}

void fk_destroy(fk *f)
{
    if (!f)
        return;
    fftwf_destroy_plan(f->along);
    fftwf_destroy_plan(f->back);
    fftwf_destroy_plan(f->depth);
    fftwf_free(f->rows);
    fftwf_free(f->low);
    fftwf_free(f->line);
    free(f->surface);
    free(f->first);
    free(f->origins);
    free(f->ring);
    free(f);
}
