/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/ring.h -- what waits for one client, as stretches of sample numbers.
 *
 * The samples themselves are read from the recording when the client takes them. Like the kernel's
 * FIFO, a full ring drops what comes (the newest), so the client sees old samples, then a gap.
 */
#ifndef GW_DRIVERS_EMULATOR_RING_H
#define GW_DRIVERS_EMULATOR_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RING_STRETCHES = 64 };

typedef struct emulator_ring {
    uint64_t capacity; /* samples */
    uint64_t produced; /* samples that fell due so far, kept or dropped */
    uint64_t waiting, dropped;
    uint64_t to_lose; /* samples to come that are dropped, whatever the room */
    bool behind;      /* reading the backlog of the recording: nothing is dropped yet */
    size_t head, n;
    struct {
        uint64_t first, end;
    } stretches[RING_STRETCHES];
} emulator_ring;

/* from: number of the first sample the client is to get. */
void emulator_ring_init(emulator_ring *ring, uint64_t capacity, uint64_t from);

/* All samples before `due` have fallen due. */
void emulator_ring_produce(emulator_ring *ring, uint64_t due);

/* As produce, but all of them are dropped. */
void emulator_ring_lose(emulator_ring *ring, uint64_t due);

/* The last n samples that were taken are to be taken once more. */
void emulator_ring_rewind(emulator_ring *ring, uint64_t n);

/* Take up to n samples without a gap among them; *first is the number of the first. */
uint64_t emulator_ring_take(emulator_ring *ring, uint64_t n, uint64_t *first);

#endif
