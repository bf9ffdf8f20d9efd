/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/whistle.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double tail_part = 0.3, jump = 4, share_least = 0.5;

/* Of the tone's amplitude: where a scan first goes beyond it the direct wave begins. */
static const double arrival = 1.5;
static const double two_pi = 6.283185307179586;

enum { N_MOST = 65536, MEMORY_MOST = 4096, KNOWN_LEAST = 12, STEPS = 4, UNKNOWNS = 4 };

/* Lowest bin looked at, so that a tail's slope is no tone. */
enum { PERIODS_LEAST = 2 };

struct gw_whistle {
    size_t n_samples, size, memory;
    size_t first, n_tail; /* of the tail */
    uint64_t n_seen;
    gw_complex *spectrum; /* [size/2 + 1] */
    float *tail;          /* [n_tail] windowed */
    float *powers;        /* [memory] ring */
    float *sorted;        /* [memory] the same, ascending */
};

gw_status gw_whistle_create(size_t n_samples, size_t size, size_t memory, gw_whistle **out)
{
    *out = NULL;
    if (n_samples < 16 || n_samples > N_MOST || size < n_samples || memory < KNOWN_LEAST ||
        memory > MEMORY_MOST)
        return GW_EINVAL;
    size_t n_tail = (size_t)(tail_part * (double)n_samples), n_half = size / 2 + 1;
    gw_whistle *w =
        calloc(1, sizeof *w + n_half * sizeof(gw_complex) + (n_tail + 2 * memory) * sizeof(float));
    if (!w)
        return GW_ENOMEM;
    *w = (gw_whistle){.n_samples = n_samples,
                      .size = size,
                      .memory = memory,
                      .first = n_samples - n_tail,
                      .n_tail = n_tail,
                      .spectrum = (gw_complex *)(w + 1)};
    w->tail = (float *)(w->spectrum + n_half);
    w->powers = w->tail + n_tail;
    w->sorted = w->powers + memory;
    *out = w;
    return GW_OK;
}

static double tail_power(const gw_whistle *w, const float *x)
{
    double sum = 0, squares = 0, n = (double)w->n_tail;
    for (size_t k = w->first; k < w->n_samples; k++) {
        sum += (double)x[k];
        squares += (double)x[k] * (double)x[k];
    }
    return fmax(squares / n - sum / n * (sum / n), 0);
}

static size_t count_below(const float *sorted, size_t n, float value)
{
    size_t at = 0;
    while (at < n && sorted[at] < value)
        at++;
    return at;
}

static void power_remember(gw_whistle *w, float power)
{
    size_t n = w->n_seen < w->memory ? (size_t)w->n_seen : w->memory;
    float *slot = w->powers + w->n_seen++ % w->memory;
    if (n == w->memory) {
        size_t gone = count_below(w->sorted, n, *slot);
        memmove(w->sorted + gone, w->sorted + gone + 1, (--n - gone) * sizeof *w->sorted);
    }
    size_t at = count_below(w->sorted, n, power);
    memmove(w->sorted + at + 1, w->sorted + at, (n - at) * sizeof *w->sorted);
    w->sorted[at] = *slot = power;
}

/* Too little seen yet: any tail may hold a tone. */
static bool is_loud(const gw_whistle *w, double power)
{
    size_t n = w->n_seen < w->memory ? (size_t)w->n_seen : w->memory;
    return n < KNOWN_LEAST || power > jump * (double)w->sorted[n / 2];
}

/* Radians a sample of the strongest line in the tail. */
static double line_find(gw_whistle *w, gw_fft *fft, const float *x)
{
    double mean = 0;
    for (size_t k = 0; k < w->n_tail; k++)
        mean += (double)x[w->first + k] / (double)w->n_tail;
    for (size_t k = 0; k < w->n_tail; k++) {
        double hann = 0.5 - 0.5 * cos(two_pi * ((double)k + 0.5) / (double)w->n_tail);
        w->tail[k] = (float)(hann * ((double)x[w->first + k] - mean));
    }
    gw_fft_forward(fft, w->tail, w->n_tail, w->spectrum);
    size_t from = PERIODS_LEAST * w->size / w->n_tail, best = from;
    float highest = -1;
    for (size_t k = from; k < w->size / 2; k++) {
        float power = w->spectrum[k].re * w->spectrum[k].re + w->spectrum[k].im * w->spectrum[k].im;
        if (power > highest) {
            highest = power;
            best = k;
        }
    }
    return two_pi * (double)best / (double)w->size;
}

