/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/thread.h"
#include "drivers/sigmf.h"

enum { TURN_MS = 20, JOIN_MS = 10000, PATH_MAX_BYTES = 1200, INDEX = GW_KIND_COUNT };

static const char generator[] = "groundwatchd " GW_VERSION;

struct gw_recorder {
    gw_feed *feeds[GW_KIND_COUNT];
    gw_ring *rings[GW_KIND_COUNT]; /* of gw_block */
    char folder[PATH_MAX_BYTES], name[GW_RECORDER_NAME_MAX];
    pthread_t thread;
    bool is_started;
    _Atomic bool is_wanted, is_taking, is_running, has_failed, is_stopping;
    _Atomic uint64_t n_dropped;                 /* rows of this recording */
    _Atomic uint32_t n_begun;                   /* recordings */
    _Atomic uint64_t chain_rows[GW_KIND_COUNT]; /* where the chains were when it began */
    /* of the detect thread */
    uint64_t chain_row[GW_KIND_COUNT]; /* now: first row after the last break */
    bool has_chain[GW_KIND_COUNT];
    uint32_t n_taken[GW_KIND_COUNT]; /* recordings that the kind is in */
    /* of the thread */
    gw_sigmf_writer *writers[GW_KIND_COUNT];
    bool has_rows[GW_KIND_COUNT];
    gw_sigmf_index *index; /* of the radar's scans */
    char bases[GW_KIND_COUNT + 1][PATH_MAX_BYTES + 64];
};

static void failed(gw_recorder *r, const gw_error *error)
{
    gw_log("RECORDING %s failed: %s", r->name, error->text);
    atomic_store(&r->has_failed, true);
}

static gw_status collection_write(const gw_recorder *r, const char *const bases[], size_t n,
                                  gw_error *error)
{
    char base[PATH_MAX_BYTES + 64];
    snprintf(base, sizeof base, "%s/%s", r->folder, r->name);
    return n ? gw_sigmf_collection_write(base, bases, n, error) : GW_OK;
}

static gw_status writers_open(gw_recorder *r, gw_error *error)
{
    const char *bases[GW_KIND_COUNT + 1];
    size_t n = 0;
    gw_status status = GW_OK;
    if (mkdir(r->folder, 0750) < 0 && errno != EEXIST)
        return gw_error_set(error, GW_EIO, "%s: %s", r->folder, strerror(errno));
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++) {
        if (!r->feeds[kind])
            continue;
        snprintf(r->bases[kind], sizeof r->bases[kind], "%s/%s-%s", r->folder, r->name,
                 gw_kind_name((gw_kind)kind));
        status = gw_sigmf_writer_create(r->bases[kind], r->feeds[kind]->stream, generator,
                                        &r->writers[kind], error);
        r->has_rows[kind] = false;
        bases[n++] = r->bases[kind];
    }
    if (status == GW_OK && r->feeds[GW_KIND_GPR]) {
        snprintf(r->bases[INDEX], sizeof r->bases[INDEX], "%s/%s-scan_index", r->folder, r->name);
        status = gw_sigmf_index_create(r->bases[INDEX], r->feeds[GW_KIND_GPR]->stream, generator,
                                       &r->index, error);
        bases[n++] = r->bases[INDEX];
    }
    return status == GW_OK ? collection_write(r, bases, n, error) : status;
}

/* Whatever happened: what was written can be opened. */
static void writers_close(gw_recorder *r)
{
    const char *bases[GW_KIND_COUNT + 1];
    gw_error error;
    uint64_t n_rows;
    size_t n = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!r->writers[kind])
            continue;
        if (gw_sigmf_writer_close(r->writers[kind], &n_rows, &error) != GW_OK)
            failed(r, &error);
        if (n_rows)
            bases[n++] = r->bases[kind];
        r->writers[kind] = NULL;
    }
    if (r->index) {
        if (gw_sigmf_index_close(r->index, &n_rows, &error) != GW_OK)
            failed(r, &error);
        if (n_rows)
            bases[n++] = r->bases[INDEX];
        r->index = NULL;
    }
    if (collection_write(r, bases, n, &error) != GW_OK)
        failed(r, &error);
    uint64_t n_dropped = atomic_load(&r->n_dropped);
    if (n_dropped)
        gw_log("RECORDING %s lacks %" PRIu64 " rows: the disk is too slow", r->name, n_dropped);
    gw_log("RECORDING %s ended", r->name);
}

static gw_status block_write(gw_recorder *r, int kind, const gw_block *block, gw_error *error)
{
    if (!r->writers[kind])
        return GW_OK;
    if (!r->has_rows[kind])
        gw_sigmf_writer_chain(r->writers[kind], atomic_load(&r->chain_rows[kind]));
    r->has_rows[kind] = true;
    gw_status status = gw_sigmf_writer_write(r->writers[kind], block, error);
    if (status == GW_OK && kind == GW_KIND_GPR && r->index)
        status = gw_sigmf_index_write(r->index, block, error);
    return status;
}

/* Those that wait; without writers they are let go. */
static gw_status blocks_write(gw_recorder *r, gw_error *error)
{
    gw_status status = GW_OK;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        for (gw_block *block; r->rings[kind] && (block = gw_ring_peek(r->rings[kind]));) {
            if (status == GW_OK)
                status = block_write(r, kind, block, error);
            gw_ring_release(r->rings[kind]);
        }
    return status;
}

