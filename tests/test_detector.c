/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole path on the shipped scene: found where the truth says, the same however the rows are
 * cut and whatever the order of the streams, without allocation.
 */
#include "dsp/detector.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/recording.h"

enum { FOUND_MAX = 512, COVERED_MAX = 4096 };

static volatile size_t n_allocations;
static volatile bool is_counting;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    n_allocations += is_counting;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    n_allocations += is_counting;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    n_allocations += is_counting;
    return __real_realloc(memory, size);
}

typedef struct lane {
    gw_stream streams[GW_KIND_COUNT];
    int32_t *counts[GW_KIND_COUNT];
} lane;

typedef struct findings {
    size_t n, n_covered;
    gw_detection items[FOUND_MAX];
    gw_coverage covered[COVERED_MAX];
} findings;

static lane demo;
static size_t n_scope_rows[GW_SENSOR_COUNT];

static void scope_count(void *user, const gw_scope_frame *frame)
{
    (void)user;
    n_scope_rows[frame->sensor] += frame->n_rows;
}

static int demo_load(void **state)
{
    char path[1024];
    gw_error error;
    (void)state;
    snprintf(path, sizeof path, "%s/drivers/scenes/demo.yaml", getenv("GW_ROOT"));
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_recording *recording;
        size_t n;
        if (gw_recording_open(path, (gw_kind)kind, &recording, &error) != GW_OK) {
            print_error("%s\n", error.text);
            return -1;
        }
        demo.streams[kind] = *gw_recording_stream(recording);
        size_t n_rows = (size_t)demo.streams[kind].n_rows;
        demo.counts[kind] =
            malloc(n_rows * gw_stream_row_counts(&demo.streams[kind]) * sizeof(int32_t));
        gw_recording_read(recording, 0, n_rows, demo.counts[kind], &n, &error);
        gw_recording_close(recording);
    }
    return 0;
}

static int demo_free(void **state)
{
    (void)state;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        free(demo.counts[kind]);
    return 0;
}

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
    const gw_detector_sink sink = {
        .detection = detection_keep, .coverage = coverage_keep, .scope = scope_count, .user = f};
    gw_detector *detector;
    gw_error error;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        config.streams[kind] = kinds & 1u << kind ? &demo.streams[kind] : NULL;
    memset(f, 0, sizeof *f);
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    return detector;
}

static void rows_push(gw_detector *detector, gw_kind kind, size_t row, size_t n_rows)
{
    const gw_stream *stream = &demo.streams[kind];
    gw_block block = {.row = row,
                      .time_ns = gw_stream_row_ns(stream, row),
                      .n_rows = n_rows,
                      .max_rows = n_rows,
                      .counts = demo.counts[kind] + row * gw_stream_row_counts(stream)};
    gw_detector_push(detector, kind, &block);
}

/* Feed all streams by time; blocks of about `share` of a second; the radar before the others or
 * after them. */
