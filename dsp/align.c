/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/align.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double two_pi = 6.283185307179586;

struct gw_align {
    gw_align_config config;
    bool has_reference;
    float *reference;     /* [n_samples] */
    float *window;        /* [n_samples] */
    float *gated;         /* [n_samples] */
    float *correlation;   /* [size] */
    gw_complex *spectrum; /* [size/2 + 1] of the gated reference */
    gw_complex *cross;    /* [size/2 + 1] */
};

gw_status gw_align_create(const gw_align_config *config, gw_align **out)
{
    *out = NULL;
    if (config->n_samples < 8 || config->size < 2 * config->n_samples - 1 ||
        config->max_shift >= config->n_samples / 2 || !config->gate_samples)
        return GW_EINVAL;
    size_t n = config->n_samples, n_half = config->size / 2 + 1;
    size_t bytes = (3 * n + config->size) * sizeof(float) + 2 * n_half * sizeof(gw_complex);
    gw_align *align = calloc(1, sizeof *align + bytes);
    if (!align)
        return GW_ENOMEM;
    align->config = *config;
    align->spectrum = (gw_complex *)(align + 1);
    align->cross = align->spectrum + n_half;
    align->reference = (float *)(align->cross + n_half);
    align->window = align->reference + n;
    align->gated = align->window + n;
    align->correlation = align->gated + n;
    *out = align;
    return GW_OK;
}

static void window_place(gw_align *align, const float *x)
{
    size_t n = align->config.n_samples, peak = 0;
    for (size_t k = 1; k < n; k++)
        if (fabsf(x[k]) > fabsf(x[peak]))
            peak = k;
    double half = (double)align->config.gate_samples;
    for (size_t k = 0; k < n; k++) {
        double from = ((double)k - (double)peak) / half;
        align->window[k] = fabs(from) < 1 ? (float)(0.5 + 0.5 * cos(two_pi * from / 2)) : 0.0f;
    }
}

/* Where the correlation peaks, samples: > 0 when the scan comes later than the reference. */
static float peak_find(const gw_align *align)
{
    const float *c = align->correlation;
    size_t size = align->config.size;
    long best = 0, reach = (long)align->config.max_shift;
    for (long d = -reach; d <= reach; d++)
        if (c[(size_t)(d + (long)size) % size] > c[(size_t)(best + (long)size) % size])
            best = d;
    float before = c[(size_t)(best - 1 + (long)size) % size];
    float at = c[(size_t)(best + (long)size) % size];
    float after = c[(size_t)(best + 1 + (long)size) % size];
    float bend = before - 2 * at + after;
    bool is_peak = at >= before && at >= after && bend < 0; /* else it lies beyond max_shift */
    return (float)best + (is_peak ? 0.5f * (before - after) / bend : 0.0f);
}

static float shift_measure(gw_align *align, gw_fft *fft, const gw_complex *spectrum)
{
    const gw_align_config *config = &align->config;
    size_t n_half = config->size / 2 + 1;
    for (size_t k = 0; k < config->n_samples; k++)
        align->gated[k] = align->reference[k] * align->window[k];
    gw_fft_forward(fft, align->gated, config->n_samples, align->spectrum);
    for (size_t k = 0; k < n_half; k++) {
        gw_complex a = spectrum[k], b = align->spectrum[k];
        align->cross[k].re = a.re * b.re + a.im * b.im;
        align->cross[k].im = a.im * b.re - a.re * b.im;
    }
    gw_fft_inverse(fft, align->cross, config->size, align->correlation);
    return peak_find(align);
}

void gw_align_shift(gw_complex *spectrum, size_t n, size_t size, float shift)
{
    /* one rotation a bin, by recurrence in double: the error stays below 1e-12 over 65,536 bins */
    double step = two_pi * (double)shift / (double)size, cos_step = cos(step), sin_step = sin(step);
    double re = 1, im = 0;
    for (size_t k = 0; k < n; k++) {
        gw_complex x = spectrum[k];
        spectrum[k].re = (float)((double)x.re * re - (double)x.im * im);
        spectrum[k].im = (float)((double)x.re * im + (double)x.im * re);
        double next = re * cos_step - im * sin_step;
        im = re * sin_step + im * cos_step;
        re = next;
    }
}

float gw_align_process(gw_align *align, gw_fft *fft, gw_complex *restrict spectrum,
                       float *restrict x)
{
    const gw_align_config *config = &align->config;
    float shift = align->has_reference ? shift_measure(align, fft, spectrum) : 0.0f;
    gw_align_shift(spectrum, config->size / 2 + 1, config->size, shift);
    gw_fft_inverse(fft, spectrum, config->n_samples, x);
    if (!align->has_reference) {
        window_place(align, x);
        memcpy(align->reference, x, config->n_samples * sizeof *x);
        align->has_reference = true;
    }
    for (size_t k = 0; k < config->n_samples; k++)
        align->reference[k] += config->memory * (x[k] - align->reference[k]);
    return shift;
}

void gw_align_reset(gw_align *align)
{
    align->has_reference = false;
}

void gw_align_destroy(gw_align *align)
{
    free(align);
}
