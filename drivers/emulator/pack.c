/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"

#include <math.h>
#include <string.h>

/* What the samples of one row have in common. */
typedef struct row_facts {
    uint64_t index;
    int64_t time_ns; /* since 1970 */
    int32_t place_mm;
} row_facts;

static gw_status rows_read(emulator_device *device, uint64_t row, uint64_t n_rows, int32_t *counts)
{
    uint64_t n_done = 0;
    gw_status status = GW_OK;
    pthread_mutex_lock(&device->lock);
    while (status == GW_OK && n_done < n_rows) {
        size_t n_read = 0;
        status = gw_recording_read(device->recording, row + n_done, (size_t)(n_rows - n_done),
                                   counts + n_done * gw_stream_row_counts(&device->stream), &n_read,
                                   NULL);
        if (status == GW_OK && n_read == 0)
            status = GW_EIO; /* shorter than it said when it was opened */
        n_done += n_read;
    }
    pthread_mutex_unlock(&device->lock);
    return status;
}

/* The row's counts, with as many rows after it as are due and fit; NULL: they cannot be read. */
static const int32_t *row_counts(const gw_emulator *emulator, emulator_stream *stream,
                                 uint64_t played)
{
    emulator_device *device = stream->device;
    uint64_t row = emulator_clock_row(&emulator->clock, &device->pace, played);
    size_t n_row = gw_stream_row_counts(&device->stream);
    if (row - stream->cache_row >= stream->cache_rows) {
        uint64_t due = stream->ring.produced / device->stream.n_samples - played;
        uint64_t n_rows = due < stream->cache_max ? due : stream->cache_max;
        if (n_rows > device->pace.n_rows - row)
            n_rows = device->pace.n_rows - row;
        stream->cache_rows = 0;
        if (rows_read(device, row, n_rows, stream->counts) != GW_OK)
            return NULL;
        stream->cache_row = row;
        stream->cache_rows = n_rows;
    }
    return stream->counts + (row - stream->cache_row) * n_row;
}

/* Way along at a recording time, on the line between two readings of the pose stream. */
static int32_t pose_place_mm(gw_emulator *emulator, int64_t time_ns)
{
    emulator_device *pose = &emulator->devices[GW_KIND_POSE];
    int32_t counts[2 * GW_CHANNELS_MAX];
    uint64_t n_due = emulator_pace_rows(&pose->pace, time_ns);
    uint64_t row = n_due ? n_due - 1 : 0;
    uint64_t n_rows = row + 1 < pose->pace.n_rows ? 2 : 1;
    if (rows_read(pose, row, n_rows, counts) != GW_OK)
        return INT32_MIN;
    const int32_t *along_mm = counts + emulator->pose_along;
    if (n_rows == 1)
        return along_mm[0];
    double from_mm = along_mm[0], to_mm = along_mm[pose->stream.n_channels];
    int64_t from_ns = emulator_pace_row_ns(&pose->pace, row);
    int64_t to_ns = emulator_pace_row_ns(&pose->pace, row + 1);
    double part = to_ns > from_ns ? (double)(time_ns - from_ns) / (double)(to_ns - from_ns) : 0;
    return (int32_t)lround(from_mm + (to_mm - from_mm) * fmin(fmax(part, 0), 1));
}

/* What a recording's index tells; INT32_MIN: nothing. */
static int32_t told_place_mm(emulator_device *device, uint64_t row)
{
    gw_row_mark mark;
    pthread_mutex_lock(&device->lock);
    gw_recording_mark(device->recording, row, &mark);
    pthread_mutex_unlock(&device->lock);
    return mark.place_mm;
}

static int32_t row_place_mm(gw_emulator *emulator, emulator_device *device, uint64_t played)
{
    uint64_t row = emulator_clock_row(&emulator->clock, &device->pace, played);
    double spacing_mm = device->stream.scan_spacing_m * 1e3;
    if (device->stream.kind != GW_KIND_GPR)
        return INT32_MIN;
    if (spacing_mm > 0)
        return (int32_t)lround(fmin(
            (double)(device->pace.first_row + emulator_pace_index(&device->pace, row)) * spacing_mm,
            INT32_MAX));
    int32_t told_mm = told_place_mm(device, row);
    if (told_mm != INT32_MIN)
        return told_mm;
    if (emulator->pose_along >= 0)
        return pose_place_mm(emulator, emulator_pace_row_ns(&device->pace, row));
    return INT32_MIN;
}

static row_facts row_describe(gw_emulator *emulator, emulator_device *device, uint64_t played)
{
    const emulator_clock *clock = &emulator->clock;
    return (row_facts){.index = emulator_clock_index(clock, &device->pace, played),
                       .time_ns = clock->base_ns + device->clock_jump_ns +
                                  emulator_clock_row_ns(clock, &device->pace, played),
                       .place_mm = row_place_mm(emulator, device, played)};
}

static uint64_t element_value(const emulator_device *device, const emulator_channel *channel,
                              const row_facts *facts, const int32_t *counts, size_t sample)
{
    switch (channel->carry) {
    case CARRY_COUNT: {
        size_t at = channel->source * device->stream.n_samples + sample;
        at = device->stream.is_complex ? 2 * at + channel->part : at;
        return (uint64_t)(int64_t)counts[at];
    }
    case CARRY_RANGE:
        return sample;
    case CARRY_SEQUENCE:
        return facts->index;
    case CARRY_PLACE:
        return (uint64_t)(int64_t)facts->place_mm;
    default:
        return (uint64_t)facts->time_ns;
    }
}

/* Least significant byte first, by the formats of the scan elements. */
static void sample_pack(const emulator_stream *stream, const row_facts *facts,
                        const int32_t *counts, size_t sample, uint8_t *out)
{
    const emulator_device *device = stream->device;
    for (size_t e = 0; e < stream->n_elements; e++) {
        const emulator_channel *channel = &device->channels[stream->elements[e].channel];
        uint64_t value = element_value(device, channel, facts, counts, sample);
        uint8_t *to = out + stream->elements[e].offset;
        for (unsigned bit = 0; bit < channel->bits; bit += 8)
            *to++ = (uint8_t)(value >> bit);
    }
}

gw_status emulator_pack(gw_emulator *emulator, emulator_stream *stream, uint64_t n, uint8_t *out)
{
    size_t n_samples = stream->device->stream.n_samples;
    memset(out, 0, (size_t)n * stream->step); /* what lies between aligned elements */
    while (n > 0) {
        uint64_t first;
        uint64_t n_taken = emulator_ring_take(&stream->ring, n, &first);
        if (n_taken == 0)
            return GW_EINTERNAL;
        n -= n_taken;
        while (n_taken > 0) {
            uint64_t played = first / n_samples;
            const int32_t *counts = row_counts(emulator, stream, played);
            if (!counts)
                return GW_EIO;
            row_facts facts = row_describe(emulator, stream->device, played);
            size_t sample = (size_t)(first % n_samples);
            for (; sample < n_samples && n_taken > 0; sample++, n_taken--, first++) {
                sample_pack(stream, &facts, counts, sample, out);
                out += stream->step;
            }
        }
    }
    return GW_OK;
}
