/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/publish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "daemon/gate/doorman.h"
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

/* Sockets that are alike in who comes in. libzmq has security by the socket, not by the endpoint.
 */
typedef enum { DOOR_IPC, DOOR_TCP, DOOR_CURVE, DOOR_COUNT } door_sort;

typedef struct door {
    void *live, *replay; /* NULL: no endpoint of the sort */
} door;

struct publisher {
    void *context;
    doorman *doorman; /* NULL: no keys; tcp is plain */
    door doors[DOOR_COUNT];
    unsigned turn; /* the door that is asked first: nobody starves */
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

static gw_status socket_open(publisher *pub, bool is_live, void **out, gw_error *error)
{
    const int yes = 1;
    void *socket = zmq_socket(pub->context, is_live ? ZMQ_XPUB : ZMQ_ROUTER);
    *out = socket;
    if (!socket)
        return gw_error_set(error, GW_ENOMEM, "ZeroMQ: %s", zmq_strerror(zmq_errno()));
    int failed = is_live ? socket_set(socket, LIVE_SEND_HWM, SUBSCRIPTION_BYTES_MAX)
                         : socket_set(socket, REPLAY_SEND_HWM, REQUEST_BYTES_MAX) |
                               zmq_setsockopt(socket, ZMQ_ROUTER_MANDATORY, &yes, sizeof yes);
    return failed ? gw_error_set(error, GW_EINTERNAL, "ZeroMQ: %s", zmq_strerror(zmq_errno()))
                  : GW_OK;
}

/* The socket that an endpoint belongs to; made when it is the first of its door;
 * those behind the doorman are there already. */
static gw_status socket_of(publisher *pub, bool is_live, const char *endpoint, void **out,
                           gw_error *error)
{
    const int has_six = strchr(endpoint, '[') != NULL;
    door_sort sort = pub->doorman ? DOOR_CURVE : DOOR_TCP;
    door *at = &pub->doors[strncmp(endpoint, "ipc:", 4) == 0 ? DOOR_IPC : sort];
    void **socket = is_live ? &at->live : &at->replay;
    gw_status status = *socket ? GW_OK : socket_open(pub, is_live, socket, error);
    if (status == GW_OK)
        zmq_setsockopt(*socket, ZMQ_IPV6, &has_six, sizeof has_six);
    *out = *socket;
    return status;
}

static gw_status endpoint_try(publisher *pub, bool is_live, const char *endpoint, gw_error *error)
{
    void *socket;
    size_t *n = is_live ? &pub->n_live : &pub->n_replay, size = ENDPOINT_MAX;
    int lock;
    gw_status status = endpoint_reserve(endpoint, pub->doorman != NULL, &lock, error);
    if (status != GW_OK)
        return status;
    if ((status = socket_of(pub, is_live, endpoint, &socket, error)) != GW_OK) {
        if (lock >= 0)
            close(lock);
        return status;
    }
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

/* Sockets are guarded before the trial wipes the secret, and bound after it. */
static gw_status keys_take(publisher *pub, const gate_options *options, gw_error *error)
{
    door *at = &pub->doors[DOOR_CURVE];
    gw_status status =
        doorman_create(pub->context, options->secret_key, options->clients, &pub->doorman, error);
    void **const sockets[] = {&at->replay, &at->live};
    for (int k = 0; status == GW_OK && k < 2; k++) {
        status = socket_open(pub, k == 1, sockets[k], error);
        if (status == GW_OK)
            status = doorman_guard(pub->doorman, *sockets[k], error);
    }
    return status == GW_OK ? doorman_prove(pub->doorman, error) : status;
}

gw_status publisher_create(const gate_options *options, publisher **out, gw_error *error)
{
    publisher *pub = calloc(1, sizeof *pub);
    *out = NULL;
    if (!pub || !(pub->context = zmq_ctx_new())) {
        free(pub);
        return gw_error_set(error, GW_ENOMEM, "ZeroMQ: %s", zmq_strerror(zmq_errno()));
    }
    gw_status status = GW_OK;
    if (options->secret_key)
        status = keys_take(pub, options, error);
    if (status == GW_OK)
        status = all_bind(pub, options, error);
    if (status == GW_OK)
        *out = pub;
    else
        publisher_destroy(pub, 0);
    return status;
}

const char *publisher_endpoint(const publisher *pub, bool is_live, size_t k)
{
    return k < (is_live ? pub->n_live : pub->n_replay) ? pub->bound[is_live][k] : NULL;
}

/* Subscriptions are the socket's business; they only must not pile up. The socket tells the first
 * of a topic and the end of its last: those that let pictures through are counted. */
static void subscriptions_drain(publisher *pub, void *live)
{
    static const char pictures[] = "v1/scope/";
    char what[sizeof pictures]; /* 1: begins, 0: ends; then the topic */
    for (int k = 0; k < 1000; k++) {
        int n = zmq_recv(live, what, sizeof what, ZMQ_DONTWAIT);
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
    for (size_t k = 0; k < DOOR_COUNT; k++) {
        void *live = pub->doors[k].live;
        if (live && zmq_send(live, topic, strlen(topic), more) >= 0 &&
            zmq_send(live, json, strlen(json), more) >= 0)
            zmq_send(live, bytes, n_bytes, ZMQ_DONTWAIT);
    }
}

int publisher_wait(publisher *pub, int fd, int timeout_ms)
{
    zmq_pollitem_t items[2 * DOOR_COUNT + 1];
    int n = 0, ready = 0;
    for (size_t k = 0; k < DOOR_COUNT; k++) {
        if (pub->doors[k].live)
            items[n++] = (zmq_pollitem_t){.socket = pub->doors[k].live, .events = ZMQ_POLLIN};
        if (pub->doors[k].replay)
            items[n++] = (zmq_pollitem_t){.socket = pub->doors[k].replay, .events = ZMQ_POLLIN};
    }
    if (fd >= 0)
        items[n++] = (zmq_pollitem_t){.fd = fd, .events = ZMQ_POLLIN};
    if (zmq_poll(items, n, timeout_ms) <= 0)
        return 0;
    for (int k = 0; k < n; k++)
        if (items[k].revents && !items[k].socket)
            ready |= PUBLISHER_FD;
    for (size_t k = 0; k < DOOR_COUNT; k++)
        for (int i = 0; i < n; i++) {
            if (items[i].revents && items[i].socket && items[i].socket == pub->doors[k].live)
                subscriptions_drain(pub, pub->doors[k].live);
            else if (items[i].revents && items[i].socket == pub->doors[k].replay)
                ready |= PUBLISHER_REQUEST;
        }
    return ready;
}

bool publisher_send(publisher *pub, const char *topic, const char *json)
{
    bool is_sent = true;
    for (size_t k = 0; k < DOOR_COUNT; k++) {
        void *live = pub->doors[k].live;
        is_sent =
            is_sent &&
            (!live || (zmq_send(live, topic, strlen(topic), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
                       zmq_send(live, json, strlen(json), ZMQ_DONTWAIT) >= 0));
    }
    return is_sent;
}

static bool more_follows(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

/* Who it is says the handshake, not the message. NULL: may command. */
static const char *refusal_of(publisher *pub, unsigned sort, zmq_msg_t *frame)
{
    if (sort == DOOR_IPC)
        return NULL;
    if (sort == DOOR_TCP)
        return "commands are taken on ipc endpoints, and from keys that may command; "
               "this is plain tcp";
    const char *name = zmq_msg_gets(frame, "User-Id");
    return name && doorman_may_command(pub->doorman, name)
               ? NULL
               : "this key may not command: groundwatch keys allow LIST FILE.pub NAME --command";
}

/* One message, whatever its frames; false: none waits. */
static bool request_take(publisher *pub, unsigned sort, publisher_request *out)
{
    void *replay = pub->doors[sort].replay;
    zmq_msg_t frame;
    int n = zmq_recv(replay, out->from.bytes, sizeof out->from.bytes, ZMQ_DONTWAIT);
    if (n < 0)
        return false;
    zmq_msg_init(&frame);
    out->from.n = (size_t)n;
    out->from.door = sort;
    out->is_single = more_follows(replay) && zmq_msg_recv(&frame, replay, ZMQ_DONTWAIT) >= 0 &&
                     zmq_msg_size(&frame) <= sizeof out->bytes;
    out->n_bytes = out->is_single ? zmq_msg_size(&frame) : 0;
    memcpy(out->bytes, zmq_msg_data(&frame), out->n_bytes);
    out->refusal = refusal_of(pub, sort, &frame);
    while (more_follows(replay) && zmq_recv(replay, NULL, 0, ZMQ_DONTWAIT) >= 0)
        out->is_single = false;
    zmq_msg_close(&frame);
    return true;
}

bool publisher_tick(publisher *pub, int64_t now_ms)
{
    return !pub->doorman || doorman_tick(pub->doorman, now_ms);
}

bool publisher_receive(publisher *pub, publisher_request *out)
{
    for (unsigned k = 0; k < DOOR_COUNT; k++) {
        unsigned at = (pub->turn + k) % DOOR_COUNT;
        if (!pub->doors[at].replay || !request_take(pub, at, out))
            continue;
        pub->turn = at + 1;
        return true;
    }
    return false;
}

bool publisher_reply(publisher *pub, const guest_id *to, const char *topic, const char *json)
{
    const int more = ZMQ_SNDMORE | ZMQ_DONTWAIT;
    void *replay = pub->doors[to->door].replay;
    if (zmq_send(replay, to->bytes, to->n, more) < 0 ||
        (topic && zmq_send(replay, topic, strlen(topic), more) < 0))
        return false;
    return zmq_send(replay, json, strlen(json), ZMQ_DONTWAIT) >= 0;
}

static void socket_close(void *socket, int linger_ms)
{
    if (!socket)
        return;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    zmq_close(socket);
}

void publisher_destroy(publisher *pub, int linger_ms)
{
    if (!pub)
        return;
    for (size_t k = 0; k < DOOR_COUNT; k++) {
        socket_close(pub->doors[k].live, linger_ms);
        socket_close(pub->doors[k].replay, linger_ms);
    }
    if (doorman_destroy(pub->doorman) && pub->context)
        zmq_ctx_term(pub->context);
    for (size_t k = 0; k < pub->n_locks; k++)
        close(pub->locks[k]);
    free(pub);
}
