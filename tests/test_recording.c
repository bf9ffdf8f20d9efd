/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/recording.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#include "drivers/hash.h"
#include "drivers/sigmf.h"
#include "tests/folder_support.h"

enum { SAMPLES = 64, SCANS = 9 };

/* A DZT file whose sample n of scan k is n + 100 k, in units of its width. */
static void dzt_make(const char *name, unsigned bits, unsigned data)
{
    unsigned char head[1024] = {0};
    const float numbers[5] = {120.0f, 50.0f, 0, 0, 8.0f};
    const uint16_t words[5] = {0x0700, (uint16_t)data, SAMPLES, (uint16_t)bits, 0};
    memcpy(head, words, sizeof words);
    memcpy(head + 10, numbers, sizeof numbers);
    head[52] = 1;
    memcpy(head + 98, "400MHz", 6);
    FILE *file = fopen(path_of(name), "wb");
    fwrite(head, 1, sizeof head, file);
    for (unsigned pad = 1024; pad < (data < 1024 ? data * 1024 : data); pad++)
        fputc(0, file);
    for (uint32_t k = 0; k < SCANS; k++)
        for (uint32_t n = 0; n < SAMPLES; n++) {
            uint32_t value = n + 100 * k;
            fwrite(&value, bits / 8, 1, file); /* little-endian, as the file */
        }
    fclose(file);
}

static gw_recording *open_good(const char *name, gw_kind kind)
{
    gw_recording *recording = NULL;
    gw_error error = {0};
    if (gw_recording_open(path_of(name), kind, &recording, &error) != GW_OK)
        fail_msg("%s", error.text);
    return recording;
}

static void dzt_samples_come_as_they_are_in_every_width(void **state)
{
    static const unsigned widths[3] = {8, 16, 32};
    (void)state;
    for (int w = 0; w < 3; w++)
        for (unsigned data = 1024; data;
             data = data == 1024 ? 3 : 0) { /* bytes, or blocks of 1,024 */
            int32_t counts[SCANS * SAMPLES];
            size_t n = 0;
            gw_error error;
            dzt_make("x.dzt", widths[w], data);
            gw_recording *recording = open_good("x.dzt", GW_KIND_GPR);
            const gw_stream *stream = gw_recording_stream(recording);
            assert_int_equal(stream->n_rows, SCANS);
            assert_int_equal(stream->n_samples, SAMPLES);
            assert_int_equal(stream->n_marks, 2);
            assert_true(stream->is_signed == (widths[w] == 32));
            assert_true(fabs(stream->center_hz - 400e6) < 1);
            assert_true(fabs(stream->scan_spacing_m - 0.02) < 1e-9);
            assert_true(fabs(stream->sample_rate_hz - SAMPLES / 8e-9) < 1);
            assert_int_equal(gw_recording_read(recording, 0, SCANS + 5, counts, &n, &error), GW_OK);
            assert_int_equal(n, SCANS);
            for (uint32_t k = 0; k < SCANS * SAMPLES; k++) {
                uint32_t value = k % SAMPLES + 100 * (k / SAMPLES);
                assert_int_equal(counts[k], widths[w] == 8 ? value & 255 : value);
            }
            gw_recording_close(recording);
        }
}

static void any_order_of_reads_gives_the_same_rows(void **state)
{
    int32_t all[SCANS * SAMPLES], one[SAMPLES];
    size_t n = 0;
    gw_error error;
    (void)state;
    dzt_make("x.dzt", 16, 1024);
    gw_recording *recording = open_good("x.dzt", GW_KIND_GPR);
    gw_recording_read(recording, 0, SCANS, all, &n, &error);
    for (uint64_t k = SCANS; k-- > 0;) {
        assert_int_equal(gw_recording_read(recording, k, 1, one, &n, &error), GW_OK);
        assert_memory_equal(one, all + k * SAMPLES, sizeof one);
    }
    assert_int_equal(gw_recording_read(recording, SCANS, 1, one, &n, &error), GW_OK);
    assert_int_equal(n, 0);
    gw_recording_close(recording);
}

