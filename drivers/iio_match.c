/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio_match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *gw_iio_attr(const iio_about_device *device, const char *name)
{
    for (size_t k = 0; k < device->n_attrs; k++)
        if (strcmp(device->attrs[k].name, name) == 0)
            return device->attrs[k].value;
    return NULL;
}

gw_kind gw_iio_kind(const iio_about_device *device)
{
    static const char *const names[] = {"gw-gpr", "gw-md", "gw-pose"};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (strcmp(device->name, names[kind]) == 0)
            return (gw_kind)kind;
    return GW_KIND_COUNT;
}

static double number_of(const iio_about_device *device, const char *name)
{
    const char *text = gw_iio_attr(device, name);
    double value = text ? strtod(text, NULL) : 0;
    return value > 0 && value < 1e18 ? value : 0;
}

static int channel_named(const iio_about_device *device, const char *id, size_t n_id)
{
    for (size_t c = 0; c < device->n_channels; c++)
        if (!device->channels[c].is_output && strlen(device->channels[c].id) == n_id &&
            strncmp(device->channels[c].id, id, n_id) == 0)
            return (int)c;
    return -1;
}

static int channel_labelled(const iio_about_device *device, const char *label)
{
    for (size_t c = 0; c < device->n_channels; c++)
        if (strcmp(device->channels[c].label, label) == 0 && device->channels[c].format[0])
            return (int)c;
    return -1;
}

static gw_status samples_named(const iio_about_device *device, const char *channels,
                               iio_match *match, gw_error *error)
{
    while (*channels) {
        size_t n = strcspn(channels, ",");
        int found = channel_named(device, channels, n);
        if (found < 0 || match->n_samples == GW_CHANNELS_MAX)
            return gw_error_set(error, GW_EFORMAT, "device %s has no input channel '%.*s'",
                                device->name, (int)n, channels);
        match->samples[match->n_samples++] = found;
        channels += n + (channels[n] == ',');
    }
    return GW_OK;
}

/* voltage0, voltage1, ... (pose: positionrelative0, ...), as far as they go. */
static void samples_by_convention(const iio_about_device *device, gw_kind kind, iio_match *match)
{
    const char *stem = kind == GW_KIND_POSE ? "positionrelative" : "voltage";
    while (match->n_samples < GW_CHANNELS_MAX) {
        char id[40];
        int n = snprintf(id, sizeof id, "%s%zu", stem, match->n_samples);
        int found = channel_named(device, id, (size_t)n);
        if (found < 0 || !device->channels[found].format[0])
            return;
        match->samples[match->n_samples++] = found;
    }
}

static gw_status format_check(const iio_about_device *device, const iio_about_channel *channel,
                              gw_error *error)
{
    const char *why = NULL;
    if (!channel->format[0])
        why = "is no scan element: it cannot be streamed";
    else if (strchr(channel->format, 'f') || strchr(channel->format, 'F'))
        why = "is floating point, which libiio 0.24 cannot convert";
    else if (channel->repeat > 1)
        why = "repeats, which libiio 0.24 cannot share between clients";
    else if (channel->length > 32 || channel->bits > 32 || channel->bits < 2)
        why = "is not 2 to 32 bits wide";
    if (why)
        return gw_error_set(error, GW_EFORMAT, "device %s, channel %s (%s) %s", device->name,
                            channel->id, channel->format[0] ? channel->format : "no format", why);
    return GW_OK;
}

static gw_status samples_match(const iio_about_device *device, gw_kind kind, const char *channels,
                               iio_match *match, gw_error *error)
{
    gw_status status = GW_OK;
    *match = (iio_match){.range_index = -1, .sequence = -1, .wheel = -1, .timestamp = -1};
    if (channels && *channels)
        status = samples_named(device, channels, match, error);
    else
        samples_by_convention(device, kind, match);
    if (status == GW_OK && match->n_samples == 0)
        status =
            gw_error_set(error, GW_EFORMAT, "device %s has no channel %s that can be streamed",
                         device->name, kind == GW_KIND_POSE ? "positionrelative0" : "voltage0");
    for (size_t k = 0; k < match->n_samples && status == GW_OK; k++)
        status = format_check(device, &device->channels[match->samples[k]], error);
    return status;
}

