/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/radar.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64], scene_file[96];

#define HEAD "name: t\nseed: 7\nlength_m: 3\n"
#define QUIET_AT(lift)                                                                             \
    "lift_off: {mean_m: " lift ", rms_m: 0}\nspeed: {wobble: 0}\nsoil: {variation: 0}\n"           \
    "noise: {gpr_db: -120, time_jitter_samples: 0, gain_rms: 0, md_counts: 0, hum_counts: 0, "     \
    "impulses_per_m: 0}\n"
#define QUIET QUIET_AT("0.3")
#define BUSY                                                                                       \
    HEAD "targets:\n  - {name: TM-62M, along_m: 2.2, depth_m: 0.1, cross_m: 0.05}\n"               \
         "  - {name: PMN-2, along_m: 1.1, depth_m: 0.04}\n"                                        \
         "clutter:\n  - {kind: stone, along_m: 0.4, depth_m: 0.05, size_m: 0.03}\n"                \
         "clutter_per_m: {stone: 2, metal: 1.5}\nnoise: {impulses_per_m: 5}\n"

static void scene_write(const char *text)
{
    FILE *file = fopen(scene_file, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static gw_recording *scene_open(const char *text, gw_kind kind)
{
    gw_recording *recording = NULL;
    gw_error error = {0};
    scene_write(text);
    if (gw_recording_open(scene_file, kind, &recording, &error) != GW_OK)
        fail_msg("%s", error.text);
    return recording;
}

static size_t rows_read(gw_recording *recording, uint64_t row, size_t n_rows, int32_t *counts)
{
    size_t n_read = 0;
    gw_error error;
    assert_int_equal(gw_recording_read(recording, row, n_rows, counts, &n_read, &error), GW_OK);
    return n_read;
}

/* The first n_rows of a stream; free them. */
static int32_t *rows_take(const char *text, gw_kind kind, size_t n_rows)
{
    gw_recording *recording = scene_open(text, kind);
    size_t n_counts = gw_stream_row_counts(gw_recording_stream(recording));
    int32_t *counts = malloc(n_rows * n_counts * sizeof *counts);
    assert_non_null(counts);
    assert_int_equal(rows_read(recording, 0, n_rows, counts), n_rows);
    gw_recording_close(recording);
    return counts;
}

static void scan_take(const char *text, uint64_t row, int32_t scan[512])
{
    gw_recording *recording = scene_open(text, GW_KIND_GPR);
    assert_int_equal(rows_read(recording, row, 1, scan), 1);
    gw_recording_close(recording);
}

static void streams_are_described(void **state)
{
    (void)state;
    gw_recording *gpr = scene_open(HEAD, GW_KIND_GPR), *md = scene_open(HEAD, GW_KIND_MD);
    gw_recording *pose = scene_open(HEAD, GW_KIND_POSE);
    const gw_stream *g = gw_recording_stream(gpr), *m = gw_recording_stream(md);
    const gw_stream *p = gw_recording_stream(pose);
    assert_string_equal(g->name, "lane-gpr");
    assert_string_equal(m->name, "lane-md");
    assert_string_equal(p->name, "lane-pose");
    assert_true(g->emulated && m->emulated && p->emulated);
    assert_int_equal(strlen(g->hash), 128);
    assert_string_equal(g->hash, p->hash);
    assert_int_equal(g->n_rows, 151); /* 3 m in steps of 0.02 m, both ends */
    assert_int_equal(g->n_samples, 512);
    assert_true(g->scan_spacing_m == 0.02 && g->row_rate_hz == 0);
    assert_int_equal(m->n_tones, 4);
    assert_int_equal(m->roles[1], GW_ROLE_TRANSMIT_CURRENT);
    assert_int_equal(p->fields[0], GW_FIELD_ALONG_MM);
    assert_string_equal(gw_recording_format(gpr), "scene");
    assert_string_equal(gw_recording_notes(gpr), "");
    gw_recording_close(gpr);
    gw_recording_close(md);
    gw_recording_close(pose);
}

static void kind_any_split_same_rows(gw_kind kind, size_t n_rows)
{
    int32_t *whole = rows_take(BUSY, kind, n_rows);
    gw_recording *recording = scene_open(BUSY, kind);
    size_t n_counts = gw_stream_row_counts(gw_recording_stream(recording));
    int32_t *part = malloc(n_rows * n_counts * sizeof *part);
    assert_non_null(part);
    for (size_t cut = 1; cut < n_rows; cut = cut * 3 + 1) /* from the end, in pieces */
        for (size_t to = n_rows, n = 0; to > 0; to -= n) {
            n = to < cut ? to : cut;
            if (cut < 20 && to > 400 && to < n_rows - 400 && kind == GW_KIND_MD)
                continue; /* one row at a time costs a cell each: the ends are enough */
            assert_int_equal(rows_read(recording, to - n, n, part), n);
            assert_memory_equal(part, whole + (to - n) * n_counts, n * n_counts * sizeof *part);
        }
    free(part);
    free(whole);
    gw_recording_close(recording);
}

static void any_split_and_order_give_the_same_rows(void **state)
{
    (void)state;
    kind_any_split_same_rows(GW_KIND_GPR, 151);
    kind_any_split_same_rows(GW_KIND_MD, 40000);
    kind_any_split_same_rows(GW_KIND_POSE, 500);
}

static void same_seed_same_counts_other_seed_others(void **state)
{
    const char *other = "name: t\nseed: 8\nlength_m: 3\n";
    (void)state;
    for (gw_kind kind = GW_KIND_GPR; kind <= GW_KIND_POSE; kind++) {
        size_t n = kind == GW_KIND_GPR ? 4 : kind == GW_KIND_MD ? 2000 : 300;
        size_t size = n * (kind == GW_KIND_GPR ? 512 : kind == GW_KIND_MD ? 2 : 1) * 4;
        int32_t *a = rows_take(HEAD, kind, n), *b = rows_take(HEAD, kind, n);
        int32_t *c = rows_take(other, kind, n);
        assert_memory_equal(a, b, size);
        assert_memory_not_equal(a, c, size);
        free(a);
        free(b);
        free(c);
    }
}

static void pose_goes_forward_to_the_end_of_the_lane(void **state)
{
    (void)state;
    gw_recording *recording = scene_open(HEAD "speed: {wobble: 0.9}\n", GW_KIND_POSE);
    size_t n = (size_t)gw_recording_stream(recording)->n_rows;
    int32_t *mm = malloc(n * sizeof *mm);
    assert_non_null(mm);
    assert_int_equal(rows_read(recording, 0, n, mm), n);
    assert_int_equal(mm[0], 0);
    for (size_t k = 1; k < n; k++)
        assert_true(mm[k] >= mm[k - 1]);
    assert_true(mm[n - 1] > 2990 && mm[n - 1] <= 3000);
    free(mm);
    gw_recording_close(recording);
}

static void timed_scans_follow_the_pose(void **state)
{
    (void)state;
    gw_recording *timed = scene_open(QUIET HEAD "gpr: {scan_rate_hz: 50}\n", GW_KIND_GPR);
    assert_true(gw_recording_stream(timed)->row_rate_hz == 50);
    assert_true(gw_recording_stream(timed)->scan_spacing_m == 0);
    int32_t at_time[512], at_place[512];
    /* 0.45 m/s: scan 80 is made after 1.6 s, at 0.72 m, as is scan 36 of 0.02 m. */
    const char *stone = "clutter: [{kind: metal, along_m: 0.75, depth_m: 0.05, size_m: 0.02}]\n";
    char text[1024];
    snprintf(text, sizeof text, "%s%s", QUIET HEAD "gpr: {scan_rate_hz: 50}\n", stone);
    scan_take(text, 80, at_time);
    snprintf(text, sizeof text, "%s%s", QUIET HEAD, stone);
    scan_take(text, 36, at_place);
    for (size_t k = 0; k < 512; k++)
        assert_true(abs(at_time[k] - at_place[k]) <= 1 + abs(at_place[k]) / 1000);
    gw_recording_close(timed);
}

static void near_sample(size_t got, double wanted)
{
    if (fabs((double)got - wanted) > 1)
        fail_msg("echo at sample %zu, not at %.2f", got, wanted);
}

static void echoes_arrive_when_the_formula_says(void **state)
{
    const double light_m_ns = 0.299792458, rate = 512 / 12.0, zero_ns = 1; /* 1.5 / 1.5 GHz */
    int32_t bare[512], scan[512];
    size_t surface = 0, echo = 0;
    (void)state;
    scan_take(QUIET HEAD, 50, bare);
    for (size_t k = 80; k < 300; k++) /* beyond the direct wave */
        if (bare[k] < bare[surface])
            surface = k;
    near_sample(surface, rate * (zero_ns + 2 * sqrt(0.09 + 0.0009) / light_m_ns));
    const char *text = QUIET HEAD "gpr: {transmit_receive_offset_m: 0}\n"
                                  "clutter: [{kind: metal, along_m: 1, depth_m: 0.2, size_m: "
                                  "0.06}]\n";
    scan_take(text, 50, scan);
    scan_take(QUIET HEAD "gpr: {transmit_receive_offset_m: 0}\n", 50, bare);
    for (size_t k = 0; k < 512; k++)
        if (bare[k] - scan[k] > bare[echo] - scan[echo])
            echo = k;
    assert_true(bare[echo] - scan[echo] > 20);
    near_sample(echo, rate * (zero_ns + 2 * (0.3 + 0.2 * sqrt(6)) / light_m_ns));
}

static void rays_take_the_least_time(void **state)
{
    (void)state;
    for (double r = 0; r < 0.8; r += 0.1)
        for (double d = 0.01; d < 0.5; d *= 2) {
            gw_ray ray = {0.05, d, r, 2.5};
            double soil, least = 1e9, found = gw_ray_optical_m(&ray, &soil);
            for (double x = 0; x <= r; x += r / 5000 + 1e-9)
                least = fmin(least, sqrt(0.0025 + x * x) + 2.5 * sqrt(d * d + (r - x) * (r - x)));
            assert_true(fabs(found - least) < 1e-4 * least);
        }
}

/* Amplitude of the received tone of 4.8 kHz over 10 ms from `row` on, counts. */
static double tone_at(const char *text, uint64_t row)
{
    gw_recording *recording = scene_open(text, GW_KIND_MD);
    int32_t counts[1280];
    double cosine = 0, sine = 0;
    assert_int_equal(rows_read(recording, row, 640, counts), 640);
    for (int k = 0; k < 640; k++) {
        double angle = 2 * M_PI * 4800 / 64000 * k;
        cosine += counts[2 * k] * cos(angle) / 320;
        sine += counts[2 * k] * sin(angle) / 320;
    }
    gw_recording_close(recording);
    return hypot(cosine, sine);
}

static void metal_is_felt_over_it_and_not_afar(void **state)
{
    const char *bare = QUIET_AT("0.05") HEAD;
    const char *steel =
        QUIET_AT("0.05") HEAD "targets: [{name: TM-62M, along_m: 0.9, depth_m: 0.05}]\n";
    (void)state;
    uint64_t over = 2 * 64000; /* 0.45 m/s: 0.9 m */
    double change = fabs(tone_at(steel, over) - tone_at(bare, over));
    double afar = fabs(tone_at(steel, 6 * 64000) - tone_at(bare, 6 * 64000));
    assert_true(change > 20);
    assert_true(afar < change / 100);
}

static void truth_is_what_was_buried_in_order(void **state)
{
    gw_truth *truth = NULL;
    gw_error error;
    size_t n = 0, n_targets = 0, n_metal = 0;
    (void)state;
    scene_write(BUSY);
    assert_int_equal(gw_scene_truth(scene_file, &truth, &n, &error), GW_OK);
    assert_in_range(n, 10, 14); /* 3 given, 6 stones and 4.5 metal drawn, less those at targets */
    for (size_t k = 0; k < n; k++) {
        assert_true(k == 0 || truth[k].along_m >= truth[k - 1].along_m);
        n_metal += truth[k].is_metal && !truth[k].is_target;
        if (!truth[k].is_target) {
            assert_string_equal(truth[k].class_name, "");
            continue;
        }
        bool is_first = n_targets++ == 0;
        assert_string_equal(truth[k].name, is_first ? "PMN-2" : "TM-62M");
        assert_string_equal(truth[k].class_name, is_first ? "AP" : "AT");
        assert_true(truth[k].along_m == (is_first ? 1.1 : 2.2));
        assert_true(truth[k].diameter_m == (is_first ? 0.120 : 0.320));
        assert_true(truth[k].cross_m == (is_first ? 0 : 0.05));
    }
    assert_int_equal(n_targets, 2);
    assert_in_range(n_metal, 3, 5);
    free(truth);
}

static void refused(const char *text, const char *begin, const char *part)
{
    gw_scene *scene = NULL;
    gw_error error = {0};
    assert_int_equal(gw_scene_parse("t", (const uint8_t *)text, strlen(text), &scene, &error),
                     GW_EFORMAT);
    assert_null(scene);
    if (strncmp(error.text, begin, strlen(begin)) != 0 || !strstr(error.text, part))
        fail_msg("'%s' does not begin with '%s' and hold '%s'", error.text, begin, part);
}

static void wrong_scenes_are_refused_with_place_and_cause(void **state)
{
    (void)state;
    refused("", "t:1: ", "empty");
    refused("name: t\nseed: 7\n", "t:2: ", "length_m");
    refused(HEAD "soil:\n  epsr: 3\n", "t:5: soil.epsr: ", "unknown key");
    refused(HEAD "soil:\n  eps_r: wet\n", "t:5: soil.eps_r: ", "");
    refused(HEAD "soil:\n  eps_r: nan\n", "t:5: soil.eps_r: ", "not in 1..40");
    refused(HEAD "md: {drift: -1}\n", "t:4: md.drift: -1 is not in 0..0.5", "");
    refused("name: t\nseed: 7\nlength_m: 0.5\n", "t:3: length_m: 0.5 is not in 1..100000", "");
    refused("name: t\nseed: -1\nlength_m: 5\n", "t:2: seed: ", "");
    refused(HEAD "gpr:\n  scan_spacing_m: 0.02\n  scan_rate_hz: 50\n",
            "t:6: gpr.scan_rate_hz: ", "not by both");
    refused(HEAD "gpr: {samples: 100.5}\n", "t:4: gpr.samples: ", "whole number");
    refused(HEAD "gpr: {window_ns: 200}\n", "t:4: gpr.center_hz: ", "4 to 200 samples");
    refused(HEAD "targets:\n  - {name: PMN, along_m: 1, depth_m: 0.1}\n"
                 "  - {name: PMX, along_m: 1, depth_m: 0.1}\n",
            "t:6: targets[1].name: 'PMX' is none of PMN, ", "TM-57");
    refused(HEAD "targets:\n  - {name: PMN, along_m: 3.1, depth_m: 0.1}\n",
            "t:5: targets[0].along_m: 3.1 is not in 0..3", "");
    refused(HEAD "clutter:\n  - {kind: tin, along_m: 1, depth_m: 0.1, size_m: 0.1}\n",
            "t:5: clutter[0].kind: 'tin' is none of stone, root, void, metal, nail", "");
    refused(HEAD "clutter_per_m: {stone: 10, root: 10, void: 10, metal: 10, nail: 10}\n"
                 "clutter_per_m2: {stone: 5}\n",
            "t:4: clutter_per_m: ", "more than 100");
}

static int folder_make(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/gw-scene-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(scene_file, sizeof scene_file, "%s/lane.yaml", folder);
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    unlink(scene_file);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_described),
        cmocka_unit_test(any_split_and_order_give_the_same_rows),
        cmocka_unit_test(same_seed_same_counts_other_seed_others),
        cmocka_unit_test(pose_goes_forward_to_the_end_of_the_lane),
        cmocka_unit_test(timed_scans_follow_the_pose),
        cmocka_unit_test(echoes_arrive_when_the_formula_says),
        cmocka_unit_test(rays_take_the_least_time),
        cmocka_unit_test(metal_is_felt_over_it_and_not_afar),
        cmocka_unit_test(truth_is_what_was_buried_in_order),
        cmocka_unit_test(wrong_scenes_are_refused_with_place_and_cause),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
