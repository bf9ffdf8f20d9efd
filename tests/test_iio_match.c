/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static gw_iio_device device;
static gw_iio_match match;
static gw_stream stream;
static gw_error error;

static gw_iio_channel *channel_add(const char *id, const char *label, unsigned bits, bool is_signed)
{
    gw_iio_channel *c = &device.channels[device.n_channels++];
    *c = (gw_iio_channel){.bits = bits, .length = bits, .repeat = 1, .is_signed = is_signed};
    snprintf(c->id, sizeof c->id, "%s", id);
    snprintf(c->label, sizeof c->label, "%s", label);
    snprintf(c->format, sizeof c->format, "le:%c%u/%u>>0", is_signed ? 's' : 'u', bits % 100,
             bits % 100);
    return c;
}

static void attr_set(const char *name, const char *value)
{
    size_t k = 0;
    while (k < device.n_attrs && strcmp(device.attrs[k].name, name) != 0)
        k++;
    snprintf(device.attrs[k].name, sizeof device.attrs[k].name, "%s", name);
    snprintf(device.attrs[k].value, sizeof device.attrs[k].value, "%s", value);
    device.n_attrs += k == device.n_attrs;
}

static gw_iio_channel *channel_of(const char *id)
{
    for (size_t k = 0; k < device.n_channels; k++)
        if (strcmp(device.channels[k].id, id) == 0)
            return &device.channels[k];
    fail();
    return NULL;
}

static void gpr_make(void)
{
    memset(&device, 0, sizeof device);
    snprintf(device.name, sizeof device.name, "gw-gpr");
    channel_add("voltage0", "antenna0", 16, false)->offset = -32768;
    channel_add("count0", "range_index", 16, false);
    channel_add("count1", "scan_seq", 32, false);
    channel_add("positionrelative0", "wheel", 32, true);
    channel_add("timestamp", "", 64, true);
    attr_set("sampling_frequency", "51200");
    attr_set("scan_length", "512");
    attr_set("prf", "100");
    attr_set("time_window_ns", "8");
    attr_set("scan_spacing_m", "0.0084666666666666667");
    attr_set("scan_marks", "2");
    attr_set("center_frequency", "1500000000");
}

static void md_make(void)
{
    memset(&device, 0, sizeof device);
    snprintf(device.name, sizeof device.name, "gw-md");
    channel_add("voltage0", "receive", 16, true)->scale = 0.125;
    channel_add("voltage1", "transmit_current", 16, true)->scale = 0.125;
    channel_add("count0", "sample_seq", 32, false);
    channel_add("timestamp", "", 64, true);
    attr_set("sampling_frequency", "96000");
    attr_set("tones", "1600 4800 11200 24000");
    attr_set("coil_radius_m", "0.13");
}

static gw_status match_it(gw_kind kind, const char *channels)
{
    error = (gw_error){.status = GW_OK};
    return gw_iio_device_match(&device, kind, channels, &match, &stream, &error);
}

/* Refused, with a text that names the device and this. */
static void assert_refused(gw_kind kind, const char *channels, const char *what)
{
    assert_int_equal(match_it(kind, channels), GW_EFORMAT);
    assert_non_null(strstr(error.text, device.name));
    if (!strstr(error.text, what))
        fail_msg("\"%s\" does not say %s", error.text, what);
}

static void radar_is_described_by_its_attributes(void **state)
{
    (void)state;
    gpr_make();
    assert_int_equal(match_it(GW_KIND_GPR, NULL), GW_OK);
    assert_int_equal(stream.n_channels, 1);
    assert_int_equal(stream.n_samples, 512);
    assert_int_equal(stream.n_marks, 2);
    assert_int_equal(stream.bits, 16);
    assert_false(stream.is_signed);
    assert_true(stream.offset == -32768);
    assert_true(stream.scale_v == 0);
    assert_true(stream.sample_rate_hz == 512 * 1e9 / 8);
    assert_true(stream.row_rate_hz == 0);
    assert_true(stream.play_rate_hz == 100);
    assert_true(stream.scan_spacing_m == 0.0084666666666666667);
    assert_true(stream.center_hz == 1.5e9);
    assert_int_equal(stream.n_rows, -1);
    assert_int_equal(match.range_index, 1);
    assert_int_equal(match.sequence, 2);
    assert_int_equal(match.sequence_bits, 32);
    assert_int_equal(match.wheel, 3);
    assert_int_equal(match.timestamp, 4);
}

