/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/pitch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float two_pi = 6.2831853f;

enum { ROWS_MAX = 4096 };

struct gw_pitch {
    gw_pitch_config config;
    double t0, first, step;
    size_t n_bins;
    uint64_t n_pushed;
    gw_complex ring[]; /* [n_rows][n_samples] */
};

gw_status gw_pitch_create(const gw_pitch_config *config, gw_pitch **out)
{
    *out = NULL;
    if (config->n_samples < 2 || config->n_rows > ROWS_MAX ||
        config->n_rows < 2 * (config->aperture + config->half) + 1 ||
        !(config->spacing_samples >= 0))
        return GW_EINVAL;
    gw_pitch *pitch =
        calloc(1, sizeof *pitch + config->n_rows * config->n_samples * sizeof(gw_complex));
    if (!pitch)
        return GW_ENOMEM;
    pitch->config = *config;
    *out = pitch;
    return GW_OK;
}

void gw_pitch_place(gw_pitch *pitch, double t0, double first, double step, size_t n_bins)
{
    pitch->t0 = t0;
    pitch->first = first;
    pitch->step = step;
    pitch->n_bins = n_bins;
}

void gw_pitch_push(gw_pitch *pitch, const gw_complex *z)
{
    size_t n = pitch->config.n_samples;
    memcpy(pitch->ring + pitch->n_pushed++ % pitch->config.n_rows * n, z, n * sizeof *z);
}

/* Rows on either side of one that there are. */
static uint64_t rows_from(uint64_t row, size_t aside)
{
    return row > aside ? row - aside : 0;
}

static uint64_t rows_to(const gw_pitch *pitch, uint64_t row, size_t aside)
{
    return row + aside < pitch->n_pushed ? row + aside : pitch->n_pushed - 1;
}

/* m of dsp/focus.h */
static gw_complex focused_at(const gw_pitch *pitch, uint64_t row, size_t bin)
{
    const gw_pitch_config *config = &pitch->config;
    double t = pitch->first + (double)bin * pitch->step - pitch->t0;
    float re = 0, im = 0, power = 0;
    uint64_t last = rows_to(pitch, row, config->aperture);
    for (uint64_t k = rows_from(row, config->aperture); k <= last; k++) {
        double offset = (double)(k > row ? k - row : row - k) * config->spacing_samples;
        gw_focus_tap tap = gw_focus_tap_of(pitch->t0, t, offset, config->n_samples);
        const gw_complex *z = pitch->ring + k % config->n_rows * config->n_samples + tap.index;
        re += tap.weight * (z[0].re + tap.part * (z[1].re - z[0].re));
        im += tap.weight * (z[0].im + tap.part * (z[1].im - z[0].im));
        power += tap.weight * tap.weight;
    }
    float scale = power > 0 ? 1 / sqrtf(power) : 0;
    return (gw_complex){re * scale, im * scale};
}

float gw_pitch_at(const gw_pitch *pitch, uint64_t row, size_t bin)
{
    size_t reach = pitch->config.reach, from = bin > reach ? bin - reach : 1;
    size_t to = bin + reach < pitch->n_bins ? bin + reach : pitch->n_bins - 1;
    float re = 0, im = 0;
    uint64_t last = rows_to(pitch, row, pitch->config.half);
    for (uint64_t k = rows_from(row, pitch->config.half); k <= last; k++) {
        gw_complex before = focused_at(pitch, k, from - 1);
        for (size_t b = from; b <= to; b++) {
            gw_complex m = focused_at(pitch, k, b);
            re += m.re * before.re + m.im * before.im;
            im += m.im * before.re - m.re * before.im;
            before = m;
        }
    }
    return atan2f(im, re) / two_pi;
}

void gw_pitch_reset(gw_pitch *pitch)
{
    pitch->n_pushed = 0;
}

void gw_pitch_destroy(gw_pitch *pitch)
{
    free(pitch);
}
