/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/foreign_support.h"

#include <math.h>

enum { SAMPLES = 16, SCANS = 3 };

static void npy_make(const char *name, const char *header, const void *bytes, size_t n_bytes)
{
    unsigned char head[128];
    const unsigned char magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0};
    memset(head, ' ', sizeof head);
    memcpy(head, magic, sizeof magic);
    memcpy(head + 10, header, strlen(header));
    head[127] = '\n';
    FILE *file = file_make(name);
    fwrite(head, sizeof head, 1, file);
    fwrite(bytes, n_bytes, 1, file);
    fclose(file);
}

/* The counts of a recording times `unit` are 0, 1, 2, ... from its first sample on. */
static void counts_rise(gw_recording *recording, size_t n, double unit)
{
    int32_t counts[8 * SCANS * SAMPLES];
    size_t n_read = 0;
    gw_error error;
    const gw_stream *stream = gw_recording_stream(recording);
    assert_int_equal(
        gw_recording_read(recording, 0, (size_t)stream->n_rows, counts, &n_read, &error), GW_OK);
    assert_int_equal(n_read * gw_stream_row_counts(stream), n);
    for (size_t k = 0; k < n; k++)
        assert_true(fabs((double)counts[k] * unit - (double)k) < 1e-5); /* of single precision */
}

static void every_type_of_numpy_keeps_its_numbers(void **state)
{
    static unsigned char bytes[8 * SCANS * SAMPLES];
    static const struct {
        const char *type;
        unsigned bits;
        bool is_signed;
    } types[] = {{"|i1", 8, true},   {"|u1", 8, false}, {"<i2", 16, true}, {">i2", 16, true},
                 {"<u2", 16, false}, {">i4", 32, true}, {"<u4", 16, true}, {">i8", 16, true}};
    (void)state;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        char header[128];
        size_t width = (size_t)(types[t].type[2] - '0');
        bool is_big = types[t].type[0] == '>';
        memset(bytes, 0, sizeof bytes);
        for (size_t k = 0; k < SCANS * SAMPLES; k++)
            bytes[k * width + (is_big ? width - 1 : 0)] = (unsigned char)k;
        snprintf(header, sizeof header,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (3, 16), }", types[t].type);
        npy_make("a.npy", header, bytes, SCANS * SAMPLES * width);
        gw_recording *recording = open_good("a.npy");
        const gw_stream *stream = gw_recording_stream(recording);
        assert_int_equal(stream->bits, types[t].bits);
        assert_true(stream->is_signed == types[t].is_signed);
        assert_true(stream->is_signed || stream->offset == -(double)(1 << (stream->bits - 1)));
        assert_int_equal(stream->n_samples, SAMPLES);
        counts_rise(recording, SCANS * SAMPLES, 1);
        gw_recording_close(recording);
    }
}

static void floats_of_numpy_are_counted_finely(void **state)
{
    float values[SCANS * SAMPLES];
    (void)state;
    for (int k = 0; k < SCANS * SAMPLES; k++)
        values[k] = 0.001f * (float)k;
    npy_make("f.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 16), }", values,
             sizeof values);
    gw_recording *recording = open_good("f.npy");
    assert_int_equal(gw_recording_stream(recording)->bits, 32);
    const char *step = strstr(gw_recording_facts(recording), "count: ");
    assert_non_null(step);
    counts_rise(recording, SCANS * SAMPLES, strtod(step + 7, NULL) * 1000 * (1 - 1e-12));
    gw_recording_close(recording);
    values[5] = NAN;
    values[6] = INFINITY;
    npy_make("f.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 16), }", values,
             sizeof values);
    recording = open_good("f.npy");
    said(recording, "2 numbers are not finite");
    gw_recording_close(recording);
}

