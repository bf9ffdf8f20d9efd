/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/info.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/recording.h"

static const struct {
    const char *key;
    size_t offset;
    unsigned kinds; /* of which an unknown one is worth saying; bits 1 << gw_kind */
} numbers[] = {{"row_rate_hz", offsetof(gw_stream, row_rate_hz), 0},
               {"scan_spacing_m", offsetof(gw_stream, scan_spacing_m), 0},
               {"header_scans_per_s", offsetof(gw_stream, play_rate_hz), 0},
               {"scale_v", offsetof(gw_stream, scale_v), 1u << GW_KIND_GPR | 1u << GW_KIND_MD},
               {"center_hz", offsetof(gw_stream, center_hz), 1u << GW_KIND_GPR},
               {"transmit_receive_offset_m", offsetof(gw_stream, transmit_receive_offset_m),
                1u << GW_KIND_GPR},
               {"channel_spacing_m", offsetof(gw_stream, channel_spacing_m), 0},
               {"coil_radius_m", offsetof(gw_stream, coil_radius_m), 1u << GW_KIND_MD}};

json_t *info_text(const char *text)
{
    char *plain = strdup(text);
    if (!plain)
        return json_null();
    for (char *at = plain; *at; at++) /* no terminal shall obey a device's name */
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    json_t *out = json_string(plain);
    for (char *at = plain; *at && !out; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    out = out ? out : json_string(plain);
    free(plain);
    return out;
}

static void number_put(json_t *out, const char *key, double value)
{
    if (value > 0)
        json_object_set_new(out, key, json_real(value));
}

static void numbers_put(json_t *out, const gw_stream *stream, json_t *unknown)
{
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        double value = *(const double *)(const void *)((const char *)stream + numbers[k].offset);
        number_put(out, numbers[k].key, value);
        if (!(value > 0) && numbers[k].kinds & 1u << stream->kind)
            json_array_append_new(unknown, json_string(numbers[k].key));
    }
}

static void identity_put(json_t *out, const gw_stream *stream)
{
    const gw_origin *origin = &stream->origin;
    if (stream->serial[0])
        json_object_set_new(out, "serial", info_text(stream->serial));
    if (origin->is_known)
        json_object_set_new(out, "origin",
                            json_pack("{s:f, s:f, s:f}", "lat", origin->lat_deg, "lon",
                                      origin->lon_deg, "heading_deg", origin->heading_deg));
}

static void extent_put(json_t *out, const gw_stream *stream, json_t *unknown)
{
    bool is_gpr = stream->kind == GW_KIND_GPR;
    number_put(out, is_gpr ? "fast_time_rate_hz" : "sample_rate_hz", stream->sample_rate_hz);
    if (is_gpr && stream->sample_rate_hz > 0)
        number_put(out, "time_window_ns", (double)stream->n_samples / stream->sample_rate_hz * 1e9);
    else if (stream->sample_rate_hz <= 0 && stream->waveform != GW_WAVEFORM_SFCW)
        json_array_append_new(unknown, json_string("sample rate"));
    if (is_gpr && stream->scan_spacing_m <= 0 && stream->row_rate_hz <= 0)
        json_array_append_new(unknown, json_string("scan spacing or rate"));
    if (stream->n_rows < 0)
        return;
    json_object_set_new(out, "rows", json_integer(stream->n_rows));
    number_put(out, "length_m", stream->scan_spacing_m * (double)stream->n_rows);
    if (stream->row_rate_hz > 0)
        number_put(out, "duration_s", (double)stream->n_rows / stream->row_rate_hz);
}

static void lists_put(json_t *out, const gw_stream *stream)
{
    json_t *tones = json_array(), *roles = json_array();
    for (size_t k = 0; k < stream->n_tones; k++)
        json_array_append_new(tones, json_real(stream->tones_hz[k]));
    for (size_t k = 0; k < stream->n_channels && stream->kind != GW_KIND_GPR; k++)
        json_array_append_new(roles, json_string(stream->kind == GW_KIND_MD
                                                     ? gw_role_name(stream->roles[k])
                                                     : gw_field_name(stream->fields[k])));
    if (stream->n_tones)
        json_object_set(out, "tones_hz", tones);
    if (stream->waveform == GW_WAVEFORM_PULSE)
        json_object_set_new(
            out, "gates_s",
            json_pack("[f, f]", stream->gate_edges_s[0], stream->gate_edges_s[stream->n_channels]));
    if (stream->waveform == GW_WAVEFORM_SFCW)
        json_object_set_new(
            out, "band_hz",
            json_pack("[f, f]", stream->start_hz,
                      stream->start_hz + (double)(stream->n_samples - 1) * stream->step_hz));
    if (stream->kind != GW_KIND_GPR)
        json_object_set(out, stream->kind == GW_KIND_MD ? "roles" : "fields", roles);
    json_decref(tones);
    json_decref(roles);
}

static void content_put(json_t *out, const gw_stream *stream)
{
    time_t seconds = (time_t)(stream->start_ns / 1000000000);
    struct tm tm;
    char text[64];
    if (stream->start_ns > 0 && gmtime_r(&seconds, &tm) &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
        json_object_set_new(out, "start", json_string(text));
    json_object_set_new(out, "emulated", json_boolean(stream->emulated));
    json_object_set_new(out, "sha512", json_string(stream->hash));
}

static json_t *lines_split(const char *text)
{
    json_t *lines = json_array();
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = strndup(text, n);
        json_array_append_new(lines, line ? info_text(line) : json_null());
        free(line);
        text += n + (text[n] == '\n');
    }
    return lines;
}

