/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/fuse.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

enum { MANY = 4000 };

static gw_detection candidate(gw_sensor sensor, double along_m, double score, bool alarm)
{
    return (gw_detection){.sensor = sensor,
                          .along_m = along_m,
                          .cross_m = sensor == GW_SENSOR_GPR ? 0 : (double)NAN,
                          .scan = sensor == GW_SENSOR_GPR ? (int64_t)(along_m * 50) : -1,
                          .channel = sensor == GW_SENSOR_GPR ? 0 : -1,
                          .sample = 1000 + (int64_t)(along_m * 100),
                          .first_row = sensor == GW_SENSOR_GPR ? (int64_t)(along_m * 50) - 8 : 1400,
                          .last_row = sensor == GW_SENSOR_GPR ? (int64_t)(along_m * 50) + 8 : 1600,
                          .depth_m = sensor == GW_SENSOR_GPR ? 0.06 : (double)NAN,
                          .ferrous_probability = sensor == GW_SENSOR_MD ? 0.9 : (double)NAN,
                          .score = score,
                          .far_per_m = alarm ? 0.01 : 1,
                          .alarm = alarm};
}

static gw_fuse *fuse_make(void)
{
    gw_fuse *fuse;
    assert_int_equal(gw_fuse_create(0.1, true, &fuse), GW_OK);
    return fuse;
}

static size_t fuse_end(gw_fuse *fuse, gw_detection *lines, size_t n_lines)
{
    size_t n = 0;
    gw_fuse_done(fuse, GW_SENSOR_GPR, 0, (double)INFINITY);
    gw_fuse_done(fuse, GW_SENSOR_MD, 0, (double)INFINITY);
    while (n < n_lines && gw_fuse_pop(fuse, &lines[n]))
        n++;
    return n;
}

/* One candidate of each sensor (0: none) at a place; the one line that comes of it. */
static gw_detection fused(double gpr, double md, bool is_covered)
{
    gw_fuse *fuse = fuse_make();
    gw_detection lines[4], a = candidate(GW_SENSOR_GPR, 5.01, gpr, gpr > 1);
    gw_detection b = candidate(GW_SENSOR_MD, 5.03, md, md > 3);
    if (is_covered)
        gw_fuse_cover(fuse, 0, 4, 6);
    if (gpr > 0)
        gw_fuse_push(fuse, &a);
    if (md > 0)
        gw_fuse_push(fuse, &b);
    assert_int_equal(fuse_end(fuse, lines, 4), 1);
    assert_int_equal(lines[0].sensor, GW_SENSOR_FUSED);
    assert_true(lines[0].score > 0 && lines[0].far_per_m > 0);
    gw_fuse_destroy(fuse);
    return lines[0];
}

static void two_sensors_that_agree_are_likelier_than_either(void **state)
{
    (void)state;
    for (double gpr = 0.2; gpr < 20; gpr *= 2)
        for (double md = 3; md < 3000; md *= 3) {
            gw_detection both = fused(gpr, md, true);
            assert_true(both.score > fused(gpr, 0, true).score);
            assert_true(both.score > fused(0, md, true).score);
            assert_true(both.far_per_m < fused(0, md, true).far_per_m);
        }
    assert_true(fused(5, 500, true).alarm);
}

static void more_of_a_sensor_is_never_less(void **state)
{
    (void)state;
    for (double one = 1e-3; one < 1e6; one *= 9) {
        double before[2] = {0, 0};
        for (double other = 1e-3; other < 1e6; other *= 1.7) {
            double gpr = fused(other, one, true).score, md = fused(one, other, true).score;
            assert_true(gpr >= before[0] && md >= before[1]);
            before[0] = gpr;
            before[1] = md;
        }
    }
}

static void only_where_the_radar_searched_is_metal_unlikely(void **state)
{
    (void)state;
    gw_detection seen = fused(0.0003, 4, true), unseen = fused(0.0003, 4, false);
    assert_true(seen.unlikely && !seen.alarm && seen.evidence.is_radar_valid);
    assert_true(!unseen.unlikely && !unseen.evidence.is_radar_valid);
    assert_true(!fused(5, 500, true).unlikely);
    assert_true(!fused(0.0003, 2, true).unlikely); /* no alarm of the metal detector to mark */
}

