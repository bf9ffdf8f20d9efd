/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/acquire.h"

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/thread.h"

enum {
    SLOTS_LEAST = 512, /* 5 s of blocks of 10 ms; a stall of the detect thread must fit */
    RING_BYTES_MOST = 256 << 20,
    RETRY_MS = 500,
    JOIN_MS = 8000, /* a libiio context that is being made cannot be cancelled */
    FIFO_PRIORITY = 60
};

struct gw_acquire {
    gw_feed feed;
    gw_source_config config;
    gw_source *source;
    gw_stream stream; /* as first opened */
    gw_block *spare;
    pthread_t thread;
    pthread_mutex_t lock; /* source (its swap) and trouble; never taken for a block */
    sem_t opened, go;
    gw_bell stopped;
    _Atomic bool is_stopping, is_kicked;
    gw_error error, trouble;
    bool has_trouble;

    /* of the thread */
    uint64_t n_dropped; /* rows not yet told as a gap */
    uint32_t epoch_base, epoch;
    bool is_epoch_due, is_in_trouble;
};

static size_t slots_wanted(const gw_stream *stream, size_t max_rows)
{
    size_t n = SLOTS_LEAST, bytes = gw_stream_row_counts(stream) * max_rows * sizeof(int32_t);
    while (n > 4 && n * bytes > RING_BYTES_MOST)
        n /= 2;
    return n;
}

static int64_t block_ns_nominal(const gw_acquire *a, size_t max_rows)
{
    const gw_stream *stream = &a->stream;
    double rate = stream->row_rate_hz > 0 ? stream->row_rate_hz : stream->play_rate_hz;
    double seconds = a->config.block_s;
    if (rate > 0 && (double)max_rows / rate > seconds)
        seconds = (double)max_rows / rate;
    return (int64_t)(seconds * 1e9);
}

static gw_status acquire_open(gw_acquire *a)
{
    gw_status status = gw_source_open(&a->config, &a->source, &a->error);
    if (status != GW_OK)
        return status;
    a->stream = *gw_source_describe(a->source);
    if (a->config.arm.is_known)
        a->stream.arm = a->config.arm;
    size_t max_rows = gw_source_block_rows(a->source);
    status = gw_ring_create_blocks(slots_wanted(&a->stream, max_rows), &a->stream, max_rows,
                                   &a->feed.ring);
    a->feed.max_rows = max_rows;
    a->spare = status == GW_OK ? gw_block_create(&a->stream, max_rows) : NULL;
    if (!a->spare)
        return gw_error_set(&a->error, GW_ENOMEM, "%s: no memory for its blocks", a->config.uri);
    a->feed.stream = &a->stream;
    a->feed.block_ns = block_ns_nominal(a, max_rows);
    return GW_OK;
}

static void trouble_tell(gw_acquire *a, const gw_error *error)
{
    pthread_mutex_lock(&a->lock);
    a->trouble = *error;
    a->has_trouble = true;
    pthread_mutex_unlock(&a->lock);
}

static void block_commit(gw_acquire *a, gw_block *block)
{
    gw_feed *feed = &a->feed;
    if (a->n_dropped) {
        block->flags |= GW_BLOCK_GAP;
        block->n_lost += a->n_dropped;
        a->n_dropped = 0;
    }
    if (a->is_epoch_due)
        block->flags |= GW_BLOCK_EPOCH;
    a->is_epoch_due = false;
    gw_ring_commit(feed->ring);
    gw_bell_ring(feed->blocks);
}

