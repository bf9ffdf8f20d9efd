/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/guests.h -- who asks at the replay endpoint, and how often each may: a token bucket a
 * client, for at most GUESTS_MAX clients. One idle for GUESTS_IDLE_MS gives its place away. Pure.
 */
#ifndef GW_DAEMON_GATE_GUESTS_H
#define GW_DAEMON_GATE_GUESTS_H

#include <stddef.h>
#include <stdint.h>

enum { GUESTS_MAX = 64, GUESTS_IDLE_MS = 5000, GUESTS_PER_S = 100, GUESTS_BURST = 200 };

/* A client as the ROUTER of one door names it. */
typedef struct guest_id {
    unsigned door;
    size_t n;
    unsigned char bytes[255];
} guest_id;

typedef struct guests {
    struct guest {
        guest_id id; /* n is 0: a free place */
        int64_t last_ms;
        double tokens;
        int told; /* refused once already since it last had a token */
    } places[GUESTS_MAX];
} guests;

typedef enum {
    GUEST_WELCOME,  /* serve it */
    GUEST_TOO_FAST, /* say so: it is told once, */
    GUEST_IGNORED,  /* then not again until it slows down */
    GUEST_TOO_MANY  /* no place left */
} guest_verdict;

/* Count one request of a client at now_ms (never falling). */
guest_verdict guests_admit(guests *all, const guest_id *id, int64_t now_ms);

/* Clients that asked within the last GUESTS_IDLE_MS. */
size_t guests_count(const guests *all, int64_t now_ms);

#endif
