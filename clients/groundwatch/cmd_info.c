/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/recording.h"
#include "drivers/source_iio.h"

static const char help[] =
    "usage: groundwatch info [--json] RECORDING|URI...\n\n"
    "Says what a recording holds, and what of it was not understood; or lists the devices and\n"
    "channels of a libiio context (iio:ip:HOST[:PORT], ip:HOST[:PORT], iio:local:, iio:usb:...),\n"
    "which of them would serve as gpr, md or pose, why the others would not, and the lines of\n"
    "configuration that name a foreign front end.\n";

static void number_put(json_t *object, const char *key, double value)
{
    if (value > 0)
        json_object_set_new(object, key, json_real(value));
}

static json_t *stream_describe(const gw_stream *stream)
{
    json_t *out = json_pack(
        "{s:s, s:s, s:i, s:i, s:i, s:b, s:I, s:b, s:s}", "kind", gw_kind_name(stream->kind), "name",
        stream->name, "channels", (int)stream->n_channels, "samples", (int)stream->n_samples,
        "bits", (int)stream->bits, "signed", stream->is_signed, "rows", (json_int_t)stream->n_rows,
        "emulated", stream->emulated, "sha512", stream->hash);
    bool is_gpr = stream->kind == GW_KIND_GPR;
    number_put(out, is_gpr ? "fast_time_rate_hz" : "sample_rate_hz", stream->sample_rate_hz);
    if (is_gpr && stream->sample_rate_hz > 0)
        number_put(out, "time_window_ns", (double)stream->n_samples / stream->sample_rate_hz * 1e9);
    number_put(out, "scan_rate_hz", is_gpr ? stream->row_rate_hz : 0);
    number_put(out, "scan_spacing_m", stream->scan_spacing_m);
    number_put(out, "header_scans_per_s", stream->play_rate_hz);
    number_put(out, "center_hz", stream->center_hz);
    number_put(out, "transmit_receive_offset_m", stream->transmit_receive_offset_m);
    number_put(out, "channel_spacing_m", stream->channel_spacing_m);
    number_put(out, "length_m", stream->scan_spacing_m * (double)stream->n_rows);
    if (stream->row_rate_hz > 0 && stream->n_rows > 0)
        number_put(out, "duration_s", (double)stream->n_rows / stream->row_rate_hz);
    number_put(out, "marks", (double)stream->n_marks);
    number_put(out, "coil_radius_m", stream->coil_radius_m);
    number_put(out, "scale_v", stream->scale_v);
    if (stream->n_tones) {
        json_t *tones = json_array();
        for (size_t k = 0; k < stream->n_tones; k++)
            json_array_append_new(tones, json_real(stream->tones_hz[k]));
        json_object_set_new(out, "tones_hz", tones);
    }
    return out;
}

static json_t *lines_split(const char *text)
{
    json_t *lines = json_array();
    while (*text) {
        size_t n = strcspn(text, "\n");
        json_array_append_new(lines, json_stringn(text, n));
        text += n + (text[n] == '\n');
    }
    return lines;
}

static gw_status recording_describe(const char *path, json_t **out, gw_error *error)
{
    unsigned kinds = 0;
    gw_status status = gw_recording_list(path, &kinds, error);
    if (status != GW_OK)
        return status;
    json_t *streams = json_array();
    *out = json_pack("{s:s, s:o}", "recording", path, "streams", streams);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++) {
        gw_recording *recording = NULL;
        if (!(kinds & 1u << kind))
            continue;
        status = gw_recording_open(path, (gw_kind)kind, &recording, error);
        if (status != GW_OK)
            break;
        json_t *stream = stream_describe(gw_recording_stream(recording));
        json_object_set_new(*out, "format", json_string(gw_recording_format(recording)));
        json_object_set_new(stream, "not_understood", lines_split(gw_recording_notes(recording)));
        json_array_append_new(streams, stream);
        gw_recording_close(recording);
    }
    return status;
}

static json_t *channel_describe(const gw_iio_channel *channel)
{
    json_t *out = json_pack("{s:s, s:b}", "id", channel->id, "output", channel->is_output);
    if (channel->label[0])
        json_object_set_new(out, "label", json_string(channel->label));
    if (channel->format[0])
        json_object_set_new(out, "format", json_string(channel->format));
    return out;
}

