/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "drivers/sigmf.h"

enum { ROWS = 5000, CHANNELS = 2, FIRST_PART = 1200, LOST = 77 };

static const int64_t START_NS = INT64_C(1700000000) * 1000000000, ROW_NS = 100000;
static char folder[64], path[128], uri[256];

/* An MD recording of 10,000 rows a second with a gap in it. */
static int recording_make(void **state)
{
    static int32_t counts[ROWS * CHANNELS];
    const gw_stream stream = {.kind = GW_KIND_MD,
                              .waveform = GW_WAVEFORM_CW,
                              .n_channels = CHANNELS,
                              .n_samples = 1,
                              .bits = 16,
                              .is_signed = true,
                              .sample_rate_hz = 10000,
                              .row_rate_hz = 10000,
                              .n_tones = 1,
                              .tones_hz = {1600},
                              .roles = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT},
                              .n_rows = -1};
    gw_sigmf_writer *writer = NULL;
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gw-test-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/coil", folder);
    snprintf(uri, sizeof uri, "file:%s.sigmf-meta", path);
    for (int k = 0; k < ROWS * CHANNELS; k++)
        counts[k] = k % 30000;
    gw_block block = {.n_rows = FIRST_PART, .counts = counts, .time_ns = START_NS};
    if (gw_sigmf_writer_create(path, &stream, "test", &writer, NULL) != GW_OK ||
        gw_sigmf_writer_write(writer, &block, NULL) != GW_OK)
        return -1;
    block.row = FIRST_PART + LOST;
    block.time_ns = START_NS + (FIRST_PART + LOST) * ROW_NS;
    block.n_rows = ROWS - FIRST_PART;
    block.counts = counts + FIRST_PART * CHANNELS;
    block.flags = GW_BLOCK_GAP;
    block.n_lost = LOST;
    if (gw_sigmf_writer_write(writer, &block, NULL) != GW_OK)
        return -1;
    return gw_sigmf_writer_close(writer, NULL, NULL) == GW_OK ? 0 : -1;
}

