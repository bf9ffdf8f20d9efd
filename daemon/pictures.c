/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/pictures.h"

#include <stddef.h>
#include <string.h>

/* Head and as many bytes as it says: the rest of a frame is never looked at. */
static void frame_copy(gw_scope_frame *to, const gw_scope_frame *from)
{
    size_t n = from->n_bytes < GW_SCOPE_BYTES_MAX ? from->n_bytes : GW_SCOPE_BYTES_MAX;
    memcpy(to, from, offsetof(gw_scope_frame, bytes) + n);
}

void gw_pictures_write(gw_pictures *pictures, const gw_scope_frame *frame)
{
    uint64_t number = atomic_load_explicit(&pictures->n_written, memory_order_relaxed);
    size_t slot = (size_t)(number % GW_PICTURES_KEPT);
    uint64_t whole = 2 * (number + 1);
    atomic_store_explicit(&pictures->slots[slot].version, whole - 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    frame_copy(&pictures->slots[slot].frame, frame);
    atomic_store_explicit(&pictures->slots[slot].version, whole, memory_order_release);
    atomic_store_explicit(&pictures->n_written, number + 1, memory_order_release);
}

bool gw_pictures_read(const gw_pictures *pictures, uint64_t number, gw_scope_frame *frame)
{
    size_t slot = (size_t)(number % GW_PICTURES_KEPT);
    const _Atomic uint64_t *version = &pictures->slots[slot].version;
    if (atomic_load_explicit(version, memory_order_acquire) != 2 * (number + 1))
        return false;
    frame_copy(frame, &pictures->slots[slot].frame);
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(version, memory_order_relaxed) == 2 * (number + 1);
}
