/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/ring.h"

void emulator_ring_init(emulator_ring *ring, uint64_t capacity, uint64_t from)
{
    *ring = (emulator_ring){.capacity = capacity, .produced = from, .behind = true};
}

static bool ring_append(emulator_ring *ring, uint64_t first, uint64_t end)
{
    size_t last = (ring->head + ring->n - 1) % RING_STRETCHES;
    if (ring->n > 0 && ring->stretches[last].end == first) {
        ring->stretches[last].end = end;
        return true;
    }
    if (ring->n == RING_STRETCHES)
        return false;
    last = (ring->head + ring->n++) % RING_STRETCHES;
    ring->stretches[last].first = first;
    ring->stretches[last].end = end;
    return true;
}

void emulator_ring_lose(emulator_ring *ring, uint64_t due)
{
    if (due <= ring->produced)
        return;
    ring->dropped += due - ring->produced;
    ring->produced = due;
}

void emulator_ring_rewind(emulator_ring *ring, uint64_t n)
{
    uint64_t next = ring->n ? ring->stretches[ring->head].first : ring->produced;
    n = n < next ? n : next;
    if (ring->n)
        ring->stretches[ring->head].first -= n;
    else
        ring_append(ring, next - n, next);
    ring->waiting += n;
}

void emulator_ring_produce(emulator_ring *ring, uint64_t due)
{
    uint64_t lost = due > ring->produced ? due - ring->produced : 0;
    lost = lost < ring->to_lose ? lost : ring->to_lose;
    ring->to_lose -= lost;
    emulator_ring_lose(ring, ring->produced + lost);
    uint64_t fresh = due > ring->produced ? due - ring->produced : 0;
    uint64_t room = ring->capacity > ring->waiting ? ring->capacity - ring->waiting : 0;
    uint64_t kept = ring->behind || fresh < room ? fresh : room;
    if (kept > 0 && !ring_append(ring, ring->produced, ring->produced + kept))
        kept = 0;
    ring->waiting += kept;
    ring->dropped += fresh - kept;
    ring->produced += fresh;
    if (ring->waiting <= ring->capacity / 2)
        ring->behind = false;
}

uint64_t emulator_ring_take(emulator_ring *ring, uint64_t n, uint64_t *first)
{
    if (ring->n == 0)
        return 0;
    uint64_t there = ring->stretches[ring->head].end - ring->stretches[ring->head].first;
    uint64_t taken = n < there ? n : there;
    *first = ring->stretches[ring->head].first;
    ring->stretches[ring->head].first += taken;
    ring->waiting -= taken;
    if (taken == there) {
        ring->head = (ring->head + 1) % RING_STRETCHES;
        ring->n--;
    }
    return taken;
}