static void a_kind_that_is_not_there_and_a_file_that_is_not_are_told_apart(void **state)
{
    gw_recording *recording;
    gw_error error;
    (void)state;
    dzt_make("x.dzt", 16, 1024);
    assert_int_equal(gw_recording_open(path_of("x.dzt"), GW_KIND_MD, &recording, &error),
                     GW_ENODEV);
    assert_int_equal(gw_recording_open(path_of("no.dzt"), GW_KIND_GPR, &recording, &error),
                     GW_ENOENT);
    assert_non_null(strstr(error.text, "no.dzt"));
    assert_int_equal(gw_recording_open(folder, GW_KIND_GPR, &recording, &error), GW_EFORMAT);
    assert_null(recording);
}

static const gw_stream md = {.kind = GW_KIND_MD,
                             .waveform = GW_WAVEFORM_CW,
                             .n_channels = 2,
                             .n_samples = 1,
                             .bits = 16,
                             .is_signed = true,
                             .scale_v = 1e-4,
                             .sample_rate_hz = 64000,
                             .row_rate_hz = 64000,
                             .n_tones = 2,
                             .tones_hz = {1600, 4800},
                             .roles = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT},
                             .coil_radius_m = 0.13,
                             .emulated = true};

/* Ten rows, seven lost, five rows. */
static void md_write(const char *name)
{
    gw_sigmf_writer *writer;
    gw_error error;
    int32_t counts[20];
    gw_block block = {
        .row = 100, .n_rows = 10, .max_rows = 10, .counts = counts, .time_ns = 1767323045500000000};
    for (int k = 0; k < 20; k++)
        counts[k] = k % 2 ? -k : 1000 * k;
    assert_int_equal(gw_sigmf_writer_create(path_of(name), &md, "test", &writer, &error), GW_OK);
    assert_int_equal(gw_sigmf_writer_write(writer, &block, &error), GW_OK);
    block.row = 117;
    block.n_rows = 5;
    block.n_lost = 7;
    block.flags = GW_BLOCK_GAP;
    assert_int_equal(gw_sigmf_writer_write(writer, &block, &error), GW_OK);
    assert_int_equal(gw_sigmf_writer_annotate(writer, 3, 1, "PMN", "AP", &error), GW_OK);
    char part[256];
    snprintf(part, sizeof part, "%s.sigmf-meta.part", path_of(name));
    assert_int_equal(access(part, F_OK), 0); /* for a recording that is cut */
    assert_int_equal(gw_sigmf_writer_close(writer, NULL, &error), GW_OK);
    assert_int_equal(access(part, F_OK), -1);
}

static void what_is_written_is_read_with_its_gap(void **state)
{
    int32_t counts[40];
    size_t n = 0;
    gw_error error;
    gw_sigmf_writer *again;
    (void)state;
    md_write("md");
    gw_recording *recording = open_good("md.sigmf-meta", GW_KIND_MD);
    const gw_stream *stream = gw_recording_stream(recording);
    assert_string_equal(gw_recording_notes(recording), "");
    assert_int_equal(stream->n_rows, 15);
    assert_int_equal(stream->n_tones, 2);
    assert_true(stream->tones_hz[1] == 4800 && stream->coil_radius_m == 0.13);
    assert_int_equal(stream->roles[1], GW_ROLE_TRANSMIT_CURRENT);
    assert_true(stream->emulated);
    assert_int_equal(stream->start_ns, 1767323045500000000);
    assert_int_equal(gw_recording_gap(recording, 10), 7);
    assert_int_equal(gw_recording_gap(recording, 9), 0);
    assert_int_equal(gw_recording_read(recording, 0, 15, counts, &n, &error), GW_OK);
    for (int k = 0; k < 20; k++)
        assert_int_equal(counts[k], k % 2 ? -k : 1000 * k);
    gw_recording_close(recording);
    assert_int_equal(gw_sigmf_writer_create(path_of("md"), &md, "test", &again, &error), GW_EBUSY);
}

static gw_recording *write_and_open(const char *name, const gw_stream *stream,
                                    const int32_t *counts, size_t n_rows)
{
    gw_sigmf_writer *writer;
    gw_error error;
    gw_block block = {.n_rows = n_rows, .max_rows = n_rows};
    char path[64];
    block.counts = malloc(n_rows * gw_stream_row_counts(stream) * sizeof *counts);
    assert_non_null(block.counts);
    memcpy(block.counts, counts, n_rows * gw_stream_row_counts(stream) * sizeof *counts);
    assert_int_equal(gw_sigmf_writer_create(path_of(name), stream, "test", &writer, &error), GW_OK);
    assert_int_equal(gw_sigmf_writer_write(writer, &block, &error), GW_OK);
    gw_sigmf_writer_label(writer, "gw:soil", "loam");
    assert_int_equal(gw_sigmf_writer_close(writer, NULL, &error), GW_OK);
    free(block.counts);
    snprintf(path, sizeof path, "%s.sigmf-meta", name);
    return open_good(path, stream->kind);
}