static void recording_run(gw_recorder *r)
{
    const struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
    gw_error error;
    atomic_store(&r->has_failed, false);
    atomic_store(&r->n_dropped, 0);
    blocks_write(r, &error); /* of one before */
    gw_status status = writers_open(r, &error);
    if (status == GW_OK) {
        gw_log("RECORDING %s begins", r->name);
        atomic_fetch_add(&r->n_begun, 1);
        atomic_store(&r->is_taking, true);
    }
    while (status == GW_OK && atomic_load(&r->is_wanted) && !atomic_load(&r->is_stopping)) {
        nanosleep(&turn, NULL);
        status = blocks_write(r, &error);
    }
    atomic_store(&r->is_taking, false);
    if (status == GW_OK)
        status = blocks_write(r, &error);
    if (status != GW_OK)
        failed(r, &error);
    writers_close(r);
    atomic_store(&r->is_wanted, false);
}

static void *recorder_run(void *user)
{
    gw_recorder *r = user;
    const struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
    while (!atomic_load(&r->is_stopping)) {
        if (atomic_load(&r->is_wanted)) {
            recording_run(r);
            atomic_store(&r->is_running, false);
        }
        nanosleep(&turn, NULL);
    }
    return NULL;
}

gw_status gw_recorder_create(gw_feed *const feeds[GW_KIND_COUNT], const char *folder,
                             gw_recorder **out, gw_error *error)
{
    gw_recorder *r = calloc(1, sizeof *r);
    gw_status status = r ? GW_OK : GW_ENOMEM;
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++) {
        gw_feed *feed = r->feeds[kind] = feeds[kind];
        if (feed)
            status = gw_ring_create_blocks(gw_ring_size(feed->ring), feed->stream, feed->max_rows,
                                           &r->rings[kind]);
    }
    if (status == GW_OK) {
        snprintf(r->folder, sizeof r->folder, "%.1100s", folder);
        status = gw_thread_start(&r->thread, "recorder", 0, recorder_run, r, error);
        r->is_started = status == GW_OK;
    } else {
        gw_error_set(error, GW_ENOMEM, "recorder: out of memory");
    }
    *out = status == GW_OK ? r : NULL;
    if (status != GW_OK)
        gw_recorder_destroy(r);
    return status;
}

bool gw_recorder_begin(gw_recorder *r, char *name)
{
    struct timespec now;
    struct tm utc;
    bool is_free = !atomic_load(&r->is_running);
    if (is_free) {
        clock_gettime(CLOCK_REALTIME, &now);
        gmtime_r(&now.tv_sec, &utc);
        size_t n = strftime(r->name, sizeof r->name, "%Y%m%dT%H%M%S", &utc);
        snprintf(r->name + n, sizeof r->name - n, ".%03dZ", (int)(now.tv_nsec / 1000000));
        atomic_store(&r->is_running, true);
        atomic_store(&r->is_wanted, true);
    }
    memcpy(name, r->name, sizeof r->name);
    return is_free;
}

bool gw_recorder_end(gw_recorder *r)
{
    bool runs = atomic_load(&r->is_running);
    atomic_store(&r->is_wanted, false);
    return runs;
}

/* Where the kind's chain began; told to a recording with its first rows. */
static void chain_follow(gw_recorder *r, gw_kind kind, const gw_block *block)
{
    const uint32_t breaks = GW_BLOCK_GAP | GW_BLOCK_EPOCH | GW_BLOCK_STALLED;
    if (!r->has_chain[kind] || (block->flags & breaks))
        r->chain_row[kind] = block->row;
    r->has_chain[kind] = true;
}

void gw_recorder_take(gw_recorder *r, gw_kind kind, const gw_block *block)
{
    chain_follow(r, kind, block);
    if (!atomic_load_explicit(&r->is_taking, memory_order_relaxed))
        return;
    uint32_t n_begun = atomic_load_explicit(&r->n_begun, memory_order_relaxed);
    if (r->n_taken[kind] != n_begun)
        atomic_store(&r->chain_rows[kind], r->chain_row[kind]);
    r->n_taken[kind] = n_begun;
    gw_block *slot = gw_ring_reserve(r->rings[kind]);
    if (!slot || block->n_rows > slot->max_rows) {
        atomic_fetch_add_explicit(&r->n_dropped, block->n_rows, memory_order_relaxed);
        return;
    }
    int32_t *counts = slot->counts, *place_mm = slot->place_mm;
    size_t max_rows = slot->max_rows, n_row = gw_stream_row_counts(r->feeds[kind]->stream);
    *slot = *block;
    slot->counts = counts;
    slot->place_mm = place_mm;
    slot->max_rows = max_rows;
    memcpy(counts, block->counts, block->n_rows * n_row * sizeof *counts);
    if (place_mm && block->place_mm)
        memcpy(place_mm, block->place_mm, block->n_rows * sizeof *place_mm);
    gw_ring_commit(r->rings[kind]);
}

bool gw_recorder_is_running(const gw_recorder *r)
{
    return atomic_load(&r->is_running);
}

bool gw_recorder_has_failed(const gw_recorder *r)
{
    return atomic_load(&r->has_failed) || atomic_load(&r->n_dropped) > 0;
}

bool gw_recorder_stop(gw_recorder *r, void (*idle)(void *user), void *user)
{
    atomic_store(&r->is_stopping, true);
    if (r->is_started && !gw_thread_join(r->thread, JOIN_MS, idle, user))
        return false;
    r->is_started = false;
    return true;
}

void gw_recorder_destroy(gw_recorder *r)
{
    if (!r)
        return;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        gw_ring_destroy(r->rings[kind]);
    free(r);
}