/* Whatever the radar says, and in the pass in which it was. */
static void where_the_head_was_lifted_no_metal_is_unlikely(void **state)
{
    (void)state;
    for (double lifted_m = 4.7; lifted_m < 5.4; lifted_m += 0.1)
        for (uint64_t pass = 0; pass < 2; pass++) {
            gw_fuse *fuse = fuse_make();
            gw_detection line, scrap = candidate(GW_SENSOR_MD, 5.03, 4, true);
            gw_fuse_cover(fuse, 0, 4, 6);
            gw_fuse_lift(fuse, pass, lifted_m, lifted_m);
            gw_fuse_push(fuse, &scrap);
            assert_int_equal(fuse_end(fuse, &line, 1), 1);
            bool is_near = pass == 0 && fabs(lifted_m - 5.03) < 0.1;
            assert_int_equal(line.evidence.is_radar_valid, !is_near);
            assert_int_equal(line.unlikely, !is_near);
            assert_true(!is_near || line.score == fused(0, 4, false).score);
            gw_fuse_destroy(fuse);
        }
}

static void a_line_carries_what_it_rests_on(void **state)
{
    gw_detection both = fused(5, 500, true), metal = fused(0, 500, true);
    (void)state;
    assert_true(both.evidence.gpr_score == 5 && both.evidence.md_score == 500);
    assert_int_equal(both.evidence.md_sample, 1503);
    assert_int_equal(both.scan, 250);
    assert_int_equal(both.evidence.gpr_first, 242);
    assert_int_equal(both.evidence.gpr_last, 258);
    assert_int_equal(both.evidence.md_first, 1400);
    assert_int_equal(both.evidence.md_last, 1600);
    assert_int_equal(metal.evidence.gpr_first, -1);
    assert_int_equal(fused(5, 0, true).evidence.md_last, -1);
    assert_true(both.depth_m == 0.06);
    assert_true(both.ferrous_probability == 0.9 && isnan(fused(5, 0, true).ferrous_probability));
    assert_true(isnan(metal.evidence.gpr_score) && isnan(metal.depth_m));
    assert_int_equal(metal.sample, -1);
    assert_true(isinf(fused(5, 0, true).evidence.md_far_per_m));
}

static bool is_near(const gw_detection *lines, size_t n, double along_m)
{
    for (size_t k = 0; k < n; k++)
        if (fabs(lines[k].along_m - along_m) <= 0.2501)
            return true;
    return false;
}

/* Silence of a radar that did not search says nothing, and never less than that of one that did. */
static void unsearched_ground_is_judged_by_metal_alone(void **state)
{
    (void)state;
    double before = 0;
    for (double md = 1; md < 1e6; md *= 1.9) {
        double unseen = fused(0, md, false).score;
        assert_true(unseen > fused(0, md, true).score && unseen > before);
        assert_true(fused(2, md, false).score >= fused(2, md, true).score);
        before = unseen;
    }
    assert_true(fused(0, 1e4, false).alarm);
}

/* Dense ground, where the radar searched every second stretch of three metres. */
static void items_make(gw_detection *items)
{
    unsigned seed = 7;
    double at = 0;
    for (size_t k = 0; k < MANY; k++) {
        seed = seed * 1664525u + 1013904223u;
        at += (double)(seed >> 16 & 255) / 255 * 0.2;
        double score = exp((double)(seed >> 24) / 255 * 12 - 5);
        items[k] = candidate(seed >> 8 & 1 ? GW_SENSOR_MD : GW_SENSOR_GPR, at, score, score > 1);
    }
}

/* In pieces: what one sensor says of so many metres, then what the other does. */
static size_t pieces_push(gw_fuse *fuse, const gw_detection *items, double piece_m,
                          gw_detection *lines)
{
    size_t n = 0, from = 0;
    for (double to_m = piece_m; from < MANY; to_m += piece_m) {
        size_t to = from;
        while (to < MANY && items[to].along_m < to_m)
            to++;
        for (int sensor = GW_SENSOR_GPR; sensor <= GW_SENSOR_MD; sensor++) {
            for (size_t k = from; k < to; k++)
                if (items[k].sensor == (gw_sensor)sensor)
                    gw_fuse_push(fuse, &items[k]);
            for (double x = to_m - piece_m; sensor == GW_SENSOR_GPR && x < to_m; x += 0.01)
                if (fmod(x, 6) < 3)
                    gw_fuse_cover(fuse, 0, x, x);
            gw_fuse_done(fuse, (gw_sensor)sensor, 0, to_m);
            while (gw_fuse_pop(fuse, &lines[n]))
                n++;
        }
        from = to;
    }
    n += fuse_end(fuse, lines + n, MANY - n);
    assert_int_equal(gw_fuse_overflow(fuse), 0);
    return n;
}

