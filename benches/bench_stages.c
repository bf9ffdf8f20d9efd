/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each stage of the chains on a lane, with the very object and the data that the chain gives it,
 * beside the bare FFTW calls that it makes; one that makes none, beside those of its whole chain.
 * usage: bench_stages [SCENE [PAIRS]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benches/bare.h"
#include "benches/lane.h"
#include "benches/measure.h"
#include "dsp/gpr_impl.h"
#include "dsp/lockin.h"
#include "dsp/md.h"
#include "dsp/scope.h"

/* A lane, and what each stage makes of it. */
typedef struct stages {
    gw_lane lane;
    size_t n_scans, n_samples, n_half, n_hops, n_tones;
    float noise[GW_TONES_MAX]; /* of every hop alike */
    gw_gpr *gpr;
    gw_lockin *lockin;
    gw_md *md;
    gw_scope *scope;
    float *scans, *aligned, *residuals; /* [n_scans][n_samples] */
    gw_complex *spectra, *work;         /* [n_scans][n_half] */
    gw_complex *analytic;               /* [n_scans][n_samples] */
    float *energies, *smooth;           /* [n_scans][GW_FOCUS_PLANES][n_bins_max] */
    float *floors;                      /* [n_scans][n_bins_max] */
    size_t n_row;                       /* floats of a row of energies */
    gw_complex *responses;              /* [n_hops][n_tones] */
    float *sink;                        /* [size] */
    gw_complex *sink_complex;           /* [size] */
    bare *of_gpr, *of_md;               /* transforms of the whole chains */
} stages;

static void give_up(const gw_error *error)
{
    fprintf(stderr, "bench_stages: %s\n", error->text);
    exit(gw_status_exit(error->status));
}

static void *memory_of(size_t n, size_t bytes)
{
    void *memory = calloc(n, bytes);
    if (!memory)
        give_up(&(gw_error){GW_ENOMEM, "out of memory"});
    return memory;
}

static void forward_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_scans; k++)
        gw_fft_forward(s->gpr->front->fft, s->scans + k * s->n_samples, s->n_samples, s->work);
}

static void inverse_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_scans; k++)
        gw_fft_inverse(s->gpr->front->fft, s->spectra + k * s->n_half, s->n_samples, s->sink);
}

static void analytic_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_scans; k++)
        gw_fft_analytic(s->gpr->front->fft, s->spectra + k * s->n_half, s->n_samples,
                        s->sink_complex);
}

/* Every stage of the chain as new; the place of the bins stays in focus and blob. */
static void gpr_prepare(void *user)
{
    gw_gpr_reset(((const stages *)user)->gpr);
}

static void align_prepare(void *user)
{
    const stages *s = user;
    memcpy(s->work, s->spectra, s->n_scans * s->n_half * sizeof *s->work); /* it changes them */
    gw_align_reset(s->gpr->front->align);
}

static void align_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_scans; k++)
        gw_align_process(s->gpr->front->align, s->gpr->front->fft, s->work + k * s->n_half,
                         s->aligned + k * s->n_samples);
}

static void background_run(void *user)
{
    const stages *s = user;
    const float *row, *levels;
    size_t done = 0;
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_level_push(s->gpr->front->background, s->aligned + k * s->n_samples);
        while (gw_level_pop(s->gpr->front->background, &row, &levels))
            for (float *to = s->residuals + done++ * s->n_samples, *end = to + s->n_samples;
                 to < end;)
                *to++ = *row++ - *levels++;
    }
}

/* Of impulses only. */
static void wide_run(void *user)
{
    const stages *s = user;
    gw_gpr_wide *wide = s->gpr->front->wide;
    for (size_t k = 0; wide && k < s->n_scans; k++) {
        gw_gpr_wide_take(wide, s->spectra + k * s->n_half);
        gw_gpr_wide_push(wide, 0);
        while (gw_gpr_wide_pop(wide, 1))
            gw_gpr_wide_analytic(wide, s->gpr->front->fft);
    }
}

static void focus_run(void *user)
{
    const stages *s = user;
    size_t done = 0;
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_focus_push(s->gpr->focus, s->analytic + k * s->n_samples);
        while (gw_focus_pop(s->gpr->focus, s->energies + done * s->n_row))
            done++;
    }
}

static void box_run(void *user)
{
    const stages *s = user;
    size_t done = 0;
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_box_push(s->gpr->box, s->energies + k * s->n_row);
        while (gw_box_pop(s->gpr->box, s->smooth + done * s->n_row))
            done++;
    }
}

static void floor_run(void *user)
{
    const stages *s = user;
    const float *row, *levels;
    size_t n = s->gpr->n_bins_max, done = 0;
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_level_push(s->gpr->floor, s->smooth + k * s->n_row);
        while (gw_level_pop(s->gpr->floor, &row, &levels))
            memcpy(s->floors + done++ * n, levels, n * sizeof *levels);
    }
}

static void blob_run(void *user)
{
    const stages *s = user;
    gw_blob_shape shape;
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_blob_push(s->gpr->blob, s->smooth + k * s->n_row, s->floors + k * s->gpr->n_bins_max);
        while (gw_blob_pop(s->gpr->blob, &shape))
            ;
    }
}