static void coil_is_described_by_its_attributes(void **state)
{
    (void)state;
    md_make();
    assert_int_equal(match_it(GW_KIND_MD, NULL), GW_OK);
    assert_int_equal(stream.n_channels, 2);
    assert_int_equal(stream.n_tones, 4);
    assert_true(stream.tones_hz[3] == 24000);
    assert_int_equal(stream.roles[0], GW_ROLE_RECEIVE);
    assert_int_equal(stream.roles[1], GW_ROLE_TRANSMIT_CURRENT);
    assert_true(stream.row_rate_hz == 96000 && stream.sample_rate_hz == 96000);
    assert_true(stream.scale_v == 0.000125);
    assert_true(stream.coil_radius_m == 0.13);
}

static void scan_rate_follows_from_the_sample_rate_when_it_is_not_said(void **state)
{
    (void)state;
    gpr_make();
    attr_set("prf", "");
    assert_int_equal(match_it(GW_KIND_GPR, NULL), GW_OK);
    assert_true(stream.play_rate_hz == 100);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    gpr_make();
    attr_set("scan_length", "");
    assert_refused(GW_KIND_GPR, NULL, "scan_length");
    gpr_make();
    channel_of("count0")->label[0] = 0;
    assert_refused(GW_KIND_GPR, NULL, "range_index");
    gpr_make();
    channel_of("count1")->label[0] = 0;
    assert_refused(GW_KIND_GPR, NULL, "scan_seq");
    gpr_make();
    channel_of("voltage0")->format[0] = 0;
    assert_refused(GW_KIND_GPR, NULL, "voltage0");
    md_make();
    attr_set("tones", "none");
    assert_refused(GW_KIND_MD, NULL, "tones");
    attr_set("sampling_frequency", "nan");
    assert_refused(GW_KIND_MD, NULL, "sampling_frequency");
    assert_refused(GW_KIND_POSE, NULL, "positionrelative0");
}

static void lies_about_sizes_are_refused(void **state)
{
    static const char *const lengths[] = {"0", "-5", "1e9", "16385", "nan", "inf", "many"};
    (void)state;
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        gpr_make();
        attr_set("scan_length", lengths[k]);
        assert_refused(GW_KIND_GPR, NULL, "scan_length");
    }
    gpr_make();
    attr_set("scan_marks", "512");
    assert_refused(GW_KIND_GPR, NULL, "scan_marks");
}

static void formats_that_cannot_be_read_are_refused(void **state)
{
    const struct {
        unsigned bits, length, shift, repeat;
        bool is_signed;
        const char *what;
    } formats[] = {{32, 32, 0, 1, false, "floating point"},     {16, 16, 0, 512, true, "repeats"},
                   {48, 64, 0, 1, true, "bits wide"},           {1, 8, 0, 1, true, "bits wide"},
                   {16, 128, 0, 1, true, "whole bytes"},        {16, 0, 0, 1, true, "whole bytes"},
                   {12, 12, 0, 1, true, "whole bytes"},         {16, 16, 4, 1, true, "whole bytes"},
                   {16, 16, UINT32_MAX, 1, true, "whole bytes"}};
    (void)state;
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        md_make();
        gw_iio_channel *c = channel_of("voltage0");
        c->bits = formats[k].bits;
        c->length = formats[k].length;
        c->shift = formats[k].shift;
        c->repeat = formats[k].repeat;
        c->is_signed = formats[k].is_signed;
        assert_refused(GW_KIND_MD, NULL, formats[k].what);
        assert_refused(GW_KIND_MD, NULL, "voltage0");
    }
    gpr_make();
    channel_of("count1")->length = 128;
    assert_refused(GW_KIND_GPR, NULL, "count1");
}

