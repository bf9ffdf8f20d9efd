/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault_apply.h"

#include <errno.h>
#include <stdio.h>

enum { OUTPUT_MAX = 1 << 16 /* bytes packed at a time */ };

static const int64_t NS_PER_MS = 1000000;
static const int64_t CLIENT_GONE = INT64_MIN; /* or to be sent away: end the connection */

/* CLOCK_MONOTONIC when n samples will wait, if the ring drops none of them. */
static int64_t filled_ns(const gw_emulator *emulator, const emulator_stream *stream, uint64_t n)
{
    const emulator_device *device = stream->device;
    uint64_t last = stream->ring.produced + (n - stream->ring.waiting) - 1;
    uint64_t played = last / device->stream.n_samples;
    if (!emulator->clock.loop && played >= device->pace.n_rows)
        played = device->pace.n_rows - 1; /* what is left comes by then */
    return stream->delay_ns +
           emulator_clock_deadline_ns(
               &emulator->clock, emulator_clock_row_ns(&emulator->clock, &device->pace, played));
}

/* Wait until n samples wait for the client; fewer when the device ends, or when they come so
 * slowly that a client would lose patience. Returns how many to send, a negative errno, or
 * CLIENT_GONE. */
static int64_t samples_await(emulator_session *session, emulator_stream *stream, uint64_t n)
{
    int64_t start_ns = emulator_monotonic_ns();
    int64_t limit_ns = INT64_MAX, patience_ns = start_ns + 1000 * NS_PER_MS;
    if (stream->timeout_ms > 0) {
        limit_ns = start_ns + (int64_t)stream->timeout_ms * NS_PER_MS;
        patience_ns = start_ns + (int64_t)stream->timeout_ms * NS_PER_MS / 2;
    }
    for (;;) {
        bool ended = emulator_stream_produce(session->emulator, stream);
        int64_t now_ns = emulator_monotonic_ns(), until_ns = limit_ns;
        uint64_t there = stream->ring.waiting < n ? stream->ring.waiting : n;
        bool is_full = stream->ring.n == RING_STRETCHES;
        if (there > 0 && (there == n || ended || is_full || now_ns >= patience_ns))
            return (int64_t)there;
        if (now_ns >= limit_ns)
            return -ETIMEDOUT;
        if (!ended)
            until_ns = filled_ns(session->emulator, stream, n);
        if (until_ns > limit_ns)
            until_ns = limit_ns;
        if (now_ns < patience_ns && until_ns > patience_ns)
            until_ns = patience_ns;
        if (!emulator_session_sleep(session, until_ns))
            return CLIENT_GONE;
    }
}

static bool mask_send(emulator_session *session, const emulator_stream *stream)
{
    char line[8 * EMULATOR_MASK_WORDS_MAX + 2];
    size_t n = 0;
    for (size_t k = (stream->device->n_channels + 31) / 32; k-- > 0;)
        n += (size_t)snprintf(line + n, sizeof line - n, "%08x", stream->mask[k]);
    line[n++] = '\n';
    return emulator_session_send(session, line, n);
}

/* A chunk's samples. After its length was said there is no way to tell of an error but to end. */
static bool samples_send(emulator_session *session, emulator_stream *stream, uint64_t n)
{
    uint8_t bytes[OUTPUT_MAX];
    uint64_t left = n * stream->step; /* bytes; fewer where the connection is to end */
    bool is_cut = emulator_fault_cut(session, stream->device, &left);
    while (n > 0 && left > 0) {
        uint64_t part = OUTPUT_MAX / stream->step;
        part = n < part ? n : part;
        uint64_t n_bytes = part * stream->step < left ? part * stream->step : left;
        if (emulator_pack(session->emulator, stream, part, bytes) != GW_OK ||
            !emulator_session_send(session, bytes, (size_t)n_bytes))
            return false;
        n -= part;
        left -= n_bytes;
    }
    return !is_cut;
}

/* Up to `wanted` samples, as many as were to be had; a negative errno; or CLIENT_GONE. An error
 * stays: as with iiod 0.24, every READBUF then gets -EBADF, until CLOSE. */
static int64_t chunk_send(emulator_session *session, emulator_stream *stream, uint64_t wanted,
                          bool is_first)
{
    gw_emulator *emulator = session->emulator;
    if (!emulator_fault_wait(session, GW_FAULT_STALL, (int)stream->device->stream.kind))
        return CLIENT_GONE;
    int64_t n = emulator_fault_error(emulator, stream->device);
    if (n == 0)
        n = samples_await(session, stream, emulator_fault_chunk(emulator, stream->device, wanted));
    if (n == CLIENT_GONE)
        return n;
    if (n < 0) {
        stream->error = -EBADF;
        return emulator_session_reply(session, n) ? n : CLIENT_GONE;
    }
    if (!emulator_session_reply(session, n * (int64_t)stream->step) ||
        (is_first && !mask_send(session, stream)) || !samples_send(session, stream, (uint64_t)n))
        return CLIENT_GONE;
    emulator_fault_repeat(emulator, stream, (uint64_t)n);
    return n;
}

bool emulator_answer_readbuf(emulator_session *session, emulator_stream *stream, uint64_t bytes)
{
    if (stream->error)
        return emulator_session_reply(session, stream->error);
    emulator_stream_settle(session->emulator, stream);
    uint64_t left = bytes / stream->step;
    for (bool is_first = true; left > 0; is_first = false) {
        uint64_t wanted = left < stream->n_samples ? left : stream->n_samples;
        bool ended = emulator_stream_produce(session->emulator, stream);
        if (!is_first && ended && stream->ring.waiting == 0)
            return emulator_session_reply(session, 0); /* the tail, shorter than asked for */
        int64_t n = chunk_send(session, stream, wanted, is_first);
        if (n < 0)
            return n != CLIENT_GONE;
        left -= (uint64_t)n;
    }
    return bytes % stream->step == 0 && bytes > 0 ? true : emulator_session_reply(session, 0);
}
