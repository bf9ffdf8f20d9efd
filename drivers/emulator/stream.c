/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault_apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_COUNTS = 1 << 14 };

static size_t mask_words(const emulator_device *device)
{
    return (device->n_channels + 31) / 32;
}

/* Eight hexadecimal digits for each 32 channels, the highest first. */
static int mask_decode(const emulator_device *device, const char *text,
                       uint32_t mask[EMULATOR_MASK_WORDS_MAX])
{
    size_t n_words = mask_words(device);
    if (strlen(text) != n_words * 8 || strspn(text, "0123456789abcdefABCDEF") != n_words * 8)
        return -EINVAL;
    for (size_t k = 0; k < n_words; k++) {
        char digits[9] = "";
        memcpy(digits, text + 8 * k, 8);
        mask[n_words - 1 - k] = (uint32_t)strtoul(digits, NULL, 16);
    }
    return 0;
}

/* Each element aligned to its own size; nothing after the last. */
static void layout_make(emulator_stream *stream, const uint32_t mask[EMULATOR_MASK_WORDS_MAX])
{
    const emulator_device *device = stream->device;
    memset(stream->mask, 0, sizeof stream->mask);
    stream->n_elements = stream->step = 0;
    for (size_t c = 0; c < device->n_channels; c++) {
        size_t bytes = device->channels[c].bits / 8;
        if (!(mask[c / 32] >> c % 32 & 1))
            continue;
        stream->mask[c / 32] |= UINT32_C(1) << c % 32;
        stream->step = (stream->step + bytes - 1) / bytes * bytes;
        stream->elements[stream->n_elements].channel = c;
        stream->elements[stream->n_elements++].offset = stream->step;
        stream->step += bytes;
    }
}

static uint64_t ring_capacity(const gw_emulator *emulator, const emulator_stream *stream)
{
    double speed = emulator->clock.speed > 1 ? emulator->clock.speed : 1;
    uint64_t wanted =
        (uint64_t)((double)stream->n_samples * (double)stream->device->buffers_count * speed);
    uint64_t scans = 2 * stream->device->stream.n_samples; /* a scan falls due as a whole */
    return wanted > scans ? wanted : scans;
}

static emulator_stream *stream_create(emulator_device *device)
{
    size_t n_row = gw_stream_row_counts(&device->stream);
    size_t cache_max = n_row < CACHE_COUNTS ? CACHE_COUNTS / n_row : 1;
    emulator_stream *stream =
        calloc(1, sizeof *stream + cache_max * n_row * sizeof *stream->counts);
    if (stream) {
        stream->device = device;
        stream->cache_max = cache_max;
    }
    return stream;
}

/* The first client of a device gets it from its first sample, even when the clock runs already. */
static void stream_start(gw_emulator *emulator, emulator_stream *stream)
{
    emulator_device *device = stream->device;
    uint64_t from = 0;
    emulator_clock_start(&emulator->clock);
    gw_fault_plan_begin(&emulator->faults, emulator_monotonic_ns());
    pthread_mutex_lock(&emulator->lock);
    if (device->was_opened)
        from = emulator_clock_rows(&emulator->clock, &device->pace,
                                   emulator_clock_now_ns(&emulator->clock)) *
               device->stream.n_samples;
    if (stream->timeout_ms == UINT64_MAX)
        stream->timeout_ms = emulator->timeout_ms;
    emulator_ring_init(&stream->ring, ring_capacity(emulator, stream), from);
    device->was_opened = true;
    device->n_open++;
    stream->next = device->streams;
    device->streams = stream;
    pthread_mutex_unlock(&emulator->lock);
    emulator_stream_produce(emulator, stream); /* from here on it must keep up */
}

int emulator_stream_open(gw_emulator *emulator, emulator_device *device,
                         const emulator_command *command, uint64_t timeout_ms,
                         emulator_stream **out)
{
    uint32_t mask[EMULATOR_MASK_WORDS_MAX] = {0};
    *out = NULL;
    if (command->value == 0 || mask_decode(device, command->mask, mask))
        return -EINVAL;
    if (command->value > EMULATOR_SAMPLES_MAX)
        return -ENOMEM;
    emulator_stream *stream = stream_create(device);
    if (!stream)
        return -ENOMEM;
    stream->n_samples = command->value;
    stream->timeout_ms = timeout_ms;
    layout_make(stream, mask);
    memcpy(stream->asked, stream->mask, sizeof stream->asked);
    if (stream->n_elements == 0) {
        free(stream);
        return -EINVAL;
    }
    stream_start(emulator, stream);
    *out = stream;
    return 0;
}

void emulator_stream_settle(gw_emulator *emulator, emulator_stream *stream)
{
    uint32_t mask[EMULATOR_MASK_WORDS_MAX];
    const emulator_device *device = stream->device;
    memcpy(mask, stream->asked, sizeof mask);
    if (gw_fault_plan_goes_on(&emulator->faults, GW_FAULT_UNION, (int)device->stream.kind,
                              emulator_monotonic_ns(), NULL)) {
        pthread_mutex_lock(&emulator->lock);
        for (const emulator_stream *s = device->streams; s; s = s->next)
            for (size_t k = 0; k < EMULATOR_MASK_WORDS_MAX; k++)
                mask[k] |= s->asked[k];
        pthread_mutex_unlock(&emulator->lock);
    }
    if (memcmp(mask, stream->mask, sizeof mask) != 0)
        layout_make(stream, mask);
}

bool emulator_stream_produce(gw_emulator *emulator, emulator_stream *stream)
{
    emulator_device *device = stream->device;
    uint64_t was_dropped = stream->ring.dropped;
    bool is_silent = emulator_fault_samples(emulator, stream);
    int64_t late_ns = (int64_t)((double)stream->delay_ns * emulator->clock.speed);
    uint64_t rows = emulator_clock_rows(&emulator->clock, &device->pace,
                                        emulator_clock_now_ns(&emulator->clock) - late_ns);
    if (is_silent)
        emulator_ring_lose(&stream->ring, rows * device->stream.n_samples);
    else
        emulator_ring_produce(&stream->ring, rows * device->stream.n_samples);
    if (stream->ring.dropped != was_dropped) {
        pthread_mutex_lock(&emulator->lock);
        device->n_dropped += stream->ring.dropped - was_dropped;
        pthread_mutex_unlock(&emulator->lock);
    }
    return !emulator->clock.loop && rows == device->pace.n_rows;
}

void emulator_stream_close(gw_emulator *emulator, emulator_stream *stream)
{
    if (!stream)
        return;
    emulator_stream **at = &stream->device->streams;
    pthread_mutex_lock(&emulator->lock);
    while (*at != stream)
        at = &(*at)->next;
    *at = stream->next;
    stream->device->n_open--;
    pthread_mutex_unlock(&emulator->lock);
    free(stream);
}
