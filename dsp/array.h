/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/array.h -- the chain of a radar array: scans of all channels in, candidates out, one a
 * target.
 *
 *     fronts (dsp/gpr_front.h) -> match -> cube -> floor -> score -> summits
 *
 * Channels are brought to the time and gain of the middle one. The height of the antennas is taken
 * from where the ground's echo moves most. Energy is in units of its depth's floor: the middle of
 * the channels' order statistics over the lane behind [Rohling1983]. A candidate is the highest of
 * what is near it along and across.
 *
 * Every scan given must be `spacing_m` beyond the one before. The same scans give the same
 * candidates, however many are given between two pops.
 *
 * State:   about 2 m of lane. A candidate comes 0.9 m after its place.
 * Cost:    the fronts', and dsp/cube.h's (benches/).
 */
#ifndef GW_DSP_ARRAY_H
#define GW_DSP_ARRAY_H

#include "dsp/array_way.h"
#include "dsp/detection.h"
#include "dsp/gpr_front.h"

/* Fewer channels are searched each by itself (dsp/gpr.h). */
enum { GW_ARRAY_CHANNELS_MIN = 3 };

typedef struct gw_array gw_array;

typedef struct gw_array_config {
    const gw_stream *stream; /* samples, rates, band, channels and their spacing; in create only */
    gw_array_way way;        /* cube or lines */
    double spacing_m;        /* of scans, > 0 */
    bool is_spacing_known;   /* false: candidates have no along_m and carry spacing_assumed */
    double far_per_m;        /* wanted false alarms a metre, over all of the swath */
    double speed_m_per_ns;   /* of the wave, for depths; 0: assumed */
    const gw_calibration_gpr *calibration; /* NULL: none; read in create only */
    gw_stage_sink show;                    /* NULL: no pictures */
    void *show_user;
} gw_array_config;

/* Whether the channels of a stream can be joined: three or more, of known spacing. */
bool gw_array_is(const gw_stream *stream);

/* GW_EINVAL (error says which field), GW_ENOMEM. */
gw_status gw_array_create(const gw_array_config *config, gw_array **out, gw_error *error);

/* counts: [n_channels][n_samples]. Scores are those of a single channel that come as often. Pop
 * until false before the next push. */
void gw_array_push(gw_array *array, const float *counts, const gw_gpr_scan *scan);
bool gw_array_pop(gw_array *array, gw_detection *detection);

/* As of dsp/gpr.h; the first of one channel. */
float gw_array_provisional(const gw_array *array, size_t channel);
double gw_array_done_m(const gw_array *array);
bool gw_array_coverage(gw_array *array, gw_coverage *coverage);

/* The lane ends here: what is left comes out; then reset before the next push. */
void gw_array_finish(gw_array *array);
void gw_array_reset(gw_array *array);
void gw_array_destroy(gw_array *array);

#endif
