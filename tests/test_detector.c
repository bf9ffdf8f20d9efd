/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole path on the shipped scene: found where the truth says, the same however the rows are
 * cut and whatever the order of the streams, without allocation.
 */
#include "tests/detector_support.h"

static int demo_load(void **state)
{
    (void)state;
    return lane_load("demo");
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
        assert_true(c->from_m == to_m[c->sensor]); /* of the scan or cell before */
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
    assert_int_equal(next[GW_SENSOR_GPR], scene.streams[GW_KIND_GPR].n_rows);
    uint64_t n_rows = (uint64_t)scene.streams[GW_KIND_MD].n_rows;
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
    n_stage_cells = n_scope_rows[GW_SENSOR_MD] = 0;
    lane_run(all, 0.05, true, f);
    assert_int_equal(n_allocations, 0);
    assert_true(n_stage_cells > 100 && n_scope_rows[GW_SENSOR_MD] > 0);
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
                      .counts = scene.counts[GW_KIND_GPR] +
                                300 * gw_stream_row_counts(&scene.streams[GW_KIND_GPR])};
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
    config.streams[GW_KIND_GPR] = &scene.streams[GW_KIND_GPR];
    config.far_per_m = -1;
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_EINVAL);
    gw_stream narrow = scene.streams[GW_KIND_GPR];
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
    return cmocka_run_group_tests(tests, demo_load, lane_free);
}
