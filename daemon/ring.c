/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/ring.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 }; /* bytes of a cache line: the counters must not share one */

struct gw_ring {
    _Alignas(LINE) _Atomic size_t head; /* slots committed, by the producer */
    _Alignas(LINE) _Atomic size_t tail; /* slots released, by the consumer */
    _Alignas(LINE) size_t n_slots;
    size_t slot_bytes;
    unsigned char *slots; /* [n_slots][slot_bytes] */
};

static size_t lines_round(size_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

gw_status gw_ring_create(size_t n_slots, size_t slot_bytes, gw_ring **out)
{
    *out = NULL;
    if (n_slots < 2 || n_slots > GW_RING_SLOTS_MAX || (n_slots & (n_slots - 1)))
        return GW_EINVAL;
    if (slot_bytes == 0 || slot_bytes > (SIZE_MAX >> 1) / n_slots - 2 * LINE)
        return GW_EINVAL;
    size_t head = lines_round(sizeof(gw_ring)), stride = lines_round(slot_bytes);
    gw_ring *ring = aligned_alloc(LINE, head + stride * n_slots);
    if (!ring)
        return GW_ENOMEM;
    memset(ring, 0, head + stride * n_slots);
    ring->n_slots = n_slots;
    ring->slot_bytes = stride;
    ring->slots = (unsigned char *)ring + head;
    *out = ring;
    return GW_OK;
}

static void *slot_at(const gw_ring *ring, size_t count)
{
    return ring->slots + (count & (ring->n_slots - 1)) * ring->slot_bytes;
}

static size_t block_bytes(const gw_stream *stream, size_t max_rows)
{
    size_t counts = gw_stream_row_counts(stream) * max_rows * sizeof(int32_t);
    return lines_round(sizeof(gw_block)) + lines_round(counts) + max_rows * sizeof(int32_t);
}

static void block_lay_out(gw_block *block, const gw_stream *stream, size_t max_rows)
{
    unsigned char *at = (unsigned char *)block + lines_round(sizeof(gw_block));
    size_t counts = gw_stream_row_counts(stream) * max_rows * sizeof(int32_t);
    memset(block, 0, sizeof *block);
    block->max_rows = max_rows;
    block->counts = (int32_t *)(void *)at;
    block->place_mm = (int32_t *)(void *)(at + lines_round(counts));
}

gw_status gw_ring_create_blocks(size_t n_slots, const gw_stream *stream, size_t max_rows,
                                gw_ring **out)
{
    gw_status status = gw_ring_create(n_slots, block_bytes(stream, max_rows), out);
    for (size_t k = 0; status == GW_OK && k < n_slots; k++)
        block_lay_out(slot_at(*out, k), stream, max_rows);
    return status;
}

gw_block *gw_block_create(const gw_stream *stream, size_t max_rows)
{
    size_t bytes = lines_round(block_bytes(stream, max_rows));
    gw_block *block = aligned_alloc(LINE, bytes);
    if (!block)
        return NULL;
    memset(block, 0, bytes);
    block_lay_out(block, stream, max_rows);
    return block;
}

void *gw_ring_reserve(gw_ring *ring)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return head - tail < ring->n_slots ? slot_at(ring, head) : NULL;
}

void gw_ring_commit(gw_ring *ring)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    assert(head - atomic_load_explicit(&ring->tail, memory_order_relaxed) < ring->n_slots);
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

void *gw_ring_peek(gw_ring *ring)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    return head != tail ? slot_at(ring, tail) : NULL;
}

void gw_ring_release(gw_ring *ring)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    assert(atomic_load_explicit(&ring->head, memory_order_relaxed) != tail);
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}

size_t gw_ring_fill(const gw_ring *ring)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    return head - tail < ring->n_slots ? head - tail : ring->n_slots;
}

size_t gw_ring_size(const gw_ring *ring)
{
    return ring->n_slots;
}

void gw_ring_destroy(gw_ring *ring)
{
    free(ring);
}
