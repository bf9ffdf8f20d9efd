/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/detect.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/clock.h"
#include "daemon/thread.h"
#include "dsp/detector.h"

enum { FINDINGS = 4096, TURN_MS = 50, JOIN_MS = 60000, FIFO_PRIORITY = 50 };

static const int64_t silence_ns = 2000000000; /* after which a stream is finished */
static const int64_t hold_ns = 200000000;     /* a scan waits for its pose at most */

struct gw_detect {
    gw_detect_config config;
    gw_detector *detector;
    gw_ring *findings;
    gw_pictures *pictures; /* NULL: nobody can see them */
    gw_recorder *recorder; /* NULL: none */
    gw_bell *blocks;
    pthread_t thread;
    bool is_started, is_live;
    bool is_finished[GW_KIND_COUNT];
    int64_t pushed_ns[GW_KIND_COUNT]; /* stream time of the newest block pushed */
    uint32_t epoch[GW_KIND_COUNT];
    _Atomic bool is_stopping, has_ended;
    _Atomic uint64_t turns;
    _Atomic double along_m, height_m, speed_m_s;
    uint64_t n_unfused, end_row[GW_KIND_COUNT]; /* end_row: after the newest block pushed */
    _Atomic int64_t unfused_ns;
};

static gw_kind sensor_kind(const gw_detect *d, gw_sensor sensor)
{
    if (sensor == GW_SENSOR_MD || !d->config.feeds[GW_KIND_GPR])
        return GW_KIND_MD;
    return GW_KIND_GPR;
}

/* The survey thread is quick; when it is not, the chains wait, for a finding must not be lost. */
static void finding_put(gw_detect *d, const gw_finding *finding)
{
    gw_finding *slot;
    while (!(slot = gw_ring_reserve(d->findings))) {
        const struct timespec pause = {.tv_nsec = 1000000};
        gw_bell_ring(d->config.findings);
        nanosleep(&pause, NULL);
    }
    *slot = *finding;
    slot->epoch = d->epoch[finding->kind];
    gw_ring_commit(d->findings);
    gw_bell_ring(d->config.findings);
}

static void detection_sink(void *user, const gw_detection *detection)
{
    gw_detect *d = user;
    const gw_finding finding = {.type = GW_FINDING_DETECTION,
                                .kind = sensor_kind(d, detection->sensor),
                                .detection = *detection};
    finding_put(d, &finding);
}

static void coverage_sink(void *user, const gw_coverage *coverage)
{
    gw_detect *d = user;
    const gw_finding finding = {.type = GW_FINDING_COVERAGE,
                                .kind = sensor_kind(d, coverage->sensor),
                                .coverage = *coverage};
    gw_feed *feed = d->config.feeds[finding.kind];
    if (feed) {
        atomic_store_explicit(&feed->covered, 1 + (uint64_t)d->epoch[finding.kind],
                              memory_order_relaxed);
        atomic_fetch_add_explicit(&feed->n_covers, 1, memory_order_relaxed);
    }
    finding_put(d, &finding);
}

static void scope_sink(void *user, const gw_scope_frame *frame)
{
    gw_detect *d = user;
    if (d->pictures)
        gw_pictures_write(d->pictures, frame);
}

static int64_t block_time_ns(const gw_feed *feed, const gw_block *block)
{
    return block->time_ns ? block->time_ns : gw_stream_row_ns(feed->stream, block->row);
}

static bool is_over(const gw_feed *feed)
{
    int state = atomic_load_explicit(&feed->state, memory_order_acquire);
    return state == GW_FEED_ENDED || state == GW_FEED_FAILED;
}

/* Live: true while a scan should wait for the pose of its time. */
static bool is_held(const gw_detect *d, const gw_feed *feed, const gw_block *block)
{
    const gw_feed *pose = d->config.feeds[GW_KIND_POSE];
    if (!pose || feed == pose || d->is_finished[GW_KIND_POSE] || atomic_load(&d->is_stopping) ||
        atomic_load_explicit(&pose->state, memory_order_relaxed) != GW_FEED_STREAMING)
        return false;
    return block_time_ns(feed, block) > d->pushed_ns[GW_KIND_POSE] &&
           gw_ring_fill(feed->ring) < gw_ring_size(feed->ring) / 2 &&
           gw_clock_monotonic_ns() - block->arrival_ns < hold_ns;
}

