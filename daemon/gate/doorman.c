/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/doorman.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#include "daemon/clock.h"
#include "daemon/thread.h"
#include "drivers/keyfile.h"

enum {
    ENFORCE_DOMAIN = 93, /* ZMQ_ZAP_ENFORCE_DOMAIN: libzmq has it, the header of 4.3.4 hides it */
    FRAMES = 7,          /* version, id, domain, address, routing id, mechanism, key */
    FRAME_MAX = 256,
    WAIT_MS = 100,
    DEAD_MS = 2000,
    LOOK_MS = 500,
    LOG_MS = 1000,
    PROOF_MS = 3000,
    PROOF_AFTER_MS = 200, /* what a stranger could still get after it was refused */
    JOIN_MS = 2000
};

static const char domain[] = "groundwatch";

struct doorman {
    void *context, *zap;
    pthread_t thread;
    bool is_started;
    _Atomic bool is_stopping, is_ended;
    _Atomic uint64_t turns, n_refused;
    int64_t look_ms, turned_ms, log_ms; /* log_ms: of the thread */
    uint64_t turns_seen;
    char path[4096];
    struct stat about; /* of the list as it was read last */
    gw_keyfile pair;
    gw_allow_list last; /* the newest that could be read */
    pthread_mutex_t lock;
    gw_allow_list list; /* in force; empty when the file cannot be read */
};

typedef struct frame {
    size_t n;
    char bytes[FRAME_MAX];
} frame;

/* Frames of one question; more than FRAMES: counted, not kept. */
static size_t question_receive(void *zap, frame frames[FRAMES])
{
    int more = 1;
    size_t n = 0, size = sizeof more;
    for (; more; n++) {
        char drop[FRAME_MAX];
        int got = zmq_recv(zap, n < FRAMES ? frames[n].bytes : drop, FRAME_MAX, ZMQ_DONTWAIT);
        if (got < 0)
            return n;
        if (n < FRAMES)
            frames[n].n = (size_t)got > FRAME_MAX ? 0 : (size_t)got;
        if (zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &size) != 0)
            more = 0;
    }
    return n;
}

static bool frame_is(const frame *f, const char *text)
{
    return f->n == strlen(text) && memcmp(f->bytes, text, f->n) == 0;
}

/* The client's name, "" when it may not come in. */
static void name_find(doorman *d, const frame *frames, size_t n, char name[GW_KEY_NAME_MAX])
{
    name[0] = 0;
    if (n != FRAMES || !frame_is(&frames[0], "1.0") || !frame_is(&frames[2], domain) ||
        !frame_is(&frames[5], "CURVE") || frames[6].n != GW_KEY_BYTES)
        return;
    pthread_mutex_lock(&d->lock);
    const gw_allow_entry *entry = gw_allow_find(&d->list, (const uint8_t *)frames[6].bytes);
    if (entry)
        memcpy(name, entry->name, GW_KEY_NAME_MAX);
    pthread_mutex_unlock(&d->lock);
}

static void refusal_log(doorman *d, const frame *address)
{
    int64_t now_ms = gw_clock_monotonic_ns() / 1000000;
    atomic_fetch_add(&d->n_refused, 1);
    if (d->log_ms && now_ms - d->log_ms < LOG_MS)
        return;
    d->log_ms = now_ms;
    char text[64];
    size_t n = address->n < sizeof text - 1 ? address->n : sizeof text - 1;
    for (size_t k = 0; k < n; k++)
        text[k] = address->bytes[k] > 0x20 && address->bytes[k] < 0x7f ? address->bytes[k] : '?';
    text[n] = 0;
    gw_log("groundwatch-gate: %s: a key that is not on the list was refused", text);
}

