/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/clock.h -- when each row is due.
 *
 * Recording time: ns since the clock started, at 1x. A played row counts on through loops; its
 * index is that of the recording, lost rows counted, and goes on rising through loops too.
 */
#ifndef GW_DRIVERS_EMULATOR_CLOCK_H
#define GW_DRIVERS_EMULATOR_CLOCK_H

#include "drivers/recording.h"
#include <pthread.h>

enum {
    PACE_GAPS_MAX = 4096,
    PACE_DUE_MAX = 1 << 22 /* scans that follow the pose stream; later ones go at its mean pace */
};

/* Pace of one stream. */
typedef struct emulator_pace {
    const gw_stream *stream;
    uint64_t first_row; /* index of row 0; those below count from it */
    int64_t late_ns;    /* the stream begins so long after the first of them */
    uint64_t n_rows;    /* UINT64_MAX: no known end */
    size_t n_gaps;
    struct {
        uint64_t row, n_lost; /* rows missing before `row`, in all */
    } gaps[PACE_GAPS_MAX];
    double rate_hz; /* nominal, rows a second */
    size_t n_due;
    int64_t *due_ns; /* [n_due] by index: scans that follow the pose stream; else NULL */
} emulator_pace;

typedef struct emulator_clock {
    pthread_mutex_t lock; /* of the start */
    bool started, loop;
    double speed;
    int64_t period_ns; /* of the loop */
    int64_t start_ns;  /* CLOCK_MONOTONIC */
    int64_t base_ns;   /* CLOCK_REALTIME at the same time: timestamp of recording time 0 */
} emulator_clock;

/* Pace by the stream's own rate. GW_EFORMAT: too many gaps. */
gw_status emulator_pace_init(emulator_pace *pace, gw_recording *recording, gw_error *error);

/* Make scans at pace->stream->scan_spacing_m follow field `along` (mm) of the pose recording. */
gw_status emulator_pace_follow(emulator_pace *pace, gw_recording *pose,
                               const emulator_pace *pose_pace, size_t along, gw_error *error);
void emulator_pace_free(emulator_pace *pace);

/* Rows from row 0 on, lost ones counted. */
uint64_t emulator_pace_index(const emulator_pace *pace, uint64_t row);
int64_t emulator_pace_row_ns(const emulator_pace *pace, uint64_t row);

/* Rows due at or before time_ns. */
uint64_t emulator_pace_rows(const emulator_pace *pace, int64_t time_ns);

/* Recording time when the stream ends: one interval after its last row; 0 when it has no end. */
int64_t emulator_pace_end_ns(const emulator_pace *pace);

void emulator_clock_init(emulator_clock *clock, double speed, bool loop);
void emulator_clock_free(emulator_clock *clock);
void emulator_clock_start(emulator_clock *clock);

/* The rest: after the start. */
int64_t emulator_clock_now_ns(const emulator_clock *clock); /* recording time */

/* CLOCK_MONOTONIC when recording time reaches time_ns, never early. */
int64_t emulator_clock_deadline_ns(const emulator_clock *clock, int64_t time_ns);
uint64_t emulator_clock_rows(const emulator_clock *clock, const emulator_pace *pace,
                             int64_t time_ns);
int64_t emulator_clock_row_ns(const emulator_clock *clock, const emulator_pace *pace,
                              uint64_t played);
uint64_t emulator_clock_index(const emulator_clock *clock, const emulator_pace *pace,
                              uint64_t played);

/* Row of the recording behind a played row. */
uint64_t emulator_clock_row(const emulator_clock *clock, const emulator_pace *pace,
                            uint64_t played);

int64_t emulator_monotonic_ns(void);

#endif
