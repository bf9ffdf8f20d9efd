/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/sigmf.h"
#include "drivers/source.h"
#include "tests/folder_support.h"

enum { SAMPLES = 32, ROWS = 700, FIRST = 773760 };

static const int64_t noon_ns = 1767323045500000000;

static const gw_stream radar = {.kind = GW_KIND_GPR,
                                .waveform = GW_WAVEFORM_IMPULSE,
                                .n_channels = 1,
                                .n_samples = SAMPLES,
                                .bits = 16,
                                .is_signed = true,
                                .sample_rate_hz = 1e10,
                                .row_rate_hz = 60};

/* A block as a live device gave it: places of its wheel, its own time. */
typedef struct live {
    gw_block block;
    int32_t counts[ROWS * SAMPLES], place_mm[ROWS];
} live;

static live *live_make(uint64_t row, size_t n_rows, int64_t time_ns, uint32_t flags)
{
    static live l;
    memset(&l, 0, sizeof l);
    l.block = (gw_block){.row = row,
                         .n_rows = n_rows,
                         .max_rows = ROWS,
                         .time_ns = time_ns,
                         .flags = flags,
                         .counts = l.counts,
                         .place_mm = l.place_mm};
    for (size_t r = 0; r < n_rows; r++) {
        l.place_mm[r] = (int32_t)(7 * r) - 3;
        for (size_t s = 0; s < SAMPLES; s++)
            l.counts[r * SAMPLES + s] = (int32_t)(r + s);
    }
    return &l;
}

typedef struct writers {
    gw_sigmf_writer *samples;
    gw_sigmf_index *index;
} writers;

static writers writers_create(void)
{
    writers w;
    gw_error error;
    assert_int_equal(gw_sigmf_writer_create(path_of("x-gpr"), &radar, "t", &w.samples, &error),
                     GW_OK);
    assert_int_equal(gw_sigmf_index_create(path_of("x-scan_index"), &radar, "t", &w.index, &error),
                     GW_OK);
    return w;
}

static void both_write(const writers *w, const live *l)
{
    gw_error error;
    assert_int_equal(gw_sigmf_writer_write(w->samples, &l->block, &error), GW_OK);
    assert_int_equal(gw_sigmf_index_write(w->index, &l->block, &error), GW_OK);
}

static void both_close(writers *w)
{
    gw_error error;
    char bases[2][256];
    uint64_t n_index;
    assert_int_equal(gw_sigmf_writer_close(w->samples, NULL, &error), GW_OK);
    assert_int_equal(gw_sigmf_index_close(w->index, &n_index, &error), GW_OK);
    assert_true(n_index > 0);
    snprintf(bases[0], sizeof bases[0], "%s", path_of("x-gpr"));
    snprintf(bases[1], sizeof bases[1], "%s", path_of("x-scan_index"));
    const char *const list[2] = {bases[0], bases[1]};
    assert_int_equal(gw_sigmf_collection_write(path_of("x"), list, 2, &error), GW_OK);
}

static gw_recording *open_good(void)
{
    gw_recording *recording = NULL;
    gw_error error = {0};
    if (gw_recording_open(path_of("x.sigmf-collection"), GW_KIND_GPR, &recording, &error) != GW_OK)
        fail_msg("%s", error.text);
    return recording;
}

