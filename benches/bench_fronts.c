/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many seconds of a lane a second of CPU searches, of each form that is neither an impulse nor
 * a sample: the whole path, on one core, by the CPU time of the thread.
 * usage: bench_fronts FOLDER [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "benches/lane.h"
#include "benches/measure.h"

static const char *const names[] = {"responses", "pulse", "sfcw", "vehicle"};

static void give_up(const gw_error *error)
{
    fprintf(stderr, "bench_fronts: %s\n", error->text);
    exit(gw_status_exit(error->status));
}

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void detection_count(void *user, const gw_detection *detection)
{
    (void)detection;
    ++*(unsigned long *)user;
}

/* CPU seconds to search the lane. */
static double lane_search(const gw_lane *lane)
{
    static const size_t block_rows[GW_KIND_COUNT] = {1, 10, 1};
    gw_detector_config config = {.far_per_m = 0.1};
    unsigned long n_found = 0;
    const gw_detector_sink sink = {.detection = detection_count, .user = &n_found};
    unsigned kinds = 0;
    gw_detector *detector;
    gw_error error;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        config.streams[kind] = lane->streams[kind].stream;
        kinds |= lane->streams[kind].recording ? 1u << kind : 0;
    }
    if (gw_detector_create(&config, &sink, &detector, &error) != GW_OK)
        give_up(&error);
    double begin_s = cpu_s();
    lane_feed(lane, detector, kinds, block_rows, NULL);
    double spent_s = cpu_s() - begin_s;
    gw_detector_destroy(detector);
    if (!n_found) {
        fputs("bench_fronts: nothing was found\n", stderr);
        exit(70);
    }
    return spent_s;
}

int main(int argc, char **argv)
{
    size_t n_runs = argc > 2 ? measure_pairs_parse(argv[2]) : MEASURE_PAIRS;
    if (argc < 2 || argc > 3 || !n_runs) {
        fputs("usage: bench_fronts FOLDER [RUNS]\n", stderr);
        return 64;
    }
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char path[1200];
        double fast[MEASURE_PAIRS_MAX];
        gw_lane lane;
        gw_error error;
        snprintf(path, sizeof path, "%.1000s/%s.yaml", argv[1], names[k]);
        if (lane_load(path, &lane, &error) != GW_OK)
            give_up(&error);
        for (size_t run = 0; run < n_runs; run++)
            fast[run] = lane.seconds / lane_search(&lane);
        measure_spread spread = measure_spread_of(fast, n_runs);
        printf("{\"bench\":\"front.%s\",\"lane_s\":%.1f,\"runs\":%zu,\"searched_times\":%.1f,"
               "\"searched_times_least\":%.1f,\"searched_times_most\":%.1f}\n",
               names[k], lane.seconds, n_runs, spread.median, spread.least, spread.most);
        fflush(stdout);
        lane_free(&lane);
    }
    return 0;
}