static int recording_remove(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static gw_source *source_open(double block_s)
{
    const gw_source_config config = {.uri = uri, .kind = GW_KIND_MD, .block_s = block_s};
    gw_source *source = NULL;
    gw_error error = {.status = GW_OK};
    if (gw_source_open(&config, &source, &error) != GW_OK)
        fail_msg("%s", error.text);
    return source;
}

static gw_block block_make(const gw_source *source)
{
    size_t n = gw_source_block_rows(source);
    return (gw_block){.max_rows = n,
                      .counts = calloc(n * CHANNELS, sizeof(int32_t)),
                      .place_mm = calloc(n, sizeof(int32_t))};
}

static void block_free(gw_block *block)
{
    free(block->counts);
    free(block->place_mm);
}

static void unknown_scheme_is_wrong_usage(void **state)
{
    static const char *const uris[] = {"",      "nonsense", "nonsense:x", "file",
                                       "file:", "iio:",     "FILE:x"};
    (void)state;
    for (size_t k = 0; k < sizeof uris / sizeof *uris; k++) {
        const gw_source_config config = {.uri = uris[k], .kind = GW_KIND_GPR};
        gw_source *source = NULL;
        unsigned kinds = 7;
        gw_error error = {.status = GW_OK};
        assert_int_equal(gw_source_open(&config, &source, &error), GW_EUSAGE);
        assert_null(source);
        assert_non_null(strstr(error.text, "iio:ip:HOST:PORT"));
        assert_int_equal(gw_source_list(uris[k], &kinds, &error), GW_EUSAGE);
        assert_int_equal(kinds, 0);
    }
}

static void address_that_libiio_does_not_know_is_wrong_usage(void **state)
{
    static char address[2000] = "iio:ip:";
    (void)state;
    memset(address + 7, 'x', sizeof address - 8);
    const struct {
        const char *uri;
        gw_status status;
    } cases[] = {{"iio:nonsense", GW_EUSAGE},
                 {"iio:nonsense:1", GW_EUSAGE},
                 {"iio:usb:99.99.99", GW_ENODEV},
                 {"iio:xml:/nowhere.xml", GW_EUSAGE},
                 {address, GW_EUSAGE}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const gw_source_config config = {.uri = cases[k].uri, .kind = GW_KIND_GPR};
        gw_source *source = NULL;
        gw_error error = {.status = GW_OK};
        assert_int_equal(gw_source_open(&config, &source, &error), cases[k].status);
        assert_null(source);
        assert_non_null(strstr(error.text, "iio:"));
    }
}

static void file_and_stream_that_are_not_there_are_named(void **state)
{
    gw_source_config config = {.uri = "file:/nowhere.sigmf-meta", .kind = GW_KIND_MD};
    gw_source *source = NULL;
    gw_error error = {.status = GW_OK};
    (void)state;
    assert_int_equal(gw_source_open(&config, &source, &error), GW_ENOENT);
    assert_non_null(strstr(error.text, "nowhere"));
    config.uri = uri;
    config.kind = GW_KIND_GPR;
    assert_int_equal(gw_source_open(&config, &source, &error), GW_ENODEV);
    assert_null(source);
}

static void file_lists_its_kinds(void **state)
{
    unsigned kinds = 0;
    (void)state;
    assert_int_equal(gw_source_list(uri, &kinds, NULL), GW_OK);
    assert_int_equal(kinds, 1u << GW_KIND_MD);
}

/* Check one block against what was written; the row that comes next. */
static uint64_t block_check(const gw_block *block, uint64_t next)
{
    bool is_gap = next == FIRST_PART;
    assert_int_equal(block->n_lost, is_gap ? LOST : 0);
    assert_int_equal(block->flags & GW_BLOCK_GAP, is_gap ? GW_BLOCK_GAP : 0);
    assert_int_equal(block->flags & GW_BLOCK_EPOCH, next == 0 ? GW_BLOCK_EPOCH : 0);
    assert_int_equal(block->row, next + (is_gap ? LOST : 0));
    assert_true(block->time_ns == START_NS + (int64_t)block->row * ROW_NS);
    assert_int_equal(block->arrival_ns, 0);
    for (size_t r = 0; r < block->n_rows; r++) {
        uint64_t row = block->row + r, stored = row < FIRST_PART ? row : row - LOST;
        assert_int_equal(block->counts[CHANNELS * r], (CHANNELS * stored) % 30000);
        assert_int_equal(block->counts[CHANNELS * r + 1], (CHANNELS * stored + 1) % 30000);
        assert_int_equal(block->place_mm[r], INT32_MIN);
    }
    return block->row + block->n_rows;
}

static void file_gives_the_same_rows_in_any_block_size(void **state)
{
    static const double sizes_s[] = {0, 0.0001, 0.0007, 0.01, 0.1199, 0.12, 0.1201, 1, 1000};
    (void)state;
    for (size_t k = 0; k < sizeof sizes_s / sizeof *sizes_s; k++) {
        gw_source *source = source_open(sizes_s[k]);
        gw_block block = block_make(source);
        uint64_t next = 0;
        gw_status status;
        gw_error error;
        while ((status = gw_source_read(source, &block, &error)) == GW_OK) {
            assert_in_range(block.n_rows, 1, block.max_rows);
            next = block_check(&block, next);
        }
        assert_int_equal(status, GW_END);
        assert_int_equal(next, ROWS + LOST);
        assert_int_equal(gw_source_read(source, &block, &error), GW_END);
        block_free(&block);
        gw_source_close(source);
    }
}

static void block_is_as_long_as_wanted_and_never_huge(void **state)
{
    (void)state;
    gw_source *source = source_open(0.010);
    assert_int_equal(gw_source_block_rows(source), 100);
    gw_source_close(source);
    source = source_open(1e-9);
    assert_int_equal(gw_source_block_rows(source), 1);
    gw_source_close(source);
    source = source_open(1e30);
    assert_in_range(gw_source_block_rows(source), ROWS, 65536);
    gw_source_close(source);
}

static void cancelled_source_stays_cancelled(void **state)
{
    gw_error error;
    (void)state;
    gw_source *source = source_open(0);
    gw_block block = block_make(source);
    assert_int_equal(gw_source_read(source, &block, &error), GW_OK);
    gw_source_cancel(source);
    assert_int_equal(gw_source_read(source, &block, &error), GW_ECANCELED);
    assert_int_equal(gw_source_read(source, &block, &error), GW_ECANCELED);
    block_free(&block);
    gw_source_close(source);
    gw_source_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_scheme_is_wrong_usage),
        cmocka_unit_test(address_that_libiio_does_not_know_is_wrong_usage),
        cmocka_unit_test(file_and_stream_that_are_not_there_are_named),
        cmocka_unit_test(file_lists_its_kinds),
        cmocka_unit_test(file_gives_the_same_rows_in_any_block_size),
        cmocka_unit_test(block_is_as_long_as_wanted_and_never_huge),
        cmocka_unit_test(cancelled_source_stays_cancelled)};
    return cmocka_run_group_tests(tests, recording_make, recording_remove);
}
