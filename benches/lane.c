/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benches/lane.h"

#include <math.h>
#include <stdlib.h>

static gw_status stream_load(const char *path, gw_kind kind, lane_stream *s, gw_error *error)
{
    gw_status status = gw_recording_open(path, kind, &s->recording, error);
    if (status != GW_OK)
        return status;
    s->stream = gw_recording_stream(s->recording);
    if (s->stream->n_rows <= 0)
        return gw_error_set(error, GW_EFORMAT, "%s: %s: no rows, or no end", path,
                            gw_kind_name(kind));
    s->n_rows = (size_t)s->stream->n_rows;
    s->counts = malloc(s->n_rows * gw_stream_row_counts(s->stream) * sizeof *s->counts);
    if (!s->counts)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    size_t n_read = 0;
    status = gw_recording_read(s->recording, 0, s->n_rows, s->counts, &n_read, error);
    if (status == GW_OK && n_read < s->n_rows)
        status = gw_error_set(error, GW_EFORMAT, "%s: %s: %zu rows of %zu", path,
                              gw_kind_name(kind), n_read, s->n_rows);
    return status == GW_OK ? emulator_pace_init(&s->pace, s->recording, error) : status;
}

/* Distance-spaced scans are due where the pose says, as in the emulator. */
static gw_status scans_follow(gw_lane *lane, gw_error *error)
{
    lane_stream *gpr = &lane->streams[GW_KIND_GPR], *pose = &lane->streams[GW_KIND_POSE];
    if (!gpr->recording || !pose->recording || gpr->stream->scan_spacing_m <= 0)
        return GW_OK;
    for (size_t c = 0; c < pose->stream->n_channels; c++)
        if (pose->stream->fields[c] == GW_FIELD_ALONG_MM)
            return emulator_pace_follow(&gpr->pace, pose->recording, &pose->pace, c, error);
    return GW_OK;
}

gw_status lane_load(const char *path, gw_lane *lane, gw_error *error)
{
    unsigned kinds = 0;
    *lane = (gw_lane){.seconds = 0};
    gw_status status = gw_recording_list(path, &kinds, error);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (kinds & 1u << kind)
            status = stream_load(path, (gw_kind)kind, &lane->streams[kind], error);
    if (status == GW_OK)
        status = scans_follow(lane, error);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (lane->streams[kind].recording)
            lane->seconds =
                fmax(lane->seconds, (double)emulator_pace_end_ns(&lane->streams[kind].pace) * 1e-9);
    if (status != GW_OK)
        lane_free(lane);
    return status;
}

/* The stream whose next block is whole first; at the same time the pose. -1: all have ended. */
static int feed_choose(const gw_lane *lane, unsigned kinds, const size_t *ends)
{
    int best = -1;
    int64_t best_ns = 0;
    for (int kind = GW_KIND_COUNT; kind-- > 0;) {
        const lane_stream *s = &lane->streams[kind];
        if (!(kinds & 1u << kind) || !s->recording || ends[kind] == 0)
            continue;
        int64_t due_ns = emulator_pace_row_ns(&s->pace, ends[kind] - 1);
        if (best < 0 || due_ns < best_ns) {
            best = kind;
            best_ns = due_ns;
        }
    }
    return best;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void block_push(const lane_stream *s, gw_detector *detector, size_t row, size_t n_rows)
{
    const gw_block block = {.row = row,
                            .time_ns = emulator_pace_row_ns(&s->pace, row),
                            .n_rows = n_rows,
                            .counts = s->counts + row * gw_stream_row_counts(s->stream)};
    gw_detector_push(detector, s->stream->kind, &block);
}

void lane_feed(const gw_lane *lane, gw_detector *detector, unsigned kinds,
               const size_t block_rows[GW_KIND_COUNT], lane_cursor *cursor)
{
    static const gw_kind order[] = {GW_KIND_POSE, GW_KIND_GPR, GW_KIND_MD};
    size_t begins[GW_KIND_COUNT] = {0}, ends[GW_KIND_COUNT];
    lane_cursor unseen, *at = cursor ? cursor : &unseen;
    int kind;
    at->is_ending = false;
    for (kind = 0; kind < GW_KIND_COUNT; kind++)
        ends[kind] = least_of(block_rows[kind], lane->streams[kind].n_rows);
    while ((kind = feed_choose(lane, kinds, ends)) >= 0) {
        const lane_stream *s = &lane->streams[kind];
        at->kind = (gw_kind)kind;
        at->row = ends[kind] - 1;
        block_push(s, detector, begins[kind], ends[kind] - begins[kind]);
        begins[kind] = ends[kind];
        ends[kind] =
            ends[kind] < s->n_rows ? least_of(ends[kind] + block_rows[kind], s->n_rows) : 0;
    }
    at->is_ending = true;
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        if (kinds & 1u << order[k] && lane->streams[order[k]].recording)
            gw_detector_finish(detector, order[k]);
}

void lane_free(gw_lane *lane)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        lane_stream *s = &lane->streams[kind];
        emulator_pace_free(&s->pace);
        gw_recording_close(s->recording);
        free(s->counts);
        *s = (lane_stream){.n_rows = 0};
    }
}
