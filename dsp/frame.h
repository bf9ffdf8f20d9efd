/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/frame.h -- what a sensor's samples are (gw_stream) and how they travel (gw_block).
 *
 * A stream is a sequence of rows, numbered from 0, lost rows counted. A row is
 *   gpr   one scan           [n_channels][n_samples] fast-time samples
 *   md    one ADC instant    [n_channels] interleaved channels (n_samples is 1)
 *   pose  one reading        [n_channels] fields (n_samples is 1)
 * Samples are counts as the device or file stores them: volts = (count + offset) * scale_v.
 * They become float once, in the chain, so that what is recorded is what was sensed.
 */
#ifndef GW_DSP_FRAME_H
#define GW_DSP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { GW_KIND_GPR, GW_KIND_MD, GW_KIND_POSE, GW_KIND_COUNT } gw_kind;
typedef enum { GW_WAVEFORM_NONE, GW_WAVEFORM_IMPULSE, GW_WAVEFORM_CW } gw_waveform;
typedef enum { GW_ROLE_NONE, GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT } gw_role;
typedef enum {
    GW_FIELD_NONE,
    GW_FIELD_ALONG_MM,
    GW_FIELD_CROSS_MM,
    GW_FIELD_LAT_1E7DEG,
    GW_FIELD_LON_1E7DEG,
    GW_FIELD_HEIGHT_MM
} gw_field;

enum {
    GW_CHANNELS_MAX = 64,
    GW_SAMPLES_MAX = 16384, /* fast-time samples a scan and channel */
    GW_TONES_MAX = 16,
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
    double offset;         /* counts */
    double scale_v;        /* volts a count; 0 unknown */
    double sample_rate_hz; /* gpr: fast time; md: ADC; pose: rows */
    double row_rate_hz;    /* rows a second: md and pose as above; gpr: 0 unless time-triggered */
    double scan_spacing_m; /* gpr, distance-triggered: > 0; else 0 (unknown or time-triggered) */
    double play_rate_hz;   /* gpr: scans a second said by the header of a recording; 0 unknown */
    double channel_spacing_m, transmit_receive_offset_m, center_hz; /* gpr; 0 unknown */
    size_t n_tones;
    double tones_hz[GW_TONES_MAX];    /* md */
    gw_role roles[GW_CHANNELS_MAX];   /* md */
    gw_field fields[GW_CHANNELS_MAX]; /* pose */
    double coil_radius_m;
    gw_origin origin;
    int64_t n_rows;         /* -1 when it has no known end */
    int64_t start_ns;       /* UTC of row 0, ns since 1970; 0 unknown */
    bool emulated;          /* from an emulator or a scene: published with every detection */
    char hash[GW_HASH_MAX]; /* of the content, hexadecimal; "" unknown */
} gw_stream;

enum {
    GW_BLOCK_GAP = 1u,   /* n_lost rows are missing before this block */
    GW_BLOCK_EPOCH = 2u, /* first block after a (re)connection: filters start afresh */
    GW_BLOCK_CLIPPED = 4u,
    GW_BLOCK_STUCK = 8u,
    GW_BLOCK_CLOCK = 16u /* the device's clock was set by set_ns; time_ns goes on as before */
};

typedef struct gw_block {
    uint64_t row;       /* index of the first row */
    int64_t time_ns;    /* of the first row: device's or recording's clock, ns since 1970 or 0 */
    int64_t arrival_ns; /* CLOCK_MONOTONIC when it was read; 0 from a file */
    uint64_t n_lost;    /* rows */
    int64_t set_ns;
    int64_t late_ns;  /* live: how much later its last row came than the fastest; 0 unknown */
    int64_t clock_ns; /* live: the device's clock against CLOCK_MONOTONIC; 0 unknown */
    uint32_t epoch;
    uint32_t flags;
    size_t n_rows, max_rows;
    int32_t *counts;   /* [max_rows][n_channels][n_samples] */
    int32_t *place_mm; /* [max_rows]: wheel, INT32_MIN where there is none */
} gw_block;

/* Counts in one row. */
static inline size_t gw_stream_row_counts(const gw_stream *stream)
{
    return stream->n_channels * stream->n_samples;
}

/* Word of a kind as recordings and messages use it: "gpr", "md", "pose". */
const char *gw_kind_name(gw_kind kind);

/* Word of a pose field ("along_mm", ...) and back; GW_FIELD_NONE when the word is unknown. */
const char *gw_field_name(gw_field field);
gw_field gw_field_parse(const char *word);

/* Word of an MD channel's role ("receive", "transmit_current"; "unknown") and back. */
const char *gw_role_name(gw_role role);
gw_role gw_role_parse(const char *word);

/* Time of row `row` on the stream's own clock, ns after row 0: exact to 1 ns for any row. */
int64_t gw_stream_row_ns(const gw_stream *stream, uint64_t row);

#endif
