/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chains on the shipped scene: CPU time a scan and a sample, how many times faster than they
 * come, and beside the bare FFTW calls they contain (radar: 5 of 1,024 points a scan; metal
 * detector: 2 of 1,280 a hop of 640 samples), run in turns. Medians of eleven pairs, with the
 * fastest and the slowest.
 * usage: bench_chains SCENE
 */
#include <fftw3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "drivers/recording.h"
#include "dsp/detector.h"

enum { RUNS = 11, BLOCK_ROWS = 640 };

static void detection_ignore(void *user, const gw_detection *detection)
{
    (void)detection;
    ++*(unsigned long *)user;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double run_once(const gw_stream *stream, int32_t *counts, unsigned long *n_found)
{
    gw_detector_config config = {.far_per_m = 0.1};
    const gw_detector_sink sink = {.detection = detection_ignore, .user = n_found};
    gw_detector *detector;
    gw_error error;
    config.streams[stream->kind] = stream;
    if (gw_detector_create(&config, &sink, &detector, &error) != GW_OK) {
        fprintf(stderr, "bench_chains: %s\n", error.text);
        exit(gw_status_exit(error.status));
    }
    double start = now_s();
    for (size_t row = 0; row < (size_t)stream->n_rows; row += BLOCK_ROWS) {
        size_t left = (size_t)stream->n_rows - row;
        const gw_block block = {.row = row,
                                .time_ns = gw_stream_row_ns(stream, row),
                                .n_rows = left < BLOCK_ROWS ? left : BLOCK_ROWS,
                                .counts = counts + row * gw_stream_row_counts(stream)};
        gw_detector_push(detector, stream->kind, &block);
    }
    gw_detector_finish(detector, stream->kind);
    double seconds = now_s() - start;
    gw_detector_destroy(detector);
    return seconds;
}

/* As many transforms as the chain makes of so many rows. */
static double bare_once(gw_kind kind, size_t n_rows)
{
    bool is_gpr = kind == GW_KIND_GPR;
    int size = is_gpr ? 1024 : 1280;
    size_t n = is_gpr ? 5 * n_rows : 2 * (n_rows / 640);
    float *real = fftwf_alloc_real((size_t)size);
    fftwf_complex *half = fftwf_alloc_complex((size_t)size);
    fftwf_plan plan = fftwf_plan_dft_r2c_1d(size, real, half, FFTW_ESTIMATE);
    for (int k = 0; k < size; k++)
        real[k] = (float)(k % 17);
    double start = now_s();
    for (size_t k = 0; k < n; k++)
        fftwf_execute(plan);
    double seconds = now_s() - start;
    fftwf_destroy_plan(plan);
    fftwf_free(real);
    fftwf_free(half);
    return seconds;
}

static int stream_bench(const char *path, gw_kind kind, double row_rate_hz)
{
    gw_recording *recording;
    gw_error error;
    size_t n;
    unsigned long n_found = 0;
    double seconds[RUNS], ratios[RUNS];
    if (gw_recording_open(path, kind, &recording, &error) != GW_OK) {
        fprintf(stderr, "bench_chains: %s\n", error.text);
        return gw_status_exit(error.status);
    }
    const gw_stream *stream = gw_recording_stream(recording);
    size_t n_rows = (size_t)stream->n_rows;
    int32_t *counts = malloc(n_rows * gw_stream_row_counts(stream) * sizeof *counts);
    if (!counts || gw_recording_read(recording, 0, n_rows, counts, &n, &error) != GW_OK)
        return gw_status_exit(GW_EIO);
    for (int k = 0; k < RUNS; k++) {
        double before = k % 2 ? bare_once(kind, n_rows) : 0;
        seconds[k] = run_once(stream, counts, &n_found);
        ratios[k] = seconds[k] / (k % 2 ? before : bare_once(kind, n_rows));
    }
    qsort(ratios, RUNS, sizeof *ratios, by_value);
    qsort(seconds, RUNS, sizeof *seconds, by_value);
    double row_ns = seconds[RUNS / 2] / (double)n_rows * 1e9;
    printf("chain  %-14s %9.1f ns/row (%.1f .. %.1f)  bare FFTW ratio %.1f (%.1f .. %.1f)  real "
           "time x %.0f at %.0f rows/s\n",
           gw_kind_name(kind), row_ns, seconds[0] / (double)n_rows * 1e9,
           seconds[RUNS - 1] / (double)n_rows * 1e9, ratios[RUNS / 2], ratios[0], ratios[RUNS - 1],
           1e9 / row_ns / row_rate_hz, row_rate_hz);
    const char *json = getenv("GW_BENCH_JSON");
    FILE *lines = json ? fopen(json, "a") : NULL;
    if (lines) {
        fprintf(lines, "{\"bench\":\"chain.%s\",\"ns_per_row\":%.2f,\"ratio\":%.3f,\"rows\":%zu}\n",
                gw_kind_name(kind), row_ns, ratios[RUNS / 2], n_rows);
        fclose(lines);
    }
    free(counts);
    gw_recording_close(recording);
    return 0;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "drivers/scenes/demo.yaml";
    int status = stream_bench(path, GW_KIND_GPR, 100);
    return status ? status : stream_bench(path, GW_KIND_MD, 64000);
}
