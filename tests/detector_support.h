/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/detector_support.h -- a lane fed to the detector in blocks of any size and order.
 */
#ifndef GW_TESTS_DETECTOR_SUPPORT_H
#define GW_TESTS_DETECTOR_SUPPORT_H

#include "dsp/detector.h"

#include <math.h>

#include "tests/allocation_support.h"
#include "tests/lane_support.h"
#include "tests/watch_support.h"

enum { FOUND_MAX = 512, COVERED_MAX = 4096 };

typedef struct findings {
    size_t n, n_covered;
    gw_detection items[FOUND_MAX];
    gw_coverage covered[COVERED_MAX];
} findings;

static void detection_keep(void *user, const gw_detection *detection)
{
    findings *f = user;
    if (f->n < FOUND_MAX)
        f->items[f->n++] = *detection;
}

static void coverage_keep(void *user, const gw_coverage *coverage)
{
    findings *f = user;
    if (f->n_covered < COVERED_MAX)
        f->covered[f->n_covered++] = *coverage;
}

static gw_detector *detector_make(unsigned kinds, findings *f)
{
    gw_detector_config config = {.far_per_m = 0.1};
    const gw_detector_sink sink = {.detection = detection_keep,
                                   .coverage = coverage_keep,
                                   .scope = scope_count,
                                   .cell = cell_count,
                                   .user = f};
    gw_detector *detector;
    gw_error error;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        config.streams[kind] = kinds & 1u << kind ? &scene.streams[kind] : NULL;
    memset(f, 0, sizeof *f);
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    return detector;
}

static void rows_push(gw_detector *detector, gw_kind kind, size_t row, size_t n_rows)
{
    const gw_stream *stream = &scene.streams[kind];
    gw_block block = {.row = row,
                      .time_ns = gw_stream_row_ns(stream, row),
                      .n_rows = n_rows,
                      .max_rows = n_rows,
                      .counts = scene.counts[kind] + row * gw_stream_row_counts(stream)};
    gw_detector_push(detector, kind, &block);
}

/* Feed all streams by time; blocks of about `share` of a second; the radar before the others or
 * after them. */
static void lane_run(unsigned kinds, double share_s, bool is_radar_first, findings *f)
{
    size_t row[GW_KIND_COUNT] = {0};
    double duration =
        (double)scene.streams[GW_KIND_POSE].n_rows / scene.streams[GW_KIND_POSE].row_rate_hz;
    gw_detector *detector = detector_make(kinds, f);
    is_counting = true;
    for (double until = share_s; until < duration + 2 * share_s; until += share_s)
        for (int k = 0; k < GW_KIND_COUNT; k++) {
            gw_kind kind = (gw_kind)(is_radar_first ? k : GW_KIND_COUNT - 1 - k);
            const gw_stream *stream = &scene.streams[kind];
            double rate =
                stream->row_rate_hz > 0 ? stream->row_rate_hz : (double)stream->n_rows / duration;
            size_t to = (size_t)fmin(rate * until, (double)stream->n_rows);
            if (kinds & 1u << kind && to > row[kind])
                rows_push(detector, kind, row[kind], to - row[kind]);
            row[kind] = to > row[kind] ? to : row[kind];
        }
    gw_detector_finish(detector, GW_KIND_POSE);
    gw_detector_finish(detector, GW_KIND_GPR);
    gw_detector_finish(detector, GW_KIND_MD);
    is_counting = false;
    gw_detector_destroy(detector);
}

static int by_sensor(const void *a, const void *b)
{
    const gw_detection *x = a, *y = b;
    if (x->sensor != y->sensor)
        return x->sensor < y->sensor ? -1 : 1;
    return x->along_m < y->along_m ? -1 : x->along_m > y->along_m;
}

static void assert_same(findings *a, findings *b)
{
    assert_int_equal(a->n, b->n);
    qsort(a->items, a->n, sizeof *a->items, by_sensor);
    qsort(b->items, b->n, sizeof *b->items, by_sensor);
    for (size_t k = 0; k < a->n; k++) {
        assert_int_equal(a->items[k].sensor, b->items[k].sensor);
        assert_int_equal(a->items[k].scan, b->items[k].scan);
        assert_int_equal(a->items[k].sample, b->items[k].sample);
        assert_true(a->items[k].along_m == b->items[k].along_m); /* bit for bit */
        assert_true(a->items[k].score == b->items[k].score);
        assert_true(a->items[k].far_per_m == b->items[k].far_per_m);
    }
}

#endif
