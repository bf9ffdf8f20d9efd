/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The radar's first look: told 5 cm after its place, from nothing beyond it, however it is cut.
 */
#include "dsp/provisional.h"

#include <math.h>

#include "dsp/detector.h"
#include "tests/lane_support.h"

enum { CUES_MAX = 512, REACH = 2 /* scans of 2 cm in 5 cm */ };

typedef struct cues {
    size_t n, n_detections;
    gw_detection items[CUES_MAX];
} cues;

static void cue_keep(void *user, const gw_detection *candidate)
{
    cues *c = user;
    if (c->n < CUES_MAX)
        c->items[c->n++] = *candidate;
}

static void detection_count(void *user, const gw_detection *detection)
{
    ((cues *)user)->n_detections += !detection->is_provisional;
}

/* The first n_rows scans, in blocks; as if the lane ended there. */
static void radar_run(size_t n_rows, size_t n_block, bool is_told, cues *out)
{
    const gw_stream *stream = &scene.streams[GW_KIND_GPR];
    const gw_detector_config config = {.streams[GW_KIND_GPR] = stream, .far_per_m = 0.1};
    const gw_detector_sink sink = {
        .detection = detection_count, .provisional = is_told ? cue_keep : NULL, .user = out};
    gw_detector *detector;
    gw_error error;
    memset(out, 0, sizeof *out);
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    for (size_t row = 0; row < n_rows; row += n_block) {
        size_t n = n_block < n_rows - row ? n_block : n_rows - row;
        const gw_block block = {.row = row,
                                .n_rows = n,
                                .max_rows = n,
                                .counts =
                                    scene.counts[GW_KIND_GPR] + row * gw_stream_row_counts(stream)};
        gw_detector_push(detector, GW_KIND_GPR, &block);
    }
    gw_detector_finish(detector, GW_KIND_GPR);
    gw_detector_destroy(detector);
}

static cues whole, part;

static size_t all_rows(void)
{
    return (size_t)scene.streams[GW_KIND_GPR].n_rows;
}

static void assert_begins_alike(const cues *few, const cues *many)
{
    for (size_t k = 0; k < few->n; k++) {
        assert_int_equal(few->items[k].scan, many->items[k].scan);
        assert_true(few->items[k].score == many->items[k].score); /* bit for bit */
        assert_true(few->items[k].along_m == many->items[k].along_m);
    }
}

static void a_lane_cut_5_cm_after_a_cue_tells_the_same(void **state)
{
    (void)state;
    radar_run(all_rows(), 100, true, &whole);
    assert_true(whole.n > 5);
    for (size_t k = 0; k < whole.n; k++) {
        size_t scan = (size_t)whole.items[k].scan;
        radar_run(scan + REACH + 1, 100, true, &part);
        assert_int_equal(part.n, k + 1);
        assert_begins_alike(&part, &whole);
        radar_run(scan + REACH, 100, true, &part);
        assert_int_equal(part.n, k); /* not before */
    }
}

static void any_block_split_gives_the_same_cues(void **state)
{
    static const size_t splits[] = {1, 7, 100000};
    (void)state;
    radar_run(all_rows(), 100, true, &whole);
    for (size_t k = 0; k < sizeof splits / sizeof *splits; k++) {
        radar_run(all_rows(), splits[k], true, &part);
        assert_int_equal(part.n, whole.n);
        assert_begins_alike(&part, &whole);
    }
}

static void a_cue_is_no_alarm_and_changes_no_detection(void **state)
{
    (void)state;
    radar_run(all_rows(), 100, true, &whole);
    radar_run(all_rows(), 100, false, &part);
    assert_true(whole.n_detections > 5 && whole.n_detections == part.n_detections);
    for (size_t k = 0; k < whole.n; k++) {
        const gw_detection *cue = &whole.items[k];
        assert_true(cue->is_provisional && !cue->alarm && cue->sensor == GW_SENSOR_GPR);
        assert_true(isnan(cue->depth_m) && isnan(cue->far_per_m));
        assert_true(cue->score > 0 && cue->score <= 1);
    }
}

static void scans_without_a_distance_are_refused(void **state)
{
    const gw_provisional_config config = {.spacing_m = 0};
    gw_provisional *provisional;
    (void)state;
    assert_int_equal(gw_provisional_create(&config, &provisional), GW_EINVAL);
    assert_null(provisional);
}

static int demo_load(void **state)
{
    (void)state;
    return lane_load("demo");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lane_cut_5_cm_after_a_cue_tells_the_same),
                                       cmocka_unit_test(any_block_split_gives_the_same_cues),
                                       cmocka_unit_test(a_cue_is_no_alarm_and_changes_no_detection),
                                       cmocka_unit_test(scans_without_a_distance_are_refused)};
    return cmocka_run_group_tests(tests, demo_load, lane_free);
}