static void whistle_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_scans; k++) {
        memcpy(s->sink, s->scans + k * s->n_samples, s->n_samples * sizeof *s->sink);
        gw_whistle_process(s->gpr->front->whistle, s->gpr->front->fft, s->sink);
    }
}

static void scope_gpr_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_scans; k++) {
        const gw_scope_row at = {(int64_t)k, (int64_t)k * 10000000, 0, (double)k * 0.02};
        gw_scope_gpr(s->scope, s->scans + k * s->n_samples, &at);
    }
}

static void lockin_prepare(void *user)
{
    gw_lockin_reset(((const stages *)user)->lockin);
}

static void lockin_run(void *user)
{
    const stages *s = user;
    const lane_stream *md = &s->lane.streams[GW_KIND_MD];
    size_t done = 0, n = md->stream->n_channels;
    for (size_t k = 0; k < md->n_rows; k++)
        if (gw_lockin_process(s->lockin, md->counts + k * n, s->responses + done * s->n_tones))
            done++;
}

static void md_prepare(void *user)
{
    gw_md_reset(((const stages *)user)->md);
}

static void md_run(void *user)
{
    const stages *s = user;
    gw_detection detection;
    for (size_t k = 0; k < s->n_hops; k++) {
        const gw_md_hop hop = {.row = (int64_t)k + 1, .n_rows = 1, .along_m = (double)k * 0.0045};
        gw_md_push(s->md, s->responses + k * s->n_tones, s->noise, &hop);
        while (gw_md_pop(s->md, &detection))
            ;
    }
}

static void scope_md_run(void *user)
{
    const stages *s = user;
    for (size_t k = 0; k < s->n_hops; k++) {
        const gw_scope_row at = {(int64_t)k, (int64_t)k * 10000000, 0, (double)k * 0.0045};
        gw_scope_md(s->scope, s->responses + k * s->n_tones, &at);
    }
}

static void frame_ignore(void *user, const gw_scope_frame *frame)
{
    (void)user;
    (void)frame;
}

static void lane_open(stages *s, const char *path)
{
    gw_error error;
    if (lane_load(path, &s->lane, &error) != GW_OK)
        give_up(&error);
    const lane_stream *gpr = &s->lane.streams[GW_KIND_GPR], *md = &s->lane.streams[GW_KIND_MD];
    if (!gpr->recording || !md->recording || gpr->stream->n_channels != 1)
        give_up(&(gw_error){GW_EFORMAT, "a lane with one gpr channel and md is needed"});
    const gw_gpr_config config = {.stream = gpr->stream,
                                  .spacing_m = gpr->stream->scan_spacing_m,
                                  .is_spacing_known = true,
                                  .far_per_m = 0.1};
    const gw_md_config md_config = {
        .n_tones = md->stream->n_tones, .tones_hz = md->stream->tones_hz, .far_per_m = 0.1};
    if (gw_gpr_create(&config, &s->gpr, &error) != GW_OK ||
        gw_lockin_create(md->stream, &s->lockin, &error) != GW_OK)
        give_up(&error);
    if (gw_md_create(&md_config, &s->md) != GW_OK ||
        gw_scope_create(gpr->stream, md->stream, 0.01, &s->scope) != GW_OK)
        give_up(&(gw_error){GW_ENOMEM, "out of memory"});
    gw_scope_listen(s->scope, frame_ignore, NULL);
}

static void memory_make(stages *s)
{
    const lane_stream *gpr = &s->lane.streams[GW_KIND_GPR], *md = &s->lane.streams[GW_KIND_MD];
    s->n_scans = gpr->n_rows;
    s->n_samples = s->gpr->band.n_samples;
    s->n_half = s->gpr->front->size / 2 + 1;
    s->n_hops = md->n_rows / gw_lockin_hop(s->lockin) - 1;
    s->n_tones = md->stream->n_tones;
    s->scans = memory_of(s->n_scans * s->n_samples, sizeof(float));
    s->aligned = memory_of(s->n_scans * s->n_samples, sizeof(float));
    s->residuals = memory_of(s->n_scans * s->n_samples, sizeof(float));
    s->spectra = memory_of(s->n_scans * s->n_half, sizeof(gw_complex));
    s->work = memory_of(s->n_scans * s->n_half, sizeof(gw_complex));
    s->analytic = memory_of(s->n_scans * s->n_samples, sizeof(gw_complex));
    s->n_row = GW_FOCUS_PLANES * s->gpr->n_bins_max;
    s->energies = memory_of(s->n_scans * s->n_row, sizeof(float));
    s->smooth = memory_of(s->n_scans * s->n_row, sizeof(float));
    s->floors = memory_of(s->n_scans * s->gpr->n_bins_max, sizeof(float));
    s->responses = memory_of((s->n_hops + 2) * s->n_tones, sizeof(gw_complex));
    s->sink = memory_of(s->gpr->front->size, sizeof(float));
    s->sink_complex = memory_of(s->gpr->front->size, sizeof(gw_complex));
}

