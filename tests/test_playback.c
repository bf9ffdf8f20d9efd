/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/playback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { FOUND_MAX = 4096 };

/* What a detection says, without the holes between its members. */
typedef struct found {
    int64_t sensor, scan, channel, sample, time_ns, alarm;
    double along_m, cross_m, depth_m, depth_sd_m, amplitude, phase_deg, score, far_per_m;
} found;

typedef struct findings {
    size_t n;
    found items[FOUND_MAX];
} findings;

static void keep(void *user, const gw_detection *detection)
{
    findings *f = user;
    if (f->n < FOUND_MAX)
        f->items[f->n++] = (found){
            detection->sensor,  detection->scan,       detection->channel,   detection->sample,
            detection->time_ns, detection->alarm,      detection->along_m,   detection->cross_m,
            detection->depth_m, detection->depth_sd_m, detection->amplitude, detection->phase_deg,
            detection->score,   detection->far_per_m};
}

static const char *scene(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/drivers/scenes/%s.yaml", getenv("GW_ROOT"), name);
    return path;
}

/* A stream whole before the next, the pose first: the reference. */
static void push_whole(const char *path, findings *into)
{
    gw_recording *recordings[GW_KIND_COUNT] = {NULL};
    gw_detector_config config = {.far_per_m = 0.1};
    const gw_detector_sink sink = {.detection = keep, .user = into};
    gw_detector *detector = NULL;
    gw_error error;
    for (int k = 0; k < GW_KIND_COUNT; k++) {
        assert_int_equal(gw_recording_open(path, (gw_kind)k, &recordings[k], &error), GW_OK);
        config.streams[k] = gw_recording_stream(recordings[k]);
    }
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    for (int k = GW_KIND_COUNT; k-- > 0;) {
        const gw_stream *stream = config.streams[k];
        size_t n_read = 0;
        gw_block block = {.time_ns = stream->start_ns};
        block.counts =
            malloc((size_t)stream->n_rows * gw_stream_row_counts(stream) * sizeof(int32_t));
        assert_int_equal(gw_recording_read(recordings[k], 0, (size_t)stream->n_rows, block.counts,
                                           &n_read, &error),
                         GW_OK);
        block.n_rows = block.max_rows = n_read;
        gw_detector_push(detector, (gw_kind)k, &block);
        gw_detector_finish(detector, (gw_kind)k);
        free(block.counts);
    }
    gw_detector_destroy(detector);
    for (int k = 0; k < GW_KIND_COUNT; k++)
        gw_recording_close(recordings[k]);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(found));
}

static void what_is_played_gives_what_the_streams_give(void **state)
{
    static findings played, whole;
    gw_playback *playback = NULL;
    gw_error error = {.status = GW_OK};
    const gw_detector_sink sink = {.detection = keep, .user = &played};
    double done = 0;
    (void)state;
    assert_int_equal(gw_playback_open(scene("demo"), &playback, &error), GW_OK);
    assert_int_equal(gw_playback_start(playback, NULL, &sink, &error), GW_OK);
    while (gw_playback_step(playback, &error) == GW_OK) {
        assert_true(gw_playback_done(playback) >= done && gw_playback_done(playback) <= 1);
        done = gw_playback_done(playback);
    }
    assert_int_equal(error.status, GW_END);
    assert_int_equal(gw_playback_step(playback, &error), GW_END);
    assert_true(done == 1);
    gw_playback_close(playback);
    push_whole(scene("demo"), &whole);
    assert_true(whole.n > 20 && whole.n < FOUND_MAX);
    assert_int_equal(played.n, whole.n);
    qsort(played.items, played.n, sizeof *played.items, by_bytes);
    qsort(whole.items, whole.n, sizeof *whole.items, by_bytes);
    assert_memory_equal(played.items, whole.items, whole.n * sizeof *whole.items);
}

static void it_says_what_it_plays(void **state)
{
    gw_playback *playback = NULL;
    const gw_stream *streams[GW_KIND_COUNT];
    gw_error error;
    (void)state;
    assert_int_equal(gw_playback_open(scene("demo"), &playback, &error), GW_OK);
    gw_playback_streams(playback, streams);
    for (int k = 0; k < GW_KIND_COUNT; k++) {
        assert_int_equal(streams[k]->kind, k);
        const gw_recording *recording = gw_playback_recording(playback, (gw_kind)k);
        assert_ptr_equal(gw_recording_stream(recording), streams[k]);
    }
    gw_playback_close(playback);
    gw_playback_close(NULL);
}

/* Whoever looks at the error alone is told, too. */
static void what_cannot_be_played_is_said(void **state)
{
    char path[] = "/tmp/gw-playback-XXXXXX";
    gw_playback *playback = (gw_playback *)path;
    gw_error error = {.status = GW_OK};
    (void)state;
    assert_int_equal(gw_playback_open("/nowhere.DZT", &playback, &error), GW_ENOENT);
    assert_null(playback);
    assert_int_equal(error.status, GW_ENOENT);
    assert_non_null(strstr(error.text, "/nowhere.DZT"));
    close(mkstemp(path));
    error.status = GW_OK;
    assert_int_equal(gw_playback_open(path, &playback, &error), GW_EFORMAT);
    assert_int_equal(error.status, GW_EFORMAT);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_played_gives_what_the_streams_give),
        cmocka_unit_test(it_says_what_it_plays),
        cmocka_unit_test(what_cannot_be_played_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