static void steps_of_frequency_are_complex(void **state)
{
    const gw_stream sfcw = {.kind = GW_KIND_GPR,
                            .waveform = GW_WAVEFORM_SFCW,
                            .is_complex = true,
                            .n_channels = 3,
                            .n_samples = 4,
                            .bits = 16,
                            .is_signed = true,
                            .scan_spacing_m = 0.02,
                            .start_hz = 1e9,
                            .step_hz = 1e7};
    int32_t counts[2 * 24], again[2 * 24];
    size_t n = 0;
    gw_error error;
    (void)state;
    for (int k = 0; k < 48; k++)
        counts[k] = 100 * k - 2000;
    gw_recording *recording = write_and_open("sfcw", &sfcw, counts, 2);
    const gw_stream *stream = gw_recording_stream(recording);
    assert_string_equal(gw_recording_notes(recording), "");
    assert_int_equal(stream->waveform, GW_WAVEFORM_SFCW);
    assert_true(stream->is_complex && stream->start_hz == 1e9 && stream->step_hz == 1e7);
    assert_int_equal(stream->n_rows, 2);
    assert_int_equal(gw_stream_row_counts(stream), 24);
    assert_int_equal(gw_recording_read(recording, 0, 2, again, &n, &error), GW_OK);
    assert_memory_equal(again, counts, sizeof counts);
    gw_recording_close(recording);
}

static void gates_of_a_pulse_have_their_times(void **state)
{
    const gw_stream pulse = {.kind = GW_KIND_MD,
                             .waveform = GW_WAVEFORM_PULSE,
                             .n_channels = 2,
                             .n_samples = 1,
                             .bits = 32,
                             .is_signed = true,
                             .sample_rate_hz = 500,
                             .row_rate_hz = 500,
                             .roles = {GW_ROLE_GATE, GW_ROLE_GATE},
                             .gate_edges_s = {1e-5, 2e-5, 5e-5}};
    const int32_t counts[4] = {1 << 20, -5, 7, -(1 << 22)};
    (void)state;
    gw_recording *recording = write_and_open("pulse", &pulse, counts, 2);
    const gw_stream *stream = gw_recording_stream(recording);
    assert_string_equal(gw_recording_notes(recording), "");
    assert_int_equal(stream->waveform, GW_WAVEFORM_PULSE);
    assert_int_equal(stream->roles[1], GW_ROLE_GATE);
    assert_memory_equal(stream->gate_edges_s, pulse.gate_edges_s, 3 * sizeof(double));
    gw_recording_close(recording);
}

static void roles_of_parts_are_words(void **state)
{
    (void)state;
    assert_string_equal(gw_role_name(gw_role_part(0, false)), "i0");
    assert_string_equal(gw_role_name(gw_role_part(15, true)), "q15");
    for (int role = 0; role <= GW_ROLE_PART_LAST; role++)
        assert_int_equal(gw_role_parse(gw_role_name((gw_role)role)), role);
    for (int waveform = 1; waveform <= GW_WAVEFORM_PULSE; waveform++)
        assert_int_equal(gw_waveform_parse(gw_waveform_name((gw_waveform)waveform)), waveform);
}

static void a_recording_cut_by_power_loss_opens_up_to_its_last_row(void **state)
{
    (void)state;
    md_write("cut");
    assert_int_equal(rename(path_of("cut.sigmf-meta"), path_of("cut.sigmf-meta.part")), 0);
    FILE *file = fopen(path_of("cut.sigmf-data"), "wb");
    fwrite("123456789", 1, 9, file);
    fclose(file);
    gw_recording *recording = open_good("cut.sigmf-data", GW_KIND_MD);
    assert_int_equal(gw_recording_stream(recording)->n_rows, 2);
    assert_non_null(strstr(gw_recording_notes(recording), "cut"));
    assert_non_null(strstr(gw_recording_notes(recording), "1 bytes"));
    gw_recording_close(recording);
}