/* What the device could serve: the kind its name stands for, else every kind is tried. */
static void verdict_put(json_t *out, const gw_iio_device *device, const char *uri)
{
    gw_kind named = gw_iio_device_kind(device);
    json_t *why = json_object();
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_iio_match match;
        gw_stream stream;
        gw_error error;
        if (named != GW_KIND_COUNT && kind != (int)named)
            continue;
        if (gw_iio_device_match(device, (gw_kind)kind, NULL, &match, &stream, &error) != GW_OK) {
            json_object_set_new(why, gw_kind_name((gw_kind)kind), json_string(error.text));
            continue;
        }
        json_object_set_new(out, "serves", json_string(gw_kind_name((gw_kind)kind)));
        char lines[900], channels[512] = "";
        for (size_t k = 0; k < match.n_samples; k++) {
            size_t used = strlen(channels);
            snprintf(channels + used, sizeof channels - used, "%s%s", k ? "," : "",
                     device->channels[match.samples[k]].id);
        }
        snprintf(lines, sizeof lines,
                 "sources:\n  - uri: %.200s\n    kind: %s\n    device: %s\n    channels: %.400s\n",
                 uri, gw_kind_name((gw_kind)kind), device->name, channels);
        json_object_set_new(out, "configuration", json_string(lines));
        break;
    }
    json_object_set_new(out, "not", why);
}

static gw_status context_describe(const char *uri, const char *address, json_t **out,
                                  gw_error *error)
{
    gw_iio_survey *about = NULL;
    gw_status status = gw_iio_survey_create(address, &about, error);
    if (status != GW_OK)
        return status;
    json_t *attrs = json_object(), *devices = json_array();
    *out = json_pack("{s:s, s:s, s:o, s:o}", "context", uri, "description", about->description,
                     "attributes", attrs, "devices", devices);
    for (size_t k = 0; status == GW_OK && k < about->n_attrs; k++)
        json_object_set_new(attrs, about->attrs[k].name, json_string(about->attrs[k].value));
    for (size_t d = 0; status == GW_OK && d < about->n_devices; d++) {
        const gw_iio_device *device = &about->devices[d];
        json_t *channels = json_array();
        json_t *made = json_pack("{s:s, s:s, s:o}", "id", device->id, "name", device->name,
                                 "channels", channels);
        for (size_t c = 0; c < device->n_channels; c++)
            json_array_append_new(channels, channel_describe(&device->channels[c]));
        const char *rate = gw_iio_device_attr(device, "sampling_frequency");
        if (rate)
            json_object_set_new(made, "sampling_frequency", json_string(rate));
        verdict_put(made, device, uri);
        json_array_append_new(devices, made);
    }
    free(about);
    return status;
}

static void value_print(const char *key, const json_t *value, int indent)
{
    const char *inner;
    json_t *each;
    size_t k;
    if (json_is_array(value) && json_array_size(value) == 0)
        return;
    printf("%*s%-26s ", indent, "", key);
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        if (strchr(text, '\n')) {
            puts("");
            for (; *text; text += strcspn(text, "\n") + 1)
                printf("%*s%.*s\n", indent + 4, "", (int)strcspn(text, "\n"), text);
        } else {
            puts(text);
        }
    } else if (json_is_object(value)) {
        puts("");
        json_object_foreach((json_t *)(uintptr_t)value, inner, each)
            value_print(inner, each, indent + 2);
    } else if (json_is_array(value)) {
        puts("");
        json_array_foreach(value, k, each)
        {
            value_print("-", each, indent + 2);
        }
    } else {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));
        puts(text ? text : "");
        free(text);
    }
}

static int info_one(const char *argument, bool is_json)
{
    json_t *out = NULL;
    gw_error error = {0};
    bool is_iio = strncmp(argument, "iio:", 4) == 0;
    bool is_bare = strncmp(argument, "ip:", 3) == 0 || strncmp(argument, "usb:", 4) == 0 ||
                   strcmp(argument, "local:") == 0;
    char uri[1024];
    snprintf(uri, sizeof uri, "%s%.1000s", is_bare ? "iio:" : "", argument);
    gw_status status = is_iio || is_bare ? context_describe(uri, uri + 4, &out, &error)
                                         : recording_describe(argument, &out, &error);
    if (status == GW_OK && is_json) {
        json_dumpf(out, stdout, JSON_COMPACT);
        puts("");
    } else if (status == GW_OK) {
        const char *key;
        json_t *value;
        json_object_foreach(out, key, value) value_print(key, value, 0);
    }
    json_decref(out);
    return status == GW_OK ? 0 : command_fail("info", &error);
}

int command_info(int argc, char **argv)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    bool is_json = false;
    int first_failure = 0;
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
        if (option == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (option != 'j')
            return gw_status_exit(GW_EUSAGE);
        is_json = true;
    }
    if (optind == argc) {
        fputs(help, stderr);
        return gw_status_exit(GW_EUSAGE);
    }
    for (int k = optind; k < argc; k++) {
        int status = info_one(argv[k], is_json);
        first_failure = first_failure ? first_failure : status;
    }
    return first_failure;
}
