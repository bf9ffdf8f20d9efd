/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/fft.h"

#include <assert.h>
#include <fftw3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FFT_SIZE_MIN = 8, FFT_SIZE_MAX = 65536 };

struct gw_fft {
    size_t size;
    float *real;         /* [size] */
    fftwf_complex *half; /* [size/2 + 1] */
    fftwf_complex *full; /* [size] */
    fftwf_plan forward, inverse, analytic;
};

static _Atomic uint64_t plans;

/* FNV-1a of the plan as FFTW prints it: it names every piece of code that will run. */
static void plan_count(const fftwf_plan plan)
{
    uint64_t hash = 14695981039346656037u;
    char *text = fftwf_sprint_plan(plan);
    for (const char *at = text; at && *at; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    free(text);
    atomic_fetch_add(&plans, hash);
}

const char *gw_fft_version(void)
{
    return fftwf_version;
}

uint64_t gw_fft_plans(void)
{
    return atomic_load(&plans);
}

gw_status gw_fft_create(size_t size, gw_fft **out)
{
    *out = NULL;
    if (size < FFT_SIZE_MIN || size > FFT_SIZE_MAX || size % 2)
        return GW_EINVAL;
    gw_fft *fft = calloc(1, sizeof *fft);
    if (!fft)
        return GW_ENOMEM;
    int n = (int)size;
    fft->size = size;
    fft->real = fftwf_alloc_real(size);
    fft->half = fftwf_alloc_complex(size / 2 + 1);
    fft->full = fftwf_alloc_complex(size);
    if (!fft->real || !fft->half || !fft->full)
        goto fail;
    /* ESTIMATE: the same plan on every start, so the same bits in every run. */
    fft->forward = fftwf_plan_dft_r2c_1d(n, fft->real, fft->half, FFTW_ESTIMATE);
    fft->inverse = fftwf_plan_dft_c2r_1d(n, fft->half, fft->real, FFTW_ESTIMATE);
    fft->analytic = fftwf_plan_dft_1d(n, fft->full, fft->full, FFTW_BACKWARD, FFTW_ESTIMATE);
    if (!fft->forward || !fft->inverse || !fft->analytic)
        goto fail;
    plan_count(fft->forward);
    plan_count(fft->inverse);
    plan_count(fft->analytic);
    *out = fft;
    return GW_OK;
fail:
    gw_fft_destroy(fft);
    return GW_ENOMEM;
}

void gw_fft_forward(gw_fft *fft, const float *restrict x, size_t n, gw_complex *restrict spectrum)
{
    assert(n <= fft->size);
    memcpy(fft->real, x, n * sizeof *x);
    memset(fft->real + n, 0, (fft->size - n) * sizeof *x);
    fftwf_execute(fft->forward);
    memcpy(spectrum, fft->half, (fft->size / 2 + 1) * sizeof *spectrum);
}

void gw_fft_inverse(gw_fft *fft, const gw_complex *restrict spectrum, size_t n, float *restrict x)
{
    assert(n <= fft->size);
    const float scale = 1.0f / (float)fft->size;
    memcpy(fft->half, spectrum, (fft->size / 2 + 1) * sizeof *spectrum);
    fftwf_execute(fft->inverse); /* overwrites half */
    for (size_t k = 0; k < n; k++)
        x[k] = fft->real[k] * scale;
}

void gw_fft_analytic(gw_fft *fft, const gw_complex *restrict spectrum, size_t n,
                     gw_complex *restrict z)
{
    assert(n <= fft->size);
    const size_t half = fft->size / 2;
    const float scale = 1.0f / (float)fft->size;
    memcpy(fft->full, spectrum, (half + 1) * sizeof *spectrum);
    memset(fft->full + half + 1, 0, (half - 1) * sizeof *spectrum);
    fftwf_execute(fft->analytic);
    for (size_t k = 0; k < n; k++) {
        z[k].re = fft->full[k][0] * scale * 2.0f;
        z[k].im = fft->full[k][1] * scale * 2.0f;
    }
    /* The bins 0 and size/2 count once. The chains band-limit before, so both are zero there;
     * for any other input the error is theirs alone, and it is real. */
    const float edge = spectrum[0].re * scale;
    const float nyquist = spectrum[half].re * scale;
    for (size_t k = 0; k < n; k++)
        z[k].re -= edge + (k % 2 ? -nyquist : nyquist);
}

void gw_fft_destroy(gw_fft *fft)
{
    if (!fft)
        return;
    if (fft->forward)
        fftwf_destroy_plan(fft->forward);
    if (fft->inverse)
        fftwf_destroy_plan(fft->inverse);
    if (fft->analytic)
        fftwf_destroy_plan(fft->analytic);
    fftwf_free(fft->real);
    fftwf_free(fft->half);
    fftwf_free(fft->full);
    free(fft);
}

size_t gw_fft_good_size(size_t n)
{
    for (size_t size = n + n % 2;; size += 2) {
        size_t rest = size;
        while (rest % 2 == 0 && rest)
            rest /= 2;
        while (rest % 3 == 0 && rest)
            rest /= 3;
        while (rest % 5 == 0 && rest)
            rest /= 5;
        if (rest == 1)
            return size;
    }
}
