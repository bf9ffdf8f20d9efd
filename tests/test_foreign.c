/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/foreign_support.h"

#include <math.h>

enum { SAMPLES = 32, SCANS = 7 };

/* Sample n of scan k, in every file here. */
static int32_t sample_of(uint32_t k, uint32_t n)
{
    return (int32_t)(n + 100 * k) - 300;
}

static void scan_write(FILE *file, uint32_t k, size_t width)
{
    for (uint32_t n = 0; n < SAMPLES; n++) {
        int32_t value = sample_of(k, n);
        fwrite(&value, width, 1, file); /* little-endian, as the files */
    }
}

static void scans_are(gw_recording *recording, size_t n_scans)
{
    int32_t counts[SCANS * SAMPLES], one[SAMPLES];
    size_t n = 0;
    gw_error error;
    const gw_stream *stream = gw_recording_stream(recording);
    assert_int_equal(stream->n_rows, n_scans);
    assert_int_equal(stream->n_samples, SAMPLES);
    assert_int_equal(gw_recording_read(recording, 0, SCANS, counts, &n, &error), GW_OK);
    assert_int_equal(n, n_scans);
    for (uint32_t k = 0; k < n_scans * SAMPLES; k++)
        assert_int_equal(counts[k], sample_of(k / SAMPLES, k % SAMPLES));
    assert_int_equal(gw_recording_read(recording, n_scans - 1, 5, one, &n, &error), GW_OK);
    assert_int_equal(n, 1);
    assert_memory_equal(one, counts + (n_scans - 1) * SAMPLES, sizeof one);
}

static const char hd[] = "1234\r\nData\r\n2017-04-10\r\nNUMBER OF TRACES   = 7\r\n"
                         "NUMBER OF PTS/TRC  = 32\r\nTOTAL TIME WINDOW  = 16.0\r\n"
                         "STEP SIZE USED     = 0.5\r\nPOSITION UNITS     = ft\r\n"
                         "NOMINAL FREQUENCY  = 500.0\r\nANTENNA SEPARATION = 1.0\r\n";

static void dt1_make(const char *name, float width)
{
    FILE *file = file_make(name);
    for (uint32_t k = 0; k < SCANS; k++) {
        float head[32] = {(float)(k + 1), 0, SAMPLES, 0, 0, width};
        fwrite(head, sizeof head, 1, file);
        scan_write(file, k, (size_t)width);
    }
    fclose(file);
}

static void traces_of_dt1_are_read_between_their_heads(void **state)
{
    (void)state;
    for (int width = 2; width <= 4; width += 2) {
        dt1_make("a.DT1", (float)width);
        text_make("a.HD", hd);
        gw_recording *recording = open_good(width == 2 ? "a.DT1" : "a.HD"); /* either names both */
        const gw_stream *stream = gw_recording_stream(recording);
        scans_are(recording, SCANS);
        assert_int_equal(stream->bits, 8 * width);
        assert_true(fabs(stream->scan_spacing_m - 0.5 * 0.3048) < 1e-12);
        assert_true(fabs(stream->transmit_receive_offset_m - 0.3048) < 1e-12);
        assert_true(fabs(stream->sample_rate_hz - 2e9) < 1);
        assert_true(fabs(stream->center_hz - 500e6) < 1);
        assert_string_equal(stream->name, width == 2 ? "a.DT1" : "a.HD");
        assert_string_equal(gw_recording_notes(recording), "");
        assert_non_null(strstr(gw_recording_facts(recording), "POSITION UNITS: ft\n"));
        assert_non_null(strstr(gw_recording_facts(recording), "date: 2017-04-10\n"));
        gw_recording_close(recording);
    }
}

static void a_dt1_that_is_cut_or_lies_says_so(void **state)
{
    (void)state;
    dt1_make("b.dt1", 2);
    gw_recording *recording = open_good("b.dt1");
    assert_true(gw_recording_stream(recording)->scan_spacing_m == 0);
    said(recording, "no HD beside it");
    gw_recording_close(recording);
    text_make("b.hd", "NUMBER OF PTS/TRC = 31\n");
    refused("b.dt1", GW_EFORMAT, "do not belong together");
    text_make("b.hd", hd);
    FILE *file = fopen(path_of("b.dt1"), "r+b");
    const float odd[3] = {9, 0, SAMPLES + 1};
    fseek(file, 4 * (128 + 2 * SAMPLES), SEEK_SET); /* the head of trace 4 */
    fwrite(odd, sizeof odd, 1, file);
    fseek(file, 0, SEEK_END);
    fputs("rest", file);
    fclose(file);
    recording = open_good("b.dt1");
    scans_are(recording, 4);
    said(recording, "4 bytes after the last whole trace");
    said(recording, "trace 4 is of another shape: it and the 2 after it");
    gw_recording_close(recording);
    text_make("c.dt1", "no");
    refused("c.dt1", GW_EFORMAT, "first trace");
    text_make("d.hd", hd);
    refused("d.hd", GW_EFORMAT, "no DT1 beside it");
}