static void lines_check(const gw_detection *items, const gw_detection *lines, size_t n)
{
    size_t n_unlikely = 0;
    for (size_t k = 0; k < MANY; k++)
        assert_true(!items[k].alarm || is_near(lines, n, items[k].along_m));
    for (size_t k = 0; k < n; k++) {
        assert_true(k == 0 || lines[k].along_m >= lines[k - 1].along_m);
        if (!lines[k].unlikely)
            continue;
        n_unlikely++;
        assert_true(lines[k].evidence.is_radar_valid && !lines[k].alarm);
        assert_true(lines[k].evidence.md_far_per_m <= 0.1);
    }
    assert_true(n_unlikely > 10);
}

/* However dense they stand; in order of place, and the same whenever and however it is asked. */
static void every_alarm_has_a_line_in_any_order_of_coming(void **state)
{
    static const double pieces_m[] = {0.05, 0.7, 4, 25};
    static gw_detection items[MANY], lines[4][MANY];
    size_t n[4];
    (void)state;
    items_make(items);
    for (int run = 0; run < 4; run++) {
        gw_fuse *fuse = fuse_make();
        n[run] = pieces_push(fuse, items, pieces_m[run], lines[run]);
        gw_fuse_destroy(fuse);
        assert_int_equal(n[run], n[0]);
    }
    lines_check(items, lines[0], n[0]);
    for (size_t k = 0; k < n[0]; k++)
        for (int run = 1; run < 4; run++) {
            const gw_detection *one = &lines[0][k], *other = &lines[run][k];
            assert_true(one->along_m == other->along_m && one->score == other->score);
            assert_true(one->unlikely == other->unlikely && one->alarm == other->alarm);
            assert_int_equal(one->evidence.md_sample, other->evidence.md_sample);
            assert_int_equal(one->scan, other->scan);
            assert_int_equal(one->evidence.is_radar_valid, other->evidence.is_radar_valid);
        }
}

/* Of scrap beside a mine nothing is said that could be taken for the mine. */
static void an_alarm_beside_is_never_belittled(void **state)
{
    (void)state;
    for (double apart = 0.05; apart < 0.5; apart += 0.03) {
        gw_fuse *fuse = fuse_make();
        gw_detection lines[4], mine[2] = {candidate(GW_SENSOR_GPR, 5, 20, true),
                                          candidate(GW_SENSOR_MD, 5, 400, true)};
        gw_detection scrap = candidate(GW_SENSOR_MD, 5 + apart, 4, true);
        gw_fuse_cover(fuse, 0, 4, 7);
        gw_fuse_push(fuse, &mine[0]);
        gw_fuse_push(fuse, &mine[1]);
        gw_fuse_push(fuse, &scrap);
        size_t n = fuse_end(fuse, lines, 4);
        assert_true(n >= 1 && lines[0].alarm && !lines[0].unlikely);
        assert_true(apart > 0.25 || n == 1);
        gw_fuse_destroy(fuse);
    }
}

/* One sensor lags for ever: what finds no room is counted, and what came first stays. */
static void what_finds_no_room_is_counted(void **state)
{
    gw_fuse *fuse = fuse_make();
    gw_detection line;
    (void)state;
    for (int k = 0; k < MANY; k++) {
        gw_detection one = candidate(GW_SENSOR_GPR, 0.5 * k, 5, true);
        gw_fuse_push(fuse, &one);
        gw_fuse_done(fuse, GW_SENSOR_GPR, 0, one.along_m);
        assert_false(gw_fuse_pop(fuse, &line));
    }
    assert_int_equal(gw_fuse_overflow(fuse), MANY - 2048);
    gw_fuse_done(fuse, GW_SENSOR_MD, 0, (double)INFINITY);
    assert_true(gw_fuse_pop(fuse, &line) && line.along_m == 0);
    gw_fuse_destroy(fuse);
}

static void mines_side_by_side_under_an_array_are_two(void **state)
{
    gw_fuse *fuse = fuse_make();
    gw_detection lines[4], a = candidate(GW_SENSOR_GPR, 5, 5, true), b = a;
    (void)state;
    b.cross_m = 0.8;
    gw_fuse_push(fuse, &a);
    gw_fuse_push(fuse, &b);
    assert_int_equal(fuse_end(fuse, lines, 4), 2);
    gw_fuse_destroy(fuse);
}

static void nothing_is_told_before_both_have_passed(void **state)
{
    gw_fuse *fuse = fuse_make();
    gw_detection line, a = candidate(GW_SENSOR_GPR, 5, 5, true);
    (void)state;
    gw_fuse_push(fuse, &a);
    gw_fuse_done(fuse, GW_SENSOR_GPR, 0, 9);
    assert_false(gw_fuse_pop(fuse, &line));
    gw_fuse_done(fuse, GW_SENSOR_MD, 0, 5.2);
    assert_false(gw_fuse_pop(fuse, &line));
    gw_fuse_done(fuse, GW_SENSOR_MD, 0, 6.1);
    assert_true(gw_fuse_pop(fuse, &line));
    assert_false(gw_fuse_pop(fuse, &line));
    gw_fuse_destroy(fuse);
}

