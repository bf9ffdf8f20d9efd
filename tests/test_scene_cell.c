/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lies where, along lanes of any length, and what of it is held in memory.
 */
#include "tests/scene_support.h"

#include <malloc.h>

#include "drivers/scene/gpr.h"
#include "drivers/scene/md.h"

#define LONG "name: t\nseed: 9\nlength_m: 5000\n"

static gw_scene_object cell[SCENE_CELL_MAX];

/* All objects of a scene but those given, by place. */
static size_t count_all(const gw_scene *scene, const char *name, double squares[2])
{
    size_t n = 0;
    squares[0] = squares[1] = 0; /* of the counts of single cells, sum and sum of squares */
    for (size_t c = 0; c < gw_scene_n_cells(scene); c++) {
        size_t n_cell = gw_scene_cell(scene, c, cell), n_named = 0;
        double width = gw_scene_cell_m(scene);
        for (size_t k = 0; k < n_cell; k++) {
            assert_true(cell[k].truth.along_m >= width * (double)c - 1e-6);
            assert_true(cell[k].truth.along_m <= width * (double)(c + 1) + 1e-6);
            assert_true(k == 0 || cell[k].truth.along_m >= cell[k - 1].truth.along_m);
            n_named += strcmp(cell[k].truth.name, name) == 0;
        }
        n += n_named;
        squares[0] += (double)n_named;
        squares[1] += (double)n_named * (double)n_named;
    }
    return n;
}

/* n is exact; the pieces are thrown one by one: in a cell the variance is the mean (Poisson),
 * within sqrt(2 / 4096) of it, four times. */
static void density_is_exact_and_pieces_fall_at_random(void **state)
{
    gw_scene *scene = scene_parse(LONG "clutter_per_m: {stone: 0.7, metal: 2.4}\n");
    double sums[2], n_cells = (double)gw_scene_n_cells(scene);
    (void)state;
    assert_true(gw_scene_cell_m(scene) > 1 && gw_scene_cell_m(scene) <= 2);
    size_t n = count_all(scene, "stone", sums);
    assert_in_range(n, 3500, 3501);
    n = count_all(scene, "metal", sums);
    assert_in_range(n, 12000, 12001);
    double mean = sums[0] / n_cells, variance = sums[1] / n_cells - mean * mean;
    near(variance / mean, 1, 4 * sqrt(2 / n_cells));
    free(scene);
}

static void an_area_is_filled_over_its_whole_swath(void **state)
{
    gw_scene *scene = scene_parse(LONG "clutter_per_m2: {metal: 2.4}\ngpr: {channels: 16, "
                                       "channel_spacing_m: 0.05}\n");
    double sums[2], least = 1e9, most = -1e9;
    (void)state;
    assert_in_range(count_all(scene, "metal", sums), 12600, 12601); /* 1.05 m wide */
    for (size_t c = 0; c < 2000; c++) {
        size_t n = gw_scene_cell(scene, c, cell);
        for (size_t k = 0; k < n; k++) {
            least = fmin(least, cell[k].truth.cross_m);
            most = fmax(most, cell[k].truth.cross_m);
        }
    }
    near(least, 0.375 - 0.525, 0.01);
    near(most, 0.375 + 0.525, 0.01);
    free(scene);
}

static void rows_stand_where_they_are_said(void **state)
{
    gw_scene *scene = scene_parse(
        LONG "rows:\n  - {name: nail, every_m: 0.3, from_m: 1, depth_least_m: 0}\n"
             "  - {name: ball-10mm, every_m: 5, from_m: 5, to_m: 4995, jitter: 0.5, depth_least_m: "
             "0.03, depth_most_m: 0.13, cross_least_m: -0.05, cross_most_m: 0.05}\n"
             "clutter_per_m: {stone: 5}\n");
    double sums[2], along = 0;
    size_t n = 0;
    (void)state;
    assert_int_equal(count_all(scene, "nail", sums), 16664); /* 1, 1.3, ... 4999.9 */
    for (size_t c = 0; c < gw_scene_n_cells(scene); c++) {
        size_t n_cell = gw_scene_cell(scene, c, cell);
        for (size_t k = 0; k < n_cell; k++) {
            const gw_truth *truth = &cell[k].truth;
            if (!truth->is_target)
                continue;
            near(truth->along_m, 5 * (double)++n, 1.25 + 1e-9);
            near(truth->depth_m, 0.08, 0.05);
            near(truth->cross_m, 0, 0.05);
            assert_true(truth->along_m > along);
            along = truth->along_m;
        }
    }
    assert_int_equal(n, 999);
    free(scene);
}

static void clutter_keeps_off_targets(void **state)
{
    gw_scene *scene = scene_parse(
        LONG "rows: [{name: TM-62M, every_m: 2, depth_least_m: 0.1}]\nclutter_per_m: {stone: 8}\n"
             "targets: [{name: TM-57, along_m: 3, depth_m: 0.1}]\n");
    (void)state;
    for (size_t c = 0; c < 500; c++) {
        size_t n = gw_scene_cell(scene, c, cell);
        for (size_t k = 0; k < n; k++) {
            double x = cell[k].truth.along_m, away = fabs(x - 2 * round(x / 2));
            assert_true(cell[k].truth.is_target || away > 0.17);
            assert_true(cell[k].truth.is_target || fabs(x - 3) > 0.168);
        }
    }
    free(scene);
}

