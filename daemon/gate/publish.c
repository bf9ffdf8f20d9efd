/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/publish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "daemon/gate/endpoint.h"

enum {
    SUBSCRIPTION_BYTES_MAX = 64 << 10,
    LIVE_SEND_HWM = 4096,   /* minutes of messages for a subscriber that stalls, some MiB each */
    REPLAY_SEND_HWM = 2048, /* more than one full answer */
    RECEIVE_HWM = 256,
    HANDSHAKE_MS = 1000,
    BUSY_TRIES = 75, /* an earlier gate may still be saying its last words: wait for its end */
    BUSY_WAIT_MS = 20,
    ENDPOINT_MAX = 256
};

struct publisher {
    void *context, *live, *replay;
    int locks[2 * OPTIONS_ENDPOINTS_MAX];
    size_t n_locks, n_live, n_replay;
    int n_viewed; /* subscribed topics that let pictures through */
    char bound[2][OPTIONS_ENDPOINTS_MAX][ENDPOINT_MAX];
};

/* No ZMQ_HEARTBEAT_*: in 4.3.4 it can abort the process (zeromq/libzmq#4767). No XPUB_NODROP: one
 * subscriber that stalls would stall all. No mark of 0: memory without end. */
static int socket_set(void *socket, int send_hwm, int64_t bytes_max)
{
    static const struct {
        int option, value;
    } all[] = {{ZMQ_RCVHWM, RECEIVE_HWM},         {ZMQ_LINGER, 0},
               {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS}, {ZMQ_TCP_KEEPALIVE, 1},
               {ZMQ_TCP_KEEPALIVE_IDLE, 10},      {ZMQ_TCP_KEEPALIVE_INTVL, 5},
               {ZMQ_TCP_KEEPALIVE_CNT, 3}};
    int failed = zmq_setsockopt(socket, ZMQ_SNDHWM, &send_hwm, sizeof send_hwm) |
                 zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        failed |= zmq_setsockopt(socket, all[k].option, &all[k].value, sizeof all[k].value);
    return failed;
}

static gw_status endpoint_try(publisher *pub, bool is_live, const char *endpoint, gw_error *error)
{
    void *socket = is_live ? pub->live : pub->replay;
    size_t *n = is_live ? &pub->n_live : &pub->n_replay, size = ENDPOINT_MAX;
    int lock;
    gw_status status = endpoint_reserve(endpoint, &lock, error);
    if (status != GW_OK)
        return status;
    if (zmq_bind(socket, endpoint) != 0) {
        status = zmq_errno() == EADDRINUSE ? GW_EBUSY : GW_EIO;
        gw_error_set(error, status, "%s: %s", endpoint,
                     status == GW_EBUSY ? "already in use" : zmq_strerror(zmq_errno()));
        if (lock >= 0)
            close(lock);
        return status;
    }
    if (lock >= 0)
        pub->locks[pub->n_locks++] = lock;
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, pub->bound[is_live][*n], &size) != 0)
        snprintf(pub->bound[is_live][*n], ENDPOINT_MAX, "%s", endpoint);
    (*n)++;
    return GW_OK;
}

static gw_status endpoint_bind(publisher *pub, bool is_live, const char *endpoint, gw_error *error)
{
    gw_status status = endpoint_try(pub, is_live, endpoint, error);
    for (int k = 0; status == GW_EBUSY && k < BUSY_TRIES; k++) {
        usleep(BUSY_WAIT_MS * 1000);
        status = endpoint_try(pub, is_live, endpoint, error);
    }
    return status;
}

static gw_status all_bind(publisher *pub, const gate_options *options, gw_error *error)
{
    gw_status status = GW_OK;
    for (size_t k = 0; status == GW_OK && k < options->n_live; k++)
        status = endpoint_bind(pub, true, options->live[k], error);
    for (size_t k = 0; status == GW_OK && k < options->n_replay; k++)
        status = endpoint_bind(pub, false, options->replay[k], error);
    return status;
}

gw_status publisher_create(const gate_options *options, publisher **out, gw_error *error)
{
    const int yes = 1;
    gw_status status = GW_ENOMEM;
    publisher *pub = calloc(1, sizeof *pub);
    *out = NULL;
    if (!pub || !(pub->context = zmq_ctx_new()) ||
        !(pub->live = zmq_socket(pub->context, ZMQ_XPUB)) ||
        !(pub->replay = zmq_socket(pub->context, ZMQ_ROUTER))) {
        gw_error_set(error, status, "ZeroMQ: %s", zmq_strerror(zmq_errno()));
        goto fail;
    }
    if (socket_set(pub->live, LIVE_SEND_HWM, SUBSCRIPTION_BYTES_MAX) ||
        socket_set(pub->replay, REPLAY_SEND_HWM, REQUEST_BYTES_MAX) ||
        zmq_setsockopt(pub->replay, ZMQ_ROUTER_MANDATORY, &yes, sizeof yes)) {
        status = gw_error_set(error, GW_EINTERNAL, "ZeroMQ: %s", zmq_strerror(zmq_errno()));
        goto fail;
    }
    if ((status = all_bind(pub, options, error)) != GW_OK)
        goto fail;
    *out = pub;
    return GW_OK;
fail:
    publisher_destroy(pub, 0);
    return status;
}

