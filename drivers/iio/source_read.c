/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "drivers/iio/source_impl.h"

enum { BACKOFF_MOST_MS = 5000 };

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

static gw_status cancelled_set(const iio_state *state, gw_error *error)
{
    return gw_error_set(error, GW_ECANCELED, "iio:%s: cancelled", state->address);
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
        backoff_wait(state);
        if (is_cancelled(state))
            return cancelled_set(state, error);
        status = iio_connect(state, error);
    } while (status != GW_OK && status != GW_EFORMAT);
    return status;
}

/* Samples come, but make no rows: why? */
static gw_status starved_set(const iio_state *state, gw_error *error)
{
    const gw_assembler *assembler = &state->assembler;
    const char *why = assembler->n_repeated > assembler->n_partial
                          ? "its counter repeats itself"
                          : "no scan is whole, by its range_index and scan_length";
    return gw_error_set(
        error, GW_ELOST,
        "iio:%s: %s: samples come, but no row: %s (%" PRIu64 " partial, %" PRIu64 " repeated)",
        state->address, state->stream.name, why, assembler->n_partial, assembler->n_repeated);
}

static gw_status refill_fail(iio_state *state, long got, int64_t waited_ns, gw_error *error)
{
    if (is_cancelled(state))
        return cancelled_set(state, error);
    if (got == 0)
        return gw_error_set(error, GW_ELOST, "iio:%s: %s: the server sends no samples",
                            state->address, state->stream.name);
    /* the network backend says EPIPE where it means a time-out of its own */
    bool is_late = got == -EPIPE && waited_ns > (int64_t)state->timeout_ms * 900000;
    if (got == -ETIMEDOUT || is_late)
        return gw_error_set(error, GW_ETIMEDOUT, "iio:%s: %s: no samples for %.1f s",
                            state->address, state->stream.name, (double)waited_ns * 1e-9);
    return gw_error_set(error, GW_ELOST, "iio:%s: %s: the connection broke: %s", state->address,
                        state->stream.name, strerror((int)-got));
}

static gw_status refill(iio_state *state, gw_error *error)
{
    int64_t begin_ns = iio_monotonic_ns();
    long n = iio_link_refill(state->link);
    int64_t now_ns = iio_monotonic_ns();
    if (n <= 0)
        return refill_fail(state, n, now_ns - begin_ns, error);
    state->n_samples = n;
    state->next = 0;
    state->assembler.arrival_ns = now_ns;
    return GW_OK;
}

/* Move samples into the block until it is full, ends at a gap, or the buffer is used up. */
static bool block_fill(iio_state *state, gw_block *block)
{
    int32_t counts[GW_IIO_SAMPLES_MAX];
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
    if (state->is_first_block)
        block->flags |= GW_BLOCK_EPOCH;
    else if (block->flags & GW_BLOCK_EPOCH) { /* the device began to count afresh */
        state->epoch++;
        gw_quality_reset(&state->quality, &state->stream, state->match.bits);
    }
    block->flags |= gw_quality_flags(&state->quality, &state->stream, block);
    block->arrival_ns = state->assembler.arrival_ns;
    block->late_ns = block->clock_ns = 0;
    if (state->assembler.has_time) {
        block->late_ns = gw_timeline_late_ns(&state->assembler.timeline);
        block->clock_ns = gw_timeline_clock_ns(&state->assembler.timeline);
    }
    block->epoch = state->epoch;
    state->row_ns = block->arrival_ns;
    state->is_first_block = state->is_told = false;
    state->backoff_ms = IIO_BACKOFF_LEAST_MS;
}

/* One block from the link that stands. */
static gw_status block_read(iio_state *state, gw_block *block, gw_error *error)
{
    gw_status status = GW_OK;
    gw_assembler_begin(&state->assembler, block);
    while (!block_fill(state, block)) {
        if (state->assembler.arrival_ns - state->row_ns > (int64_t)state->timeout_ms * 1000000)
            return starved_set(state, error);
        status = refill(state, error);
        if (status != GW_OK)
            return status;
    }
    if (state->assembler.n_beyond)
        return gw_error_set(error, GW_EFORMAT,
                            "iio:%s: %s: scans are longer than scan_length says, %zu",
                            state->address, state->stream.name, state->stream.n_samples);
    block_finish(state, block);
    return GW_OK;
}

/* Nothing better will come: every later read says the same. */
static gw_status refuse(iio_state *state, const gw_error *why, gw_error *error)
{
    state->other = *why;
    iio_disconnect(state);
    return gw_error_set(error, GW_EFORMAT, "%s", why->text);
}

static gw_status iio_read(void *user, gw_block *block, gw_error *error)
{
    iio_state *state = user;
    gw_error why = state->other;
    while (why.status != GW_EFORMAT) {
        gw_status status = is_cancelled(state) ? cancelled_set(state, &why) : GW_OK;
        if (status == GW_OK && !state->link)
            status = reconnect(state, &why);
        if (status == GW_OK)
            status = block_read(state, block, &why);
        if (status == GW_OK)
            return GW_OK;
        if (status == GW_ECANCELED)
            return gw_error_set(error, status, "%s", why.text);
        iio_disconnect(state); /* never again on this context: it may answer with old values */
        if (status != GW_EFORMAT && !state->is_told) {
            state->is_told = true;
            return gw_error_set(error, status, "%s", why.text);
        }
    }
    return refuse(state, &why, error);
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