/* Of a recording: true while scans by distance, which have no times, wait for the pose to come to
 * their place. */
static bool is_ahead(const gw_detect *d, const gw_feed *feed, const gw_block *block)
{
    const gw_feed *pose = d->config.feeds[GW_KIND_POSE];
    double place_m = (double)(block->row + block->n_rows - 1) * feed->stream->scan_spacing_m;
    if (!pose || pose->is_live || feed->is_live || feed->kind != GW_KIND_GPR ||
        feed->stream->row_rate_hz > 0 || atomic_load(&d->is_stopping) ||
        (is_over(pose) && !gw_ring_peek(pose->ring)))
        return false;
    return !(gw_detector_along(d->detector) >= place_m);
}

/* The feed whose block is next; NULL: none now. */
static gw_feed *feed_next(gw_detect *d, gw_block **out)
{
    gw_feed *next = NULL;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_feed *feed = d->config.feeds[kind];
        if (!feed)
            continue;
        bool ended = is_over(feed); /* before the peek: what it committed last must be seen */
        gw_block *block = gw_ring_peek(feed->ring);
        if (!block) {
            if (!feed->is_live && !ended && !atomic_load(&d->is_stopping))
                return NULL; /* its next block may be the earliest */
            continue;
        }
        if (is_ahead(d, feed, block))
            continue;
        if (!next || block_time_ns(feed, block) < block_time_ns(next, *out)) {
            next = feed;
            *out = block;
        }
    }
    if (!next || !next->is_live || !is_held(d, next, *out))
        return next;
    /* The pose of its time may be there already, a reading later: that one goes first. */
    gw_block *reading = gw_ring_peek(d->config.feeds[GW_KIND_POSE]->ring);
    *out = reading;
    return reading ? d->config.feeds[GW_KIND_POSE] : NULL;
}

static void run_tell(gw_detect *d, gw_kind kind, uint64_t begin_row, int64_t begin_ns)
{
    const gw_finding finding = {
        .type = GW_FINDING_RUN, .kind = kind, .run = {d->end_row[kind], begin_row, begin_ns}};
    if (kind != GW_KIND_POSE && d->config.feeds[kind])
        finding_put(d, &finding);
}

static void gap_tell(gw_detect *d, const gw_feed *feed, const gw_block *block)
{
    bool is_epoch = (block->flags & GW_BLOCK_EPOCH) && block->epoch > 0;
    gw_finding finding = {.type = GW_FINDING_GAP, .kind = feed->kind, .gap.is_epoch = is_epoch};
    if (!(block->flags & GW_BLOCK_GAP) && !is_epoch)
        return;
    run_tell(d, feed->kind, block->row, block_time_ns(feed, block));
    finding.gap.n_rows = block->flags & GW_BLOCK_GAP ? block->n_lost : 0;
    finding.gap.to_row = block->row ? block->row - 1 : 0;
    finding.gap.from_row = block->row >= finding.gap.n_rows ? block->row - finding.gap.n_rows : 0;
    finding_put(d, &finding);
}

static void trouble_take(gw_detect *d, gw_feed *feed, int64_t now)
{
    unsigned trouble = gw_detector_trouble(d->detector);
    for (int bit = 0; bit < GW_TROUBLES; bit++)
        if (trouble & 1u << bit)
            atomic_store_explicit(&feed->trouble_ns[bit], now, memory_order_relaxed);
}

static void unfused_take(gw_detect *d, int64_t now)
{
    uint64_t n = gw_detector_unfused(d->detector);
    if (n != d->n_unfused)
        atomic_store_explicit(&d->unfused_ns, now, memory_order_relaxed);
    d->n_unfused = n;
}

static void stream_finish(gw_detect *d, gw_kind kind)
{
    if (d->is_finished[kind])
        return;
    d->is_finished[kind] = true;
    gw_detector_finish(d->detector, kind);
}

