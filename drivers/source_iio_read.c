/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/health.h"
#include "drivers/source_iio.h"
#include "drivers/source_iio_impl.h"
#include "drivers/source_impl.h"

static const double default_block_s = 0.010;

/* What the kernel or the server holds for us, s: more than any hiccup of this process. */
static const double kernel_buffer_s = 4;

enum {
    TIMEOUT_LEAST_MS = 1000,
    TIMEOUT_MOST_MS = 60000,
    BUFFERS_LEAST = 4,
    BUFFERS_MOST = 512,
    BACKOFF_LEAST_MS = 100,
    BACKOFF_MOST_MS = 5000,
    BLOCK_ROWS_MAX = 65536
};

typedef struct iio_state {
    char address[512], channels[512], device[GW_NAME_MAX];
    gw_kind kind;
    double block_s;
    gw_stream stream;
    iio_match match;
    gw_assembler assembler;
    size_t block_rows;
    uint32_t epoch;
    bool is_first_block, is_lost_for_good;
    unsigned backoff_ms;
    long n_samples, next; /* of the block that was last refilled */
    iio_link *link; /* NULL while the device is gone; changed by the reading thread, under lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_cancelled;
    int32_t *row; /* of the assembler */
} iio_state;

static gw_status iio_list(const char *address, unsigned *kinds, gw_error *error)
{
    gw_iio_about *about = malloc(sizeof *about);
    if (!about)
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    gw_status status = gw_iio_survey(address, about, error);
    for (size_t d = 0; status == GW_OK && d < about->n_devices; d++) {
        gw_kind kind = gw_iio_kind(&about->devices[d]);
        iio_match match;
        gw_stream stream;
        if (kind == GW_KIND_COUNT)
            continue;
        status = gw_iio_match(&about->devices[d], kind, NULL, &match, &stream, error);
        *kinds |= 1u << kind;
    }
    if (status == GW_OK && !*kinds)
        status = gw_error_set(error, GW_ENODEV,
                              "iio:%s: no device named gw-gpr, gw-md or gw-pose; `groundwatch info "
                              "iio:%s` shows what is there and how to name it",
                              address, address);
    free(about);
    return status;
}

static void disconnect(iio_state *state)
{
    pthread_mutex_lock(&state->lock);
    iio_link *link = state->link;
    state->link = NULL; /* from here on nobody else cancels it */
    pthread_mutex_unlock(&state->lock);
    iio_link_close(link);
    state->n_samples = state->next = 0;
}

static void context_attrs_take(const iio_state *state, gw_stream *stream)
{
    const char *emulated = iio_link_attr(state->link, "emulated");
    const char *hash = iio_link_attr(state->link, "emulated_hash");
    const char *name = iio_link_attr(state->link, "emulated_name");
    stream->emulated = emulated && strcmp(emulated, "1") == 0;
    if (stream->emulated && hash)
        snprintf(stream->hash, sizeof stream->hash, "%.128s", hash);
    if (stream->emulated && name)
        snprintf(stream->name, sizeof stream->name, "%.127s", name);
}

/* The device that comes back must be the one that went: else its numbers would pass for ours. */
static gw_status stream_verify(iio_state *state, const gw_stream *stream, gw_error *error)
{
    const gw_stream *was = &state->stream;
    if (state->epoch == 0) {
        state->stream = *stream;
        return GW_OK;
    }
    if (memcmp(was, stream, sizeof *stream) == 0)
        return GW_OK;
    state->is_lost_for_good = true;
    return gw_error_set(error, GW_EFORMAT,
                        "another device came back: %s%s, %zu x %zu counts; it was %s%s, %zu x %zu: "
                        "it is not taken for the same sensor",
                        stream->name, stream->emulated ? " (emulated)" : "", stream->n_channels,
                        stream->n_samples, was->name, was->emulated ? " (emulated)" : "",
                        was->n_channels, was->n_samples);
}

