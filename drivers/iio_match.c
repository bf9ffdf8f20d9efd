/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio_match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/identity.h"

const char *const gw_iio_attrs_known[] = {"sampling_frequency",
                                          "scan_length",
                                          "prf",
                                          "time_window_ns",
                                          "center_frequency",
                                          "transmit_receive_offset_m",
                                          "channel_spacing_m",
                                          "scan_spacing_m",
                                          "serial",
                                          "origin_lat_deg",
                                          "origin_lon_deg",
                                          "origin_heading_deg",
                                          "scan_rate_hz",
                                          "scan_marks",
                                          "waveform",
                                          "tones",
                                          "coil_radius_m",
                                          NULL};

const char *gw_iio_device_attr(const gw_iio_device *device, const char *name)
{
    for (size_t k = 0; k < device->n_attrs; k++)
        if (strcmp(device->attrs[k].name, name) == 0)
            return device->attrs[k].value;
    return NULL;
}

gw_kind gw_iio_device_kind(const gw_iio_device *device)
{
    static const char *const names[] = {"gw-gpr", "gw-md", "gw-pose"};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (strcmp(device->name, names[kind]) == 0)
            return (gw_kind)kind;
    return GW_KIND_COUNT;
}

static double number_of(const gw_iio_device *device, const char *name)
{
    const char *text = gw_iio_device_attr(device, name);
    double value = text ? strtod(text, NULL) : 0;
    return value > 0 && value < 1e18 ? value : 0;
}

static int channel_named(const gw_iio_device *device, const char *id, size_t n_id)
{
    for (size_t c = 0; c < device->n_channels; c++)
        if (!device->channels[c].is_output && strlen(device->channels[c].id) == n_id &&
            strncmp(device->channels[c].id, id, n_id) == 0)
            return (int)c;
    return -1;
}

static int channel_labelled(const gw_iio_device *device, const char *label)
{
    for (size_t c = 0; c < device->n_channels; c++)
        if (!device->channels[c].is_output && device->channels[c].format[0] &&
            strcmp(device->channels[c].label, label) == 0)
            return (int)c;
    return -1;
}

static gw_status samples_named(const gw_iio_device *device, const char *channels,
                               gw_iio_match *match, gw_error *error)
{
    while (*channels) {
        size_t n = strcspn(channels, ",");
        int found = channel_named(device, channels, n);
        if (found < 0)
            return gw_error_set(error, GW_EFORMAT, "device %s has no input channel '%.*s'",
                                device->name, (int)(n < 64 ? n : 64), channels);
        if (match->n_samples == GW_CHANNELS_MAX)
            return gw_error_set(error, GW_EFORMAT, "device %s: more than %d channels are named",
                                device->name, GW_CHANNELS_MAX);
        match->samples[match->n_samples++] = found;
        channels += n + (channels[n] == ',');
    }
    return GW_OK;
}

/* voltage0, voltage1, ... (pose: positionrelative0, ...), as far as they go. */
static void samples_by_convention(const gw_iio_device *device, gw_kind kind, gw_iio_match *match)
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

static const char *format_wrong(const gw_iio_channel *channel, unsigned bits_max)
{
    if (!channel->format[0])
        return "is no scan element: it cannot be streamed";
    if (channel->repeat > 1)
        return "repeats, which libiio 0.24 cannot share between clients";
    if (channel->length < 8 || channel->length > 64 || channel->length % 8 ||
        channel->bits + channel->shift > channel->length || channel->shift > channel->length)
        return "is not stored in whole bytes, 1 to 8 of them";
    if (channel->bits < 2 || channel->bits > bits_max)
        return bits_max == 64 ? "is not 2 to 64 bits wide" : "is not 2 to 32 bits wide";
    return NULL;
}

static gw_status format_refuse(const gw_iio_device *device, const gw_iio_channel *channel,
                               const char *why, gw_error *error)
{
    return gw_error_set(error, GW_EFORMAT, "device %s, channel %s (%s) %s", device->name,
                        channel->id, channel->format[0] ? channel->format : "no format", why);
}