/* Gauss without pivots, of a symmetric positive matrix whose diagonal was loaded. */
static void equations_solve(double a[UNKNOWNS][UNKNOWNS], double *b, int n)
{
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++) {
            double factor = a[j][i] / a[i][i];
            for (int k = i; k < n; k++)
                a[j][k] -= factor * a[i][k];
            b[j] -= factor * b[i];
        }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
}

/* Least squares over the tail of cos, sin, 1 and, for n = 4, of what a change of w by one over the
 * tail's half length does to known[0] cos + known[1] sin. Places count from the tail's middle. */
static void tone_fit(const gw_whistle *w, const float *x, double omega, int n, double *known)
{
    double a[UNKNOWNS][UNKNOWNS] = {{0}}, b[UNKNOWNS] = {0}, half = 0.5 * (double)w->n_tail;
    for (size_t k = 0; k < w->n_tail; k++) {
        double t = (double)k - half, c = cos(omega * t), s = sin(omega * t);
        double row[UNKNOWNS] = {c, s, 1, t / half * (known[1] * c - known[0] * s)};
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++)
                a[i][j] += row[i] * row[j];
            b[i] += row[i] * (double)x[w->first + k];
        }
    }
    for (int i = 0; i < n; i++)
        a[i][i] = a[i][i] * (1 + 1e-9) + 1e-12;
    equations_solve(a, b, n);
    memcpy(known, b, sizeof b);
}

static double tone_at(const double *known, double omega, double t)
{
    return known[0] * cos(omega * t) + known[1] * sin(omega * t);
}

/* A transmitter is heard before the direct wave too. */
static bool is_heard_before(const gw_whistle *w, const float *x, double omega, const double *known)
{
    double middle = (double)w->first + 0.5 * (double)w->n_tail, mean = 0, both = 0, own = 0;
    double most = arrival * hypot(known[0], known[1]);
    size_t n = 0;
    while (n < w->first && fabs((double)x[n]) < most)
        n++;
    if ((double)n * omega < two_pi)
        return true;
    for (size_t k = 0; k < n; k++)
        mean += (double)x[k] / (double)n;
    for (size_t k = 0; k < n; k++) {
        double tone = tone_at(known, omega, (double)k - middle);
        both += tone * ((double)x[k] - mean);
        own += tone * tone;
    }
    return both >= share_least * own;
}

static bool tone_take(gw_whistle *w, gw_fft *fft, double power, float *x)
{
    double omega = line_find(w, fft, x), half = 0.5 * (double)w->n_tail;
    double known[UNKNOWNS] = {0}, most = two_pi / (double)w->size;
    for (int step = 0; step < STEPS; step++) {
        tone_fit(w, x, omega, 3, known);
        tone_fit(w, x, omega, 4, known);
        omega += fmin(fmax(known[3] / half, -most), most);
    }
    tone_fit(w, x, omega, 3, known);
    double tone = 0.5 * (known[0] * known[0] + known[1] * known[1]);
    if (!(tone >= share_least * power && tone < 2 * power) || !is_heard_before(w, x, omega, known))
        return false;
    double middle = (double)w->first + half;
    for (size_t k = 0; k < w->n_samples; k++)
        x[k] -= (float)tone_at(known, omega, (double)k - middle);
    return true;
}

bool gw_whistle_process(gw_whistle *whistle, gw_fft *fft, float *x)
{
    double power = tail_power(whistle, x);
    bool is_taken = power > 0 && is_loud(whistle, power) && tone_take(whistle, fft, power, x);
    power_remember(whistle, (float)power);
    return is_taken;
}

void gw_whistle_reset(gw_whistle *whistle)
{
    whistle->n_seen = 0;
}

void gw_whistle_destroy(gw_whistle *whistle)
{
    free(whistle);
}
