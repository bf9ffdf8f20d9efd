/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POSE_ROWS = 1024 };

static const double DEFAULT_SCAN_RATE_HZ = 100;
static const long double TIME_MAX_NS = 4e18L; /* 126 years: a lying gap cannot overflow */

static gw_status pace_find_gaps(emulator_pace *pace, gw_recording *recording, gw_error *error)
{
    uint64_t n_lost = 0;
    if (pace->n_rows == UINT64_MAX)
        return GW_OK;
    for (uint64_t row = 0; row < pace->n_rows; row++) {
        uint64_t lost = gw_recording_gap(recording, row);
        if (lost == 0)
            continue;
        if (pace->n_gaps == PACE_GAPS_MAX || lost > UINT64_MAX / 4 - n_lost)
            return gw_error_set(error, GW_EFORMAT, "%s: more gaps than can be played (%d)",
                                pace->stream->name, PACE_GAPS_MAX);
        n_lost += lost;
        pace->gaps[pace->n_gaps].row = row;
        pace->gaps[pace->n_gaps++].n_lost = n_lost;
    }
    return GW_OK;
}

gw_status emulator_pace_init(emulator_pace *pace, gw_recording *recording, gw_error *error)
{
    const gw_stream *stream = gw_recording_stream(recording);
    gw_row_begin begin;
    gw_recording_begin(recording, &begin);
    pace->first_row = begin.first_row;
    pace->late_ns = 0;
    pace->stream = stream;
    pace->n_rows = stream->n_rows < 0 ? UINT64_MAX : (uint64_t)stream->n_rows;
    pace->rate_hz = stream->row_rate_hz > 0    ? stream->row_rate_hz
                    : stream->play_rate_hz > 0 ? stream->play_rate_hz
                                               : DEFAULT_SCAN_RATE_HZ;
    pace->n_gaps = 0;
    pace->n_due = 0;
    pace->due_ns = NULL;
    return pace_find_gaps(pace, recording, error);
}

void emulator_pace_free(emulator_pace *pace)
{
    free(pace->due_ns);
    pace->due_ns = NULL;
    pace->n_due = 0;
}

uint64_t emulator_pace_index(const emulator_pace *pace, uint64_t row)
{
    size_t low = 0, high = pace->n_gaps; /* gaps before `low` lie at or before row */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pace->gaps[middle].row <= row)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? row + pace->gaps[low - 1].n_lost : row;
}

int64_t emulator_pace_row_ns(const emulator_pace *pace, uint64_t row)
{
    uint64_t index = emulator_pace_index(pace, row);
    if (index < pace->n_due)
        return pace->due_ns[index];
    long double start_ns = 0, interval_ns = 1e9L / (long double)pace->rate_hz;
    if (pace->n_due) {
        start_ns = (long double)pace->due_ns[pace->n_due - 1];
        index -= pace->n_due - 1;
    }
    if (!pace->n_due) {
        start_ns = (long double)pace->late_ns;
        if (pace->stream->row_rate_hz > 0 && (double)index / pace->rate_hz < 4e9)
            return pace->late_ns + gw_stream_row_ns(pace->stream, pace->first_row + index) -
                   gw_stream_row_ns(pace->stream, pace->first_row); /* as it is read from a file */
    }
    return (int64_t)llroundl(fminl(start_ns + (long double)index * interval_ns, TIME_MAX_NS));
}

uint64_t emulator_pace_rows(const emulator_pace *pace, int64_t time_ns)
{
    uint64_t low = 0, high = 1; /* rows below `low` are due */
    if (time_ns < 0)
        return 0;
    while (high < pace->n_rows && high < UINT64_MAX / 4 &&
           emulator_pace_row_ns(pace, high) <= time_ns)
        high *= 2;
    high = high < pace->n_rows ? high : pace->n_rows;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (emulator_pace_row_ns(pace, middle) <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t emulator_pace_end_ns(const emulator_pace *pace)
{
    if (pace->n_rows == UINT64_MAX || pace->n_rows == 0)
        return 0;
    return emulator_pace_row_ns(pace, pace->n_rows - 1) + (int64_t)ceil(1e9 / pace->rate_hz);
}

/* Where the head was at the last reading, and how many scans it has triggered. */
typedef struct head_walk {
    double along_mm;
    int64_t time_ns;
    size_t n_due, max_due;
    double from_mm, spacing_mm; /* place of the first, and from one to the next */
} head_walk;

/* Scans whose place lies between the last reading and this one fall due on the line between. */
static void walk_step(head_walk *walk, double along_mm, int64_t time_ns, int64_t *due_ns)
{
    while (walk->n_due < walk->max_due &&
           walk->from_mm + (double)walk->n_due * walk->spacing_mm <= along_mm + 1e-9) {
        double place_mm = walk->from_mm + (double)walk->n_due * walk->spacing_mm;
        double way_mm = along_mm - walk->along_mm;
        double part = way_mm > 0 ? (place_mm - walk->along_mm) / way_mm : 1;
        part = fmin(fmax(part, 0), 1);
        due_ns[walk->n_due++] =
            walk->time_ns + (int64_t)llround(part * (double)(time_ns - walk->time_ns));
    }
    walk->along_mm = along_mm;
    walk->time_ns = time_ns;
}

static gw_status walk_read(head_walk *walk, gw_recording *pose, const emulator_pace *pose_pace,
                           size_t along, int64_t *due_ns)
{
    size_t n_fields = gw_recording_stream(pose)->n_channels, n_read = 1;
    int32_t *counts = malloc(POSE_ROWS * n_fields * sizeof *counts);
    gw_status status = counts ? GW_OK : GW_ENOMEM;
    for (uint64_t row = 0; status == GW_OK && n_read && walk->n_due < walk->max_due;) {
        status = gw_recording_read(pose, row, POSE_ROWS, counts, &n_read, NULL);
        for (size_t k = 0; status == GW_OK && k < n_read; k++)
            walk_step(walk, counts[k * n_fields + along], emulator_pace_row_ns(pose_pace, row + k),
                      due_ns);
        row += n_read;
    }
    free(counts);
    return status;
}

gw_status emulator_pace_follow(emulator_pace *pace, gw_recording *pose,
                               const emulator_pace *pose_pace, size_t along, gw_error *error)
{
    if (pace->n_rows == 0 || pace->n_rows == UINT64_MAX || pose_pace->n_rows == UINT64_MAX)
        return GW_OK;
    uint64_t n_scans = emulator_pace_index(pace, pace->n_rows - 1) + 1;
    double spacing_mm = pace->stream->scan_spacing_m * 1e3;
    head_walk walk = {.from_mm = (double)pace->first_row * spacing_mm,
                      .spacing_mm = spacing_mm,
                      .max_due = n_scans < PACE_DUE_MAX ? (size_t)n_scans : PACE_DUE_MAX};
    pace->due_ns = malloc(walk.max_due * sizeof *pace->due_ns);
    if (!pace->due_ns)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", pace->stream->name);
    gw_status status = walk_read(&walk, pose, pose_pace, along, pace->due_ns);
    if (status != GW_OK)
        return gw_error_set(error, status, "%s: the pose stream cannot be read: %s",
                            pace->stream->name, gw_status_text(status));
    pace->n_due = walk.n_due;
    if (walk.n_due > 1 && pace->due_ns[walk.n_due - 1] > pace->due_ns[0])
        pace->rate_hz = 1e9 * (double)(walk.n_due - 1) /
                        (double)(pace->due_ns[walk.n_due - 1] - pace->due_ns[0]);
    return GW_OK;
}