/* Two passes over a mine at 5 m and scrap at 8 m; the radar heard the mine in the first only. */
static void pass_push(gw_fuse *fuse, gw_sensor sensor, uint64_t pass)
{
    gw_detection mine = candidate(sensor, sensor == GW_SENSOR_GPR ? 5 : 5.04, 20, true);
    gw_detection scrap = candidate(sensor, 8, 6, true);
    mine.pass = scrap.pass = pass;
    for (double x = 4; sensor == GW_SENSOR_GPR && x < 9; x += 0.05)
        gw_fuse_cover(fuse, pass, x, x);
    if (sensor == GW_SENSOR_MD || pass == 0)
        gw_fuse_push(fuse, &mine);
    if (sensor == GW_SENSOR_MD)
        gw_fuse_push(fuse, &scrap);
    gw_fuse_done(fuse, sensor, pass + 1, -(double)INFINITY);
}

static void lines_of_two_passes_check(const gw_detection *lines, size_t n)
{
    static const double places_m[] = {5, 8, 5, 8};
    assert_int_equal(n, 4); /* every alarm of every pass has its line, in order */
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(lines[k].pass, k / 2);
        assert_true(fabs(lines[k].along_m - places_m[k]) < 0.05);
        assert_true(lines[k].evidence.is_radar_valid);
        assert_int_equal(isnan(lines[k].evidence.gpr_score), k != 0);
        assert_true(lines[k].evidence.md_score > 0);
    }
    assert_true(lines[0].score > lines[2].score);
}

/* Whichever sensor is ahead, by a pass if need be. */
static void each_pass_has_its_own_lines_from_its_own_evidence(void **state)
{
    static const int orders[][4] = {{0, 1, 2, 3}, {0, 2, 1, 3}, {1, 3, 0, 2}, {1, 0, 3, 2}};
    (void)state;
    for (size_t order = 0; order < 4; order++)
        for (int is_slow = 0; is_slow < 2; is_slow++) {
            gw_fuse *fuse = fuse_make();
            gw_detection lines[8];
            size_t n = 0;
            for (int step = 0; step < 4; step++) {
                int what = orders[order][step];
                pass_push(fuse, what & 1 ? GW_SENSOR_MD : GW_SENSOR_GPR, (uint64_t)what / 2);
                while (!is_slow && n < 8 && gw_fuse_pop(fuse, &lines[n]))
                    n++;
            }
            n += fuse_end(fuse, lines + n, 8 - n);
            lines_of_two_passes_check(lines, n);
            gw_fuse_destroy(fuse);
        }
}

/* Scans by distance only count on: what the radar says later is of no ground passed again. */
static void a_radar_without_passes_holds_up_none_of_the_metal_detector(void **state)
{
    gw_fuse *fuse;
    gw_detection line, later = candidate(GW_SENSOR_MD, 5, 4, true);
    (void)state;
    later.pass = 1;
    assert_int_equal(gw_fuse_create(0.1, false, &fuse), GW_OK);
    gw_fuse_cover(fuse, 0, 4, 6);
    gw_fuse_push(fuse, &later);
    gw_fuse_done(fuse, GW_SENSOR_GPR, 0, 5);
    gw_fuse_done(fuse, GW_SENSOR_MD, 1, 7);
    assert_true(gw_fuse_pop(fuse, &line));
    assert_true(!line.evidence.is_radar_valid && !line.unlikely && line.pass == 1);
    gw_fuse_destroy(fuse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sensors_that_agree_are_likelier_than_either),
        cmocka_unit_test(more_of_a_sensor_is_never_less),
        cmocka_unit_test(only_where_the_radar_searched_is_metal_unlikely),
        cmocka_unit_test(where_the_head_was_lifted_no_metal_is_unlikely),
        cmocka_unit_test(a_line_carries_what_it_rests_on),
        cmocka_unit_test(what_finds_no_room_is_counted),
        cmocka_unit_test(unsearched_ground_is_judged_by_metal_alone),
        cmocka_unit_test(every_alarm_has_a_line_in_any_order_of_coming),
        cmocka_unit_test(an_alarm_beside_is_never_belittled),
        cmocka_unit_test(mines_side_by_side_under_an_array_are_two),
        cmocka_unit_test(nothing_is_told_before_both_have_passed),
        cmocka_unit_test(each_pass_has_its_own_lines_from_its_own_evidence),
        cmocka_unit_test(a_radar_without_passes_holds_up_none_of_the_metal_detector),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
