/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/stream.h -- what a sensor's samples are.
 *
 * A stream is a sequence of rows, numbered from 0, lost rows counted. A row is
 *   gpr   one scan           [n_channels][n_samples] fast-time samples, or frequency steps [2]
 *   md    one ADC instant    [n_channels] interleaved channels (n_samples is 1); or one response of
 *                            all tones, or one decay
 *   pose  one reading        [n_channels] fields (n_samples is 1)
 * Samples are counts as the device or file stores them: volts = (count + offset) * scale_v.
 * They become float once, in the chain, so that what is recorded is what was sensed.
 */
#ifndef GW_DSP_STREAM_H
#define GW_DSP_STREAM_H

#include <stdint.h>

#include "dsp/word.h"

enum {
    GW_CHANNELS_MAX = 64,
    GW_SAMPLES_MAX = 16384, /* fast-time samples a scan and channel */
    GW_TONES_MAX = 16,
    GW_GATES_MAX = 40,
    GW_NAME_MAX = 128,
    GW_SERIAL_MAX = 64,
    GW_HASH_MAX = 129 /* SHA-512 in hexadecimal and its end */
};

/* Where a lane lies: place of its first scan, WGS 84, and the direction of its along axis, degrees
 * clockwise from north; cross_m counts to the right of it. */
typedef struct gw_origin {
    bool is_known;
    double lat_deg, lon_deg, heading_deg;
} gw_origin;

/* Where a sensor stands, seen from the point whose place the pose tells, m; the head is taken to
 * point along the lane. Of a radar: its channel 0. */
typedef struct gw_arm {
    bool is_known; /* else all 0 */
    double forward_m, right_m, up_m;
} gw_arm;

typedef struct gw_stream {
    char name[GW_NAME_MAX];     /* file name of the recording, or name of the device */
    char serial[GW_SERIAL_MAX]; /* of the device that sensed it; "" unknown */
    gw_kind kind;
    gw_waveform waveform;
    size_t n_channels; /* 1..GW_CHANNELS_MAX */
    size_t n_samples;  /* gpr: 1..GW_SAMPLES_MAX; else 1 */
    size_t n_marks;    /* gpr: samples at the head of each scan that hold counters, not echoes */
    unsigned bits;     /* of a stored count: 8, 16, 32 */
    bool is_signed;
    bool is_complex;       /* gpr: each sample is two counts, in-phase and quadrature */
    double offset;         /* counts */
    double scale_v;        /* volts a count; 0 unknown */
    double sample_rate_hz; /* gpr: fast time; md: ADC; pose: rows */
    double row_rate_hz;    /* rows a second: md and pose as above; gpr: 0 unless time-triggered */
    double scan_spacing_m; /* gpr, distance-triggered: > 0; else 0 (unknown or time-triggered) */
    double play_rate_hz;   /* gpr: scans a second said by the header of a recording; 0 unknown */
    double channel_spacing_m, transmit_receive_offset_m, center_hz; /* gpr; 0 unknown */
    double start_hz, step_hz; /* gpr, stepped frequency: of sample 0, and from one to the next */
    size_t n_tones;
    double tones_hz[GW_TONES_MAX];    /* md */
    gw_role roles[GW_CHANNELS_MAX];   /* md */
    gw_field fields[GW_CHANNELS_MAX]; /* pose */
    double coil_radius_m;
    double
        gate_edges_s[GW_GATES_MAX + 1]; /* md, pulse: of channel 0, to 1, ... after the current */
    gw_origin origin;
    gw_arm arm;
    int64_t n_rows;         /* -1 when it has no known end */
    int64_t start_ns;       /* UTC of row 0, ns since 1970; 0 unknown */
    bool emulated;          /* from an emulator or a scene: published with every detection */
    char hash[GW_HASH_MAX]; /* of the content, hexadecimal; "" unknown */
} gw_stream;

/* Counts in one row. */
static inline size_t gw_stream_row_counts(const gw_stream *stream)
{
    return stream->n_channels * stream->n_samples * (stream->is_complex ? 2 : 1);
}

/* Samples that a recording counts in one row: of a scan many, else 1 (all channels together). */
static inline size_t gw_stream_row_samples(const gw_stream *stream)
{
    return stream->kind == GW_KIND_GPR ? stream->n_channels * stream->n_samples : 1;
}

/* Time of row `row` on the stream's own clock, ns after row 0: exact to 1 ns for any row. */
int64_t gw_stream_row_ns(const gw_stream *stream, uint64_t row);

#endif