/* Lines "key: value". */
static json_t *facts_split(const char *text)
{
    json_t *facts = json_object();
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
        const char *mark = strstr(text, ": ");
        size_t n = strcspn(text, "\n");
        char *key = mark ? strndup(text, (size_t)(mark - text)) : NULL;
        char *value = mark ? strndup(mark + 2, n - (size_t)(mark + 2 - text)) : NULL;
        json_t *plain = key ? info_text(key) : NULL;
        if (plain && value)
            json_object_set_new(facts, json_string_value(plain), info_text(value));
        json_decref(plain);
        free(key);
        free(value);
    }
    return facts;
}

static json_t *stream_describe(const gw_recording *recording)
{
    const gw_stream *stream = gw_recording_stream(recording);
    char format[16];
    json_t *out = json_object(), *unknown = json_array();
    snprintf(format, sizeof format, "%s%c%u", stream->is_complex ? "c" : "",
             stream->is_signed ? 's' : 'u', stream->bits);
    json_object_set_new(out, "kind", json_string(gw_kind_name(stream->kind)));
    json_object_set_new(out, "name", info_text(stream->name));
    json_object_set_new(out, "channels", json_integer((json_int_t)stream->n_channels));
    json_object_set_new(out, "samples", json_integer((json_int_t)stream->n_samples));
    json_object_set_new(out, "counts", json_string(format));
    if (stream->waveform != GW_WAVEFORM_NONE)
        json_object_set_new(out, "waveform", json_string(gw_waveform_name(stream->waveform)));
    if (stream->n_marks)
        json_object_set_new(out, "marks", json_integer((json_int_t)stream->n_marks));
    extent_put(out, stream, unknown);
    numbers_put(out, stream, unknown);
    lists_put(out, stream);
    identity_put(out, stream);
    content_put(out, stream);
    json_object_set_new(out, "header", facts_split(gw_recording_facts(recording)));
    json_object_set_new(out, "unknown", unknown);
    json_object_set_new(out, "not_understood", lines_split(gw_recording_notes(recording)));
    return out;
}

gw_status info_recording(const char *path, json_t **out, gw_error *error)
{
    unsigned kinds = 0;
    json_t *streams = json_array();
    *out = json_object();
    json_object_set_new(*out, "recording", info_text(path));
    gw_status first = gw_recording_list(path, &kinds, error);
    for (int kind = 0; kind < GW_KIND_COUNT && kinds; kind++) {
        gw_recording *recording = NULL;
        gw_error inner;
        if (!(kinds & 1u << kind))
            continue;
        gw_status status = gw_recording_open(path, (gw_kind)kind, &recording, &inner);
        if (status != GW_OK) {
            if (first == GW_OK)
                *error = inner;
            first = first == GW_OK ? status : first;
            continue;
        }
        json_object_set_new(*out, "format", json_string(gw_recording_format(recording)));
        json_array_append_new(streams, stream_describe(recording));
        gw_recording_close(recording);
    }
    json_object_set_new(*out, "streams", streams);
    return first;
}

/* "332 scans x 1 channel x 512 samples, u16" */
static void shape_print(const json_t *stream, bool is_gpr)
{
    json_int_t rows = json_integer_value(json_object_get(stream, "rows"));
    json_int_t channels = json_integer_value(json_object_get(stream, "channels"));
    printf("%" JSON_INTEGER_FORMAT " %s x %" JSON_INTEGER_FORMAT " channel%s", rows,
           is_gpr ? "scans" : "rows", channels, channels == 1 ? "" : "s");
    if (is_gpr)
        printf(" x %" JSON_INTEGER_FORMAT " samples",
               json_integer_value(json_object_get(stream, "samples")));
    printf(", %s\n", json_string_value(json_object_get(stream, "counts")));
}

static void lines_print(const char *key, const json_t *lines)
{
    size_t k;
    json_t *line;
    json_array_foreach((json_t *)(uintptr_t)lines, k, line) info_value_print(4, k ? "" : key, line);
}

static void header_print(const json_t *header)
{
    const char *key;
    json_t *value;
    if (json_object_size(header))
        puts("    header");
    json_object_foreach((json_t *)(uintptr_t)header, key, value) info_value_print(6, key, value);
}

void info_recording_print(const json_t *about)
{
    static const char *const in_shape[] = {"kind", "name", "channels", "samples", "counts", "rows"};
    size_t k;
    json_t *stream;
    info_value_print(0, "recording", json_object_get(about, "recording"));
    info_value_print(0, "format", json_object_get(about, "format"));
    json_array_foreach(json_object_get(about, "streams"), k, stream)
    {
        const char *kind = json_string_value(json_object_get(stream, "kind")), *key;
        json_t *value;
        printf("  %-28s", kind);
        shape_print(stream, strcmp(kind, "gpr") == 0);
        json_object_foreach(stream, key, value)
        {
            bool is_shape = false;
            for (size_t s = 0; s < sizeof in_shape / sizeof *in_shape; s++)
                is_shape |= strcmp(key, in_shape[s]) == 0;
            if (strcmp(key, "header") == 0)
                header_print(value);
            else if (strcmp(key, "not_understood") == 0)
                lines_print(key, value);
            else if (!is_shape)
                info_value_print(4, key, value);
        }
        if (json_array_size(json_object_get(stream, "not_understood")) == 0)
            printf("    %-26sall of the file\n", "understood");
    }
}