static void question_answer(doorman *d)
{
    frame frames[FRAMES];
    char name[GW_KEY_NAME_MAX];
    size_t n = question_receive(d->zap, frames);
    if (n == 0)
        return;
    name_find(d, frames, n, name);
    /* 300, not 400: a client that gets 400 never tries again, though it may be on the list soon. */
    const char *const parts[] = {name[0] ? "200" : "300", name[0] ? "OK" : "not on the list", name};
    if (!name[0])
        refusal_log(d, n > 3 ? &frames[3] : &(frame){.n = 0});
    zmq_send(d->zap, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(d->zap, frames[1].bytes, n > 1 ? frames[1].n : 0, ZMQ_SNDMORE);
    for (size_t k = 0; k < 3; k++)
        zmq_send(d->zap, parts[k], strlen(parts[k]), ZMQ_SNDMORE);
    zmq_send(d->zap, "", 0, 0); /* no metadata */
}

static void *doorman_run(void *user)
{
    doorman *d = user;
    zmq_pollitem_t item = {.socket = d->zap, .events = ZMQ_POLLIN};
    while (!atomic_load(&d->is_stopping)) {
        int ready = zmq_poll(&item, 1, WAIT_MS);
        if (ready < 0 && zmq_errno() != EINTR)
            break;
        if (ready > 0)
            question_answer(d);
        atomic_fetch_add(&d->turns, 1);
    }
    zmq_close(d->zap); /* with no handler, libzmq lets nobody in: the domain is enforced */
    atomic_store(&d->is_ended, true);
    return NULL;
}

/* What is wrong with a file that the configuration names is wrong with the configuration. */
static gw_status as_config(gw_status status, gw_error *error)
{
    if (status == GW_OK || status == GW_ENOMEM)
        return status;
    error->status = GW_ECONFIG;
    return GW_ECONFIG;
}

static gw_status files_read(doorman *d, const char *secret_key, gw_error *error)
{
    char public_key[GW_KEY_TEXT_MAX];
    gw_status status = gw_keyfile_load(secret_key, false, &d->pair, error);
    if (status == GW_OK && (zmq_curve_public(public_key, d->pair.secret_key) != 0 ||
                            strcmp(public_key, d->pair.public_key) != 0))
        status = gw_error_set(error, GW_ECONFIG, "%s: public and secret are not of one pair",
                              secret_key);
    if (status == GW_OK && stat(d->path, &d->about) < 0)
        memset(&d->about, 0, sizeof d->about);
    if (status == GW_OK)
        status = gw_allow_load(d->path, &d->list, error);
    d->last = d->list;
    return as_config(status, error);
}

static gw_status zap_open(doorman *d, gw_error *error)
{
    const int none = 0;
    d->zap = zmq_socket(d->context, ZMQ_REP);
    if (!d->zap || zmq_setsockopt(d->zap, ZMQ_LINGER, &none, sizeof none) != 0 ||
        zmq_bind(d->zap, "inproc://zeromq.zap.01") != 0)
        return gw_error_set(error, GW_EINTERNAL, "ZAP: %s", zmq_strerror(zmq_errno()));
    /* The socket goes over to the thread: starting it is the barrier that libzmq asks for. */
    gw_status status = gw_thread_start(&d->thread, "doorman", 0, doorman_run, d, error);
    d->is_started = status == GW_OK;
    return status;
}

gw_status doorman_create(void *context, const char *secret_key, const char *clients, doorman **out,
                         gw_error *error)
{
    doorman *d = calloc(1, sizeof *d);
    *out = NULL;
    if (!d)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    d->context = context;
    d->turned_ms = gw_clock_monotonic_ns() / 1000000;
    pthread_mutex_init(&d->lock, NULL);
    gw_status status = GW_OK;
    if (snprintf(d->path, sizeof d->path, "%s", clients) >= (int)sizeof d->path)
        status = gw_error_set(error, GW_ECONFIG, "%.200s: path too long", clients);
    if (status == GW_OK)
        status = files_read(d, secret_key, error);
    if (status == GW_OK)
        status = zap_open(d, error);
    if (status == GW_OK)
        *out = d;
    else
        doorman_destroy(d);
    return status;
}

gw_status doorman_guard(doorman *d, void *socket, gw_error *error)
{
    const int yes = 1;
    if (!d->pair.secret_key[0])
        return gw_error_set(error, GW_EINTERNAL, "CURVE: the key is gone");
    if (zmq_setsockopt(socket, ENFORCE_DOMAIN, &yes, sizeof yes) != 0)
        return gw_error_set(error, GW_EINTERNAL,
                            "CURVE: this libzmq cannot enforce the allow-list: %s",
                            zmq_strerror(zmq_errno()));
    if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, domain, sizeof domain - 1) != 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &yes, sizeof yes) != 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, d->pair.secret_key, GW_KEY_TEXT_MAX) != 0)
        return gw_error_set(error, GW_EINTERNAL, "CURVE: %s", zmq_strerror(zmq_errno()));
    return GW_OK;
}

/* A subscriber to everything with a key that nobody knows. */
static bool stranger_connect(const doorman *d, void *stranger, const char *endpoint)
{
    char public_key[GW_KEY_TEXT_MAX], secret_key[GW_KEY_TEXT_MAX];
    const int none = 0;
    bool is_open =
        zmq_curve_keypair(public_key, secret_key) == 0 &&
        zmq_setsockopt(stranger, ZMQ_LINGER, &none, sizeof none) == 0 &&
        zmq_setsockopt(stranger, ZMQ_CURVE_SERVERKEY, d->pair.public_key, GW_KEY_TEXT_MAX) == 0 &&
        zmq_setsockopt(stranger, ZMQ_CURVE_PUBLICKEY, public_key, GW_KEY_TEXT_MAX) == 0 &&
        zmq_setsockopt(stranger, ZMQ_CURVE_SECRETKEY, secret_key, GW_KEY_TEXT_MAX) == 0 &&
        zmq_setsockopt(stranger, ZMQ_SUBSCRIBE, "", 0) == 0 && zmq_connect(stranger, endpoint) == 0;
    explicit_bzero(secret_key, sizeof secret_key);
    return is_open;
}