/* One stream has one sign, one offset: counts of channels that differ cannot stand side by side. */
static gw_status sample_check(const gw_iio_device *device, const gw_iio_match *match, size_t k,
                              gw_error *error)
{
    const gw_iio_channel *channel = &device->channels[match->samples[k]];
    const gw_iio_channel *first = &device->channels[match->samples[0]];
    const char *why = format_wrong(channel, 32);
    if (!why && !channel->is_signed && channel->bits == 32)
        why = "is unsigned in 32 bits, or floating point, which libiio 0.24 takes for that; "
              "signed integers are needed";
    if (!why && (channel->is_signed != first->is_signed || channel->bits != first->bits))
        why = "has another format than the first sample channel";
    if (!why && (channel->offset < first->offset || channel->offset > first->offset))
        why = "has another offset than the first sample channel";
    return why ? format_refuse(device, channel, why, error) : GW_OK;
}

static gw_status samples_match(const gw_iio_device *device, gw_kind kind, const char *channels,
                               gw_iio_match *match, gw_error *error)
{
    gw_status status = GW_OK;
    memset(match, 0, sizeof *match);
    match->range_index = match->sequence = match->wheel = match->timestamp = -1;
    if (channels && *channels)
        status = samples_named(device, channels, match, error);
    else
        samples_by_convention(device, kind, match);
    if (status == GW_OK && match->n_samples == 0)
        status =
            gw_error_set(error, GW_EFORMAT, "device %s has no channel %s that can be streamed",
                         device->name, kind == GW_KIND_POSE ? "positionrelative0" : "voltage0");
    for (size_t k = 0; k < match->n_samples && status == GW_OK; k++) {
        status = sample_check(device, match, k, error);
        snprintf(match->formats[k], GW_IIO_FORMAT_MAX, "%s",
                 device->channels[match->samples[k]].format);
    }
    return status;
}

/* Channels that say what a sample is, not what was sensed. */
static gw_status helpers_match(const gw_iio_device *device, gw_kind kind, gw_iio_match *match,
                               gw_error *error)
{
    static const char *const sequence_labels[] = {"scan_seq", "sample_seq", "row_seq"};
    match->sequence = channel_labelled(device, sequence_labels[kind]);
    match->timestamp = channel_named(device, "timestamp", 9);
    if (match->timestamp >= 0 && !device->channels[match->timestamp].format[0])
        match->timestamp = -1;
    if (kind == GW_KIND_GPR) {
        match->range_index = channel_labelled(device, "range_index");
        match->wheel = channel_labelled(device, "wheel");
    }
    const int helpers[] = {match->sequence, match->timestamp, match->range_index, match->wheel};
    for (size_t k = 0; k < sizeof helpers / sizeof *helpers; k++) {
        if (helpers[k] < 0)
            continue;
        const gw_iio_channel *channel = &device->channels[helpers[k]];
        const char *why = format_wrong(channel, helpers[k] == match->timestamp ? 64 : 32);
        if (why)
            return format_refuse(device, channel, why, error);
    }
    match->sequence_bits = match->sequence < 0 ? 0 : device->channels[match->sequence].bits;
    return GW_OK;
}

static gw_status gpr_match(const gw_iio_device *device, const gw_iio_match *match,
                           gw_stream *stream, gw_error *error)
{
    double n = number_of(device, "scan_length"), window = number_of(device, "time_window_ns");
    double marks = number_of(device, "scan_marks");
    if (!(n >= 1 && n <= GW_SAMPLES_MAX))
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: attribute scan_length is missing or not in 1..%d",
                            device->name, GW_SAMPLES_MAX);
    if (match->range_index < 0 || match->sequence < 0)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: no channel labelled %s: scans cannot be told apart",
                            device->name, match->range_index < 0 ? "range_index" : "scan_seq");
    if (marks >= n)
        return gw_error_set(error, GW_EFORMAT, "device %s: attribute scan_marks is not below %g",
                            device->name, n);
    stream->waveform = GW_WAVEFORM_IMPULSE;
    stream->n_samples = (size_t)n;
    stream->n_marks = (size_t)marks;
    stream->play_rate_hz = number_of(device, "prf");
    if (stream->play_rate_hz <= 0)
        stream->play_rate_hz = stream->sample_rate_hz / n; /* sampling_frequency counts samples */
    stream->sample_rate_hz = window > 0 ? n / (window * 1e-9) : 0;
    stream->center_hz = number_of(device, "center_frequency");
    stream->transmit_receive_offset_m = number_of(device, "transmit_receive_offset_m");
    stream->channel_spacing_m = number_of(device, "channel_spacing_m");
    stream->scan_spacing_m = number_of(device, "scan_spacing_m");
    stream->row_rate_hz = number_of(device, "scan_rate_hz");
    return GW_OK;
}

