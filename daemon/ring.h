/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/ring.h -- slots that one thread fills and one other thread empties, in order.
 *
 *     producer:  slot = gw_ring_reserve(r);  fill it;  gw_ring_commit(r);
 *     consumer:  slot = gw_ring_peek(r);     use it;   gw_ring_release(r);
 *
 * State:   two counters, released by the one side and acquired by the other; no lock, no copy.
 * Memory:  all slots are allocated and touched by create.
 * A full ring never overwrites: reserve says NULL and the producer counts what it drops, or waits.
 */
#ifndef GW_DAEMON_RING_H
#define GW_DAEMON_RING_H

#include <stddef.h>

#include "dsp/frame.h"
#include "dsp/status.h"

typedef struct gw_ring gw_ring;

enum { GW_RING_SLOTS_MAX = 1 << 16 };

/* n_slots: a power of two, 2..GW_RING_SLOTS_MAX; slots begin at multiples of 64 bytes, zeroed.
 * GW_EINVAL, GW_ENOMEM. */
gw_status gw_ring_create(size_t n_slots, size_t slot_bytes, gw_ring **out);

/* Slots are gw_block, each with room for max_rows rows of the stream. */
gw_status gw_ring_create_blocks(size_t n_slots, const gw_stream *stream, size_t max_rows,
                                gw_ring **out);

/* Producer: the next free slot, the same one until it is committed; NULL when the ring is full. */
void *gw_ring_reserve(gw_ring *ring);
void gw_ring_commit(gw_ring *ring);

/* Consumer: the oldest slot, the same one until it is released; NULL when the ring is empty. */
void *gw_ring_peek(gw_ring *ring);
void gw_ring_release(gw_ring *ring);

/* Slots in use, and in all. Any thread. */
size_t gw_ring_fill(const gw_ring *ring);
size_t gw_ring_size(const gw_ring *ring);

void gw_ring_destroy(gw_ring *ring);

/* A block of its own, outside any ring; free() it. */
gw_block *gw_block_create(const gw_stream *stream, size_t max_rows);

#endif
