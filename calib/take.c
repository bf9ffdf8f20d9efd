/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/take.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/source.h"

enum { TURN_MS = 100, ROWS_FIRST = 1024 };

typedef struct taker {
    gw_take *take;
    gw_source *source;
    pthread_t thread;
    bool is_started;
    gw_block block;
    _Atomic bool has_ended;
    _Atomic size_t n_rows;
    gw_status status;
    gw_error error;
} taker;

static bool room_make(gw_take *take, size_t n_rows)
{
    size_t row = gw_stream_row_counts(&take->stream) * sizeof(int32_t);
    size_t needed = take->n_rows + n_rows, max = take->max_rows ? take->max_rows : ROWS_FIRST;
    if (needed <= take->max_rows)
        return true;
    while (max < needed)
        max *= 2;
    if (needed * row > GW_TAKE_BYTES_MAX)
        return false;
    if (max * row > GW_TAKE_BYTES_MAX)
        max = GW_TAKE_BYTES_MAX / row;
    int32_t *counts = realloc(take->counts, max * row);
    take->counts = counts ? counts : take->counts;
    int32_t *place = realloc(take->place_mm, max * sizeof *place);
    take->place_mm = place ? place : take->place_mm;
    if (!counts || !place)
        return false;
    take->max_rows = max;
    return true;
}

static bool block_keep(gw_take *take, const gw_block *block)
{
    size_t width = gw_stream_row_counts(&take->stream);
    if (!room_make(take, block->n_rows))
        return false;
    memcpy(take->counts + take->n_rows * width, block->counts,
           block->n_rows * width * sizeof *block->counts);
    memcpy(take->place_mm + take->n_rows, block->place_mm, block->n_rows * sizeof(int32_t));
    take->n_rows += block->n_rows;
    take->n_lost += block->n_lost;
    take->n_blocks++;
    take->n_clipped += (block->flags & GW_BLOCK_CLIPPED) != 0;
    take->n_stuck += (block->flags & GW_BLOCK_STUCK) != 0;
    return true;
}

/* A device that goes away ends the take: what came is judged by the step. */
static void *taker_run(void *user)
{
    taker *t = user;
    for (;;) {
        t->status = gw_source_read(t->source, &t->block, &t->error);
        if (t->status != GW_OK)
            break;
        if (!block_keep(t->take, &t->block)) {
            t->status = gw_error_set(&t->error, GW_EFORMAT, "%s: too much for the memory",
                                     t->take->stream.name);
            break;
        }
        atomic_store(&t->n_rows, t->take->n_rows);
    }
    if (t->status == GW_END || t->status == GW_ECANCELED || t->status == GW_ELOST ||
        t->status == GW_ETIMEDOUT)
        t->status = GW_OK;
    atomic_store(&t->has_ended, true);
    return NULL;
}

static gw_status taker_open(taker *t, const char *uri, gw_kind kind, gw_take *take, gw_error *error)
{
    const gw_source_config config = {.uri = uri, .kind = kind};
    gw_status status = gw_source_open(&config, &t->source, error);
    if (status != GW_OK)
        return status;
    t->take = take;
    take->stream = *gw_source_describe(t->source);
    t->block.max_rows = gw_source_block_rows(t->source);
    t->block.counts =
        malloc(t->block.max_rows * gw_stream_row_counts(&take->stream) * sizeof(int32_t));
    t->block.place_mm = malloc(t->block.max_rows * sizeof(int32_t));
    if (!t->block.counts || !t->block.place_mm)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", uri);
    for (size_t k = 0; k < t->block.max_rows; k++)
        t->block.place_mm[k] = INT32_MIN;
    return GW_OK;
}

static double taken_s(const taker *takers)
{
    double longest = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takers[kind].source && takers[kind].take->stream.row_rate_hz > 0) {
            double s =
                (double)atomic_load(&takers[kind].n_rows) / takers[kind].take->stream.row_rate_hz;
            longest = s > longest ? s : longest;
        }
    return longest;
}

static bool have_ended(const taker *takers)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takers[kind].is_started && !atomic_load(&takers[kind].has_ended))
            return false;
    return true;
}

static void takers_await(taker *takers, const gw_takes_config *config, bool is_live)
{
    const struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
    for (double left_s = config->seconds; !have_ended(takers); left_s -= TURN_MS * 1e-3) {
        if (is_live && left_s <= 0)
            break;
        nanosleep(&turn, NULL);
        if (config->progress)
            config->progress(config->user, taken_s(takers));
    }
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takers[kind].source)
            gw_source_cancel(takers[kind].source);
}

static gw_status takers_run(taker *takers, const gw_takes_config *config, bool is_live,
                            gw_error *error)
{
    gw_status status = GW_OK;
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (takers[kind].source) {
            takers[kind].is_started =
                pthread_create(&takers[kind].thread, NULL, taker_run, &takers[kind]) == 0;
            if (!takers[kind].is_started)
                status = gw_error_set(error, GW_ENOMEM, "%s: no thread", config->uri);
        }
    takers_await(takers, config, is_live);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takers[kind].is_started) {
            pthread_join(takers[kind].thread, NULL);
            if (status == GW_OK && takers[kind].status != GW_OK) {
                status = takers[kind].status;
                *error = takers[kind].error;
            }
        }
    return status;
}

gw_status gw_takes_read(const gw_takes_config *config, gw_takes *out, gw_error *error)
{
    taker takers[GW_KIND_COUNT] = {0};
    char uri[1200];
    unsigned kinds = 0;
    bool is_live = strncmp(config->uri, "iio:", 4) == 0;
    bool has_scheme = is_live || strncmp(config->uri, "file:", 5) == 0;
    memset(out, 0, sizeof *out);
    snprintf(uri, sizeof uri, "%s%.1100s", has_scheme ? "" : "file:", config->uri);
    gw_status status = gw_source_list(uri, &kinds, error);
    if (status == GW_OK && !(kinds & config->kinds))
        status = gw_error_set(error, GW_ENODEV, "%s: has no sensor for this step", uri);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (kinds & config->kinds & 1u << kind) {
            out->has[kind] = true;
            status = taker_open(&takers[kind], uri, (gw_kind)kind, &out->takes[kind], error);
        }
    if (status == GW_OK)
        status = takers_run(takers, config, is_live, error);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_source_close(takers[kind].source);
        free(takers[kind].block.counts);
        free(takers[kind].block.place_mm);
    }
    return status;
}

void gw_takes_destroy(gw_takes *takes)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        free(takes->takes[kind].counts);
        free(takes->takes[kind].place_mm);
    }
    memset(takes, 0, sizeof *takes);
}

const gw_take *gw_takes_of(const gw_takes *takes, gw_kind kind)
{
    return takes->has[kind] ? &takes->takes[kind] : NULL;
}

double gw_take_seconds(const gw_take *take)
{
    return take->stream.row_rate_hz > 0 ? (double)take->n_rows / take->stream.row_rate_hz : 0;
}

gw_status gw_take_judge(const gw_take *take, gw_error *error)
{
    const char *name = take->stream.name;
    if (!take->n_rows)
        return gw_error_set(error, GW_EFORMAT, "%s: no samples came", name);
    if (take->n_clipped)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the input is saturated in %zu of %zu blocks: turn the gain down, "
                            "or take the head away from metal",
                            name, take->n_clipped, take->n_blocks);
    if (take->n_stuck)
        return gw_error_set(error, GW_EFORMAT, "%s: the input does not change: check the cable",
                            name);
    return GW_OK;
}