const char *publisher_endpoint(const publisher *pub, bool is_live, size_t k)
{
    return k < (is_live ? pub->n_live : pub->n_replay) ? pub->bound[is_live][k] : NULL;
}

/* Subscriptions are the socket's business; they only must not pile up. The socket tells the first
 * of a topic and the end of its last: those that let pictures through are counted. */
static void subscriptions_drain(publisher *pub)
{
    static const char pictures[] = "v1/scope/";
    char what[sizeof pictures]; /* 1: begins, 0: ends; then the topic */
    for (int k = 0; k < 1000; k++) {
        int n = zmq_recv(pub->live, what, sizeof what, ZMQ_DONTWAIT);
        if (n < 0)
            return;
        size_t n_topic = (size_t)n > sizeof what ? sizeof what - 1 : (size_t)n - (n > 0);
        if (n > 0 && memcmp(what + 1, pictures, n_topic) == 0)
            pub->n_viewed += what[0] == 1 ? 1 : -1;
    }
}

bool publisher_has_viewers(const publisher *pub)
{
    return pub->n_viewed > 0;
}

void publisher_show(publisher *pub, const char *topic, const char *json, const void *bytes,
                    size_t n_bytes)
{
    const int more = ZMQ_SNDMORE | ZMQ_DONTWAIT;
    if (zmq_send(pub->live, topic, strlen(topic), more) >= 0 &&
        zmq_send(pub->live, json, strlen(json), more) >= 0)
        zmq_send(pub->live, bytes, n_bytes, ZMQ_DONTWAIT);
}

int publisher_wait(publisher *pub, int fd, int timeout_ms)
{
    zmq_pollitem_t items[] = {{.socket = pub->live, .events = ZMQ_POLLIN},
                              {.socket = pub->replay, .events = ZMQ_POLLIN},
                              {.fd = fd, .events = ZMQ_POLLIN}};
    if (zmq_poll(items, fd >= 0 ? 3 : 2, timeout_ms) <= 0)
        return 0;
    if (items[0].revents)
        subscriptions_drain(pub);
    return (items[1].revents ? PUBLISHER_REQUEST : 0) | (items[2].revents ? PUBLISHER_FD : 0);
}

bool publisher_send(publisher *pub, const char *topic, const char *json)
{
    return zmq_send(pub->live, topic, strlen(topic), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
           zmq_send(pub->live, json, strlen(json), ZMQ_DONTWAIT) >= 0;
}

static bool more_follows(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

bool publisher_receive(publisher *pub, publisher_request *out)
{
    int n = zmq_recv(pub->replay, out->from.bytes, sizeof out->from.bytes, ZMQ_DONTWAIT);
    if (n < 0)
        return false;
    out->from.n = (size_t)n;
    out->is_single = more_follows(pub->replay);
    out->n_bytes = 0;
    if (out->is_single) {
        n = zmq_recv(pub->replay, out->bytes, sizeof out->bytes, ZMQ_DONTWAIT);
        out->is_single = n >= 0 && (size_t)n <= sizeof out->bytes;
        out->n_bytes = out->is_single ? (size_t)n : 0;
    }
    while (more_follows(pub->replay) && zmq_recv(pub->replay, NULL, 0, ZMQ_DONTWAIT) >= 0)
        out->is_single = false;
    return true;
}

bool publisher_reply(publisher *pub, const guest_id *to, const char *topic, const char *json)
{
    const int more = ZMQ_SNDMORE | ZMQ_DONTWAIT;
    if (zmq_send(pub->replay, to->bytes, to->n, more) < 0 ||
        (topic && zmq_send(pub->replay, topic, strlen(topic), more) < 0))
        return false;
    return zmq_send(pub->replay, json, strlen(json), ZMQ_DONTWAIT) >= 0;
}

void publisher_destroy(publisher *pub, int linger_ms)
{
    if (!pub)
        return;
    void *sockets[] = {pub->live, pub->replay};
    for (size_t k = 0; k < 2; k++) {
        if (sockets[k]) {
            zmq_setsockopt(sockets[k], ZMQ_LINGER, &linger_ms, sizeof linger_ms);
            zmq_close(sockets[k]);
        }
    }
    if (pub->context)
        zmq_ctx_term(pub->context);
    for (size_t k = 0; k < pub->n_locks; k++)
        close(pub->locks[k]);
    free(pub);
}
