/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/client.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "clients/envelope.h"
#include "clients/sequence.h"

enum {
    LIVE_HWM = 10000,
    REPLAY_HWM = 4096,
    MESSAGE_BYTES_MAX = 1 << 20,
    RECONNECT_MS = 50,
    RECONNECT_MAX_MS = 500,
    TURNS_MAX = 64 /* messages without an event before the time-out is looked at */
};

struct gw_client {
    void *context, *live, *replay;
    gw_sequence *seq;
    gw_client_event aside; /* SCOPE or REPLY that was received last; NOTHING: none */
    json_t *aside_message;
    zmq_msg_t bytes; /* of a scope, until the next message */
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* No ZMQ_HEARTBEAT_*: libzmq 4.3.4 can abort the process with it (zeromq/libzmq#4767). */
static int socket_set(void *socket, int hwm)
{
    const int64_t bytes_max = MESSAGE_BYTES_MAX;
    const struct {
        int option, value;
    } all[] = {{ZMQ_RCVHWM, hwm},
               {ZMQ_SNDHWM, 16},
               {ZMQ_LINGER, 0},
               {ZMQ_RECONNECT_IVL, RECONNECT_MS},
               {ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS},
               {ZMQ_TCP_KEEPALIVE, 1},
               {ZMQ_TCP_KEEPALIVE_IDLE, 10},
               {ZMQ_TCP_KEEPALIVE_INTVL, 5},
               {ZMQ_TCP_KEEPALIVE_CNT, 3}};
    int failed = zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        failed |= zmq_setsockopt(socket, all[k].option, &all[k].value, sizeof all[k].value);
    return failed;
}

/* Only who has the daemon's public key and a key of its list is heard (RFC 26). */
static int keys_set(void *socket, const gw_client_config *config)
{
    if (!config->server_key)
        return 0;
    return zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, config->server_key, 41) |
           zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, config->public_key, 41) |
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, config->secret_key, 41);
}

/* The kinds that are followed; `scope`, which is large and lossy, only when it is wanted. */
static int live_subscribe(void *socket, bool scope)
{
    int failed = scope ? zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "v1/scope/", 9) : 0;
    for (int kind = 0; kind <= GW_ENVELOPE_HEARTBEAT; kind++) {
        char topic[32];
        snprintf(topic, sizeof topic, "v1/%s/", gw_envelope_name((gw_envelope_kind)kind));
        failed |= zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, strlen(topic));
    }
    return failed;
}

/* Without the option a name is IPv4 only, with it "localhost" may be the address that the daemon
 * does not serve: it goes by the endpoint. */
static int endpoint_connect(void *socket, const char *endpoint)
{
    const int has_six = strchr(endpoint, '[') != NULL;
    return zmq_setsockopt(socket, ZMQ_IPV6, &has_six, sizeof has_six) |
           zmq_connect(socket, endpoint);
}

static bool live_open(gw_client *client, const gw_client_config *config)
{
    client->live = zmq_socket(client->context, ZMQ_SUB);
    return client->live && socket_set(client->live, LIVE_HWM) == 0 &&
           keys_set(client->live, config) == 0 &&
           live_subscribe(client->live, config->scope) == 0 &&
           endpoint_connect(client->live, config->live) == 0;
}

/* A request waits for no connection: it would be answered when nobody needs it any more. */
static bool replay_open(gw_client *client, const gw_client_config *config)
{
    const int yes = 1;
    client->replay = zmq_socket(client->context, ZMQ_DEALER);
    return client->replay && socket_set(client->replay, REPLAY_HWM) == 0 &&
           keys_set(client->replay, config) == 0 &&
           zmq_setsockopt(client->replay, ZMQ_IMMEDIATE, &yes, sizeof yes) == 0 &&
           endpoint_connect(client->replay, config->replay) == 0;
}

gw_client *gw_client_create(const gw_client_config *config, char *error, unsigned n_error)
{
    gw_client *client = calloc(1, sizeof *client);
    const char *at = "out of memory";
    if (client)
        zmq_msg_init(&client->bytes);
    if (!client || !(client->context = zmq_ctx_new()) ||
        !(client->seq = gw_sequence_create(config->replay != NULL, config->history,
                                           config->position, clock_ms())))
        goto fail;
    at = config->live;
    if (!live_open(client, config))
        goto fail;
    at = config->replay;
    if (config->replay && !replay_open(client, config))
        goto fail;
    return client;
fail:
    snprintf(error, n_error, "%s: %s", at, zmq_strerror(zmq_errno()));
    gw_client_destroy(client);
    return NULL;
}

/* One whole message: [topic][JSON][bytes], or [JSON] alone. root: the JSON (NULL when it is none);
 * the bytes are kept. False: none waits. */
static bool message_receive(gw_client *client, void *socket, json_t **root, int *n_frames)
{
    zmq_msg_t *frame = &client->bytes;
    int more = 1;
    *root = NULL;
    for (*n_frames = 0; more; ++*n_frames) {
        if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0)
            return *n_frames > 0;
        more = zmq_msg_more(frame);
        if (!*root && (*n_frames == 1 || (*n_frames == 0 && !more)))
            *root = json_loadb(zmq_msg_data(frame), zmq_msg_size(frame), 0, NULL);
    }
    return true;
}

