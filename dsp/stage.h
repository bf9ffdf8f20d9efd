/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/stage.h -- what the radar's chain has in hand, scan by scan, for pictures of how it saw the
 * ground. Nothing is decided on them.
 */
#ifndef GW_DSP_STAGE_H
#define GW_DSP_STAGE_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    GW_STAGE_RAW,       /* counts, as the chain gets them */
    GW_STAGE_PROCESSED, /* aligned, of one gain, less the background: counts */
    GW_STAGE_FOCUSED,   /* energy over the floor of its depth */
    GW_STAGE_COUNT
} gw_stage;

typedef struct gw_stage_row {
    gw_stage stage;
    size_t channel;
    int64_t scan;
    double along_m;                    /* scan x assumed spacing where the spacing is unknown */
    double from_samples, step_samples; /* fast time of values[0], and from one to the next */
    size_t n;
    const float *values; /* [n], until the sink returns */
} gw_stage_row;

typedef void (*gw_stage_sink)(void *user, const gw_stage_row *row);

#endif
