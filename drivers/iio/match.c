/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio/match.h"

#include <stdio.h>
#include <string.h>

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
                                          "start_frequency",
                                          "frequency_step",
                                          "gate_edges_s",
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
        if (match->n_samples == GW_IIO_SAMPLES_MAX)
            return gw_error_set(error, GW_EFORMAT, "device %s: more than %d channels are named",
                                device->name, GW_IIO_SAMPLES_MAX);
        match->samples[match->n_samples++] = found;
        channels += n + (channels[n] == ',');
    }
    return GW_OK;
}

static int channel_streamed(const gw_iio_device *device, const char *stem, size_t number,
                            const char *part)
{
    char id[40];
    int n = snprintf(id, sizeof id, "%s%zu%s", stem, number, part);
    int found = channel_named(device, id, (size_t)n);
    return found >= 0 && device->channels[found].format[0] ? found : -1;
}

/* voltage0_i, voltage0_q, voltage1_i, ..., as far as they go. */
static void pairs_by_convention(const gw_iio_device *device, gw_iio_match *match)
{
    while (match->n_samples < GW_IIO_SAMPLES_MAX) {
        int in_phase = channel_streamed(device, "voltage", match->n_samples / 2, "_i");
        int quadrature = channel_streamed(device, "voltage", match->n_samples / 2, "_q");
        if (in_phase < 0 || quadrature < 0)
            return;
        match->is_paired = true;
        match->samples[match->n_samples++] = in_phase;
        match->samples[match->n_samples++] = quadrature;
    }
}

/* voltage0, voltage1, ... (pose: positionrelative0, ...), as far as they go; else in pairs. */
static void samples_by_convention(const gw_iio_device *device, gw_kind kind, gw_iio_match *match)
{
    const char *stem = kind == GW_KIND_POSE ? "positionrelative" : "voltage";
    while (match->n_samples < GW_CHANNELS_MAX) {
        int found = channel_streamed(device, stem, match->n_samples, "");
        if (found < 0)
            break;
        match->samples[match->n_samples++] = found;
    }
    if (!match->n_samples && kind != GW_KIND_POSE)
        pairs_by_convention(device, match);
}

static bool has_ending(const gw_iio_channel *channel, const char *ending)
{
    size_t n = strlen(channel->id), m = strlen(ending);
    return n > m && strcmp(channel->id + n - m, ending) == 0;
}

/* Named ones are pairs when their names say so. */
static bool is_paired(const gw_iio_device *device, const gw_iio_match *match)
{
    for (size_t k = 0; k < match->n_samples; k++)
        if (!has_ending(&device->channels[match->samples[k]], k % 2 ? "_q" : "_i"))
            return false;
    return match->n_samples > 0 && match->n_samples % 2 == 0;
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
    if (channels && *channels) {
        status = samples_named(device, channels, match, error);
        match->is_paired = status == GW_OK && is_paired(device, match);
    } else {
        samples_by_convention(device, kind, match);
    }
    size_t n_channels =
        match->is_paired && kind == GW_KIND_GPR ? match->n_samples / 2 : match->n_samples;
    if (status == GW_OK && n_channels > GW_CHANNELS_MAX)
        status = gw_error_set(error, GW_EFORMAT, "device %s: more than %d channels are named",
                              device->name, GW_CHANNELS_MAX);
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

gw_status gw_iio_device_match(const gw_iio_device *device, gw_kind kind, const char *channels,
                              gw_iio_match *match, gw_stream *stream, gw_error *error)
{
    memset(stream, 0, sizeof *stream);
    gw_status status = samples_match(device, kind, channels, match, error);
    if (status == GW_OK)
        status = helpers_match(device, kind, match, error);
    if (status != GW_OK)
        return status;
    match->bits = device->channels[match->samples[0]].bits;
    match->is_named = channels && *channels;
    return gw_iio_stream_match(device, kind, match, stream, error);
}