static void block_push(gw_detect *d, gw_feed *feed, gw_block *block)
{
    int64_t now = gw_clock_monotonic_ns();
    if (block->flags & GW_BLOCK_GAP)
        atomic_store_explicit(&feed->lost_ns, now, memory_order_relaxed);
    if (block->flags & GW_BLOCK_CLIPPED)
        atomic_store_explicit(&feed->clipped_ns, now, memory_order_relaxed);
    if (block->flags & GW_BLOCK_STUCK)
        atomic_store_explicit(&feed->stuck_ns, now, memory_order_relaxed);
    if (d->is_finished[feed->kind] && d->pushed_ns[feed->kind] != INT64_MIN)
        block->flags |= GW_BLOCK_STALLED; /* for a recording: the chain begins anew here */
    if (block->flags & GW_BLOCK_STALLED)  /* of a recording: it is not finished yet */
        stream_finish(d, feed->kind);
    d->is_finished[feed->kind] = false;
    if (d->recorder)
        gw_recorder_take(d->recorder, feed->kind, block);
    if (d->pushed_ns[feed->kind] == INT64_MIN)
        run_tell(d, feed->kind, block->row, block_time_ns(feed, block));
    gw_detector_push(d->detector, feed->kind, block);
    if (feed->kind == GW_KIND_MD)
        trouble_take(d, feed, now);
    unfused_take(d, now);
    /* At a gap, push tells first what the chain still held of the ground before. */
    d->epoch[feed->kind] = block->epoch;
    gap_tell(d, feed, block);
    d->pushed_ns[feed->kind] = block_time_ns(feed, block);
    d->end_row[feed->kind] = block->row + block->n_rows;
    atomic_store_explicit(&d->along_m, gw_detector_along(d->detector), memory_order_relaxed);
    if (feed->kind != GW_KIND_POSE)
        return;
    atomic_store_explicit(&d->height_m, gw_detector_height(d->detector), memory_order_relaxed);
    atomic_store_explicit(&d->speed_m_s, gw_detector_speed(d->detector), memory_order_relaxed);
}

static bool is_silent(const gw_feed *feed, int64_t now)
{
    int state = atomic_load_explicit(&feed->state, memory_order_acquire);
    int64_t newest = atomic_load_explicit(&feed->newest_ns, memory_order_relaxed);
    return feed->is_live && newest && (state == GW_FEED_LOST || now - newest > silence_ns) &&
           !gw_ring_peek(feed->ring);
}

/* Streams that gave all they had: pose first, for the others may wait for their place. */
static void streams_finish(gw_detect *d)
{
    static const gw_kind order[] = {GW_KIND_POSE, GW_KIND_GPR, GW_KIND_MD};
    int64_t now = gw_clock_monotonic_ns();
    bool all_over = true;
    for (int k = 0; k < GW_KIND_COUNT; k++) {
        gw_feed *feed = d->config.feeds[k];
        all_over = all_over && (!feed || (is_over(feed) && !gw_ring_peek(feed->ring)));
    }
    for (int k = 0; k < GW_KIND_COUNT; k++) {
        gw_feed *feed = d->config.feeds[order[k]];
        if (feed && (all_over || is_silent(feed, now)))
            stream_finish(d, order[k]);
    }
    if (all_over)
        atomic_store(&d->has_ended, true);
}

static void *detect_run(void *user)
{
    gw_detect *d = user;
    for (;;) {
        gw_block *block = NULL;
        bool is_last = atomic_load(&d->is_stopping);
        atomic_fetch_add_explicit(&d->turns, 1, memory_order_relaxed);
        gw_feed *feed = feed_next(d, &block);
        if (!feed) {
            gw_bell_arm(d->blocks);
            feed = feed_next(d, &block);
        }
        if (feed) {
            block_push(d, feed, block);
            gw_ring_release(feed->ring);
            if (!feed->is_live && gw_ring_fill(feed->ring) < gw_ring_size(feed->ring) / 2)
                gw_bell_ring(&feed->room);
            continue;
        }
        if (is_last)
            break;
        streams_finish(d);
        gw_bell_wait(d->blocks, TURN_MS);
    }
    stream_finish(d, GW_KIND_POSE);
    stream_finish(d, GW_KIND_GPR);
    stream_finish(d, GW_KIND_MD);
    run_tell(d, GW_KIND_GPR, d->end_row[GW_KIND_GPR], 0);
    run_tell(d, GW_KIND_MD, d->end_row[GW_KIND_MD], 0);
    return NULL;
}