static gw_status md_match(const gw_iio_device *device, bool is_named, const gw_iio_match *match,
                          gw_stream *stream, gw_error *error)
{
    static const gw_role in_order[] = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT};
    const char *tones = gw_iio_device_attr(device, "tones");
    char *end;
    while (tones && *tones && stream->n_tones < GW_TONES_MAX) {
        double hz = strtod(tones, &end);
        if (end == tones || !(hz > 0 && hz < 1e12))
            break;
        stream->tones_hz[stream->n_tones++] = hz;
        tones = end;
    }
    if (!stream->n_tones)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: attribute tones (Hz, with blanks between) is missing",
                            device->name);
    for (size_t k = 0; k < match->n_samples; k++) {
        stream->roles[k] = gw_role_parse(device->channels[match->samples[k]].label);
        if (is_named && stream->roles[k] == GW_ROLE_NONE && k < 2)
            stream->roles[k] = in_order[k];
    }
    stream->waveform = GW_WAVEFORM_CW;
    stream->coil_radius_m = number_of(device, "coil_radius_m");
    return GW_OK;
}

static gw_status pose_match(const gw_iio_device *device, const gw_iio_match *match,
                            gw_stream *stream, gw_error *error)
{
    bool has_field = false;
    for (size_t k = 0; k < match->n_samples; k++) {
        stream->fields[k] = gw_field_parse(device->channels[match->samples[k]].label);
        has_field |= stream->fields[k] != GW_FIELD_NONE;
    }
    if (!has_field)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: no channel labelled along_mm or another pose field",
                            device->name);
    return GW_OK;
}

/* A place of its own that is half known is not known. */
static void origin_match(const gw_iio_device *device, gw_origin *origin)
{
    const struct {
        const char *name;
        double most, *value;
    } all[] = {{"origin_lat_deg", 90, &origin->lat_deg},
               {"origin_lon_deg", 180, &origin->lon_deg},
               {"origin_heading_deg", 360, &origin->heading_deg}};
    origin->is_known = true;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const char *text = gw_iio_device_attr(device, all[k].name);
        char *end = NULL;
        *all[k].value = text ? strtod(text, &end) : 0;
        origin->is_known &= end && end != text && fabs(*all[k].value) <= all[k].most;
    }
    if (!origin->is_known)
        *origin = (gw_origin){.is_known = false};
}

static void stream_begin(const gw_iio_device *device, gw_kind kind, const gw_iio_match *match,
                         gw_stream *stream)
{
    const gw_iio_channel *first = &device->channels[match->samples[0]];
    snprintf(stream->name, sizeof stream->name, "%s", device->name);
    gw_serial_set(stream->serial, gw_iio_device_attr(device, "serial"));
    origin_match(device, &stream->origin);
    stream->kind = kind;
    stream->n_channels = match->n_samples;
    stream->n_samples = 1;
    stream->bits = first->bits > 16 ? 32 : first->bits > 8 ? 16 : 8;
    stream->is_signed = first->is_signed;
    stream->offset = first->offset;
    stream->scale_v = kind == GW_KIND_POSE ? 0 : first->scale * 1e-3;
    stream->n_rows = -1;
}

gw_status gw_iio_device_match(const gw_iio_device *device, gw_kind kind, const char *channels,
                              gw_iio_match *match, gw_stream *stream, gw_error *error)
{
    double rate = number_of(device, "sampling_frequency");
    memset(stream, 0, sizeof *stream);
    gw_status status = samples_match(device, kind, channels, match, error);
    if (status == GW_OK)
        status = helpers_match(device, kind, match, error);
    if (status != GW_OK)
        return status;
    if (rate <= 0)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: sampling_frequency is missing, on device and channel",
                            device->name);
    match->bits = device->channels[match->samples[0]].bits;
    stream_begin(device, kind, match, stream);
    stream->sample_rate_hz = rate;
    if (kind == GW_KIND_GPR)
        return gpr_match(device, match, stream, error);
    stream->row_rate_hz = rate;
    return kind == GW_KIND_MD ? md_match(device, channels && *channels, match, stream, error)
                              : pose_match(device, match, stream, error);
}
