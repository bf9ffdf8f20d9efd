/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stack and f-k on the same rows, each given what it takes: analytic rows, or their spectra.
 * The front makes either of the residual by one transform, which is left out of both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benches/measure.h"
#include "benches/migration.h"
#include "dsp/gpr_impl.h"

typedef struct rows {
    const gw_gpr *gpr;
    fk *fk;
    size_t n_rows, n_samples, n_used;
    gw_complex *analytic, *spectra; /* [n_rows][n_samples], [n_rows][n_used] */
    gw_complex *m;                  /* [n_bins] */
    float *row;                     /* [GW_FOCUS_PLANES][n_bins_max] */
} rows;

static void *memory_of(size_t n, size_t bytes)
{
    void *memory = calloc(n, bytes);
    if (!memory) {
        fputs("migration: out of memory\n", stderr);
        exit(gw_status_exit(GW_ENOMEM));
    }
    return memory;
}

static void both_prepare(void *user)
{
    const rows *r = user;
    gw_focus_reset(r->gpr->focus);
    fk_reset(r->fk);
}

static void stack_run(void *user)
{
    const rows *r = user;
    for (size_t k = 0; k < r->n_rows; k++) {
        gw_focus_push(r->gpr->focus, r->analytic + k * r->n_samples);
        while (gw_focus_pop(r->gpr->focus, r->row))
            continue;
    }
    gw_focus_finish(r->gpr->focus);
    while (gw_focus_pop(r->gpr->focus, r->row))
        continue;
}

static void fk_run(void *user)
{
    const rows *r = user;
    for (size_t k = 0; k < r->n_rows; k++) {
        fk_push(r->fk, r->spectra + k * r->n_used);
        while (fk_pop(r->fk, r->m))
            focus_way_planes(r->m, r->gpr->n_bins, r->gpr->n_bins_max, r->row);
    }
    fk_finish(r->fk);
    while (fk_pop(r->fk, r->m))
        focus_way_planes(r->m, r->gpr->n_bins, r->gpr->n_bins_max, r->row);
}

/* Analytic rows and spectra as the front has them. */
static void rows_make(rows *r, const migration_lane *lane, size_t size)
{
    gw_gpr_residual residual;
    gw_gpr_front *front = lane->gpr->front;
    gw_fft *fft = NULL;
    gw_complex *spectrum = memory_of(size / 2 + 1, sizeof *spectrum);
    if (gw_fft_create(size, &fft) != GW_OK)
        exit(gw_status_exit(GW_ENOMEM));
    gw_gpr_front_reset(front);
    for (size_t k = 0; k < lane->n_rows; k++) {
        gw_gpr_front_push(front, lane->scans + k * r->n_samples, &(gw_gpr_scan){.scan = 0});
        while (gw_gpr_front_pop(front, &residual)) {
            gw_fft_forward(fft, residual.values, r->n_samples, spectrum);
            memcpy(r->spectra + r->n_rows * r->n_used, spectrum, r->n_used * sizeof *spectrum);
            memcpy(r->analytic + r->n_rows++ * r->n_samples, gw_gpr_front_analytic(front),
                   r->n_samples * sizeof *r->analytic);
        }
    }
    gw_fft_destroy(fft);
    free(spectrum);
}

static void fk_make(rows *r, const focus_way *way, size_t size)
{
    const gw_gpr *gpr = r->gpr;
    double spacing_samples =
        2 * gpr->config.spacing_m / GPR_WAVE_M_PER_NS * gpr->band.sample_rate_hz * 1e-9;
    fk_config config = focus_way_fk(way, spacing_samples, size);
    config.t0 = gpr->surface;
    config.first = gpr->first_bin;
    config.step = gpr->bin_step;
    config.n_bins = gpr->n_bins;
    gw_status status = fk_create(&config, &r->fk);
    if (status != GW_OK) {
        fprintf(stderr, "migration: f-k: %s\n", gw_status_text(status));
        exit(gw_status_exit(status));
    }
}

void migration_time(const focus_way *way, const char *path)
{
    migration_lane lane;
    focus_way stack = {.is_fk = false};
    focus_way_set(&stack);
    migration_open(path, (gw_gpr_config){.without = 0}, &lane);
    migration_run(&lane);
    size_t size = gw_fft_good_size(2 * lane.n_samples);
    rows r = {.gpr = lane.gpr, .n_samples = lane.n_samples};
    fk_make(&r, way, size);
    r.n_used = fk_n_used(r.fk);
    r.analytic = memory_of(lane.n_rows * r.n_samples, sizeof *r.analytic);
    r.spectra = memory_of(lane.n_rows * r.n_used, sizeof *r.spectra);
    r.m = memory_of(r.gpr->n_bins, sizeof *r.m);
    r.row = memory_of(GW_FOCUS_PLANES * r.gpr->n_bins_max, sizeof *r.row);
    rows_make(&r, &lane, size);
    char beside[96];
    snprintf(beside, sizeof beside, "f-k, blocks of %zu rows, %zu of them new", way->block,
             way->block - 2 * way->margin);
    const measure_work ours = {both_prepare, stack_run, &r}, other = {both_prepare, fk_run, &r};
    const measure_pairs pairs = measure_run(&ours, &other, 2 * MEASURE_PAIRS);
    measure_tell(&(measure_line){"focus.stack", "row", (double)r.n_rows, beside, 0}, &pairs);
    free(r.analytic);
    free(r.spectra);
    free(r.m);
    free(r.row);
    fk_destroy(r.fk);
    migration_close(&lane);
}
