/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much faster than it is walked a scene is computed: all of its streams, on one core, by the
 * CPU time of the thread. usage: bench_scenes FOLDER [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "benches/measure.h"
#include "drivers/recording.h"

enum { BLOCK_COUNTS = 1 << 16 };

static const char *const names[] = {"demo", "mountain-track", "house", "vehicle", "eight-tones"};

static void give_up(const gw_error *error)
{
    fprintf(stderr, "bench_scenes: %s\n", error->text);
    exit(gw_status_exit(error->status));
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void stream_compute(gw_recording *recording)
{
    static int32_t counts[BLOCK_COUNTS];
    size_t row_counts = gw_stream_row_counts(gw_recording_stream(recording)), n_read = 1;
    gw_error error;
    for (uint64_t row = 0; n_read; row += n_read)
        if (gw_recording_read(recording, row, BLOCK_COUNTS / row_counts, counts, &n_read, &error) !=
            GW_OK)
            give_up(&error);
}

/* CPU seconds of the whole scene; *lane_s: how long it takes to walk it. */
static double scene_compute(const char *path, double *lane_s)
{
    unsigned kinds = 0;
    gw_error error;
    double begin_s = cpu_s();
    if (gw_recording_list(path, &kinds, &error) != GW_OK)
        give_up(&error);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_recording *recording;
        if (!(kinds & 1u << kind))
            continue;
        if (gw_recording_open(path, (gw_kind)kind, &recording, &error) != GW_OK)
            give_up(&error);
        const gw_stream *stream = gw_recording_stream(recording);
        if (kind == GW_KIND_POSE)
            *lane_s = (double)stream->n_rows / stream->row_rate_hz;
        stream_compute(recording);
        gw_recording_close(recording);
    }
    return cpu_s() - begin_s;
}

int main(int argc, char **argv)
{
    size_t n_runs = argc > 2 ? measure_pairs_parse(argv[2]) : MEASURE_PAIRS;
    if (argc < 2 || argc > 3 || !n_runs) {
        fputs("usage: bench_scenes FOLDER [RUNS]\n", stderr);
        return 64;
    }
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char path[1200];
        double fast[MEASURE_PAIRS_MAX], lane_s = 0;
        snprintf(path, sizeof path, "%.1000s/%s.yaml", argv[1], names[k]);
        for (size_t run = 0; run < n_runs; run++) {
            double spent_s = scene_compute(path, &lane_s);
            fast[run] = lane_s / spent_s;
        }
        measure_spread spread = measure_spread_of(fast, n_runs);
        printf("{\"bench\":\"scene.%s\",\"lane_s\":%.1f,\"runs\":%zu,\"computed_times\":%.2f,"
               "\"computed_times_least\":%.2f,\"computed_times_most\":%.2f}\n",
               names[k], lane_s, n_runs, spread.median, spread.least, spread.most);
        fflush(stdout);
    }
    return 0;
}
