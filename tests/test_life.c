/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/life.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { TOLD_MAX = 3 * GW_LIFE_MAX };

static json_t *told[TOLD_MAX];
static size_t n_told;
static gw_life *life;

static void sink(void *user, json_t *data, int64_t time_ns)
{
    (void)user;
    (void)time_ns;
    assert_non_null(data);
    assert_true(n_told < TOLD_MAX);
    told[n_told++] = data;
}

static int life_make(void **state)
{
    const gw_life_config config = {.sink = sink};
    gw_error error;
    (void)state;
    n_told = 0;
    return gw_life_create(&config, &life, &error) == GW_OK ? 0 : -1;
}

static int life_end(void **state)
{
    (void)state;
    for (size_t k = 0; k < n_told; k++)
        json_decref(told[k]);
    gw_life_destroy(life);
    return 0;
}

static gw_life_sight sight_of(gw_sensor sensor, double along_m, double score, bool alarm)
{
    return (gw_life_sight){.detection = {.sensor = sensor,
                                         .along_m = along_m,
                                         .cross_m = (double)NAN,
                                         .scan = (int64_t)(along_m * 100),
                                         .channel = -1,
                                         .sample = -1,
                                         .depth_m = (double)NAN,
                                         .depth_sd_m = (double)NAN,
                                         .speed_m_per_ns = (double)NAN,
                                         .width_m = (double)NAN,
                                         .amplitude = (double)NAN,
                                         .ferrous_probability = (double)NAN,
                                         .relaxation_s = (double)NAN,
                                         .coil_distance_m = (double)NAN,
                                         .score = score,
                                         .far_per_m = alarm ? 0.01 : 0.5,
                                         .alarm = alarm}};
}

/* Its record. */
static const json_t *take_sight(const gw_life_sight *sight)
{
    size_t before = n_told;
    gw_life_take(life, sight);
    assert_true(n_told > before);
    return told[n_told - 1];
}

static const json_t *take(gw_sensor sensor, double along_m, double score, bool alarm)
{
    gw_life_sight sight = sight_of(sensor, along_m, score, alarm);
    return take_sight(&sight);
}

static void cover(gw_sensor sensor, double from_m, double to_m)
{
    const gw_coverage ground = {.sensor = sensor, .from_m = from_m, .to_m = to_m};
    gw_life_cover(life, &ground);
}

static const char *text(const json_t *data, const char *key)
{
    const char *value = json_string_value(json_object_get(data, key));
    return value ? value : "";
}

static double real(const json_t *data, const char *key)
{
    return json_number_value(json_object_get(data, key));
}

static bool is_same(const json_t *a, const json_t *b)
{
    return strcmp(text(a, "id"), text(b, "id")) == 0;
}

/* Both sensors over 0..5 m once. */
static void lane_cover(void)
{
    cover(GW_SENSOR_GPR, 0, 5);
    cover(GW_SENSOR_MD, 0, 5);
}

static void a_later_pass_over_the_same_place_is_an_update(void **state)
{
    (void)state;
    const json_t *first = take(GW_SENSOR_MD, 2, 10, true);
    assert_null(json_object_get(first, "status"));
    lane_cover();
    const json_t *again = take(GW_SENSOR_MD, 2.1, 12, true);
    assert_true(is_same(first, again));
    assert_string_equal(text(again, "status"), "updated");
    assert_true(real(again, "passes") == 2 && real(again, "score") == 12);
    assert_null(json_object_get(again, "pass"));
    lane_cover();
    assert_true(real(take(GW_SENSOR_MD, 2.05, 11, true), "passes") == 3);
    assert_int_equal(gw_life_open(life), 1);
}

static void nothing_else_is_one(void **state)
{
    (void)state;
    const json_t *first = take(GW_SENSOR_MD, 2, 10, true);
    assert_false(is_same(first, take(GW_SENSOR_MD, 2.05, 9, true))); /* of the same pass */
    lane_cover();
    assert_false(is_same(first, take(GW_SENSOR_GPR, 2, 10, true)));
    assert_false(is_same(first, take(GW_SENSOR_FUSED, 2, 10, true)));
    assert_false(is_same(first, take(GW_SENSOR_MD, 2.25, 10, true)));
    const json_t *again = take(GW_SENSOR_MD, 2, 10, true);
    assert_true(is_same(first, again));
    assert_false(is_same(first, take(GW_SENSOR_MD, 2, 10, true))); /* it has had this pass */
    const json_t *nowhere = take(GW_SENSOR_MD, (double)NAN, 10, true);
    lane_cover();
    assert_false(is_same(nowhere, take(GW_SENSOR_MD, (double)NAN, 10, true)));
    gw_life_break(life); /* the odometer began anew: 2 m is somewhere else */
    assert_false(is_same(first, take(GW_SENSOR_MD, 2, 10, true)));
}

static void across_the_lane_counts_where_it_is_known(void **state)
{
    gw_life_sight left = sight_of(GW_SENSOR_GPR, 2, 10, true), right = left;
    (void)state;
    left.detection.cross_m = 0;
    right.detection.cross_m = 0.3;
    gw_life_take(life, &left);
    lane_cover();
    left.detection.along_m = 1.95; /* back: another pass */
    gw_life_take(life, &right);
    gw_life_take(life, &left);
    assert_false(is_same(told[0], told[1]));
    assert_true(is_same(told[0], told[2]));
}