static gw_status gpr_match(const iio_about_device *device, iio_match *match, gw_stream *stream,
                           gw_error *error)
{
    double n = number_of(device, "scan_length"), window = number_of(device, "time_window_ns");
    match->range_index = channel_labelled(device, "range_index");
    match->sequence = channel_labelled(device, "scan_seq");
    match->wheel = channel_labelled(device, "wheel");
    if (!(n >= 1 && n <= GW_SAMPLES_MAX))
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: attribute scan_length is missing or not in 1..%d",
                            device->name, GW_SAMPLES_MAX);
    if (match->range_index < 0 || match->sequence < 0)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: no channel labelled %s: scans cannot be told apart",
                            device->name, match->range_index < 0 ? "range_index" : "scan_seq");
    stream->waveform = GW_WAVEFORM_IMPULSE;
    stream->n_samples = (size_t)n;
    stream->n_marks = (size_t)number_of(device, "scan_marks");
    stream->sample_rate_hz = window > 0 ? n / (window * 1e-9) : 0;
    stream->center_hz = number_of(device, "center_frequency");
    stream->transmit_receive_offset_m = number_of(device, "transmit_receive_offset_m");
    stream->channel_spacing_m = number_of(device, "channel_spacing_m");
    stream->scan_spacing_m = number_of(device, "scan_spacing_m");
    stream->row_rate_hz = number_of(device, "scan_rate_hz");
    stream->play_rate_hz = number_of(device, "prf");
    return GW_OK;
}

static gw_status md_match(const iio_about_device *device, iio_match *match, gw_stream *stream,
                          gw_error *error)
{
    const char *tones = gw_iio_attr(device, "tones");
    char *end;
    match->sequence = channel_labelled(device, "sample_seq");
    while (tones && *tones && stream->n_tones < GW_TONES_MAX) {
        double hz = strtod(tones, &end);
        if (end == tones || !(hz > 0))
            break;
        stream->tones_hz[stream->n_tones++] = hz;
        tones = end;
    }
    if (!stream->n_tones)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: attribute tones (Hz, with blanks between) is missing",
                            device->name);
    for (size_t k = 0; k < match->n_samples; k++) {
        gw_role role = gw_role_parse(device->channels[match->samples[k]].label);
        stream->roles[k] = role != GW_ROLE_NONE ? role
                           : k == 0             ? GW_ROLE_RECEIVE
                           : k == 1             ? GW_ROLE_TRANSMIT_CURRENT
                                                : GW_ROLE_NONE;
    }
    stream->waveform = GW_WAVEFORM_CW;
    stream->coil_radius_m = number_of(device, "coil_radius_m");
    return GW_OK;
}

static gw_status pose_match(const iio_about_device *device, iio_match *match, gw_stream *stream,
                            gw_error *error)
{
    bool has_along = false;
    match->sequence = channel_labelled(device, "row_seq");
    for (size_t k = 0; k < match->n_samples; k++) {
        stream->fields[k] = gw_field_parse(device->channels[match->samples[k]].label);
        has_along |= stream->fields[k] == GW_FIELD_ALONG_MM;
    }
    if (!has_along)
        return gw_error_set(error, GW_EFORMAT, "device %s: no channel labelled along_mm",
                            device->name);
    return GW_OK;
}

gw_status gw_iio_match(const iio_about_device *device, gw_kind kind, const char *channels,
                       iio_match *match, gw_stream *stream, gw_error *error)
{
    double rate = number_of(device, "sampling_frequency");
    memset(stream, 0, sizeof *stream);
    gw_status status = samples_match(device, kind, channels, match, error);
    if (status != GW_OK)
        return status;
    if (rate <= 0)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: sampling_frequency is missing, on device and channel",
                            device->name);
    const iio_about_channel *first = &device->channels[match->samples[0]];
    snprintf(stream->name, sizeof stream->name, "%s", device->name);
    stream->kind = kind;
    stream->n_channels = match->n_samples;
    stream->n_samples = 1;
    stream->bits = first->bits > 16 ? 32 : first->bits > 8 ? 16 : 8;
    stream->is_signed = first->is_signed;
    stream->offset = first->offset;
    stream->scale_v = first->scale * 1e-3;
    stream->n_rows = -1;
    stream->sample_rate_hz = stream->row_rate_hz = rate;
    match->timestamp = channel_named(device, "timestamp", 9);
    if (kind == GW_KIND_GPR) {
        stream->sample_rate_hz = stream->row_rate_hz = 0;
        return gpr_match(device, match, stream, error);
    }
    return kind == GW_KIND_MD ? md_match(device, match, stream, error)
                              : pose_match(device, match, stream, error);
}
