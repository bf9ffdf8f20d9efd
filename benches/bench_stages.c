/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each stage beside the bare FFTW calls that it contains; a stage without any, beside one real
 * transform of 1,024 points, as a yardstick. Both are run in turns, in CPU time of this thread; the
 * ratio is the median of eleven pairs.
 */
#include <fftw3.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dsp/align.h"
#include "dsp/focus.h"
#include "dsp/level.h"
#include "dsp/lockin.h"
#include "dsp/scope.h"
#include "dsp/whiten.h"

enum { PAIRS = 11, SIZE = 1024, SAMPLES = 512, HOP = 640, ROUNDS = 400 };

static float x[2 * SIZE];
static gw_complex spectrum[SIZE + 1], work[SIZE + 1], z[SIZE];

typedef struct bare {
    fftwf_plan forward, inverse;
    float *real;
    fftwf_complex *complex;
} bare;

static bare bare_make(int size)
{
    bare b = {.real = fftwf_alloc_real((size_t)size), .complex = fftwf_alloc_complex((size_t)size)};
    b.forward = fftwf_plan_dft_r2c_1d(size, b.real, b.complex, FFTW_ESTIMATE);
    b.inverse = fftwf_plan_dft_c2r_1d(size, b.complex, b.real, FFTW_ESTIMATE);
    for (int k = 0; k < size; k++)
        b.real[k] = sinf((float)k);
    return b;
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* What is measured: one call of a stage, and how many transforms each way stand beside it. */
typedef struct bench {
    const char *name;
    void (*run)(void *user, int round);
    void *user;
    const bare *beside;
    int n_forward, n_inverse;
    const char *note;
} bench;

static double stage_time(const bench *b)
{
    double start = cpu_s();
    for (int round = 0; round < ROUNDS; round++)
        b->run(b->user, round);
    return (cpu_s() - start) / ROUNDS;
}

static double bare_time(const bench *b)
{
    double start = cpu_s();
    for (int round = 0; round < ROUNDS; round++) {
        for (int k = 0; k < b->n_forward; k++)
            fftwf_execute(b->beside->forward);
        for (int k = 0; k < b->n_inverse; k++)
            fftwf_execute(b->beside->inverse);
    }
    return (cpu_s() - start) / ROUNDS;
}

static void bench_run(const bench *b)
{
    double ratios[PAIRS], stages[PAIRS], bares[PAIRS];
    stage_time(b); /* once, to warm up */
    for (int k = 0; k < PAIRS; k++) {
        bool is_first = k % 2 == 0;
        stages[k] = is_first ? stage_time(b) : 0;
        bares[k] = bare_time(b);
        stages[k] = is_first ? stages[k] : stage_time(b);
        ratios[k] = stages[k] / bares[k];
    }
    qsort(ratios, PAIRS, sizeof *ratios, by_value);
    qsort(stages, PAIRS, sizeof *stages, by_value);
    qsort(bares, PAIRS, sizeof *bares, by_value);
    printf("stage  %-14s %9.2f us  bare FFTW %8.2f us  ratio %6.2f (%.2f .. %.2f)  %s\n", b->name,
           stages[PAIRS / 2] * 1e6, bares[PAIRS / 2] * 1e6, ratios[PAIRS / 2], ratios[0],
           ratios[PAIRS - 1], b->note);
    const char *json = getenv("GW_BENCH_JSON");
    FILE *lines = json ? fopen(json, "a") : NULL;
    if (lines) {
        fprintf(lines,
                "{\"bench\":\"stage.%s\",\"us\":%.3f,\"bare_us\":%.3f,\"ratio\":%.3f,"
                "\"pairs\":%d}\n",
                b->name, stages[PAIRS / 2] * 1e6, bares[PAIRS / 2] * 1e6, ratios[PAIRS / 2], PAIRS);
        fclose(lines);
    }
}

static void forward_run(void *user, int round)
{
    (void)round;
    gw_fft_forward(user, x, SIZE, spectrum);
}

static void inverse_run(void *user, int round)
{
    (void)round;
    gw_fft_inverse(user, spectrum, SIZE, x + SIZE);
}

static void analytic_run(void *user, int round)
{
    (void)round;
    gw_fft_analytic(user, spectrum, SIZE, z);
}

typedef struct align_user {
    gw_align *align;
    gw_fft *fft;
} align_user;

static void align_run(void *user, int round)
{
    const align_user *a = user;
    (void)round;
    memcpy(work, spectrum, sizeof work);
    gw_align_process(a->align, a->fft, work, x + SIZE);
}

static void level_run(void *user, int round)
{
    const float *row, *levels;
    gw_level_push(user, x + round % SIZE);
    while (gw_level_pop(user, &row, &levels))
        ;
}

static void focus_run(void *user, int round)
{
    float energy[SAMPLES];
    gw_focus_push(user, z + round % (SIZE - SAMPLES));
    while (gw_focus_pop(user, energy))
        ;
}

static void whiten_run(void *user, int round)
{
    double u[16];
    for (int k = 0; k < 16; k++)
        u[k] = (double)x[(16 * round + k) % SIZE];
    gw_whiten_process(user, u);
}

static void lockin_run(void *user, int round)
{
    gw_complex response[GW_TONES_MAX];
    for (int k = 0; k < HOP; k++) {
        const int32_t counts[2] = {(int32_t)(9000 * x[(k + round) % SIZE]), (k * 37) % 8001 - 4000};
        gw_lockin_process(user, counts, response);
    }
}

static void scope_run(void *user, int round)
{
    const gw_scope_row at = {round, round * INT64_C(10000000), 0, round * 0.02};
    gw_scope_gpr(user, x, &at);
}

static void frame_ignore(void *user, const gw_scope_frame *frame)
{
    (void)user;
    (void)frame;
}

static void require(gw_status status)
{
    if (status != GW_OK)
        exit(gw_status_exit(status));
}

static void transforms_bench(const bare *scan, gw_fft *fft)
{
    const bench all[] = {{"fft.forward", forward_run, fft, scan, 1, 0, "1,024 points"},
                         {"fft.inverse", inverse_run, fft, scan, 0, 1, "1,024 points"},
                         {"fft.analytic", analytic_run, fft, scan, 0, 2, "a complex one of 1,024"}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        bench_run(&all[k]);
}

static void radar_bench(const bare *scan, gw_fft *fft)
{
    align_user align = {.fft = fft};
    gw_level *level;
    gw_focus *focus;
    gw_scope *scope;
    const gw_stream stream = {
        .kind = GW_KIND_GPR, .n_channels = 1, .n_samples = SAMPLES, .sample_rate_hz = 40e9};
    require(gw_align_create(&(gw_align_config){.n_samples = SAMPLES,
                                               .size = SIZE,
                                               .gate_samples = 40,
                                               .max_shift = 20,
                                               .memory = 0.1F},
                            &align.align));
    require(gw_level_create(&(gw_level_config){.n_columns = SAMPLES,
                                               .n_ranked = SAMPLES,
                                               .before = 100,
                                               .after = 15,
                                               .least = 30,
                                               .quantile = 0.5},
                            &level));
    require(gw_focus_create(
        &(gw_focus_config){
            .n_samples = SAMPLES, .aperture = 7, .n_bins_max = SAMPLES, .spacing_samples = 14},
        &focus));
    gw_focus_place(focus, 60, 80, 4, 90);
    require(gw_scope_create(&stream, NULL, 0, &scope));
    gw_scope_listen(scope, frame_ignore, NULL);
    const bench all[] = {{"align", align_run, align.align ? &align : NULL, scan, 0, 2, "a scan"},
                         {"level", level_run, level, scan, 1, 0, "a scan of 512 columns"},
                         {"focus", focus_run, focus, scan, 1, 0, "a scan, 90 bins, 15 scans"},
                         {"scope", scope_run, scope, scan, 1, 0, "a scan"}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        bench_run(&all[k]);
    gw_align_destroy(align.align);
    gw_level_destroy(level);
    gw_focus_destroy(focus);
    gw_scope_destroy(scope);
}

static void metal_bench(const bare *scan)
{
    const gw_stream stream = {.kind = GW_KIND_MD,
                              .n_channels = 2,
                              .n_samples = 1,
                              .bits = 16,
                              .is_signed = true,
                              .sample_rate_hz = 64000,
                              .row_rate_hz = 64000,
                              .n_tones = 4,
                              .tones_hz = {1600, 4800, 11200, 24000},
                              .roles = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT}};
    gw_lockin *lockin;
    gw_whiten *whiten;
    gw_error error;
    const bare hop = bare_make(2 * HOP);
    require(gw_lockin_create(&stream, &lockin, &error));
    require(gw_whiten_create(16, 200, &whiten));
    const bench all[] = {{"lockin", lockin_run, lockin, &hop, 2, 0, "a hop of 640, 2 channels"},
                         {"whiten", whiten_run, whiten, scan, 1, 0, "a vector of 16"}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        bench_run(&all[k]);
    gw_lockin_destroy(lockin);
    gw_whiten_destroy(whiten);
}

int main(void)
{
    gw_fft *fft;
    const bare scan = bare_make(SIZE);
    for (int k = 0; k < 2 * SIZE; k++)
        x[k] = sinf((float)k / 9) + 0.1F * (float)((k * 7919) % 101) / 101;
    require(gw_fft_create(SIZE, &fft));
    transforms_bench(&scan, fft);
    radar_bench(&scan, fft);
    metal_bench(&scan);
    gw_fft_destroy(fft);
    return 0;
}
