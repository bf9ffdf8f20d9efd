/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/publish.h -- the sockets: live (XPUB) and replay (ROUTER), and one foreign descriptor
 * to wait on with them. No other file of the daemon knows ZeroMQ, but the doorman. No call here
 * blocks, but publisher_wait and publisher_destroy for the time they are given.
 */
#ifndef GW_DAEMON_GATE_PUBLISH_H
#define GW_DAEMON_GATE_PUBLISH_H

#include <stdbool.h>

#include "daemon/gate/guests.h"
#include "daemon/gate/options.h"
#include "daemon/gate/request.h"

typedef struct publisher publisher;

typedef struct publisher_request {
    guest_id from;
    const char *refusal; /* NULL: may command; else why not */
    bool is_single;      /* one frame, of at most REQUEST_BYTES_MAX; else bytes are not filled */
    size_t n_bytes;
    unsigned char bytes[REQUEST_BYTES_MAX];
} publisher_request;

enum { PUBLISHER_REQUEST = 1, PUBLISHER_FD = 2 };

/* Binds every endpoint; with keys, after a trial of them. GW_EUSAGE, GW_EBUSY, GW_EIO, with the
 * endpoint named; GW_ECONFIG: a file of the keys; GW_EINTERNAL: the trial failed. */
gw_status publisher_create(const gate_options *options, publisher **out, gw_error *error);

/* Endpoint as bound (a port of 0 becomes the real one); NULL past the last. */
const char *publisher_endpoint(const publisher *pub, bool is_live, size_t k);

/* Wait for a request (PUBLISHER_REQUEST), for `fd` (PUBLISHER_FD), or timeout_ms. */
int publisher_wait(publisher *pub, int fd, int timeout_ms);

/* To whoever subscribed; a subscriber that does not read loses it. False: out of memory. */
bool publisher_send(publisher *pub, const char *topic, const char *json);

/* Somebody subscribes to pictures. */
bool publisher_has_viewers(const publisher *pub);
/* [topic][json][bytes] to them; lost without a word when it cannot be sent. */
void publisher_show(publisher *pub, const char *topic, const char *json, const void *bytes,
                    size_t n_bytes);

/* Look after the doorman, when there is one. False: the gate must end, to be started again. */
bool publisher_tick(publisher *pub, int64_t now_ms);

/* Take the next request; false: none waits. */
bool publisher_receive(publisher *pub, publisher_request *out);

/* To one client: [topic][json], or [json] when topic is NULL. False: it cannot take more, or left.
 */
bool publisher_reply(publisher *pub, const guest_id *to, const char *topic, const char *json);

/* Close, giving at most linger_ms to what was sent. NULL is fine. */
void publisher_destroy(publisher *pub, int linger_ms);

#endif