gw_status gw_detect_create(const gw_detect_config *config, gw_bell *blocks, gw_detect **out,
                           gw_error *error)
{
    gw_detect *d = calloc(1, sizeof *d);
    *out = NULL;
    if (!d)
        return gw_error_set(error, GW_ENOMEM, "detect: out of memory");
    d->config = *config;
    d->blocks = blocks;
    atomic_init(&d->along_m, (double)NAN);
    atomic_init(&d->height_m, (double)NAN);
    atomic_init(&d->speed_m_s, (double)NAN);
    gw_detector_config chains = {.far_per_m = config->far_per_m,
                                 .speed_m_per_ns = config->speed_m_per_ns,
                                 .balance = config->balance,
                                 .array = config->array,
                                 .calibration = config->calibration};
    const gw_detector_sink sink = {
        .detection = detection_sink, .coverage = coverage_sink, .scope = scope_sink, .user = d};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        const gw_feed *feed = config->feeds[kind];
        chains.streams[kind] = feed ? feed->stream : NULL;
        d->is_live = d->is_live || (feed && feed->is_live);
        d->is_finished[kind] = true;
        d->pushed_ns[kind] = INT64_MIN;
    }
    gw_status status = gw_detector_create(&chains, &sink, &d->detector, error);
    d->config.calibration = NULL;
    if (status == GW_OK && gw_ring_create(FINDINGS, sizeof(gw_finding), &d->findings) != GW_OK)
        status = gw_error_set(error, GW_ENOMEM, "detect: out of memory");
    if (status == GW_OK)
        *out = d;
    else
        gw_detect_destroy(d);
    return status;
}

void gw_detect_show(gw_detect *detect, gw_pictures *pictures)
{
    detect->pictures = pictures;
}

void gw_detect_record(gw_detect *detect, gw_recorder *recorder)
{
    detect->recorder = recorder;
}

gw_status gw_detect_start(gw_detect *detect, gw_error *error)
{
    gw_status status = gw_thread_start(
        &detect->thread, "detect", detect->is_live ? FIFO_PRIORITY : 0, detect_run, detect, error);
    detect->is_started = status == GW_OK;
    return status;
}

gw_ring *gw_detect_findings(gw_detect *detect)
{
    return detect->findings;
}

uint64_t gw_detect_turns(const gw_detect *detect)
{
    return atomic_load_explicit(&detect->turns, memory_order_relaxed);
}

double gw_detect_along(const gw_detect *detect)
{
    return atomic_load_explicit(&detect->along_m, memory_order_relaxed);
}

double gw_detect_height(const gw_detect *detect)
{
    return atomic_load_explicit(&detect->height_m, memory_order_relaxed);
}

double gw_detect_speed(const gw_detect *detect)
{
    return atomic_load_explicit(&detect->speed_m_s, memory_order_relaxed);
}

int64_t gw_detect_unfused_ns(const gw_detect *detect)
{
    return atomic_load_explicit(&detect->unfused_ns, memory_order_relaxed);
}

bool gw_detect_has_ended(const gw_detect *detect)
{
    return atomic_load(&detect->has_ended);
}

bool gw_detect_stop(gw_detect *detect, void (*idle)(void *user), void *user)
{
    atomic_store(&detect->is_stopping, true);
    gw_bell_ring(detect->blocks);
    if (detect->is_started && !gw_thread_join(detect->thread, JOIN_MS, idle, user))
        return false;
    detect->is_started = false;
    return true;
}

void gw_detect_destroy(gw_detect *detect)
{
    if (!detect)
        return;
    gw_detector_destroy(detect->detector);
    gw_ring_destroy(detect->findings);
    free(detect);
}