/* The whole radar chain once: it finds the surface, and shows what it makes of FFTW. */
static void gpr_learn(stages *s)
{
    const lane_stream *gpr = &s->lane.streams[GW_KIND_GPR];
    gw_detection detection;
    bare_record();
    for (size_t k = 0; k < s->n_scans; k++) {
        const gw_gpr_scan scan = {.scan = (int64_t)k,
                                  .along_m = (double)k * gpr->stream->scan_spacing_m};
        for (size_t j = 0; j < s->n_samples; j++)
            s->scans[k * s->n_samples + j] = (float)gpr->counts[k * s->n_samples + j];
        gw_gpr_push(s->gpr, s->scans + k * s->n_samples, &scan);
        while (gw_gpr_pop(s->gpr, &detection))
            ;
    }
    s->of_gpr = bare_take();
    if (!s->gpr->is_placed || !s->gpr->n_bins)
        give_up(&(gw_error){GW_EFORMAT, "the radar chain found no surface"});
    gpr_prepare(s);
}

/* What each stage is given: made by the stages before it. */
static void data_make(stages *s)
{
    gpr_learn(s);
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_complex *spectrum = s->spectra + k * s->n_half;
        gw_fft_forward(s->gpr->front->fft, s->scans + k * s->n_samples, s->n_samples, spectrum);
        for (size_t j = 0; j < s->n_half; j++) {
            spectrum[j].re *= s->gpr->front->mask[j];
            spectrum[j].im *= s->gpr->front->mask[j];
        }
    }
    align_prepare(s);
    align_run(s);
    background_run(s);
    for (size_t k = 0; k < s->n_scans; k++) {
        gw_fft_forward(s->gpr->front->fft, s->residuals + k * s->n_samples, s->n_samples, s->work);
        gw_fft_analytic(s->gpr->front->fft, s->work, s->n_samples, s->analytic + k * s->n_samples);
    }
    focus_run(s);
    box_run(s);
    floor_run(s);
    bare_record();
    lockin_run(s);
    s->of_md = bare_take();
}

static void stage_bench(stages *s, const char *name, const measure_work *ours, size_t n_pairs)
{
    char text[BARE_TEXT_MAX], beside[BARE_TEXT_MAX + 32], bench[64];
    bool is_md = strstr(name, "md") || !strcmp(name, "lockin");
    double n_units = (double)(is_md ? s->n_hops : s->n_scans);
    if (ours->prepare)
        ours->prepare(ours->user);
    bare_record();
    ours->run(ours->user);
    bare *own = bare_take(), *alone = own;
    if (bare_count(own) == 0)
        alone = is_md ? s->of_md : s->of_gpr;
    const measure_work other = {NULL, bare_run, alone};
    const measure_pairs pairs = measure_run(ours, &other, n_pairs);
    snprintf(bench, sizeof bench, "stage.%s", name);
    snprintf(beside, sizeof beside, "%s%s",
             alone == own ? "" : "chain: ", bare_text(alone, n_units, text));
    measure_tell(&(measure_line){bench, is_md ? "hop" : "scan", n_units, beside, 0}, &pairs);
    bare_destroy(own);
}

static void stages_free(stages *s)
{
    void *all[] = {s->scans,    s->aligned, s->residuals, s->spectra,   s->work, s->analytic,
                   s->energies, s->smooth,  s->floors,    s->responses, s->sink, s->sink_complex};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    bare_destroy(s->of_gpr);
    bare_destroy(s->of_md);
    gw_gpr_destroy(s->gpr);
    gw_lockin_destroy(s->lockin);
    gw_md_destroy(s->md);
    gw_scope_destroy(s->scope);
    lane_free(&s->lane);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*prepare)(void *user), (*run)(void *user);
    } all[] = {{"whistle", gpr_prepare, whistle_run},  {"forward", NULL, forward_run},
               {"inverse", NULL, inverse_run},         {"analytic", NULL, analytic_run},
               {"align", align_prepare, align_run},    {"background", gpr_prepare, background_run},
               {"wide", gpr_prepare, wide_run},        {"focus", gpr_prepare, focus_run},
               {"box", gpr_prepare, box_run},          {"floor", gpr_prepare, floor_run},
               {"blob", gpr_prepare, blob_run},        {"scope_gpr", NULL, scope_gpr_run},
               {"lockin", lockin_prepare, lockin_run}, {"md", md_prepare, md_run},
               {"scope_md", NULL, scope_md_run}};
    size_t n_pairs = argc > 2 ? measure_pairs_parse(argv[2]) : MEASURE_PAIRS;
    stages s = {.gpr = NULL};
    if (argc > 3 || !n_pairs) {
        fputs("usage: bench_stages [SCENE [PAIRS]]\n", stderr);
        return 64;
    }
    lane_open(&s, argc > 1 ? argv[1] : "drivers/scenes/demo.yaml");
    memory_make(&s);
    data_make(&s);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        stage_bench(&s, all[k].name, &(measure_work){all[k].prepare, all[k].run, &s}, n_pairs);
    stages_free(&s);
    return 0;
}