static void no_alarm_is_ever_lowered(void **state)
{
    (void)state;
    gw_life_sight sight = sight_of(GW_SENSOR_FUSED, 2, 10, true);
    const json_t *first = take_sight(&sight);
    sight = sight_of(GW_SENSOR_FUSED, 2, 50, false);
    sight.detection.pass = 1;
    const json_t *again = take_sight(&sight), *pass;
    assert_true(is_same(first, again));
    assert_true(json_is_true(json_object_get(again, "alarm")) && real(again, "score") == 10);
    assert_non_null(pass = json_object_get(again, "pass")); /* and what it says stands there */
    assert_true(json_is_false(json_object_get(pass, "alarm")) && real(pass, "score") == 50);
    assert_null(json_object_get(pass, "id"));
    sight = sight_of(GW_SENSOR_FUSED, 2, 11, true);
    sight.detection.pass = 2;
    const json_t *third = take_sight(&sight);
    assert_true(real(third, "score") == 11 && !json_object_get(third, "pass"));
}

/* A fused line of the pass before may come when the next pass has begun. */
static void a_fused_line_says_of_which_pass_it_is(void **state)
{
    (void)state;
    const json_t *first = take(GW_SENSOR_FUSED, 2, 10, true);
    cover(GW_SENSOR_GPR, 0, 5);
    cover(GW_SENSOR_GPR, 0, 1);
    assert_false(is_same(first, take(GW_SENSOR_FUSED, 2.1, 10, true)));
    gw_life_sight sight = sight_of(GW_SENSOR_FUSED, 2, 9, true);
    sight.detection.pass = 1;
    assert_true(is_same(first, take_sight(&sight)));
}

static void a_measured_place_counts_before_the_odometers(void **state)
{
    gw_life_sight here = sight_of(GW_SENSOR_GPR, 2, 10, true), there;
    (void)state;
    here.has_fix = true;
    here.fix = (gw_fix){.type = GW_FIX_RTK_FIXED, .accuracy_m = 0.02};
    here.fix.place = (gw_wgs84){.lat_deg = 40, .lon_deg = 45};
    there = here;
    gw_life_take(life, &here);
    gw_life_break(life);
    there.detection.along_m = 7; /* the odometer has its own mind */
    there.fix.place.lat_deg += 0.1 / 111e3;
    gw_life_take(life, &there);
    assert_true(is_same(told[0], told[1]));
    gw_life_break(life);
    there.fix.place.lat_deg += 0.4 / 111e3;
    gw_life_take(life, &there);
    assert_false(is_same(told[0], told[2]));
    gw_life_break(life);
    here.fix.accuracy_m = 3; /* says nothing at this scale, and the odometer began anew */
    gw_life_take(life, &here);
    assert_false(is_same(told[0], told[3]));
}

static void an_outcome_closes_and_what_is_found_there_later_is_another(void **state)
{
    (void)state;
    const json_t *first = take(GW_SENSOR_MD, 2, 10, true);
    assert_false(gw_life_close(life, "nobody", 7));
    assert_true(gw_life_close(life, text(first, "id"), 7));
    assert_int_equal(gw_life_open(life), 0);
    assert_true(is_same(first, told[1]));
    assert_string_equal(text(told[1], "status"), "closed");
    assert_string_equal(text(told[1], "closed_by"), "outcome");
    assert_false(gw_life_close(life, text(first, "id"), 8));
    lane_cover();
    const json_t *later = take(GW_SENSOR_MD, 2, 10, true);
    assert_false(is_same(first, later));
    assert_null(json_object_get(later, "status"));
}

static void at_the_bound_the_one_seen_longest_ago_is_closed_and_it_is_said(void **state)
{
    (void)state;
    for (int k = 0; k < GW_LIFE_MAX; k++)
        take(GW_SENSOR_MD, 2 * k, 10, true);
    cover(GW_SENSOR_MD, 0, 1);
    take(GW_SENSOR_MD, 0, 10, true); /* seen again: the second is the oldest now */
    size_t before = n_told;
    take(GW_SENSOR_MD, 1, 10, true);
    assert_int_equal(n_told, before + 2);
    assert_string_equal(text(told[before], "closed_by"), "room");
    assert_true(is_same(told[1], told[before]));
    assert_int_equal(gw_life_open(life), GW_LIFE_MAX);
}

int main(void)
{
#define EACH(name) cmocka_unit_test_setup_teardown(name, life_make, life_end)
    const struct CMUnitTest tests[] = {
        EACH(a_later_pass_over_the_same_place_is_an_update),
        EACH(nothing_else_is_one),
        EACH(across_the_lane_counts_where_it_is_known),
        EACH(no_alarm_is_ever_lowered),
        EACH(a_fused_line_says_of_which_pass_it_is),
        EACH(a_measured_place_counts_before_the_odometers),
        EACH(an_outcome_closes_and_what_is_found_there_later_is_another),
        EACH(at_the_bound_the_one_seen_longest_ago_is_closed_and_it_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