/* As on a full disk: what got there can be opened, with its gaps, up to its last whole row. */
static void a_recording_that_finds_no_room_is_read_up_to_its_last_row(void **state)
{
    enum { ROWS = 1000, LIMIT = 4099 }; /* of 4 bytes: 1024 rows and 3 bytes */
    static int32_t counts[2 * ROWS];
    gw_block block = {.n_rows = ROWS, .max_rows = ROWS, .counts = counts};
    struct rlimit was, limit;
    gw_sigmf_writer *writer;
    uint64_t n_rows = 0;
    gw_error error;
    (void)state;
    assert_int_equal(gw_sigmf_writer_create(path_of("full"), &md, "test", &writer, &error), GW_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    limit = (struct rlimit){.rlim_cur = LIMIT, .rlim_max = was.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int k = 0; k < 3; k++, block.row += 2 * ROWS)
        gw_sigmf_writer_write(writer, &block, &error); /* the last ones lie in no file */
    gw_status status = gw_sigmf_writer_close(writer, &n_rows, &error);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_int_equal(status, GW_EIO);
    assert_int_equal(n_rows, 1024);
    gw_recording *recording = open_good("full.sigmf-meta", GW_KIND_MD);
    assert_int_equal(gw_recording_stream(recording)->n_rows, 1024);
    assert_null(strstr(gw_recording_notes(recording), "cut"));
    size_t n = 0;
    assert_int_equal(gw_recording_read(recording, 0, 1000, counts, &n, &error), GW_OK);
    gw_recording_close(recording);
}

static void data_that_were_changed_are_said_to_be(void **state)
{
    (void)state;
    md_write("changed");
    FILE *file = fopen(path_of("changed.sigmf-data"), "r+b");
    fputc('x', file);
    fclose(file);
    gw_recording *recording = open_good("changed.sigmf-meta", GW_KIND_MD);
    assert_non_null(strstr(gw_recording_notes(recording), "sha512"));
    gw_recording_close(recording);
}

static void a_collection_holds_its_streams_by_kind(void **state)
{
    char base[256];
    const char *bases[2] = {base, base};
    unsigned kinds = 0;
    gw_error error;
    (void)state;
    snprintf(base, sizeof base, "%s", path_of("lane-md"));
    md_write("lane-md");
    assert_int_equal(gw_sigmf_collection_write(path_of("lane"), bases, 1, &error), GW_OK);
    assert_int_equal(gw_recording_list(path_of("lane.sigmf-collection"), &kinds, &error), GW_OK);
    assert_int_equal(kinds, 1u << GW_KIND_MD);
    gw_recording *recording = open_good("lane.sigmf-collection", GW_KIND_MD);
    assert_string_equal(gw_recording_notes(recording), "");
    gw_recording_close(recording);
    assert_int_equal(gw_sigmf_collection_write(path_of("twice"), bases, 2, &error), GW_OK);
    assert_int_equal(gw_recording_list(path_of("twice.sigmf-collection"), &kinds, &error),
                     GW_EFORMAT);
    assert_non_null(strstr(error.text, "two md streams"));
}

static void sha512_of_abc_is_that_of_the_standard(void **state)
{
    char hash[GW_HASH_MAX];
    (void)state;
    gw_hash_bytes("abc", 3, hash); /* FIPS 180-4, example */
    assert_int_equal(strncmp(hash, "ddaf35a193617abacc417349ae204131", 32), 0);
    assert_int_equal(strlen(hash), 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dzt_samples_come_as_they_are_in_every_width),
        cmocka_unit_test(any_order_of_reads_gives_the_same_rows),
        cmocka_unit_test(a_kind_that_is_not_there_and_a_file_that_is_not_are_told_apart),
        cmocka_unit_test(what_is_written_is_read_with_its_gap),
        cmocka_unit_test(steps_of_frequency_are_complex),
        cmocka_unit_test(gates_of_a_pulse_have_their_times),
        cmocka_unit_test(roles_of_parts_are_words),
        cmocka_unit_test(a_recording_cut_by_power_loss_opens_up_to_its_last_row),
        cmocka_unit_test(a_recording_that_finds_no_room_is_read_up_to_its_last_row),
        cmocka_unit_test(data_that_were_changed_are_said_to_be),
        cmocka_unit_test(a_collection_holds_its_streams_by_kind),
        cmocka_unit_test(sha512_of_abc_is_that_of_the_standard),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