static void channels_that_differ_are_not_put_side_by_side(void **state)
{
    (void)state;
    md_make();
    channel_of("voltage1")->is_signed = false;
    assert_refused(GW_KIND_MD, NULL, "voltage1");
    md_make();
    channel_of("voltage1")->offset = 5;
    assert_refused(GW_KIND_MD, NULL, "another offset");
}

static void foreign_front_end_serves_by_the_channels_named(void **state)
{
    (void)state;
    md_make();
    snprintf(device.name, sizeof device.name, "ad7768");
    channel_of("voltage0")->label[0] = channel_of("voltage1")->label[0] = 0;
    channel_add("voltage7_q", "", 16, true);
    channel_of("count0")->label[0] = 0;
    assert_int_equal(match_it(GW_KIND_MD, "voltage7_q,voltage0"), GW_OK);
    assert_int_equal(match.samples[0], 4);
    assert_int_equal(match.samples[1], 0);
    assert_int_equal(stream.roles[0], GW_ROLE_RECEIVE);
    assert_int_equal(stream.roles[1], GW_ROLE_TRANSMIT_CURRENT);
    assert_int_equal(match.sequence, -1);
    assert_int_equal(match.timestamp, 3);
    assert_refused(GW_KIND_MD, "voltage7_q,voltage9", "voltage9");
    channel_of("voltage0")->is_output = true;
    assert_refused(GW_KIND_MD, "voltage0", "voltage0");
}

static void roles_are_not_guessed_where_no_channel_was_named(void **state)
{
    (void)state;
    md_make();
    channel_of("voltage0")->label[0] = 0;
    assert_int_equal(match_it(GW_KIND_MD, NULL), GW_OK);
    assert_int_equal(stream.roles[0], GW_ROLE_NONE);
}

static void too_many_channels_are_refused(void **state)
{
    char names[1024] = "voltage0";
    (void)state;
    md_make();
    for (int k = 0; k < GW_CHANNELS_MAX; k++)
        strcat(names, ",voltage0");
    assert_refused(GW_KIND_MD, names, "64 channels");
}

static void same_device_does_not_differ(void **state)
{
    char text[256];
    (void)state;
    gpr_make();
    assert_int_equal(match_it(GW_KIND_GPR, NULL), GW_OK);
    const gw_stream was = stream;
    const gw_iio_match matched = match;
    assert_int_equal(match_it(GW_KIND_GPR, NULL), GW_OK);
    assert_false(gw_iio_stream_differs(&was, &stream, text, sizeof text));
    assert_false(gw_iio_match_differs(&matched, &match, text, sizeof text));
}

static void every_change_of_a_device_is_named(void **state)
{
    static const struct {
        const char *attr, *value, *what;
    } changes[] = {{"scan_length", "256", "scan_length was 512 and is 256"},
                   {"time_window_ns", "9", "sample rate"},
                   {"prf", "50", "prf was 100 and is 50"},
                   {"scan_spacing_m", "0.01", "scan_spacing_m"},
                   {"scan_rate_hz", "100", "row rate"},
                   {"scan_marks", "0", "scan_marks"},
                   {"center_frequency", "9e8", "center_frequency"}};
    char text[256];
    (void)state;
    for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
        gpr_make();
        match_it(GW_KIND_GPR, NULL);
        const gw_stream was = stream;
        attr_set(changes[k].attr, changes[k].value);
        assert_int_equal(match_it(GW_KIND_GPR, NULL), GW_OK);
        assert_true(gw_iio_stream_differs(&was, &stream, text, sizeof text));
        if (!strstr(text, changes[k].what))
            fail_msg("\"%s\" does not say %s", text, changes[k].what);
    }
}