/* What concerns no record's number is handed out as it comes. */
static void aside_take(gw_client *client, gw_client_event_type type, json_t *root)
{
    client->aside = (gw_client_event){.type = type};
    if (type == GW_CLIENT_SCOPE) {
        client->aside.bytes = zmq_msg_data(&client->bytes);
        client->aside.n_bytes = zmq_msg_size(&client->bytes);
        snprintf(client->aside.kind, sizeof client->aside.kind, "scope");
    }
    client->aside.message = client->aside_message = json_incref(root);
}

static bool aside_next(gw_client *client, gw_client_event *event)
{
    if (client->aside.type == GW_CLIENT_NOTHING)
        return false;
    *event = client->aside;
    client->aside.type = GW_CLIENT_NOTHING;
    return true;
}

/* The sequence numbers its requests; everybody else's `id` begins with a letter. */
static bool is_of_caller(const json_t *reply)
{
    const char *id = json_string_value(json_object_get(reply, "id"));
    return id && !(id[0] >= '0' && id[0] <= '9');
}

/* Live first: a long replay must not make heartbeats old. False: nothing waits. */
static bool messages_take(gw_client *client)
{
    json_t *root;
    int n_frames;
    bool is_replay = false;
    if (!message_receive(client, client->live, &root, &n_frames)) {
        is_replay = true;
        if (!client->replay || !message_receive(client, client->replay, &root, &n_frames))
            return false;
    }
    if (root && n_frames == 2)
        gw_sequence_take(client->seq, root, is_replay, clock_ms());
    else if (root && n_frames == 3 && !is_replay)
        aside_take(client, GW_CLIENT_SCOPE, root);
    else if (root && n_frames == 1 && is_replay && is_of_caller(root))
        aside_take(client, GW_CLIENT_REPLY, root);
    else if (root && n_frames == 1 && is_replay)
        gw_sequence_reply(client->seq, root, clock_ms());
    json_decref(root);
    return true;
}

static void request_send(gw_client *client)
{
    char text[GW_SEQUENCE_REQUEST_MAX];
    while (gw_sequence_ask(client->seq, clock_ms(), text)) {
        if (zmq_send(client->replay, text, strlen(text), ZMQ_DONTWAIT) >= 0)
            return;
        gw_sequence_unsent(client->seq, clock_ms());
    }
}

static void sockets_wait(gw_client *client, int64_t until_ms)
{
    zmq_pollitem_t items[] = {{.socket = client->live, .events = ZMQ_POLLIN},
                              {.socket = client->replay, .events = ZMQ_POLLIN}};
    int64_t due_ms = gw_sequence_due_ms(client->seq), now_ms = clock_ms();
    if (due_ms < until_ms)
        until_ms = due_ms;
    if (until_ms > now_ms)
        zmq_poll(items, client->replay ? 2 : 1, (long)(until_ms - now_ms));
}

void gw_client_poll(gw_client *client, int timeout_ms, gw_client_event *event)
{
    int64_t end_ms = clock_ms() + (timeout_ms > 0 ? timeout_ms : 0);
    json_decref(client->aside_message);
    client->aside_message = NULL;
    for (int turn = 0;; turn++) {
        if (gw_sequence_next(client->seq, event))
            return;
        bool is_idle = !messages_take(client);
        if (aside_next(client, event) || gw_sequence_next(client->seq, event))
            return;
        if (!is_idle && turn % TURNS_MAX != TURNS_MAX - 1)
            continue;
        if (is_idle)
            gw_sequence_tick(client->seq, clock_ms());
        if (gw_sequence_next(client->seq, event))
            return;
        request_send(client);
        if (gw_sequence_next(client->seq, event))
            return;
        if (clock_ms() >= end_ms)
            break;
        sockets_wait(client, end_ms);
    }
    *event = (gw_client_event){.type = GW_CLIENT_NOTHING};
}

bool gw_client_request(gw_client *client, const json_t *request)
{
    json_t *all = client->replay ? json_copy((json_t *)(uintptr_t)request) : NULL;
    bool is_sent = false;
    if (all && !json_object_get(all, "id"))
        json_object_set_new(all, "id", json_string("caller"));
    char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
    if (text)
        is_sent = zmq_send(client->replay, text, strlen(text), ZMQ_DONTWAIT) >= 0;
    free(text);
    json_decref(all);
    return is_sent;
}

void gw_client_where(const gw_client *client, gw_client_position *position)
{
    gw_sequence_where(client->seq, position);
}

const char *gw_client_kind(size_t kind)
{
    return kind < GW_CLIENT_KINDS ? gw_envelope_name((gw_envelope_kind)kind) : NULL;
}

bool gw_client_keys(char public_key[41], char secret_key[41])
{
    return zmq_curve_keypair(public_key, secret_key) == 0;
}

void gw_client_destroy(gw_client *client)
{
    if (!client)
        return;
    json_decref(client->aside_message);
    zmq_msg_close(&client->bytes);
    if (client->live)
        zmq_close(client->live);
    if (client->replay)
        zmq_close(client->replay);
    if (client->context)
        zmq_ctx_term(client->context);
    gw_sequence_destroy(client->seq);
    free(client);
}
