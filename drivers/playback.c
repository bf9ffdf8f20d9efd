/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/playback.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/front.h"

enum { GPR_BLOCK_COUNTS = 4096, BLOCK_ROWS = 640 };

/* One stream on its way. */
typedef struct track {
    gw_recording *recording; /* NULL: there is no such stream */
    const gw_stream *stream;
    uint64_t row;    /* of the recording, to be played next */
    int64_t from_ns; /* time of its first row */
    bool has_times;  /* of its rows */
    bool has_ended;
    gw_block block;
} track;

struct gw_playback {
    track tracks[GW_KIND_COUNT];
    gw_detector *detector;
    unsigned trouble;  /* of the metal detector so far */
    double duration_s; /* of the longest timed stream; 1 when there is none */
    int64_t from_ns;   /* of the first of the timed streams; 0: their clocks are not one */
};

/* Who asks the error alone is told as well. */
static gw_status told(gw_status status, gw_error *error)
{
    if (error && status != GW_OK && error->status != status)
        gw_error_set(error, status, "%s", gw_status_text(status));
    return status;
}

/* Has it times? One that is spaced has none but what an index tells. */
static void times_find(track *t)
{
    gw_row_mark mark;
    gw_recording_mark(t->recording, 0, &mark);
    t->from_ns = mark.time_ns;
    if (t->stream->n_rows > 0)
        gw_recording_mark(t->recording, (uint64_t)t->stream->n_rows - 1, &mark);
    t->has_times = t->stream->row_rate_hz > 0 || mark.time_ns > t->from_ns;
}

static gw_status track_open(track *t, const char *path, gw_kind kind, gw_error *error)
{
    gw_status status = gw_recording_open(path, kind, &t->recording, error);
    if (status != GW_OK)
        return status;
    t->stream = gw_recording_stream(t->recording);
    size_t n = gw_stream_row_counts(t->stream);
    t->block.max_rows = kind == GW_KIND_GPR ? 1 + GPR_BLOCK_COUNTS / n : BLOCK_ROWS;
    t->block.counts = malloc(t->block.max_rows * n * sizeof(int32_t));
    t->block.place_mm = malloc(t->block.max_rows * sizeof(int32_t));
    if (!t->block.counts || !t->block.place_mm)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    times_find(t);
    return GW_OK;
}

/* Streams that tell the time of day, all of them, begin when they say; else together. */
static void from_find(gw_playback *playback, const track *t, bool *are_alike)
{
    *are_alike = *are_alike && t->from_ns > 0;
    if (!playback->from_ns || t->from_ns < playback->from_ns)
        playback->from_ns = t->from_ns;
}

static gw_status tracks_open(gw_playback *playback, const char *path, gw_error *error)
{
    unsigned kinds = 0;
    bool are_alike = true;
    gw_status status = gw_recording_list(path, &kinds, error);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++) {
        track *t = &playback->tracks[kind];
        if (!(kinds & 1u << kind))
            continue;
        status = track_open(t, path, (gw_kind)kind, error);
        if (status == GW_OK && t->has_times)
            from_find(playback, t, &are_alike);
        if (status == GW_OK && t->stream->row_rate_hz > 0)
            playback->duration_s =
                fmax(playback->duration_s, (double)t->stream->n_rows / t->stream->row_rate_hz);
    }
    if (status == GW_OK && !playback->tracks[GW_KIND_GPR].recording &&
        !playback->tracks[GW_KIND_MD].recording)
        status =
            gw_error_set(error, GW_EFORMAT, "%s: neither gpr nor md: nothing to detect in", path);
    if (playback->duration_s <= 0)
        playback->duration_s = 1;
    if (!are_alike)
        playback->from_ns = 0;
    return status;
}

gw_status gw_playback_open(const char *path, gw_playback **out, gw_error *error)
{
    gw_playback *playback = calloc(1, sizeof *playback);
    *out = NULL;
    if (!playback)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = tracks_open(playback, path, error);
    if (status != GW_OK) {
        gw_playback_close(playback);
        return told(status, error);
    }
    *out = playback;
    return GW_OK;
}

const gw_recording *gw_playback_recording(const gw_playback *playback, gw_kind kind)
{
    return playback->tracks[kind].recording;
}

uint64_t gw_playback_late_rows(const gw_playback *playback, gw_kind kind)
{
    const gw_recording *recording = playback->tracks[kind].recording;
    gw_row_begin begin = {.is_chain_known = false};
    if (recording)
        gw_recording_begin(recording, &begin);
    return begin.is_chain_known ? begin.first_row - begin.chain_row : 0;
}

void gw_playback_streams(const gw_playback *playback, const gw_stream *streams[GW_KIND_COUNT])
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        streams[kind] = playback->tracks[kind].stream;
}

