/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benches/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double work_time(const measure_work *work)
{
    if (work->prepare)
        work->prepare(work->user);
    double start = cpu_s();
    work->run(work->user);
    return cpu_s() - start;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

measure_spread measure_spread_of(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    double median = n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
    return (measure_spread){median, values[0], values[n - 1]};
}

measure_pairs measure_run(const measure_work *ours, const measure_work *other, size_t n_pairs)
{
    double mine[MEASURE_PAIRS_MAX], others[MEASURE_PAIRS_MAX], ratios[MEASURE_PAIRS_MAX];
    work_time(ours);
    work_time(other);
    for (size_t k = 0; k < n_pairs; k++) {
        if (k % 2 == 0)
            mine[k] = work_time(ours);
        others[k] = work_time(other);
        if (k % 2)
            mine[k] = work_time(ours);
        ratios[k] = mine[k] / others[k];
    }
    return (measure_pairs){measure_spread_of(mine, n_pairs), measure_spread_of(others, n_pairs),
                           measure_spread_of(ratios, n_pairs), n_pairs};
}

size_t measure_pairs_parse(const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    return *end || n < 1 || n > MEASURE_PAIRS_MAX ? 0 : (size_t)n;
}

static void spread_tell(const char *name, const measure_spread *spread, double scale)
{
    printf(",\"%s\":%.6g,\"%s_least\":%.6g,\"%s_most\":%.6g", name, spread->median * scale, name,
           spread->least * scale, name, spread->most * scale);
}

void measure_tell(const measure_line *line, const measure_pairs *pairs)
{
    double scale = 1e6 / line->n_units;
    printf("{\"bench\":\"%s\",\"unit\":\"%s\",\"beside\":\"%s\",\"pairs\":%zu", line->bench,
           line->unit, line->beside, pairs->n_pairs);
    spread_tell("us", &pairs->ours_s, scale);
    spread_tell("beside_us", &pairs->other_s, scale);
    spread_tell("ratio", &pairs->ratio, 1);
    if (line->real_time_s > 0)
        printf(",\"times_real_time\":%.6g", line->real_time_s / pairs->ours_s.median);
    puts("}");
    fflush(stdout);
}