static void rd3_and_rd7_need_their_rad(void **state)
{
    static const char rad[] = "SAMPLES:32\nFREQUENCY:4000\nDISTANCE FLAG:1\nTIME FLAG:0\n"
                              "TIME INTERVAL:0.1\nDISTANCE INTERVAL:0.02\nANTENNAS:500_x\n"
                              "ANTENNA SEPARATION:0.18\nTIMEWINDOW:8\nLAST TRACE:7\n";
    (void)state;
    for (size_t width = 2; width <= 4; width += 2) {
        const char *name = width == 2 ? "a.rd3" : "b.RD7";
        FILE *file = file_make(name);
        for (uint32_t k = 0; k < SCANS; k++)
            scan_write(file, k, width);
        fclose(file);
        refused(name, GW_EFORMAT, "no RAD beside it");
        text_make(width == 2 ? "a.rad" : "b.RAD", rad);
        gw_recording *recording = open_good(name);
        const gw_stream *stream = gw_recording_stream(recording);
        scans_are(recording, SCANS);
        assert_true(fabs(stream->scan_spacing_m - 0.02) < 1e-12);
        assert_true(stream->row_rate_hz == 0);
        assert_true(fabs(stream->sample_rate_hz - 4e9) < 1);
        assert_true(fabs(stream->center_hz - 500e6) < 1);
        assert_string_equal(gw_recording_notes(recording), "");
        gw_recording_close(recording);
    }
    text_make("a.rad",
              "SAMPLES:32\nTIME FLAG:1\nTIME INTERVAL:0.1\nTIMEWINDOW:9\nFREQUENCY:4000\n");
    gw_recording *recording = open_good("a.rad"); /* the RD3 beside it */
    assert_true(fabs(gw_recording_stream(recording)->row_rate_hz - 10) < 1e-9);
    said(recording, "TIMEWINDOW is 9 ns");
    gw_recording_close(recording);
    text_make("a.rad", "SAMPLES:320000\n");
    refused("a.rd3", GW_EFORMAT, "SAMPLES is 320000");
    text_make("a.rad", "SAMPLES:512\n");
    refused("a.rd3", GW_EFORMAT, "512 samples");
}

static void record_write(FILE *file, const char *tag, size_t n_tag, const char *text)
{
    char record[4 + 2 * SAMPLES] = {0};
    memcpy(record, tag, n_tag);
    snprintf(record + 4, sizeof record - 4, "%s", text);
    fwrite(record, sizeof record, 1, file);
}

static void traces_of_ids_are_found_among_other_records(void **state)
{
    (void)state;
    FILE *file = file_make("a.dt");
    record_write(file, "V", 1, "\x44"); /* 68 bytes */
    record_write(file, "C", 1, "05/03/22  10:40:34\r\n");
    record_write(file, "ATX", 3, "0 -0.09 0 3000");
    record_write(file, "ARX", 3, "0 -0.025 0 3000");
    for (uint32_t k = 0; k < SCANS; k++) {
        fwrite("R\0\0", 4, 1, file);
        scan_write(file, k, 2);
        if (k == 2)
            record_write(file, "M", 1, "mark");
    }
    fclose(file);
    gw_recording *recording = open_good("a.dt");
    const gw_stream *stream = gw_recording_stream(recording);
    scans_are(recording, SCANS);
    assert_true(fabs(stream->center_hz - 3e9) < 1);
    assert_true(fabs(stream->transmit_receive_offset_m - 0.065) < 1e-9);
    said(recording, "no record H");
    said(recording, "1 records between the traces");
    assert_string_equal(gw_recording_facts(recording), "date: 05/03/22  10:40:34\n");
    gw_recording_close(recording);
    text_make("b.dt", "V\x03");
    refused("b.dt", GW_EFORMAT, "no record V");
    file = file_make("c.dt");
    record_write(file, "V", 1, "\x44");
    fclose(file);
    refused("c.dt", GW_EFORMAT, "no record R");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_of_dt1_are_read_between_their_heads),
        cmocka_unit_test(a_dt1_that_is_cut_or_lies_says_so),
        cmocka_unit_test(rd3_and_rd7_need_their_rad),
        cmocka_unit_test(traces_of_ids_are_found_among_other_records),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