static void lane_run(unsigned kinds, double share_s, bool is_radar_first, findings *f)
{
    size_t row[GW_KIND_COUNT] = {0};
    double duration =
        (double)demo.streams[GW_KIND_POSE].n_rows / demo.streams[GW_KIND_POSE].row_rate_hz;
    gw_detector *detector = detector_make(kinds, f);
    is_counting = true;
    for (double until = share_s; until < duration + 2 * share_s; until += share_s)
        for (int k = 0; k < GW_KIND_COUNT; k++) {
            gw_kind kind = (gw_kind)(is_radar_first ? k : GW_KIND_COUNT - 1 - k);
            const gw_stream *stream = &demo.streams[kind];
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

static const unsigned all = 1u << GW_KIND_GPR | 1u << GW_KIND_MD | 1u << GW_KIND_POSE;

static void any_block_split_and_any_interleaving_give_the_same_candidates(void **state)
{
    static const double shares_s[] = {0.0137, 0.25, 1.9};
    findings *first = malloc(sizeof *first), *other = malloc(sizeof *other);
    (void)state;
    lane_run(all, 0.010, true, first);
    assert_true(first->n > 20);
    for (size_t k = 0; k < sizeof shares_s / sizeof *shares_s; k++)
        for (int order = 0; order < 2; order++) {
            lane_run(all, shares_s[k], order == 0, other);
            assert_same(first, other);
        }
    free(first);
    free(other);
}

static bool has_alarm(const findings *f, gw_sensor sensor, double along_m, double reach_m)
{
    for (size_t k = 0; k < f->n; k++)
        if (f->items[k].sensor == sensor && f->items[k].alarm &&
            fabs(f->items[k].along_m - along_m) <= reach_m)
            return true;
    return false;
}

static void the_steel_mine_of_the_demo_alarms_in_every_sensor(void **state)
{
    findings *f = malloc(sizeof *f);
    (void)state;
    lane_run(all, 0.05, true, f); /* TM-62M, 4.3 m along, radius 0.16 m */
    assert_true(has_alarm(f, GW_SENSOR_GPR, 4.3, 0.31));
    assert_true(has_alarm(f, GW_SENSOR_MD, 4.3, 0.31));
    assert_true(has_alarm(f, GW_SENSOR_FUSED, 4.3, 0.31));
    free(f);
}

static void every_metre_is_covered_by_each_sensor_without_a_hole(void **state)
{
    findings *f = malloc(sizeof *f);
    double to_m[2] = {0, 0};
    (void)state;
    lane_run(all, 0.05, true, f);
    for (size_t k = 0; k < f->n_covered; k++) {
        const gw_coverage *c = &f->covered[k];
        assert_true(c->from_m <= to_m[c->sensor] + 0.021); /* the next scan or cell */
        to_m[c->sensor] = c->to_m;
    }
    assert_true(to_m[GW_SENSOR_GPR] > 9.97 && to_m[GW_SENSOR_MD] > 9.97);
    free(f);
}

/* Whose rows are neither covered nor lost belong to the last two hops of 10 ms: no more came. */
static void every_row_of_an_unbroken_stretch_is_covered_once(void **state)
{
    findings *f = malloc(sizeof *f);
    uint64_t next[2] = {0, 0};
    (void)state;
    lane_run(all, 0.05, true, f);
    for (size_t k = 0; k < f->n_covered; k++) {
        const gw_coverage *c = &f->covered[k];
        assert_int_equal(c->first_row, next[c->sensor]);
        next[c->sensor] = c->first_row + c->n_rows;
    }
    assert_int_equal(next[GW_SENSOR_GPR], demo.streams[GW_KIND_GPR].n_rows);
    uint64_t n_rows = (uint64_t)demo.streams[GW_KIND_MD].n_rows;
    assert_true(next[GW_SENSOR_MD] <= n_rows && n_rows - next[GW_SENSOR_MD] < 1280);
    free(f);
}

static void one_sensor_alone_works_and_nothing_is_fused(void **state)
{
    findings *f = malloc(sizeof *f);
    (void)state;
    lane_run(1u << GW_KIND_GPR, 0.05, true, f);
    assert_true(has_alarm(f, GW_SENSOR_GPR, 4.3, 0.31));
    for (size_t k = 0; k < f->n; k++)
        assert_int_equal(f->items[k].sensor, GW_SENSOR_GPR);
    lane_run(1u << GW_KIND_MD, 0.05, true, f); /* no pose: place unknown, and said so */
    for (size_t k = 0; k < f->n; k++) {
        assert_true(isnan(f->items[k].along_m));
        assert_true(f->items[k].spacing_assumed);
        assert_true(f->items[k].sample >= 0);
    }
    assert_true(f->n > 5);
    free(f);
}

static void nothing_is_allocated_after_create(void **state)
{
    findings *f = malloc(sizeof *f);
    (void)state;
    n_allocations = 0;
    lane_run(all, 0.05, true, f);
    assert_int_equal(n_allocations, 0);
    void *volatile seen = NULL; /* the counter itself works */
    is_counting = true;
    seen = malloc(1);
    is_counting = false;
    free(seen);
    assert_int_equal(n_allocations, 1);
    free(f);
}

static void a_gap_begins_the_chain_anew_and_what_it_held_is_said(void **state)
{
    findings *f = malloc(sizeof *f);
    gw_detector *detector = detector_make(1u << GW_KIND_GPR, f);
    (void)state;
    for (size_t k = 0; k < 250; k++)
        rows_push(detector, GW_KIND_GPR, k, 1);
    size_t before = f->n;
    gw_block block = {.row = 300,
                      .n_rows = 1,
                      .max_rows = 1,
                      .n_lost = 50,
                      .flags = GW_BLOCK_GAP,
                      .counts = demo.counts[GW_KIND_GPR] +
                                300 * gw_stream_row_counts(&demo.streams[GW_KIND_GPR])};
    gw_detector_push(detector, GW_KIND_GPR, &block);
    assert_true(f->n > before);
    assert_true(f->n_covered > 0);
    assert_true(fabs(f->covered[f->n_covered - 1].to_m - 249 * 0.02) < 1e-9);
    for (size_t k = 301; k < 500; k++)
        rows_push(detector, GW_KIND_GPR, k, 1);
    gw_detector_finish(detector, GW_KIND_GPR);
    for (size_t k = 0; k < f->n_covered; k++) /* the lost ground is covered by nothing */
        assert_true(f->covered[k].to_m < 4.99 || f->covered[k].from_m > 5.99);
    gw_detector_destroy(detector);
    free(f);
}

static void a_lane_with_nothing_to_detect_in_is_refused(void **state)
{
    gw_detector_config config = {.far_per_m = 0.1};
    const gw_detector_sink sink = {
        .detection = detection_keep, .coverage = coverage_keep, .scope = scope_count, .user = NULL};
    gw_detector *detector;
    gw_error error;
    (void)state;
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_EINVAL);
    assert_null(detector);
    config.streams[GW_KIND_GPR] = &demo.streams[GW_KIND_GPR];
    config.far_per_m = -1;
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_EINVAL);
    gw_stream narrow = demo.streams[GW_KIND_GPR];
    narrow.n_samples = 10;
    config.streams[GW_KIND_GPR] = &narrow;
    config.far_per_m = 0;
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_EINVAL);
    assert_non_null(strstr(error.text, "10 samples"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_block_split_and_any_interleaving_give_the_same_candidates),
        cmocka_unit_test(the_steel_mine_of_the_demo_alarms_in_every_sensor),
        cmocka_unit_test(every_metre_is_covered_by_each_sensor_without_a_hole),
        cmocka_unit_test(every_row_of_an_unbroken_stretch_is_covered_once),
        cmocka_unit_test(one_sensor_alone_works_and_nothing_is_fused),
        cmocka_unit_test(nothing_is_allocated_after_create),
        cmocka_unit_test(a_gap_begins_the_chain_anew_and_what_it_held_is_said),
        cmocka_unit_test(a_lane_with_nothing_to_detect_in_is_refused),
    };
    return cmocka_run_group_tests(tests, demo_load, demo_free);
}
