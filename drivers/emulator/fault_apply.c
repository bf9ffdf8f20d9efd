/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "drivers/emulator/fault_apply.h"

static const int64_t TURN_NS = 10000000; /* a fault may be taken away at any time */

static bool goes_on(gw_emulator *emulator, gw_fault_kind kind, int device, gw_fault *fault)
{
    return gw_fault_plan_goes_on(&emulator->faults, kind, device, emulator_monotonic_ns(), fault);
}

static bool take(gw_emulator *emulator, gw_fault_kind kind, int device, gw_fault *fault)
{
    return gw_fault_plan_take(&emulator->faults, kind, device, emulator_monotonic_ns(), fault);
}

static int device_index(const gw_emulator *emulator, const emulator_device *device)
{
    return (int)(device - emulator->devices);
}

bool emulator_fault_wait(emulator_session *session, gw_fault_kind kind, int device)
{
    while (goes_on(session->emulator, kind, device, NULL))
        if (!emulator_session_sleep(session, emulator_monotonic_ns() + TURN_NS))
            return false;
    return true;
}

int64_t emulator_fault_error(gw_emulator *emulator, const emulator_device *device)
{
    gw_fault fault;
    return take(emulator, GW_FAULT_ERRNO, device_index(emulator, device), &fault) ? -fault.number
                                                                                  : 0;
}

uint64_t emulator_fault_chunk(gw_emulator *emulator, const emulator_device *device, uint64_t wanted)
{
    gw_fault fault;
    if (!goes_on(emulator, GW_FAULT_SHORT, device_index(emulator, device), &fault))
        return wanted;
    return wanted < (uint64_t)fault.number ? wanted : (uint64_t)fault.number;
}

bool emulator_fault_cut(emulator_session *session, const emulator_device *device, uint64_t *n_bytes)
{
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int index = device_index(session->emulator, device);
    gw_fault fault;
    bool is_reset = take(session->emulator, GW_FAULT_RESET, index, &fault);
    if (!is_reset && !take(session->emulator, GW_FAULT_CLOSE, index, &fault))
        return false;
    if (is_reset)
        setsockopt(session->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    *n_bytes = (uint64_t)fault.number;
    return true;
}

/* It grows by half a second a second, so that nobody's patience ends. */
static int64_t delay_grow(emulator_stream *stream, const gw_fault *fault)
{
    int64_t now_ns = emulator_monotonic_ns();
    if (!stream->delayed_ns)
        stream->delayed_ns = now_ns;
    int64_t delay_ns = (now_ns - stream->delayed_ns) / 2;
    return delay_ns < fault->number ? delay_ns : fault->number;
}

bool emulator_fault_samples(gw_emulator *emulator, emulator_stream *stream)
{
    int index = device_index(emulator, stream->device);
    gw_fault fault;
    if (take(emulator, GW_FAULT_DROP, index, &fault))
        stream->ring.to_lose += (uint64_t)fault.number;
    if (take(emulator, GW_FAULT_CLOCK, index, &fault))
        stream->device->clock_jump_ns += fault.number;
    if (goes_on(emulator, GW_FAULT_LATE, index, &fault))
        stream->delay_ns = delay_grow(stream, &fault);
    else
        stream->delay_ns = stream->delayed_ns = 0;
    return goes_on(emulator, GW_FAULT_SILENT, index, NULL);
}

void emulator_fault_repeat(gw_emulator *emulator, emulator_stream *stream, uint64_t n)
{
    gw_fault fault;
    if (take(emulator, GW_FAULT_DUPLICATE, device_index(emulator, stream->device), &fault))
        emulator_ring_rewind(&stream->ring, fault.number ? (uint64_t)fault.number : n);
}

size_t emulator_fault_document(gw_emulator *emulator)
{
    gw_fault fault;
    if (!goes_on(emulator, GW_FAULT_XML, -1, &fault) || (uint64_t)fault.number >= emulator->n_xml)
        return emulator->n_xml;
    return (size_t)fault.number;
}

/* As it was before the first client came; the recording begins again at the next OPEN. */
static void begin_afresh(gw_emulator *emulator)
{
    emulator->clock.started = false;
    emulator->timeout_ms = EMULATOR_TIMEOUT_DEFAULT;
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        emulator_device *device = &emulator->devices[k];
        device->buffers_count = EMULATOR_BUFFERS_DEFAULT;
        device->was_opened = false;
        device->n_dropped = 0;
        device->clock_jump_ns = 0;
    }
}

/* False: the emulator is to end. */
static bool pause_until(const gw_emulator *emulator, int64_t until_ns)
{
    struct pollfd wake = {.fd = emulator->wake, .events = POLLIN};
    for (;;) {
        int64_t left_ns = until_ns - emulator_monotonic_ns();
        if (left_ns <= 0)
            return true;
        int64_t turn_ns = left_ns < TURN_NS ? left_ns : TURN_NS;
        if (poll(&wake, 1, (int)((turn_ns + 999999) / 1000000)) > 0)
            return false;
    }
}

void emulator_fault_restart(gw_emulator *emulator)
{
    gw_fault fault;
    if (!take(emulator, GW_FAULT_RESTART, -1, &fault))
        return;
    int64_t until_ns = emulator_monotonic_ns() + fault.for_ns;
    emulator_listeners_close(emulator);
    emulator_sessions_end(emulator);
    begin_afresh(emulator);
    while (pause_until(emulator, until_ns) &&
           emulator_listen(emulator, emulator->port, NULL) != GW_OK) {
        emulator_listeners_close(emulator); /* somebody else has the port for a moment */
        until_ns = emulator_monotonic_ns() + TURN_NS;
    }
}
