/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"

#include <math.h>
#include <stdio.h>

static void number_add(emulator_device *device, const char *name, double value)
{
    emulator_attribute_add(device, -1, name, "%.17g", value);
}

/* A geometry that is not known is no attribute. */
static void known_add(emulator_device *device, const char *name, double value)
{
    if (value != 0)
        number_add(device, name, value);
}

/* Numbers with blanks between; none is no attribute. */
static void list_add(emulator_device *device, const char *name, const double *values, size_t n)
{
    char text[(GW_GATES_MAX + 1) * 25] = "";
    size_t n_text = 0;
    for (size_t k = 0; k < n && n_text < sizeof text; k++)
        n_text += (size_t)snprintf(text + n_text, sizeof text - n_text, k ? " %.17g" : "%.17g",
                                   values[k]);
    if (n_text > 0)
        emulator_attribute_add(device, -1, name, "%s", text);
}

static void waveform_add(emulator_device *device)
{
    if (device->stream.waveform != GW_WAVEFORM_NONE)
        emulator_attribute_add(device, -1, "waveform", "%s",
                               gw_waveform_name(device->stream.waveform));
}

/* The one of which a reader makes the very rate, where there is one: live depths are then those of
 * the file to the last bit. */
static double window_ns(double n_samples, double rate_hz)
{
    double middle = n_samples * 1e9 / rate_hz;
    double near[] = {middle, nextafter(middle, 0), nextafter(middle, (double)INFINITY)};
    for (int k = 0; k < 3; k++)
        if (n_samples * 1e9 / near[k] == rate_hz)
            return near[k];
    return middle;
}

static void gpr_describe(emulator_device *device)
{
    const gw_stream *stream = &device->stream;
    double prf_hz = device->pace.rate_hz;
    number_add(device, "sampling_frequency", prf_hz * (double)stream->n_samples);
    emulator_attribute_add(device, -1, "scan_length", "%zu", stream->n_samples);
    number_add(device, "prf", prf_hz);
    if (stream->sample_rate_hz > 0)
        number_add(device, "time_window_ns",
                   window_ns((double)stream->n_samples, stream->sample_rate_hz));
    known_add(device, "center_frequency", stream->center_hz);
    known_add(device, "start_frequency", stream->start_hz);
    known_add(device, "frequency_step", stream->step_hz);
    known_add(device, "transmit_receive_offset_m", stream->transmit_receive_offset_m);
    known_add(device, "channel_spacing_m", stream->channel_spacing_m);
    known_add(device, "scan_spacing_m", stream->scan_spacing_m);
    if (stream->scan_spacing_m <= 0)
        known_add(device, "scan_rate_hz", stream->row_rate_hz);
    emulator_attribute_add(device, -1, "scan_marks", "%zu", stream->n_marks);
    waveform_add(device);
}

static void identity_add(emulator_device *device)
{
    const gw_origin *origin = &device->stream.origin;
    if (device->stream.serial[0])
        emulator_attribute_add(device, -1, "serial", "%s", device->stream.serial);
    if (!origin->is_known)
        return;
    number_add(device, "origin_lat_deg", origin->lat_deg);
    number_add(device, "origin_lon_deg", origin->lon_deg);
    number_add(device, "origin_heading_deg", origin->heading_deg);
}

void emulator_attributes_describe(emulator_device *device)
{
    identity_add(device);
    if (device->stream.kind == GW_KIND_GPR) {
        gpr_describe(device);
        return;
    }
    number_add(device, "sampling_frequency", device->pace.rate_hz);
    if (device->stream.kind != GW_KIND_MD)
        return;
    list_add(device, "tones", device->stream.tones_hz, device->stream.n_tones);
    if (device->stream.waveform == GW_WAVEFORM_PULSE)
        list_add(device, "gate_edges_s", device->stream.gate_edges_s,
                 device->stream.n_channels + 1);
    known_add(device, "coil_radius_m", device->stream.coil_radius_m);
    waveform_add(device);
}
