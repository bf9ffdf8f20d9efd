/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void emulator_attribute_add(emulator_device *device, int channel, const char *name,
                            const char *format, ...)
{
    if (device->n_attributes == EMULATOR_ATTRIBUTES_MAX)
        return;
    emulator_attribute *attribute = &device->attributes[device->n_attributes++];
    va_list values;
    attribute->channel = channel;
    snprintf(attribute->name, sizeof attribute->name, "%s", name);
    va_start(values, format);
    vsnprintf(attribute->value, sizeof attribute->value, format, values);
    va_end(values);
}

size_t emulator_format_encode(const emulator_channel *channel, char *text, size_t n_text)
{
    /* capital: fully defined, as libiio prints it where all bits are used */
    int n = snprintf(text, n_text, "le:%c%u/%u>>0", channel->is_signed ? 'S' : 'U', channel->bits,
                     channel->bits);
    return n < 0 ? 0 : (size_t)n;
}

static int channel_add(emulator_device *device, const char *type, size_t number,
                       emulator_channel what)
{
    emulator_channel *channel = &device->channels[device->n_channels];
    *channel = what;
    snprintf(channel->id, sizeof channel->id, "%s%zu", type, number);
    return (int)device->n_channels++;
}

/* One of the two that make a complex number: voltage0_i, voltage0_q. */
static int part_add(emulator_device *device, size_t number, emulator_channel what, bool is_second)
{
    int index = channel_add(device, "voltage", number, what);
    char *id = device->channels[index].id;
    size_t n = strlen(id);
    snprintf(id + n, sizeof device->channels[index].id - n, "_%c", is_second ? 'q' : 'i');
    return index;
}

static void counter_add(emulator_device *device, size_t number, emulator_channel what,
                        const char *label)
{
    int index = channel_add(device, "count", number, what);
    emulator_attribute_add(device, index, "label", "%s", label);
}

/* Not numbered: the one channel whose id is its type. */
static void timestamp_add(emulator_device *device)
{
    emulator_channel *channel = &device->channels[device->n_channels++];
    *channel = (emulator_channel){.carry = CARRY_TIME, .bits = 64, .is_signed = true};
    snprintf(channel->id, sizeof channel->id, "timestamp");
}

static void count_describe(emulator_device *device, int index, size_t channel)
{
    const gw_stream *stream = &device->stream;
    if (stream->kind == GW_KIND_MD)
        emulator_attribute_add(device, index, "label", "%s", gw_role_name(stream->roles[channel]));
    else
        emulator_attribute_add(device, index, "label", "antenna%zu", channel);
    emulator_attribute_add(device, index, "offset", "%.17g", stream->offset);
    if (stream->scale_v > 0) /* ABI: millivolts */
        emulator_attribute_add(device, index, "scale", "%.17g", stream->scale_v * 1e3);
}

static void counts_add(emulator_device *device)
{
    const gw_stream *stream = &device->stream;
    for (size_t c = 0; c < stream->n_channels; c++) {
        emulator_channel what = {.carry = CARRY_COUNT,
                                 .source = c,
                                 .bits = stream->bits,
                                 .is_signed = stream->is_signed};
        bool is_part = stream->kind == GW_KIND_MD && stream->roles[c] >= GW_ROLE_PART;
        size_t part = is_part ? (size_t)(stream->roles[c] - GW_ROLE_PART) : 0;
        int index = is_part              ? part_add(device, part / 2, what, part % 2)
                    : stream->is_complex ? part_add(device, c, what, false)
                                         : channel_add(device, "voltage", c, what);
        count_describe(device, index, c);
        what.part = 1;
        if (stream->is_complex)
            count_describe(device, part_add(device, c, what, true), c);
    }
}

static void fields_add(emulator_device *device)
{
    for (size_t c = 0; c < device->stream.n_channels; c++) {
        const emulator_channel what = {
            .carry = CARRY_COUNT, .source = c, .bits = 32, .is_signed = true};
        int index = channel_add(device, "positionrelative", c, what);
        emulator_attribute_add(device, index, "label", "%s",
                               gw_field_name(device->stream.fields[c]));
    }
}

void emulator_device_describe(emulator_device *device, bool is_placed)
{
    static const emulator_channel range = {.carry = CARRY_RANGE, .bits = 16};
    static const emulator_channel sequence = {.carry = CARRY_SEQUENCE, .bits = 32};
    static const emulator_channel place = {.carry = CARRY_PLACE, .bits = 32, .is_signed = true};
    if (device->stream.kind == GW_KIND_POSE)
        fields_add(device);
    else
        counts_add(device);
    switch (device->stream.kind) {
    case GW_KIND_GPR:
        counter_add(device, 0, range, "range_index");
        counter_add(device, 1, sequence, "scan_seq");
        if (is_placed) {
            int index = channel_add(device, "positionrelative", 0, place);
            emulator_attribute_add(device, index, "label", "wheel");
        }
        break;
    case GW_KIND_MD:
        counter_add(device, 0, sequence, "sample_seq");
        break;
    default:
        counter_add(device, 0, sequence, "row_seq");
    }
    timestamp_add(device);
    emulator_attributes_describe(device);
}