static gw_status buffer_start(iio_state *state, gw_error *error)
{
    const gw_stream *stream = &state->stream;
    double rate = stream->row_rate_hz > 0 ? stream->row_rate_hz : stream->play_rate_hz;
    double rows = fmin(fmax(floor(rate * state->block_s + 0.5), 1), BLOCK_ROWS_MAX);
    double block_s = rate > 0 ? rows / rate : state->block_s;
    state->block_rows = (size_t)rows;
    const iio_start start = {
        .match = &state->match,
        .block_samples = state->block_rows * stream->n_samples,
        .n_buffers =
            (unsigned)fmin(fmax(ceil(kernel_buffer_s / block_s), BUFFERS_LEAST), BUFFERS_MOST),
        .timeout_ms = (unsigned)fmin(fmax(4e3 * block_s, TIMEOUT_LEAST_MS), TIMEOUT_MOST_MS)};
    return iio_link_start(state->link, &start, error);
}

static gw_status link_make(iio_state *state, iio_about_device *about, gw_error *error)
{
    gw_stream stream;
    iio_link *link = NULL;
    gw_status status = iio_link_open(state->address, &link, error);
    if (status != GW_OK)
        return status;
    pthread_mutex_lock(&state->lock);
    state->link = link;
    if (state->is_cancelled)
        iio_link_cancel(link);
    pthread_mutex_unlock(&state->lock);
    status = iio_link_find(link, state->device, state->kind, about, error);
    if (status == GW_OK)
        status = gw_iio_match(about, state->kind, state->channels, &state->match, &stream, error);
    if (status != GW_OK)
        return status;
    context_attrs_take(state, &stream);
    status = stream_verify(state, &stream, error);
    return status == GW_OK ? buffer_start(state, error) : status;
}

static gw_status connect_once(iio_state *state, gw_error *error)
{
    gw_error inner = {0};
    iio_about_device *about = malloc(sizeof *about);
    if (!about)
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", state->address);
    gw_status status = link_make(state, about, &inner);
    free(about);
    if (status != GW_OK) {
        disconnect(state);
        bool has_uri = strncmp(inner.text, "iio:", 4) == 0;
        return gw_error_set(error, status, "%s%.100s%s%.300s",
                            has_uri ? "" : "iio:", has_uri ? "" : state->address,
                            has_uri ? "" : ": ", inner.text);
    }
    state->epoch++;
    state->is_first_block = true;
    state->assembler.has_counter = state->match.sequence >= 0;
    gw_assembler_reset(&state->assembler);
    return GW_OK;
}

static void iio_close(void *user)
{
    iio_state *state = user;
    disconnect(state);
    pthread_mutex_destroy(&state->lock);
    pthread_cond_destroy(&state->wake);
    free(state->row);
    free(state);
}

static gw_status iio_open(const char *address, const gw_source_config *config, void **out,
                          gw_error *error)
{
    pthread_condattr_t attr;
    *out = NULL;
    iio_state *state = calloc(1, sizeof *state);
    if (!state)
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    snprintf(state->address, sizeof state->address, "%s", address);
    snprintf(state->channels, sizeof state->channels, "%s",
             config->channels ? config->channels : "");
    snprintf(state->device, sizeof state->device, "%s", config->device ? config->device : "");
    state->kind = config->kind;
    state->block_s = config->block_s > 0 ? config->block_s : default_block_s;
    state->backoff_ms = BACKOFF_LEAST_MS;
    state->assembler.stream = &state->stream;
    pthread_mutex_init(&state->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&state->wake, &attr);
    pthread_condattr_destroy(&attr);
    gw_status status = connect_once(state, error);
    if (status == GW_OK) {
        state->row = malloc(gw_stream_row_counts(&state->stream) * sizeof *state->row);
        state->assembler.row = state->row;
        if (!state->row)
            status = gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    }
    if (status != GW_OK) {
        iio_close(state);
        return status;
    }
    *out = state;
    return GW_OK;
}

static const gw_stream *iio_describe(const void *state)
{
    return &((const iio_state *)state)->stream;
}

