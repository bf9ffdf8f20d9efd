/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benches/focus_way.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/focus.h"
#include "dsp/gpr_front_impl.h"

/* Of the linker. */
gw_status __real_gw_focus_create(const gw_focus_config *config, gw_focus **out);
void __real_gw_focus_place(gw_focus *focus, double t0, double first, double step, size_t n_bins);
void __real_gw_focus_push(gw_focus *focus, const gw_complex *z);
bool __real_gw_focus_pop(gw_focus *focus, float *row);
void __real_gw_focus_finish(gw_focus *focus);
void __real_gw_focus_destroy(gw_focus *focus);
gw_status __wrap_gw_focus_create(const gw_focus_config *config, gw_focus **out);
void __wrap_gw_focus_place(gw_focus *focus, double t0, double first, double step, size_t n_bins);
void __wrap_gw_focus_push(gw_focus *focus, const gw_complex *z);
bool __wrap_gw_focus_pop(gw_focus *focus, float *row);
void __wrap_gw_focus_finish(gw_focus *focus);
void __wrap_gw_focus_destroy(gw_focus *focus);

enum { ROWS_KEPT = 4096 };

static struct {
    focus_way way;
    gw_focus_config config;
    fk *fk;
    gw_fft *fft;
    size_t size;
    gw_complex *spectrum; /* [size/2 + 1] */
    float *scan;          /* [n_samples] */
    gw_complex *m;        /* [n_bins_max] */
    float *stacked;       /* [ROWS_KEPT][GW_FOCUS_PLANES][n_bins_max] */
    size_t n_bins;
    uint64_t n_stacked, n_told;
} at;

static void give_up(const char *cause)
{
    fprintf(stderr, "migration: %s\n", cause);
    exit(70); /* of software */
}

void focus_way_set(const focus_way *way)
{
    at.way = *way;
}

fk_config focus_way_fk(const focus_way *way, double spacing_samples, size_t size)
{
    return (fk_config){.size = size,
                       .block = way->block,
                       .margin = way->margin,
                       .spacing_samples = spacing_samples,
                       .sin_most =
                           way->angle_deg < 90 ? sin(way->angle_deg * 0.017453292519943295) : 1};
}

void focus_way_planes(const gw_complex *m, size_t n_bins, size_t n_bins_max, float *row)
{
    gw_complex before = {0, 0};
    for (size_t b = 0; b < n_bins; b++) {
        row[GW_FOCUS_ENERGY * n_bins_max + b] = m[b].re * m[b].re + m[b].im * m[b].im;
        row[GW_FOCUS_TURN_RE * n_bins_max + b] = m[b].re * before.re + m[b].im * before.im;
        row[GW_FOCUS_TURN_IM * n_bins_max + b] = m[b].im * before.re - m[b].re * before.im;
        before = m[b];
    }
}

gw_status __wrap_gw_focus_create(const gw_focus_config *config, gw_focus **out)
{
    at.config = *config;
    if (at.way.speed_m_per_ns > 0)
        at.config.spacing_samples *= GPR_WAVE_M_PER_NS / at.way.speed_m_per_ns;
    if (at.way.aperture > 0)
        at.config.aperture = at.way.aperture;
    if (!at.way.is_fk)
        return __real_gw_focus_create(&at.config, out);
    at.size = gw_fft_good_size(2 * config->n_samples);
    at.spectrum = calloc(at.size / 2 + 1, sizeof *at.spectrum);
    at.scan = calloc(config->n_samples, sizeof *at.scan);
    at.m = calloc(config->n_bins_max, sizeof *at.m);
    at.stacked = calloc(ROWS_KEPT * GW_FOCUS_PLANES * config->n_bins_max, sizeof *at.stacked);
    at.n_stacked = at.n_told = 0;
    if (!at.spectrum || !at.scan || !at.m || !at.stacked)
        return GW_ENOMEM;
    gw_status status = gw_fft_create(at.size, &at.fft);
    return status == GW_OK ? __real_gw_focus_create(&at.config, out) : status;
}

void __wrap_gw_focus_place(gw_focus *focus, double t0, double first, double step, size_t n_bins)
{
    __real_gw_focus_place(focus, t0, first, step, n_bins);
    if (!at.way.is_fk)
        return;
    fk_config config = focus_way_fk(&at.way, at.config.spacing_samples, at.size);
    config.t0 = t0;
    config.first = first;
    config.step = step;
    config.n_bins = at.n_bins = n_bins < at.config.n_bins_max ? n_bins : at.config.n_bins_max;
    if (fk_create(&config, &at.fk) != GW_OK)
        give_up("f-k: not with such blocks or scans");
}

/* z is analytic: its spectrum is twice that of its real part. The stack's rows wait for f-k's. */
void __wrap_gw_focus_push(gw_focus *focus, const gw_complex *z)
{
    __real_gw_focus_push(focus, z);
    if (!at.way.is_fk)
        return;
    for (size_t k = 0; k < at.config.n_samples; k++)
        at.scan[k] = 2 * z[k].re;
    gw_fft_forward(at.fft, at.scan, at.config.n_samples, at.spectrum);
    fk_push(at.fk, at.spectrum);
}

static float *stacked_row(uint64_t row)
{
    return at.stacked + row % ROWS_KEPT * GW_FOCUS_PLANES * at.config.n_bins_max;
}

bool __wrap_gw_focus_pop(gw_focus *focus, float *row)
{
    if (!at.way.is_fk)
        return __real_gw_focus_pop(focus, row);
    while (__real_gw_focus_pop(focus, stacked_row(at.n_stacked)))
        if (++at.n_stacked > at.n_told + ROWS_KEPT)
            give_up("f-k: its blocks are too long");
    if (!at.fk || !fk_pop(at.fk, at.m))
        return false;
    memcpy(row, stacked_row(at.n_told++), GW_FOCUS_PLANES * at.config.n_bins_max * sizeof *row);
    focus_way_planes(at.m, at.n_bins, at.config.n_bins_max, row);
    return true;
}

void __wrap_gw_focus_finish(gw_focus *focus)
{
    __real_gw_focus_finish(focus);
    if (at.fk)
        fk_finish(at.fk);
}

void __wrap_gw_focus_destroy(gw_focus *focus)
{
    __real_gw_focus_destroy(focus);
    gw_fft_destroy(at.fft);
    fk_destroy(at.fk);
    free(at.spectrum);
    free(at.scan);
    free(at.m);
    free(at.stacked);
    focus_way way = at.way;
    memset(&at, 0, sizeof at);
    at.way = way;
}