static void files_remove(void)
{
    static const char *const names[] = {"x-gpr.sigmf-data", "x-gpr.sigmf-meta",
                                        "x-scan_index.sigmf-data", "x-scan_index.sigmf-meta",
                                        "x.sigmf-collection"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        remove(path_of(names[k]));
}

static void what_a_live_radar_told_of_its_scans_is_read_again(void **state)
{
    live *again = malloc(sizeof *again);
    gw_error error;
    gw_row_begin begin;
    uint64_t row = 0;
    (void)state;
    assert_non_null(again);
    writers w = writers_create();
    gw_sigmf_writer_chain(w.samples, FIRST - 10);
    live *l = live_make(FIRST, ROWS, noon_ns, GW_BLOCK_EPOCH);
    both_write(&w, l);
    both_close(&w);
    gw_recording *recording = open_good();
    assert_string_equal(gw_recording_notes(recording), "");
    gw_recording_begin(recording, &begin);
    assert_int_equal(begin.first_row, FIRST);
    assert_true(begin.is_chain_known && begin.chain_row == FIRST - 10);
    again->block = (gw_block){.counts = again->counts, .place_mm = again->place_mm};
    while (gw_recording_block(recording, row, 99, &again->block, &error) == GW_OK &&
           again->block.n_rows) {
        const gw_block *block = &again->block;
        assert_int_equal(block->row, FIRST + row);
        assert_int_equal(block->time_ns, noon_ns + gw_stream_row_ns(&radar, block->row) -
                                             gw_stream_row_ns(&radar, FIRST));
        assert_int_equal(block->flags, 0); /* the first block is no break */
        for (size_t r = 0; r < block->n_rows; r++)
            assert_int_equal(block->place_mm[r], l->place_mm[row + r]);
        row += block->n_rows;
    }
    assert_int_equal(row, ROWS);
    gw_recording_close(recording);
    free(again);
    files_remove();
}

/* A device that stalled, one that began to count afresh, and a clock that is none of a rate. */
static void breaks_and_times_come_with_the_rows(void **state)
{
    static const struct {
        uint64_t row;
        int64_t time_ns;
        uint32_t flags, told;
        uint64_t lost;
    } parts[] = {{50, 10, 0, 0, 0},
                 {60, 200000077, 0, 0, 0}, /* 33 ms later than its rate says */
                 {70, 900000000, GW_BLOCK_STALLED, GW_BLOCK_STALLED, 0},
                 {95, 2000000000, GW_BLOCK_GAP, GW_BLOCK_GAP, 15},
                 {4, 3000000000, GW_BLOCK_EPOCH, GW_BLOCK_EPOCH, 0}};
    gw_block block = {.counts = malloc(ROWS * SAMPLES * sizeof(int32_t))};
    gw_error error;
    (void)state;
    assert_non_null(block.counts);
    writers w = writers_create();
    for (size_t k = 0; k < 5; k++)
        both_write(&w, live_make(parts[k].row, 10, noon_ns + parts[k].time_ns, parts[k].flags));
    both_close(&w);
    gw_recording *recording = open_good();
    for (size_t k = 0; k < 5; k++) {
        assert_int_equal(gw_recording_block(recording, 10 * k, ROWS, &block, &error), GW_OK);
        assert_int_equal(block.n_rows, 10); /* ends where the next does not follow */
        assert_int_equal(block.row, parts[k].row);
        assert_int_equal(block.time_ns, noon_ns + parts[k].time_ns);
        assert_int_equal(block.flags, parts[k].told);
        assert_int_equal(block.n_lost, parts[k].lost);
    }
    gw_recording_close(recording);
    free(block.counts);
    files_remove();
}

static void an_index_of_other_scans_is_left_out_and_that_is_said(void **state)
{
    gw_error error;
    gw_row_mark mark;
    unsigned kinds;
    (void)state;
    writers w = writers_create();
    live *l = live_make(5, 20, noon_ns, 0);
    assert_int_equal(gw_sigmf_writer_write(w.samples, &l->block, &error), GW_OK);
    l->block.row = 6;
    assert_int_equal(gw_sigmf_index_write(w.index, &l->block, &error), GW_OK);
    both_close(&w);
    gw_recording *recording = open_good();
    assert_non_null(strstr(gw_recording_notes(recording), "of other scans"));
    gw_recording_mark(recording, 3, &mark);
    assert_int_equal(mark.place_mm, INT32_MIN);
    assert_int_equal(mark.row, 8);
    gw_recording_close(recording);
    assert_int_equal(gw_recording_list(path_of("x-scan_index.sigmf-meta"), &kinds, &error),
                     GW_EFORMAT);
    assert_non_null(strstr(error.text, "collection"));
    files_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_live_radar_told_of_its_scans_is_read_again),
        cmocka_unit_test(breaks_and_times_come_with_the_rows),
        cmocka_unit_test(an_index_of_other_scans_is_left_out_and_that_is_said)};
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
