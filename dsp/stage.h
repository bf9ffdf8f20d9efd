/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/stage.h -- what the chains have in hand, for pictures of how they saw the ground: the radar's
 * scan by scan, the metal detector's cell by cell around what it decided on. Nothing is decided on
 * them.
 */
#ifndef GW_DSP_STAGE_H
#define GW_DSP_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/detection.h"

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

/* One cell of 1 cm around a candidate of the metal detector, as it was when that was decided on. */
typedef struct gw_stage_cell {
    const gw_detection *decision; /* until the sink returns, as all that is pointed to */
    size_t k, n;                  /* the k-th of n cells, in order of place */
    double along_m, at_m; /* of the cell's middle, of the decision; by an assumed speed where the
                             place is unknown */
    bool is_good;         /* it was heard without interference */
    size_t n_tones;
    const double *tones_hz;  /* [n_tones] 0: pairs of a decay */
    const double *heard;     /* [n_tones] amplitude: ratio, or balls */
    const double *over;      /* [n_tones] the same, over the ground */
    double score_all, score; /* of all that is there; of what was judged: less what is stronger */
    double score_least;      /* from which a candidate is an alarm */
} gw_stage_cell;

typedef void (*gw_stage_cell_sink)(void *user, const gw_stage_cell *cell);

#endif