static size_t iio_block_rows(const void *state)
{
    return ((const iio_state *)state)->block_rows;
}

static bool is_cancelled(iio_state *state)
{
    pthread_mutex_lock(&state->lock);
    bool is = state->is_cancelled;
    pthread_mutex_unlock(&state->lock);
    return is;
}

/* Wait out the back-off, or less when the source is cancelled; the next one is longer. */
static void backoff_wait(iio_state *state)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += state->backoff_ms / 1000;
    until.tv_nsec += (long)(state->backoff_ms % 1000) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&state->lock);
    while (!state->is_cancelled && pthread_cond_timedwait(&state->wake, &state->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&state->lock);
    state->backoff_ms =
        state->backoff_ms * 2 < BACKOFF_MOST_MS ? state->backoff_ms * 2 : BACKOFF_MOST_MS;
}

/* Until the device is there again: GW_OK, GW_ECANCELED, or GW_EFORMAT for good. */
static gw_status reconnect(iio_state *state, gw_error *error)
{
    gw_status status;
    do {
        if (state->is_lost_for_good)
            return gw_error_set(error, GW_EFORMAT, "iio:%s: another device is there",
                                state->address);
        backoff_wait(state);
        if (is_cancelled(state))
            return gw_error_set(error, GW_ECANCELED, "iio:%s: cancelled", state->address);
        status = connect_once(state, error);
    } while (status != GW_OK && !state->is_lost_for_good);
    return status;
}

static gw_status refill(iio_state *state, gw_error *error)
{
    long n = iio_link_refill(state->link);
    if (n >= 0) {
        state->n_samples = n;
        state->next = 0;
        return GW_OK;
    }
    if (is_cancelled(state))
        return gw_error_set(error, GW_ECANCELED, "iio:%s: cancelled", state->address);
    disconnect(state); /* never again on this context: it may answer with old values */
    /* the network backend says EPIPE where it means a time-out */
    gw_status status = n == -ETIMEDOUT ? GW_ETIMEDOUT : GW_ELOST;
    return gw_error_set(error, status, "iio:%s: %s: no samples: %s", state->address,
                        state->stream.name, strerror((int)-n));
}

/* Move samples into the block until it is full, ends at a gap, or the buffer is used up. */
static bool block_fill(iio_state *state, gw_block *block)
{
    int32_t counts[GW_CHANNELS_MAX];
    gw_sample sample;
    while (state->next < state->n_samples) {
        iio_link_sample(state->link, (size_t)state->next++, counts, &sample);
        if (!gw_assembler_take(&state->assembler, &sample, block))
            return true;
    }
    return block->n_rows > 0;
}

static void block_finish(iio_state *state, gw_block *block)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    block->arrival_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    block->epoch = state->epoch;
    block->flags |= gw_health_flags(&state->stream, block);
    if (state->is_first_block)
        block->flags |= GW_BLOCK_EPOCH;
    state->is_first_block = false;
    state->backoff_ms = BACKOFF_LEAST_MS;
}

static gw_status iio_read(void *user, gw_block *block, gw_error *error)
{
    iio_state *state = user;
    gw_status status = GW_OK;
    if (!state->link)
        status = reconnect(state, error);
    if (status != GW_OK)
        return status;
    gw_assembler_begin(&state->assembler, block);
    while (!block_fill(state, block)) {
        status = refill(state, error);
        if (status != GW_OK)
            return status;
    }
    block_finish(state, block);
    return GW_OK;
}

static void iio_cancel(void *user)
{
    iio_state *state = user;
    pthread_mutex_lock(&state->lock);
    state->is_cancelled = true;
    if (state->link)
        iio_link_cancel(state->link);
    pthread_cond_broadcast(&state->wake);
    pthread_mutex_unlock(&state->lock);
}

const source_type source_iio = {.scheme = "iio:",
                                .list = iio_list,
                                .open = iio_open,
                                .describe = iio_describe,
                                .block_rows = iio_block_rows,
                                .read = iio_read,
                                .cancel = iio_cancel,
                                .close = iio_close};
