/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the attributes of a device say of the stream that its matched channels are.
 */
#include "drivers/iio/match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/identity.h"

static double number_of(const gw_iio_device *device, const char *name)
{
    const char *text = gw_iio_device_attr(device, name);
    double value = text ? strtod(text, NULL) : 0;
    return value > 0 && value < 1e18 ? value : 0;
}

/* Stepped frequency comes in pairs, and says its frequencies. */
static gw_status stepped_match(const gw_iio_device *device, const gw_iio_match *match,
                               gw_stream *stream, gw_error *error)
{
    const char *word = gw_iio_device_attr(device, "waveform");
    gw_waveform usual = match->is_paired ? GW_WAVEFORM_SFCW : GW_WAVEFORM_IMPULSE;
    stream->waveform = word ? gw_waveform_parse(word) : usual;
    if (stream->waveform != usual)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: attribute waveform is '%s': impulse is on voltage0, ..., "
                            "sfcw on voltage0_i, voltage0_q, ...",
                            device->name, word);
    if (!match->is_paired)
        return GW_OK;
    stream->is_complex = true;
    stream->n_channels = match->n_samples / 2;
    stream->sample_rate_hz = 0; /* steps of frequency are not samples of time */
    stream->start_hz = number_of(device, "start_frequency");
    stream->step_hz = number_of(device, "frequency_step");
    if (stream->start_hz > 0 && stream->step_hz > 0)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT,
                        "device %s: attribute start_frequency or frequency_step is missing",
                        device->name);
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
    stream->n_samples = (size_t)n;
    stream->n_marks = (size_t)marks;
    stream->play_rate_hz = number_of(device, "prf");
    if (stream->play_rate_hz <= 0)
        stream->play_rate_hz = stream->sample_rate_hz / n; /* sampling_frequency counts samples */
    stream->sample_rate_hz = window > 0 ? n * 1e9 / window : 0;
    stream->center_hz = number_of(device, "center_frequency");
    stream->transmit_receive_offset_m = number_of(device, "transmit_receive_offset_m");
    stream->channel_spacing_m = number_of(device, "channel_spacing_m");
    stream->scan_spacing_m = number_of(device, "scan_spacing_m");
    stream->row_rate_hz = number_of(device, "scan_rate_hz");
    return stepped_match(device, match, stream, error);
}

/* Numbers with blanks between; how many there are. */
static size_t list_of(const gw_iio_device *device, const char *name, double *values, size_t n_most)
{
    const char *text = gw_iio_device_attr(device, name);
    char *end;
    size_t n = 0;
    while (text && *text && n < n_most) {
        double value = strtod(text, &end);
        if (end == text || !(value > 0 && value < 1e12))
            break;
        values[n++] = value;
        text = end;
    }
    return n;
}

/* As many edges as gates and one, each later than the one before. */
static gw_status gates_match(const gw_iio_device *device, gw_stream *stream, gw_error *error)
{
    size_t n = list_of(device, "gate_edges_s", stream->gate_edges_s, GW_GATES_MAX + 1);
    bool is_rising = n == stream->n_channels + 1;
    for (size_t k = 1; k < n; k++)
        is_rising = is_rising && stream->gate_edges_s[k] > stream->gate_edges_s[k - 1];
    return is_rising ? GW_OK
                     : gw_error_set(error, GW_EFORMAT,
                                    "device %s: attribute gate_edges_s is not %zu rising numbers, "
                                    "one more than channels",
                                    device->name, stream->n_channels + 1);
}

/* By its label; of channels without one, receive and transmit current, or the parts in order. */
static gw_role role_match(const gw_iio_device *device, const gw_iio_match *match, size_t k)
{
    static const gw_role in_order[] = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT};
    gw_role role = gw_role_parse(device->channels[match->samples[k]].label);
    if (role == GW_ROLE_NONE && match->is_paired && k < 2 * GW_TONES_MAX)
        return gw_role_part(k / 2, k % 2);
    return role == GW_ROLE_NONE && match->is_named && k < 2 ? in_order[k] : role;
}

static gw_status md_match(const gw_iio_device *device, const gw_iio_match *match, gw_stream *stream,
                          gw_error *error)
{
    const char *word = gw_iio_device_attr(device, "waveform");
    stream->waveform = word ? gw_waveform_parse(word) : GW_WAVEFORM_CW;
    stream->coil_radius_m = number_of(device, "coil_radius_m");
    for (size_t k = 0; k < match->n_samples; k++)
        stream->roles[k] = role_match(device, match, k);
    if (stream->waveform == GW_WAVEFORM_PULSE)
        return gates_match(device, stream, error);
    stream->n_tones = list_of(device, "tones", stream->tones_hz, GW_TONES_MAX);
    if (!stream->n_tones)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: attribute tones (Hz, with blanks between) is missing",
                            device->name);
    return stream->waveform == GW_WAVEFORM_CW
               ? GW_OK
               : gw_error_set(error, GW_EFORMAT,
                              "device %s: attribute waveform '%s' is not cw or pi", device->name,
                              word);
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

gw_status gw_iio_stream_match(const gw_iio_device *device, gw_kind kind, const gw_iio_match *match,
                              gw_stream *stream, gw_error *error)
{
    double rate = number_of(device, "sampling_frequency");
    if (rate <= 0)
        return gw_error_set(error, GW_EFORMAT,
                            "device %s: sampling_frequency is missing, on device and channel",
                            device->name);
    stream_begin(device, kind, match, stream);
    stream->sample_rate_hz = rate;
    if (kind == GW_KIND_GPR)
        return gpr_match(device, match, stream, error);
    stream->row_rate_hz = rate;
    return kind == GW_KIND_MD ? md_match(device, match, stream, error)
                              : pose_match(device, match, stream, error);
}