static void block_take(gw_acquire *a, gw_block *block)
{
    gw_feed *feed = &a->feed;
    int64_t now = gw_clock_monotonic_ns();
    uint64_t n_lost = block->flags & GW_BLOCK_GAP ? block->n_lost : 0;
    a->epoch = block->epoch += a->epoch_base;
    a->is_epoch_due |= (block->flags & GW_BLOCK_EPOCH) != 0;
    block->n_lost = n_lost;
    atomic_fetch_add_explicit(&feed->rows, block->n_rows, memory_order_relaxed);
    atomic_fetch_add_explicit(&feed->lost_upstream, n_lost, memory_order_relaxed);
    atomic_store_explicit(&feed->epoch, block->epoch, memory_order_relaxed);
    atomic_store_explicit(&feed->newest_ns, now, memory_order_relaxed);
    atomic_store_explicit(&feed->late_ns, block->late_ns, memory_order_relaxed);
    atomic_store_explicit(&feed->clock_ns, block->clock_ns, memory_order_relaxed);
    if (block->flags & GW_BLOCK_CLOCK) {
        atomic_store_explicit(&feed->set_by_ns, block->set_ns, memory_order_relaxed);
        atomic_store_explicit(&feed->set_ns, now, memory_order_release);
    }
    atomic_store_explicit(&feed->state, GW_FEED_STREAMING, memory_order_relaxed);
    a->is_in_trouble = false;
    if (block != a->spare) {
        block_commit(a, block);
        return;
    }
    a->n_dropped += block->n_rows + n_lost;
    atomic_fetch_add_explicit(&feed->dropped_by_us, block->n_rows, memory_order_relaxed);
    atomic_store_explicit(&feed->dropped_ns, now, memory_order_relaxed);
}

static bool is_same_stream(const gw_stream *a, const gw_stream *b)
{
    return a->kind == b->kind && a->n_channels == b->n_channels && a->n_samples == b->n_samples &&
           a->bits == b->bits && a->is_signed == b->is_signed && a->waveform == b->waveform &&
           a->is_complex == b->is_complex && a->emulated == b->emulated &&
           strcmp(a->hash, b->hash) == 0;
}

/* The source in use, and the one to use from now on; stop and kick look at it under the lock. */
static gw_source *source_swap(gw_acquire *a, gw_source *source)
{
    pthread_mutex_lock(&a->lock);
    gw_source *was = a->source;
    a->source = source;
    atomic_store(&a->is_kicked, false);
    pthread_mutex_unlock(&a->lock);
    return was;
}

/* A source that was ended by the watchdog or came back as another device is opened anew. */
static bool source_reopen(gw_acquire *a)
{
    gw_source *source = source_swap(a, NULL);
    if (source)
        gw_source_close(source);
    gw_bell_arm(&a->stopped);
    if (!atomic_load(&a->is_stopping))
        gw_bell_wait(&a->stopped, RETRY_MS);
    if (atomic_load(&a->is_stopping) || gw_source_open(&a->config, &source, &a->error) != GW_OK)
        return false;
    if (!is_same_stream(gw_source_describe(source), &a->stream) ||
        gw_source_block_rows(source) > a->spare->max_rows) {
        gw_error_set(&a->error, GW_EFORMAT, "%s: another device came back", a->config.uri);
        gw_source_close(source);
        return false;
    }
    source_swap(a, source);
    if (atomic_load(&a->is_stopping)) /* stop saw no source to cancel */
        gw_source_cancel(source);
    a->epoch_base = a->epoch + 1;
    a->is_epoch_due = true;
    return true;
}

static bool status_take(gw_acquire *a, gw_status status)
{
    atomic_fetch_add_explicit(&a->feed.n_returns, 1, memory_order_relaxed);
    if (status == GW_END || !a->feed.is_live) {
        if (status != GW_END && status != GW_ECANCELED)
            trouble_tell(a, &a->error);
        atomic_store(&a->feed.state, status == GW_END ? GW_FEED_ENDED : GW_FEED_FAILED);
        gw_bell_ring(a->feed.blocks);
        return false;
    }
    atomic_store(&a->feed.state, GW_FEED_LOST);
    gw_bell_ring(a->feed.blocks);
    if (status == GW_ECANCELED)
        gw_error_set(&a->error, GW_ETIMEDOUT, "%s: a read hung and was ended", a->config.uri);
    if (!a->is_in_trouble)
        trouble_tell(a, &a->error);
    a->is_in_trouble = true;
    if (status == GW_ELOST || status == GW_ETIMEDOUT)
        return true; /* the source goes on trying by itself */
    while (!atomic_load(&a->is_stopping) && !source_reopen(a))
        ;
    return true;
}

/* The block to read into; NULL: wait was cut short, look again. */
static gw_block *block_reserve(gw_acquire *a)
{
    gw_block *block = gw_ring_reserve(a->feed.ring);
    if (block || a->feed.is_live)
        return block ? block : a->spare;
    gw_bell_arm(&a->feed.room);
    if (!gw_ring_reserve(a->feed.ring) && !atomic_load(&a->is_stopping))
        gw_bell_wait(&a->feed.room, RETRY_MS);
    return NULL;
}

