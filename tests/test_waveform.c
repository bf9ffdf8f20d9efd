/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Front ends other than impulses and samples, through the whole path: what is found does not depend
 * on how the rows are cut, nothing is allocated on the way, and no ground is left out.
 */
#include "tests/detector_support.h"

static unsigned kinds_of(void)
{
    unsigned kinds = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        kinds |= scene.counts[kind] ? 1u << kind : 0;
    return kinds;
}

static void any_block_split_gives_the_same_candidates(void **state)
{
    static const double shares_s[] = {0.0137, 0.25, 1.9};
    findings *first = malloc(sizeof *first), *other = malloc(sizeof *other);
    (void)state;
    lane_run(kinds_of(), 0.010, true, first);
    assert_true(first->n > 10);
    for (size_t k = 0; k < sizeof shares_s / sizeof *shares_s; k++) {
        lane_run(kinds_of(), shares_s[k], k % 2, other);
        assert_same(first, other);
    }
    free(first);
    free(other);
}

static void nothing_is_allocated_after_create(void **state)
{
    findings *f = malloc(sizeof *f);
    (void)state;
    n_allocations = 0;
    lane_run(kinds_of(), 0.05, true, f);
    assert_int_equal(n_allocations, 0);
    free(f);
}

/* Up to the last hops and scans: no more came. */
static void all_of_the_lane_is_covered(void **state)
{
    findings *f = malloc(sizeof *f);
    double to_m = 0, end_m = 0;
    const gw_stream *pose = &scene.streams[GW_KIND_POSE];
    (void)state;
    lane_run(kinds_of(), 0.05, true, f);
    for (size_t k = 0; k < f->n_covered; k++) {
        assert_true(f->covered[k].from_m <= to_m + 0.021);
        to_m = f->covered[k].to_m;
    }
    end_m = (double)scene.counts[GW_KIND_POSE][pose->n_rows - 1] * 1e-3;
    assert_true(to_m > end_m - 0.05);
    free(f);
}

/* How many candidates come of rows that begin anew half way, and that all say so. */
static void a_gap_begins_the_chain_anew(void **state)
{
    findings *f = malloc(sizeof *f);
    gw_kind kind = scene.counts[GW_KIND_MD] ? GW_KIND_MD : GW_KIND_GPR;
    size_t n = (size_t)scene.streams[kind].n_rows, half = n / 2, lost = n / 20;
    const gw_stream *stream = &scene.streams[kind];
    gw_detector *detector = detector_make(1u << kind, f);
    (void)state;
    rows_push(detector, kind, 0, half);
    gw_block block = {.row = half + lost,
                      .n_rows = 1,
                      .max_rows = 1,
                      .n_lost = lost,
                      .flags = GW_BLOCK_GAP,
                      .time_ns = gw_stream_row_ns(stream, half + lost),
                      .counts = scene.counts[kind] + (half + lost) * gw_stream_row_counts(stream)};
    gw_detector_push(detector, kind, &block);
    rows_push(detector, kind, half + lost + 1, n - half - lost - 1);
    gw_detector_finish(detector, kind);
    assert_true(f->n_covered > 0);
    for (size_t k = 0; k < f->n_covered; k++) { /* the lost rows are covered by nothing */
        uint64_t from = f->covered[k].first_row, to = from + f->covered[k].n_rows;
        assert_true(to <= half || from >= half + lost);
    }
    gw_detector_destroy(detector);
    free(f);
}

static int run_on(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_block_split_gives_the_same_candidates),
        cmocka_unit_test(nothing_is_allocated_after_create),
        cmocka_unit_test(all_of_the_lane_is_covered),
        cmocka_unit_test(a_gap_begins_the_chain_anew),
    };
    print_message("%s\n", name);
    if (lane_load(name) != 0)
        return 1;
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);
    lane_free(NULL);
    return n_failed;
}

int main(void)
{
    static const char *const names[] = {"responses", "pulse", "sfcw"};
    int n_failed = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        n_failed += run_on(names[k]);
    return n_failed;
}
