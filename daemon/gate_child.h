/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate_child.h -- starts groundwatch-gate, found beside the daemon's own executable, and
 * starts it again, 0.1 to 2 s later, whenever it ends. The main thread's only.
 */
#ifndef GW_DAEMON_GATE_CHILD_H
#define GW_DAEMON_GATE_CHILD_H

#include "daemon/link.h"

typedef struct gw_gate gw_gate;

typedef struct gw_gate_config {
    int page_fd, gate_queue_fd, core_queue_fd; /* of gw_link_create; taken over */
    const char *journal, *device;
    size_t n_live, n_replay;
    const char *live[8], *replay[8];
    const char *secret_key, *clients; /* NULL both: no keys */
    /* A record that a client asks for: `json` ends with a NUL. NULL: none is taken. */
    void (*command)(void *user, unsigned kind, const char *json, size_t n_json);
    void *user;
} gw_gate_config;

/* GW_ENOENT: no such program there. The strings must outlive it. */
gw_status gw_gate_create(const gw_gate_config *config, gw_gate **out, gw_error *error);

/* Start it when it is not running and due; take its acknowledgements and commands. Call every 20
 * ms. */
void gw_gate_tick(gw_gate *gate);

/* It runs and its endpoints are bound. */
bool gw_gate_is_ready(const gw_gate *gate);

/* Newest seq it has published; 0 none. */
uint64_t gw_gate_published(const gw_gate *gate);

/* Exit status it ended with before it was ever ready; -1: it did not. */
int gw_gate_early_exit(const gw_gate *gate);

/* Close the queue, so that it says that the daemon stops, and wait for its end: at most 3 s, then
 * it is killed. idle is called every 20 ms. */
void gw_gate_stop(gw_gate *gate, void (*idle)(void *user), void *user);
void gw_gate_destroy(gw_gate *gate);

#endif