static void *acquire_run(void *user)
{
    gw_acquire *a = user;
    gw_status status = acquire_open(a);
    a->error.status = status; /* read by create after `opened` */
    sem_post(&a->opened);
    while (status == GW_OK && sem_wait(&a->go) != 0)
        ;
    bool goes_on = status == GW_OK;
    while (goes_on && !atomic_load_explicit(&a->is_stopping, memory_order_relaxed)) {
        gw_block *block = block_reserve(a);
        if (!block)
            continue;
        status = gw_source_read(a->source, block, &a->error);
        if (status == GW_OK)
            block_take(a, block);
        else if (!atomic_load(&a->is_stopping))
            goes_on = status_take(a, status);
    }
    gw_source *source = source_swap(a, NULL);
    if (source)
        gw_source_close(source);
    return NULL;
}

static void acquire_free(gw_acquire *a)
{
    gw_ring_destroy(a->feed.ring);
    free(a->spare);
    gw_bell_destroy(&a->feed.room);
    gw_bell_destroy(&a->stopped);
    sem_destroy(&a->opened);
    sem_destroy(&a->go);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

gw_status gw_acquire_create(const gw_source_config *config, gw_bell *blocks, gw_acquire **out,
                            gw_error *error)
{
    gw_acquire *a = calloc(1, sizeof *a);
    *out = NULL;
    if (!a)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", config->uri);
    a->config = *config;
    a->feed.uri = config->uri;
    a->feed.kind = config->kind;
    a->feed.is_live = strncmp(config->uri, "file:", 5) != 0;
    a->feed.blocks = blocks;
    a->feed.room.fd = a->stopped.fd = -1;
    a->is_epoch_due = true;
    pthread_mutex_init(&a->lock, NULL);
    sem_init(&a->opened, 0, 0);
    sem_init(&a->go, 0, 0);
    gw_status status = gw_bell_create(&a->feed.room, error);
    if (status == GW_OK)
        status = gw_bell_create(&a->stopped, error);
    if (status == GW_OK)
        status = gw_thread_start(&a->thread, "acquire", a->feed.is_live ? FIFO_PRIORITY : 0,
                                 acquire_run, a, error);
    if (status != GW_OK) {
        acquire_free(a);
        return status;
    }
    while (sem_wait(&a->opened) != 0)
        ;
    status = a->error.status;
    if (status != GW_OK) {
        if (error)
            *error = a->error;
        pthread_join(a->thread, NULL);
        acquire_free(a);
        return status;
    }
    *out = a;
    return GW_OK;
}

gw_feed *gw_acquire_feed(gw_acquire *acquire)
{
    return &acquire->feed;
}

void gw_acquire_go(gw_acquire *acquire)
{
    sem_post(&acquire->go);
}

bool gw_acquire_trouble(gw_acquire *acquire, gw_error *trouble)
{
    pthread_mutex_lock(&acquire->lock);
    bool has = acquire->has_trouble;
    *trouble = acquire->trouble;
    acquire->has_trouble = false;
    pthread_mutex_unlock(&acquire->lock);
    return has;
}

void gw_acquire_kick(gw_acquire *acquire)
{
    pthread_mutex_lock(&acquire->lock);
    if (acquire->source && !atomic_exchange(&acquire->is_kicked, true))
        gw_source_cancel(acquire->source);
    pthread_mutex_unlock(&acquire->lock);
}

void gw_acquire_stop(gw_acquire *acquire)
{
    atomic_store(&acquire->is_stopping, true);
    pthread_mutex_lock(&acquire->lock);
    if (acquire->source)
        gw_source_cancel(acquire->source);
    pthread_mutex_unlock(&acquire->lock);
    gw_bell_ring(&acquire->stopped);
    gw_bell_ring(&acquire->feed.room);
    sem_post(&acquire->go);
}

bool gw_acquire_join(gw_acquire *acquire, void (*idle)(void *user), void *user)
{
    return gw_thread_join(acquire->thread, JOIN_MS, idle, user);
}

void gw_acquire_destroy(gw_acquire *acquire)
{
    if (acquire)
        acquire_free(acquire);
}