static void orders_and_channels_of_numpy(void **state)
{
    int16_t turned[SCANS * SAMPLES], plain[2 * SCANS * SAMPLES];
    (void)state;
    for (int16_t scan = 0; scan < SCANS; scan++)
        for (int16_t n = 0; n < SAMPLES; n++)
            turned[n * SCANS + scan] = (int16_t)(scan * SAMPLES + n);
    npy_make("t.npy", "{'descr': '<i2', 'fortran_order': True, 'shape': (3, 16), }", turned,
             sizeof turned);
    gw_recording *recording = open_good("t.npy");
    counts_rise(recording, SCANS * SAMPLES, 1);
    gw_recording_close(recording);
    npy_make("u.npy", "{'descr': '<i2', 'fortran_order': False, 'shape': (16, 3), }", turned,
             sizeof turned);
    text_make("u.axes", "lines: samples\nscan_spacing_m: 0.02\ntime_window_ns: 8\ncenter_hz: x\n");
    recording = open_good("u.npy");
    const gw_stream *stream = gw_recording_stream(recording);
    counts_rise(recording, SCANS * SAMPLES, 1);
    assert_true(stream->scan_spacing_m == 0.02 && fabs(stream->sample_rate_hz - 2e9) < 1);
    said(recording, "axes: center_hz 'x'");
    gw_recording_close(recording);
    for (int16_t k = 0; k < 2 * SCANS * SAMPLES; k++)
        plain[k] = k;
    npy_make("c.npy", "{'descr': '<i2', 'fortran_order': False, 'shape': (3, 2, 16), }", plain,
             sizeof plain);
    recording = open_good("c.npy");
    assert_int_equal(gw_recording_stream(recording)->n_channels, 2);
    counts_rise(recording, 2 * SCANS * SAMPLES, 1);
    gw_recording_close(recording);
}

static void numpy_that_lies_is_refused(void **state)
{
    static const struct {
        const char *header, *word;
    } lies[] = {
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (3, 16), }", "<f2"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (3, 16), }", "|O"},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (48,), }", "shape"},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (4, 16), }", "cut"},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (99999, 99999), }", "numbers"},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (-3, 16), }", "shape"},
        {"{'descr': '<i2', 'fortran_order': False, 'shape': (12, 4), }", "4 samples"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (1, 16), }", "start_hz"},
        {"nonsense", "descr"},
    };
    float zeros[SCANS * SAMPLES] = {0};
    (void)state;
    for (size_t k = 0; k < sizeof lies / sizeof *lies; k++) {
        npy_make("l.npy", lies[k].header, zeros, k == 7 ? sizeof zeros : sizeof zeros / 2);
        refused("l.npy", GW_EFORMAT, lies[k].word);
    }
    text_make("m.npy", "\x93NUMPY");
    refused("m.npy", GW_EFORMAT, "NPY header");
}

static void csv_write(const char *name, const char *head, const char *between, bool is_turned)
{
    FILE *file = file_make(name);
    fputs(head, file);
    int n_lines = is_turned ? SAMPLES : SCANS, n_items = is_turned ? SCANS : SAMPLES;
    for (int line = 0; line < n_lines; line++)
        for (int k = 0; k < n_items; k++)
            fprintf(file, "%d%s", is_turned ? k * SAMPLES + line : line * SAMPLES + k,
                    k + 1 < n_items ? between : "\r\n");
    fclose(file);
}