/* Publish until the stranger was refused, and a little longer; what did it get? */
static const char *stranger_try(doorman *d, void *live, void *stranger)
{
    int64_t start_ms = gw_clock_monotonic_ns() / 1000000, now_ms = start_ms, refused_ms = 0;
    zmq_pollitem_t item = {.socket = stranger, .events = ZMQ_POLLIN};
    while (now_ms - start_ms < PROOF_MS) {
        zmq_send(live, "trial", 5, ZMQ_DONTWAIT);
        if (zmq_poll(&item, 1, 10) > 0)
            return "a key that is not on the list was let in";
        now_ms = gw_clock_monotonic_ns() / 1000000;
        if (!refused_ms && atomic_load(&d->n_refused))
            refused_ms = now_ms;
        if (refused_ms && now_ms - refused_ms >= PROOF_AFTER_MS)
            return NULL;
    }
    return "the doorman was not asked about a key that is not on the list";
}

gw_status doorman_prove(doorman *d, gw_error *error)
{
    char endpoint[128];
    size_t size = sizeof endpoint;
    const int none = 0;
    void *live = zmq_socket(d->context, ZMQ_XPUB), *stranger = zmq_socket(d->context, ZMQ_SUB);
    gw_status status = GW_EINTERNAL;
    const char *cause = "no sockets";
    if (live && stranger && zmq_setsockopt(live, ZMQ_LINGER, &none, sizeof none) == 0 &&
        doorman_guard(d, live, error) == GW_OK && zmq_bind(live, "tcp://127.0.0.1:*") == 0 &&
        zmq_getsockopt(live, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0 &&
        stranger_connect(d, stranger, endpoint))
        cause = stranger_try(d, live, stranger);
    if (!cause)
        status = GW_OK;
    else
        gw_error_set(error, status, "the trial of the keys failed: %s; nothing is served", cause);
    if (live)
        zmq_close(live);
    if (stranger)
        zmq_close(stranger);
    explicit_bzero(d->pair.secret_key, sizeof d->pair.secret_key);
    return status;
}

static bool has_changed(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec ||
           a->st_size != b->st_size || a->st_ino != b->st_ino || a->st_mode != b->st_mode ||
           a->st_uid != b->st_uid;
}

/* Every key of `before` is in `now`, under the same name. */
static bool all_stay(const gw_allow_list *before, const gw_allow_list *now)
{
    for (size_t k = 0; k < before->n; k++) {
        const gw_allow_entry *entry = gw_allow_find(now, before->entries[k].bytes);
        if (!entry || strcmp(entry->name, before->entries[k].name) != 0)
            return false;
    }
    return true;
}

/* False: somebody who may be connected is on the list no more. */
static bool list_look(doorman *d)
{
    struct stat about = {.st_size = 0};
    gw_error error;
    if (stat(d->path, &about) == 0 && !has_changed(&about, &d->about))
        return true;
    if (about.st_ino == 0 && d->about.st_ino == 0)
        return true;
    d->about = about;
    gw_allow_list *list = malloc(sizeof *list);
    if (!list)
        return false;
    bool is_read = gw_allow_load(d->path, list, &error) == GW_OK;
    if (!is_read)
        gw_log("groundwatch-gate: %s: nobody new comes in", error.text);
    else
        gw_log("groundwatch-gate: %s: read again, %zu keys", d->path, list->n);
    pthread_mutex_lock(&d->lock);
    d->list = *list;
    pthread_mutex_unlock(&d->lock);
    bool is_well = !is_read || all_stay(&d->last, list);
    if (is_read)
        d->last = *list;
    free(list);
    if (!is_well)
        gw_log("groundwatch-gate: a key was taken off the list: all connections are ended");
    return is_well;
}

bool doorman_tick(doorman *d, int64_t now_ms)
{
    uint64_t turns = atomic_load(&d->turns);
    if (turns != d->turns_seen)
        d->turned_ms = now_ms;
    d->turns_seen = turns;
    if (atomic_load(&d->is_ended) || now_ms - d->turned_ms > DEAD_MS) {
        gw_log("groundwatch-gate: the doorman does not answer: nobody can come in");
        return false;
    }
    if (now_ms - d->look_ms < LOOK_MS)
        return true;
    d->look_ms = now_ms;
    return list_look(d);
}

bool doorman_may_command(doorman *d, const char *name)
{
    bool may = false;
    pthread_mutex_lock(&d->lock);
    for (size_t k = 0; k < d->list.n; k++)
        may |= d->list.entries[k].may_command && strcmp(d->list.entries[k].name, name) == 0;
    pthread_mutex_unlock(&d->lock);
    return may;
}

bool doorman_destroy(doorman *d)
{
    if (!d)
        return true;
    explicit_bzero(d->pair.secret_key, sizeof d->pair.secret_key);
    atomic_store(&d->is_stopping, true);
    if (d->is_started && !gw_thread_join(d->thread, JOIN_MS, NULL, NULL))
        return false; /* it may still use what would be freed; the process ends */
    if (!d->is_started && d->zap)
        zmq_close(d->zap);
    pthread_mutex_destroy(&d->lock);
    free(d);
    return true;
}