/* Recorded from mid-run on, responses are cut out of the rows as they were then. */
static gw_status hops_align(gw_playback *playback, gw_error *error)
{
    track *t = &playback->tracks[GW_KIND_MD];
    uint64_t late = gw_playback_late_rows(playback, GW_KIND_MD);
    gw_front *front = NULL;
    if (!late)
        return GW_OK;
    gw_status status = gw_front_create(t->stream, &front, error);
    if (status != GW_OK)
        return status == GW_EINVAL ? GW_EFORMAT : status;
    uint64_t hop = gw_front_hop(front);
    t->row = (hop - late % hop) % hop;
    gw_front_destroy(front);
    return GW_OK;
}

gw_status gw_playback_start(gw_playback *playback, const gw_detector_config *config,
                            const gw_detector_sink *sink, gw_error *error)
{
    gw_error cause = {.text = ""};
    gw_detector_config chosen = {.far_per_m = 0};
    if (config)
        chosen = *config;
    gw_playback_streams(playback, chosen.streams);
    gw_status begun = hops_align(playback, error);
    if (begun != GW_OK)
        return begun;
    gw_status status = gw_detector_create(&chosen, sink, &playback->detector, &cause);
    if (status == GW_EINVAL) /* what no chain can take is the data's fault here */
        status = GW_EFORMAT;
    if (status != GW_OK)
        gw_error_set(error, status, "%s", cause.text[0] ? cause.text : gw_status_text(status));
    return status;
}

/* When a stream's next row is due, s. A distance-spaced one has no times: it is spread out. */
static double track_time(const gw_playback *playback, const track *t)
{
    gw_row_mark mark;
    bool is_over = t->row >= (uint64_t)t->stream->n_rows;
    if (!t->has_times)
        return playback->duration_s * (double)t->row / (double)t->stream->n_rows;
    gw_recording_mark(t->recording, is_over && t->row ? t->row - 1 : t->row, &mark);
    return 1e-9 * (double)(mark.time_ns - (playback->from_ns ? playback->from_ns : t->from_ns));
}

/* Scans by distance wait for the pose to come to their place, and go then. */
static double track_due(const gw_playback *playback, int kind)
{
    const track *t = &playback->tracks[kind], *pose = &playback->tracks[GW_KIND_POSE];
    gw_row_mark mark = {.row = t->row};
    if (kind != GW_KIND_GPR || t->has_times || !pose->recording || pose->has_ended)
        return track_time(playback, t);
    if (t->row < (uint64_t)t->stream->n_rows)
        gw_recording_mark(t->recording, t->row, &mark);
    double place_m = (double)(mark.row + t->block.max_rows - 1) * t->stream->scan_spacing_m;
    return gw_detector_along(playback->detector) >= place_m ? 0 : (double)INFINITY;
}

/* So that no stream runs far ahead of another; -1: all have ended. */
static int track_choose(const gw_playback *playback)
{
    int best = -1;
    double best_s = (double)INFINITY;
    for (int kind = GW_KIND_COUNT; kind-- > 0;) { /* at the same time the pose comes first */
        const track *t = &playback->tracks[kind];
        if (!t->recording || t->has_ended)
            continue;
        double due_s = track_due(playback, kind);
        if (best < 0 || due_s < best_s) {
            best = kind;
            best_s = due_s;
        }
    }
    return best;
}

gw_status gw_playback_step(gw_playback *playback, gw_error *error)
{
    int kind = track_choose(playback);
    if (kind < 0)
        return gw_error_set(error, GW_END, "%s", gw_status_text(GW_END));
    track *t = &playback->tracks[kind];
    gw_status status =
        gw_recording_block(t->recording, t->row, t->block.max_rows, &t->block, error);
    if (status != GW_OK)
        return told(status, error);
    if (t->block.n_rows == 0) {
        gw_detector_finish(playback->detector, (gw_kind)kind);
        t->has_ended = true;
        return GW_OK;
    }
    t->row += t->block.n_rows;
    if (t->block.flags & GW_BLOCK_STALLED)
        gw_detector_finish(playback->detector, (gw_kind)kind);
    gw_detector_push(playback->detector, (gw_kind)kind, &t->block);
    playback->trouble |= gw_detector_trouble(playback->detector);
    return GW_OK;
}

unsigned gw_playback_trouble(const gw_playback *playback)
{
    return playback->trouble;
}

double gw_playback_done(const gw_playback *playback)
{
    double done = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (playback->tracks[kind].recording)
            done = fmax(done, track_time(playback, &playback->tracks[kind]));
    return fmin(done / playback->duration_s, 1);
}

void gw_playback_close(gw_playback *playback)
{
    if (!playback)
        return;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_recording_close(playback->tracks[kind].recording);
        free(playback->tracks[kind].block.counts);
        free(playback->tracks[kind].block.place_mm);
    }
    gw_detector_destroy(playback->detector);
    free(playback);
}
