/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const gw_truth_item targets[] = {{1, 0.05, 0.10, "AP", "PMN", 0},
                                        {5, 0.10, 0.30, "AT", "TM", 0.5}};
static const gw_truth_item metals[] = {{3, 0.01, 0, "", "nail", 0}};
static const gw_score_filter all = {0};

static gw_detection seen(gw_sensor sensor, double along_m, double score, bool alarm)
{
    return (gw_detection){
        .sensor = sensor, .along_m = along_m, .depth_m = 0.07, .score = score, .alarm = alarm};
}

static gw_score *score_of(const gw_detection *detections, size_t n)
{
    gw_score *score = gw_score_create();
    const gw_score_lane lane = {.soil = "loam",
                                .targets = targets,
                                .n_targets = 2,
                                .metals = metals,
                                .n_metals = 1,
                                .detections = detections,
                                .n_detections = n,
                                .searched_m = {10, 10, 10}};
    assert_non_null(score);
    assert_int_equal(gw_score_add(score, &lane), GW_OK);
    return score;
}

static void reach_is_the_radius_and_15_cm(void **state)
{
    (void)state;
    const gw_detection detections[] = {
        seen(GW_SENSOR_GPR, 1.199, 5, true), seen(GW_SENSOR_MD, 1.201, 5, true),
        seen(GW_SENSOR_GPR, 4.701, 5, true), seen(GW_SENSOR_MD, 4.699, 5, true)};
    gw_score *score = score_of(detections, 4);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_GPR, &all).n_found, 2);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_MD, &all).n_found, 0);
    assert_int_equal(gw_score_false_alarms(score, GW_SENSOR_GPR, NULL).n, 0);
    assert_int_equal(gw_score_false_alarms(score, GW_SENSOR_MD, NULL).n, 2);
    gw_score_destroy(score);
}

static void alarms_of_metal_are_told_by_what_lies_there(void **state)
{
    (void)state;
    gw_detection detections[] = {
        seen(GW_SENSOR_MD, 1, 5, true),       seen(GW_SENSOR_MD, 3.2, 5, true),
        seen(GW_SENSOR_MD, 7, 5, true),       seen(GW_SENSOR_MD, 8, 5, false),
        seen(GW_SENSOR_FUSED, 3.1, 1, false), seen(GW_SENSOR_FUSED, 7, 1, false),
        seen(GW_SENSOR_FUSED, 1.1, 9, true)};
    detections[4].unlikely = detections[5].unlikely = true;
    gw_score *score = score_of(detections, 7);
    gw_score_metal metal = gw_score_md_alarms(score), marked = gw_score_unlikely(score);
    assert_int_equal(metal.n, 3);
    assert_int_equal(metal.n_targets, 1);
    assert_int_equal(metal.n_metals, 1);
    assert_int_equal(marked.n, 2);
    assert_int_equal(marked.n_targets, 0);
    assert_int_equal(marked.n_metals, 1);
    gw_score_destroy(score);
}

/* Targets are at cross 0 and 0.5. */
static void an_array_is_scored_along_and_across(void **state)
{
    (void)state;
    gw_detection detections[] = {
        seen(GW_SENSOR_GPR, 1.15, 5, true), seen(GW_SENSOR_GPR, 4.8, 6, true),
        seen(GW_SENSOR_GPR, 5.0, 7, true), seen(GW_SENSOR_MD, 1.199, 5, true)};
    detections[0].cross_m = 0.13; /* 0.1985 m off: within 0.05 + 0.15 */
    detections[1].cross_m = 0.25; /* 0.32 m off: beyond 0.15 + 0.15 */
    detections[2].cross_m = 0.75; /* 0.25 m */
    gw_score_lane lane = {.soil = "loam",
                          .targets = targets,
                          .n_targets = 2,
                          .detections = detections,
                          .n_detections = 4,
                          .searched_m = {10, 10, 0},
                          .swath_m = 0.8};
    gw_score *score = gw_score_create();
    assert_int_equal(gw_score_add(score, &lane), GW_OK);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_GPR, &all).n_found, 2);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_MD, &all).n_found, 1); /* along */
    gw_score_false wrong = gw_score_false_alarms(score, GW_SENSOR_GPR, NULL);
    assert_int_equal(wrong.n, 1);
    assert_true(fabs(wrong.searched_m2 - 8) < 1e-12 && fabs(wrong.per_m2 - 1.0 / 8) < 1e-12);
    assert_true(wrong.per_m2_limits.low < 1.0 / 8 && wrong.per_m2_limits.high > 1.0 / 8);
    assert_true(isnan(gw_score_false_alarms(score, GW_SENSOR_MD, NULL).per_m2));
    /* one false of score 6: at 1 in 8 m2 it may remain, at less it takes the target of score 5 */
    assert_int_equal(gw_score_at_rate_m2(score, GW_SENSOR_GPR, 0.125, &all).n_found, 2);
    assert_int_equal(gw_score_at_rate_m2(score, GW_SENSOR_GPR, 0.124, &all).n_found, 1);
    /* with a lane of one channel among them nothing is said of square metres */
    lane.swath_m = 0;
    assert_int_equal(gw_score_add(score, &lane), GW_OK);
    assert_true(isnan(gw_score_false_alarms(score, GW_SENSOR_GPR, NULL).per_m2));
    assert_int_equal(gw_score_at_rate_m2(score, GW_SENSOR_GPR, 1, &all).n, 0);
    gw_score_destroy(score);
}

