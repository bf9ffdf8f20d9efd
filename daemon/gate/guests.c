/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/guests.h"

#include <stdbool.h>
#include <string.h>

static bool is_idle(const struct guest *guest, int64_t now_ms)
{
    return guest->id.n == 0 || now_ms - guest->last_ms > GUESTS_IDLE_MS;
}

static struct guest *guest_find(guests *all, const guest_id *id, int64_t now_ms)
{
    struct guest *free_place = NULL;
    for (size_t k = 0; k < GUESTS_MAX; k++) {
        struct guest *guest = &all->places[k];
        if (guest->id.n == id->n && guest->id.door == id->door &&
            memcmp(guest->id.bytes, id->bytes, id->n) == 0)
            return guest;
        if (!free_place && is_idle(guest, now_ms))
            free_place = guest;
    }
    if (free_place)
        *free_place = (struct guest){.id = *id, .last_ms = now_ms, .tokens = GUESTS_BURST};
    return free_place;
}

guest_verdict guests_admit(guests *all, const guest_id *id, int64_t now_ms)
{
    struct guest *guest = guest_find(all, id, now_ms);
    if (!guest)
        return GUEST_TOO_MANY;
    guest->tokens += (double)(now_ms - guest->last_ms) * GUESTS_PER_S / 1000.0;
    if (guest->tokens > GUESTS_BURST)
        guest->tokens = GUESTS_BURST;
    guest->last_ms = now_ms;
    if (guest->tokens < 1.0) {
        guest_verdict verdict = guest->told ? GUEST_IGNORED : GUEST_TOO_FAST;
        guest->told = 1;
        return verdict;
    }
    guest->tokens -= 1.0;
    guest->told = 0;
    return GUEST_WELCOME;
}

size_t guests_count(const guests *all, int64_t now_ms)
{
    size_t n = 0;
    for (size_t k = 0; k < GUESTS_MAX; k++)
        n += !is_idle(&all->places[k], now_ms);
    return n;
}