static void change_of_tones_formats_and_content_is_named(void **state)
{
    char text[256];
    (void)state;
    md_make();
    match_it(GW_KIND_MD, NULL);
    gw_stream was = stream;
    const gw_iio_match matched = match;
    attr_set("tones", "1600 4800 11200 24100");
    match_it(GW_KIND_MD, NULL);
    assert_true(gw_iio_stream_differs(&was, &stream, text, sizeof text));
    assert_string_equal(text, "tone 4 was 24000 Hz and is 24100 Hz");
    was = stream;
    stream.emulated = true;
    assert_true(gw_iio_stream_differs(&was, &stream, text, sizeof text));
    assert_string_equal(text, "it was a real device and is an emulated one");
    was = stream;
    snprintf(stream.hash, sizeof stream.hash, "abcd");
    assert_true(gw_iio_stream_differs(&was, &stream, text, sizeof text));
    assert_string_equal(text, "content's hash was unknown and is abcd");
    snprintf(channel_of("voltage1")->format, GW_IIO_FORMAT_MAX, "be:s16/16>>0");
    match_it(GW_KIND_MD, NULL);
    assert_true(gw_iio_match_differs(&matched, &match, text, sizeof text));
    assert_string_equal(text, "format of a channel was le:s16/16>>0 and is be:s16/16>>0");
}

static void stepped_radar_comes_in_pairs(void **state)
{
    (void)state;
    gpr_make();
    snprintf(channel_of("voltage0")->id, 64, "voltage0_i");
    channel_add("voltage0_q", "antenna0", 16, false)->offset = -32768;
    assert_refused(GW_KIND_GPR, NULL, "start_frequency");
    attr_set("start_frequency", "976000000");
    attr_set("frequency_step", "8063000");
    assert_int_equal(match_it(GW_KIND_GPR, NULL), GW_OK);
    assert_true(match.is_paired && stream.is_complex);
    assert_int_equal(stream.waveform, GW_WAVEFORM_SFCW);
    assert_int_equal(match.n_samples, 2);
    assert_int_equal(stream.n_channels, 1);
    assert_true(stream.start_hz == 976e6 && stream.step_hz == 8063e3);
    assert_int_equal(match_it(GW_KIND_GPR, "voltage0_i,voltage0_q"), GW_OK);
    assert_true(stream.is_complex);
    attr_set("waveform", "impulse");
    assert_refused(GW_KIND_GPR, NULL, "waveform");
}

static void responses_and_gates_are_told_apart(void **state)
{
    (void)state;
    md_make();
    snprintf(channel_of("voltage0")->id, 64, "voltage0_i");
    snprintf(channel_of("voltage1")->id, 64, "voltage0_q");
    channel_of("voltage0_i")->label[0] = channel_of("voltage0_q")->label[0] = 0;
    assert_int_equal(match_it(GW_KIND_MD, NULL), GW_OK);
    assert_int_equal(stream.n_channels, 2);
    assert_false(stream.is_complex);
    assert_int_equal(stream.roles[0], gw_role_part(0, false));
    assert_int_equal(stream.roles[1], gw_role_part(0, true));
    md_make();
    attr_set("waveform", "pi");
    assert_refused(GW_KIND_MD, NULL, "gate_edges_s");
    attr_set("gate_edges_s", "1e-05 3e-05 2e-05");
    assert_refused(GW_KIND_MD, NULL, "gate_edges_s");
    attr_set("gate_edges_s", "1e-05 2.0000000000000002e-05 0.001");
    assert_int_equal(match_it(GW_KIND_MD, NULL), GW_OK);
    assert_int_equal(stream.waveform, GW_WAVEFORM_PULSE);
    assert_true(stream.gate_edges_s[1] == 2.0000000000000002e-05);
    attr_set("waveform", "square");
    assert_refused(GW_KIND_MD, NULL, "square");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(radar_is_described_by_its_attributes),
        cmocka_unit_test(coil_is_described_by_its_attributes),
        cmocka_unit_test(scan_rate_follows_from_the_sample_rate_when_it_is_not_said),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(lies_about_sizes_are_refused),
        cmocka_unit_test(formats_that_cannot_be_read_are_refused),
        cmocka_unit_test(channels_that_differ_are_not_put_side_by_side),
        cmocka_unit_test(foreign_front_end_serves_by_the_channels_named),
        cmocka_unit_test(roles_are_not_guessed_where_no_channel_was_named),
        cmocka_unit_test(stepped_radar_comes_in_pairs),
        cmocka_unit_test(responses_and_gates_are_told_apart),
        cmocka_unit_test(too_many_channels_are_refused),
        cmocka_unit_test(same_device_does_not_differ),
        cmocka_unit_test(every_change_of_a_device_is_named),
        cmocka_unit_test(change_of_tones_formats_and_content_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
