/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cells that were searched, and ground between passes: whole numbers, exactly.
 */
#include "daemon/cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/random.h"

enum { GAPS_MAX = 64 };

typedef struct gaps {
    size_t n;
    gw_cells_gap items[GAPS_MAX];
} gaps;

static void gap_keep(void *user, const gw_cells_gap *gap)
{
    gaps *all = user;
    if (all->n < GAPS_MAX)
        all->items[all->n++] = *gap;
}

static gw_cells *cells_make(gaps *all)
{
    gw_cells *cells;
    memset(all, 0, sizeof *all);
    assert_int_equal(gw_cells_create(gap_keep, all, &cells), GW_OK);
    return cells;
}

static void cover(gw_cells *cells, int64_t from, int64_t to, int64_t left, int64_t right)
{
    const gw_cells_strip strip = {from, to, left, right};
    gw_cells_cover(cells, GW_SENSOR_MD, &strip);
}

static void a_cell_was_searched_when_its_middle_was(void **state)
{
    gaps all;
    gw_cells *cells = cells_make(&all);
    const gw_cells_strip wide = {-200, 200, -200, 200};
    (void)state;
    cover(cells, -25, 76, -24, 26); /* middles along -25, 25, 75; across 25 */
    assert_int_equal(gw_cells_searched(cells, GW_SENSOR_MD, &wide), 3);
    assert_int_equal(gw_cells_searched(cells, GW_SENSOR_GPR, &wide), 0);
    assert_int_equal(gw_cells_of(&wide), 64);
    cover(cells, 76, 125, -24, 26); /* none: 125 belongs to what comes next */
    assert_int_equal(gw_cells_searched(cells, GW_SENSOR_MD, &wide), 3);
    cover(cells, 125, 126, -24, 26);
    assert_int_equal(gw_cells_searched(cells, GW_SENSOR_MD, &wide), 4);
    gw_cells_destroy(cells);
}

static void ground_between_two_passes_is_told_once(void **state)
{
    gaps all;
    gw_cells *cells = cells_make(&all);
    (void)state;
    for (int64_t at = 0; at < 5000; at += 200)
        cover(cells, at, at + 200, -130, 130);
    gw_cells_finish(cells, GW_SENSOR_MD);
    assert_int_equal(all.n, 0);
    for (int64_t at = 1000; at < 7000; at += 130) /* 0.4 m to the right */
        cover(cells, at, at + 130, 270, 530);
    assert_int_equal(all.n, 1);
    gw_cells_finish(cells, GW_SENSOR_MD);
    assert_int_equal(all.n, 1);
    assert_int_equal(all.items[0].sensor, GW_SENSOR_MD);
    assert_int_equal(all.items[0].ground.from_mm, 1000);
    assert_int_equal(all.items[0].ground.to_mm, 5000);
    assert_int_equal(all.items[0].ground.left_mm, 150);
    assert_int_equal(all.items[0].ground.right_mm, 250);
    assert_int_equal(all.items[0].n_cells, 80 * 2);
    cover(cells, 1000, 5000, 100, 300); /* a third pass over it */
    gw_cells_finish(cells, GW_SENSOR_MD);
    assert_int_equal(all.n, 1);
    gw_cells_destroy(cells);
}

static void passes_that_touch_or_lie_far_apart_leave_nothing_between(void **state)
{
    gaps all;
    gw_cells *cells = cells_make(&all);
    (void)state;
    cover(cells, 0, 3000, -130, 130);
    gw_cells_finish(cells, GW_SENSOR_MD);
    cover(cells, 0, 3000, 130, 390);
    gw_cells_finish(cells, GW_SENSOR_MD);
    cover(cells, 0, 3000, 390 + 1150, 2000);
    gw_cells_finish(cells, GW_SENSOR_MD);
    assert_int_equal(all.n, 0);
    gw_cells_destroy(cells);
}

/* Searched and not searched make up the whole, whatever was covered; and gaps between two random
 * passes are exactly the cells between them. */
static void searched_and_left_out_make_the_whole(void **state)
{
    const gw_cells_strip lane = {0, 10000, -1000, 1500};
    (void)state;
    for (uint64_t trial = 0; trial < 50; trial++) {
        gaps all;
        gw_cells *cells = cells_make(&all);
        uint64_t key = gw_random_key(77, trial), n = 0;
        for (int pass = 0; pass < 2; pass++) {
            int64_t left = pass ? 200 + (int64_t)(600 * gw_random_uniform(key, n++)) : -130;
            for (int64_t at = 0; at < 10000;) {
                int64_t to = at + 20 + (int64_t)(700 * gw_random_uniform(key, n++));
                bool is_left_out = gw_random_uniform(key, n++) < 0.2;
                to = to < 10000 ? to : 10000;
                if (is_left_out)
                    gw_cells_finish(cells, GW_SENSOR_MD);
                else
                    cover(cells, at, to, left, left + 260);
                at = to;
            }
            gw_cells_finish(cells, GW_SENSOR_MD);
        }
        uint64_t searched = gw_cells_searched(cells, GW_SENSOR_MD, &lane), between = 0, told = 0;
        uint64_t empty = 0;
        for (int64_t a = 0; a < 10000; a += 50) {
            int64_t last = -1; /* cells since the last searched one; -1: none yet */
            for (int64_t c = -1000; c < 1500; c += 50) {
                const gw_cells_strip cell = {a, a + 50, c, c + 50};
                if (!gw_cells_searched(cells, GW_SENSOR_MD, &cell)) {
                    empty++;
                    last += last >= 0;
                    continue;
                }
                between += last > 0 && last <= GW_CELLS_GAP_MAX ? (uint64_t)last : 0;
                last = 0;
            }
        }
        for (size_t k = 0; k < all.n; k++)
            told += all.items[k].n_cells;
        assert_true(all.n < GAPS_MAX);
        assert_int_equal(searched + empty, gw_cells_of(&lane));
        assert_int_equal(told, between);
        gw_cells_destroy(cells);
    }
}

static void when_there_is_no_room_it_says_so(void **state)
{
    gaps all;
    gw_cells *cells = cells_make(&all);
    (void)state;
    for (int64_t k = 0; k < GW_CELLS_TILES_MAX; k++)
        cover(cells, k * 1600, k * 1600 + 50, 0, 50);
    assert_false(gw_cells_are_full(cells));
    cover(cells, -1600, -1500, 0, 50);
    assert_true(gw_cells_are_full(cells));
    const gw_cells_strip kept = {0, 50, 0, 50};
    assert_int_equal(gw_cells_searched(cells, GW_SENSOR_MD, &kept), 1);
    gw_cells_destroy(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_was_searched_when_its_middle_was),
        cmocka_unit_test(ground_between_two_passes_is_told_once),
        cmocka_unit_test(passes_that_touch_or_lie_far_apart_leave_nothing_between),
        cmocka_unit_test(searched_and_left_out_make_the_whole),
        cmocka_unit_test(when_there_is_no_room_it_says_so)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
