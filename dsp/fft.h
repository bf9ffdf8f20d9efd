/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/fft.h -- the Fourier transforms of the chains, over FFTW in single precision.
 *
 *     forward    X[k] = sum_n x[n] exp(-2 pi i k n / size),  k = 0..size/2
 *     inverse    x[n] = (1/size) sum_k X[k] exp(+2 pi i k n / size)
 *     analytic   the same sum over k = 0..size/2 with twice the weight inside: x + i Hilbert(x)
 *
 * State:   plans and buffers; nothing is remembered between calls.
 * Cost:    5 size log2(size) operations a real transform, twice that for the analytic one.
 * Accuracy: better than 120 dB against a double-precision sum (tests/test_fft.c).
 */
#ifndef GW_DSP_FFT_H
#define GW_DSP_FFT_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/complex.h"
#include "dsp/status.h"

typedef struct gw_fft gw_fft;

/* size: even, 8..65536. GW_EINVAL, GW_ENOMEM. */
gw_status gw_fft_create(size_t size, gw_fft **out);

/* x: [n] in, n <= size, the rest taken as zero; spectrum: [size/2 + 1] out. */
void gw_fft_forward(gw_fft *fft, const float *restrict x, size_t n, gw_complex *restrict spectrum);

/* spectrum: [size/2 + 1] in, kept; x: [n] out, n <= size. */
void gw_fft_inverse(gw_fft *fft, const gw_complex *restrict spectrum, size_t n, float *restrict x);

/* spectrum: [size/2 + 1] in, kept; z: [n] out, n <= size. */
void gw_fft_analytic(gw_fft *fft, const gw_complex *restrict spectrum, size_t n,
                     gw_complex *restrict z);

void gw_fft_destroy(gw_fft *fft);

/* What computes: FFTW's version and what it was built for; and a sum over the plans that this
 * process has made so far, whatever their order. Two runs that agree in both give the same bits. */
const char *gw_fft_version(void);
uint64_t gw_fft_plans(void);

/* Smallest size >= n whose only factors are 2, 3 and 5, and that is even. */
size_t gw_fft_good_size(size_t n);

#endif