static bool is_same(const gw_truth *a, const gw_truth *b)
{
    return a->along_m == b->along_m && a->cross_m == b->cross_m && a->depth_m == b->depth_m &&
           a->diameter_m == b->diameter_m && strcmp(a->class_name, b->class_name) == 0 &&
           strcmp(a->name, b->name) == 0 && a->is_target == b->is_target &&
           a->is_metal == b->is_metal;
}

/* The same objects, however the window came there. */
static void windows_hold_what_the_cells_hold(void **state)
{
    gw_scene *scene =
        scene_parse(LONG "clutter_per_m: {stone: 3}\ntargets: [{name: PMN, along_m: 2500, depth_m: "
                         "0.1}, {name: PMN-2, along_m: 5000, depth_m: 0.1}]\n");
    const gw_scene_window_config config = {.scene = scene};
    gw_scene_window *fresh, *used;
    (void)state;
    assert_int_equal(gw_scene_window_create(&config, &used), GW_OK);
    for (double x = 0; x < 5002; x += 249.9) {
        assert_int_equal(gw_scene_window_create(&config, &fresh), GW_OK);
        for (double at = x - 3; at <= x; at += 0.7)
            gw_scene_window_seek(used, at - 1.5, at + 1.5);
        size_t n = gw_scene_window_seek(used, x - 1.5, x + 1.5);
        assert_int_equal(gw_scene_window_seek(fresh, x - 1.5, x + 1.5), n);
        for (size_t k = 0; k < n; k++) {
            const gw_truth *a = &gw_scene_window_object(used, k)->truth;
            assert_true(is_same(a, &gw_scene_window_object(fresh, k)->truth));
            assert_true(a->along_m >= x - 1.5 && a->along_m <= x + 1.5);
        }
        gw_scene_window_destroy(fresh);
    }
    assert_int_equal(gw_scene_window_seek(used, 2499.9, 2500),
                     gw_scene_window_seek(used, 2499.9, 2500));
    size_t n = gw_scene_window_seek(used, 4999.999, 5001);
    assert_true(n > 0);
    assert_string_equal(gw_scene_window_object(used, n - 1)->truth.name, "PMN-2");
    gw_scene_window_destroy(used);
    free(scene);
}

/* 100 km of clutter, nails and a mesh take the memory of a few metres, wherever they are read. */
static void kilometres_stream_in_the_memory_of_metres(void **state)
{
    gw_scene *scene = scene_parse(
        "name: t\nseed: 2\nlength_m: 100000\nclutter_per_m: {stone: 3, metal: 2}\n"
        "clutter_per_m2: {metal: 2.4}\nrows: [{name: nail, every_m: 0.3, depth_least_m: 0}]\n"
        "meshes: [{depth_m: 0.06}]\nsoil: {roughness_m: 0.005}\ngpr: {channels: 4}\n");
    gw_scene_gpr *gpr;
    gw_scene_md *md;
    static int32_t counts[4 * 512];
    (void)state;
    struct mallinfo2 before = mallinfo2();
    assert_int_equal(gw_scene_gpr_create(scene, &gpr), GW_OK);
    assert_int_equal(gw_scene_md_create(scene, &md), GW_OK);
    struct mallinfo2 made = mallinfo2();
    uint64_t n_gpr = gw_scene_gpr_rows(scene), n_md = gw_scene_md_rows(scene);
    assert_true(n_gpr == 5000001);
    for (uint64_t k = 0; k < 300; k++) {
        gw_scene_gpr_read(gpr, k * (n_gpr / 300), counts);
        gw_scene_md_read(md, k * (n_md / 300), 100, counts);
    }
    struct mallinfo2 after = mallinfo2();
    size_t made_bytes = made.uordblks + made.hblkhd - before.uordblks - before.hblkhd;
    assert_true(made_bytes < 16 << 20);
    assert_int_equal(after.uordblks + after.hblkhd, made.uordblks + made.hblkhd);
    gw_scene_gpr_destroy(gpr);
    gw_scene_md_destroy(md);
    free(scene);
}

/* Against the plain rule: of every slot the rows at its gap are gone. */
static void gaps_are_counted_right(void **state)
{
    gw_scene *scene = scene_parse("name: t\nseed: 2\nlength_m: 50\ndrops: {gpr_per_m: 1, gpr_rows: "
                                  "7}\n");
    scene_holes holes = gw_scene_holes(scene, GW_KIND_GPR, 50);
    uint64_t row = 0, lost, next = 0, n_gaps = 0;
    (void)state;
    assert_int_equal(holes.slot_rows, 50);
    for (; row < gw_scene_gpr_rows(scene); row++) {
        uint64_t at = gw_scene_holes_row(&holes, row, &lost);
        assert_true(lost == 0 || lost == 7);
        assert_int_equal(at, next + lost);
        assert_int_equal(gw_scene_holes_left(&holes, at), row);
        assert_int_equal(gw_scene_holes_left(&holes, at + 1), row + 1);
        next = at + 1;
        n_gaps += lost > 0;
    }
    assert_true(next <= 2501 && next + 7 >= 2501);
    assert_in_range(n_gaps, 49, 51);
    free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(density_is_exact_and_pieces_fall_at_random),
        cmocka_unit_test(an_area_is_filled_over_its_whole_swath),
        cmocka_unit_test(rows_stand_where_they_are_said),
        cmocka_unit_test(clutter_keeps_off_targets),
        cmocka_unit_test(windows_hold_what_the_cells_hold),
        cmocka_unit_test(kilometres_stream_in_the_memory_of_metres),
        cmocka_unit_test(gaps_are_counted_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