static void csv_of_every_separator_is_read(void **state)
{
    static const char *const between[] = {",", ", ", ";", "\t", " ", "  "};
    (void)state;
    for (size_t k = 0; k < sizeof between / sizeof *between; k++) {
        csv_write("a.csv", "# scan_spacing_m: 0.02\n#sample_rate_hz:64e9\n", between[k], false);
        gw_recording *recording = open_good("a.csv");
        const gw_stream *stream = gw_recording_stream(recording);
        counts_rise(recording, SCANS * SAMPLES, 1);
        assert_int_equal(stream->bits, 16);
        assert_true(stream->scan_spacing_m == 0.02 && stream->sample_rate_hz == 64e9);
        assert_string_equal(gw_recording_notes(recording), "");
        gw_recording_close(recording);
    }
    csv_write("b.csv", "# lines: samples\nscan a,scan b,scan c\n", ",", true);
    gw_recording *recording = open_good("b.csv");
    counts_rise(recording, SCANS * SAMPLES, 1);
    said(recording, "line 2: no numbers, taken for names");
    gw_recording_close(recording);
    text_make("c.csv", "0;0,5;1;1,5;2;2,5;3;3,5;4;4,5;5;5,5;6;6,5;7;7,5\n");
    recording = open_good("c.csv"); /* a comma is a decimal point there */
    const char *step = strstr(gw_recording_facts(recording), "count: ");
    assert_non_null(step);
    counts_rise(recording, SAMPLES, 2 * strtod(step + 7, NULL));
    gw_recording_close(recording);
}

static void csv_that_is_not_says_where(void **state)
{
    (void)state;
    csv_write("d.csv", "", ",", false);
    FILE *file = fopen(path_of("d.csv"), "a");
    fputs("1,2,3\n", file);
    fclose(file);
    refused("d.csv", GW_EFORMAT, "line 4: 3 numbers, in the lines before 16");
    text_make("e.csv", "1,2\n3,,4\n");
    refused("e.csv", GW_EFORMAT, "line 2: ',4' is not a number");
    text_make("f.csv", "1,2\n");
    refused("f.csv", GW_EFORMAT, "2 samples");
    text_make("g.csv", "# nothing\n");
    refused("g.csv", GW_EFORMAT, "samples");
}

static void sweeps_in_text_are_turned_the_other_way_round(void **state)
{
    int32_t counts[2 * SAMPLES];
    size_t n = 0;
    gw_error error;
    (void)state;
    FILE *file = file_make("s.txt");
    for (int sweep = 0; sweep < 2; sweep++) {
        fprintf(file, "(%d)\n", sweep);
        for (int k = 0; k < SAMPLES; k++)
            fprintf(file, "%.0f %.0f \n", (1000 + sweep) * cos(0.7 * k), 1000 * sin(0.7 * k));
    }
    fclose(file);
    refused("s.txt", GW_EFORMAT, "start_hz");
    text_make("s.axes", "start_hz: 1e9\nstep_hz: 1e7\nscan_spacing_m: 0.01\n");
    gw_recording *recording = open_good("s.txt");
    const gw_stream *stream = gw_recording_stream(recording);
    assert_int_equal(stream->n_rows, 2);
    assert_int_equal(stream->waveform, GW_WAVEFORM_SFCW);
    assert_true(stream->is_complex && stream->start_hz == 1e9 && stream->step_hz == 1e7);
    assert_int_equal(gw_recording_read(recording, 1, 1, counts, &n, &error), GW_OK);
    for (int k = 0; k < SAMPLES; k++) /* a quarter turn less: the sense is what counts */
        assert_true(counts[2 * k] == (int)lrint(1000 * sin(0.7 * k)) &&
                    counts[2 * k + 1] == (int)lrint(1001 * cos(0.7 * k)));
    said(recording, "change places");
    gw_recording_close(recording);
    text_make("s.txt", "(0)\n1 2\n3 x\n");
    refused("s.txt", GW_EFORMAT, "sweep 0: 'x");
    text_make("s.txt", "(0)\n1 2\n3 4\n(1)\n1 2\n(2)\n");
    refused("s.txt", GW_EFORMAT, "sweep 1: 1 steps, in the first 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_numpy_keeps_its_numbers),
        cmocka_unit_test(floats_of_numpy_are_counted_finely),
        cmocka_unit_test(orders_and_channels_of_numpy),
        cmocka_unit_test(numpy_that_lies_is_refused),
        cmocka_unit_test(csv_of_every_separator_is_read),
        cmocka_unit_test(csv_that_is_not_says_where),
        cmocka_unit_test(sweeps_in_text_are_turned_the_other_way_round),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