static void metal_excuses_the_metal_detector_only(void **state)
{
    (void)state;
    const gw_detection detections[] = {seen(GW_SENSOR_MD, 3.29, 5, true),
                                       seen(GW_SENSOR_GPR, 3.29, 5, true),
                                       seen(GW_SENSOR_FUSED, 3.29, 5, true)};
    gw_score *score = score_of(detections, 3);
    assert_int_equal(gw_score_false_alarms(score, GW_SENSOR_MD, NULL).n, 0);
    assert_int_equal(gw_score_false_alarms(score, GW_SENSOR_GPR, NULL).n, 1);
    assert_int_equal(gw_score_false_alarms(score, GW_SENSOR_FUSED, NULL).n, 1);
    assert_true(gw_score_false_alarms(score, GW_SENSOR_FUSED, NULL).per_m == 0.1);
    gw_score_destroy(score);
}

static void several_on_one_target_count_once(void **state)
{
    (void)state;
    const gw_detection detections[] = {seen(GW_SENSOR_GPR, 1.0, 5, true),
                                       seen(GW_SENSOR_GPR, 1.1, 9, true),
                                       seen(GW_SENSOR_GPR, 0.9, 7, false)};
    gw_score *score = score_of(detections, 3);
    gw_score_found found = gw_score_heard(score, GW_SENSOR_GPR, &all);
    assert_int_equal(found.n, 2);
    assert_int_equal(found.n_found, 1);
    assert_true(found.pd == 0.5);
    gw_score_errors place = gw_score_place(score, GW_SENSOR_GPR);
    assert_int_equal(place.n, 1);
    assert_true(place.bias_m == 0); /* of the nearest alarm */
    assert_true(fabs(gw_score_depth(score, GW_SENSOR_GPR).bias_m - 0.02) < 1e-12);
    gw_score_destroy(score);
}

/* Reach of a depth of 0.05 m: 0.025 m; of 0.10 m: 0.03 m. */
static void depths_are_near_within_2_cm_and_a_tenth(void **state)
{
    (void)state;
    static const struct {
        double first_m, second_m;
        size_t n, n_near;
    } cases[] = {{0.0749, 0.1299, 2, 2},
                 {0.0251, 0.0701, 2, 2},
                 {0.0751, 0.1299, 2, 1},
                 {0.0249, 0.0699, 2, 0},
                 {0.0749, (double)NAN, 1, 1}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        gw_detection detections[] = {seen(GW_SENSOR_GPR, 1, 5, true),
                                     seen(GW_SENSOR_GPR, 5, 6, true),
                                     seen(GW_SENSOR_GPR, 5.05, 7, true)}; /* further off */
        detections[0].depth_m = cases[k].first_m;
        detections[1].depth_m = cases[k].second_m;
        gw_score *score = score_of(detections, 3);
        gw_score_found near = gw_score_depth_near(score, GW_SENSOR_GPR);
        assert_int_equal(near.n, cases[k].n);
        assert_int_equal(near.n_found, cases[k].n_near);
        assert_true(near.pd == (double)cases[k].n_near / (double)cases[k].n);
        assert_true(near.limits.low <= near.pd && near.limits.high >= near.pd);
        assert_true(isnan(gw_score_depth_near(score, GW_SENSOR_MD).pd));
        gw_score_destroy(score);
    }
}

static void the_curve_goes_by_score_alarm_or_not(void **state)
{
    (void)state;
    const gw_detection detections[] = {
        seen(GW_SENSOR_MD, 8, 9, false), seen(GW_SENSOR_MD, 1, 8, false),
        seen(GW_SENSOR_MD, 9, 5, false), seen(GW_SENSOR_MD, 5, 3, false)};
    gw_score *score = score_of(detections, 4);
    gw_score_point points[8];
    assert_int_equal(gw_score_at_rate(score, GW_SENSOR_MD, 0.05, &all).n_found, 0);
    assert_int_equal(gw_score_at_rate(score, GW_SENSOR_MD, 0.1, &all).n_found, 1);
    assert_int_equal(gw_score_at_rate(score, GW_SENSOR_MD, 0.2, &all).n_found, 2);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_MD, &all).n_found, 0);
    assert_int_equal(gw_score_curve(score, GW_SENSOR_MD, points, 8), 3);
    assert_true(points[0].pd == 0 && points[1].pd == 0.5 && points[2].pd == 1);
    assert_true(points[2].false_per_m == 0.2);
    gw_score_destroy(score);
}

static void filters_take_class_name_and_soil(void **state)
{
    (void)state;
    const gw_detection detections[] = {seen(GW_SENSOR_GPR, 5, 5, true)};
    gw_score *score = score_of(detections, 1);
    const gw_score_filter ap = {.class_name = "AP"}, at = {.class_name = "AT"}, tm = {.name = "TM"},
                          sand = {.soil = "sand"};
    assert_int_equal(gw_score_heard(score, GW_SENSOR_GPR, &ap).n_found, 0);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_GPR, &at).n_found, 1);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_GPR, &tm).n, 1);
    assert_int_equal(gw_score_heard(score, GW_SENSOR_GPR, &sand).n, 0);
    assert_true(isnan(gw_score_heard(score, GW_SENSOR_GPR, &sand).pd));
    assert_string_equal(gw_score_word(score, 2, 0), "loam");
    assert_null(gw_score_word(score, 2, 1));
    gw_score_destroy(score);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reach_is_the_radius_and_15_cm),
        cmocka_unit_test(alarms_of_metal_are_told_by_what_lies_there),
        cmocka_unit_test(an_array_is_scored_along_and_across),
        cmocka_unit_test(metal_excuses_the_metal_detector_only),
        cmocka_unit_test(several_on_one_target_count_once),
        cmocka_unit_test(depths_are_near_within_2_cm_and_a_tenth),
        cmocka_unit_test(the_curve_goes_by_score_alarm_or_not),
        cmocka_unit_test(filters_take_class_name_and_soil),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
