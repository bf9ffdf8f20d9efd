/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/score_lane.h -- one recording and its truth, made ready to be scored.
 */
#ifndef GW_CLIENTS_SCORE_LANE_H
#define GW_CLIENTS_SCORE_LANE_H

#include "calib/score.h"
#include "clients/groundwatch/detect.h"

typedef struct score_lane {
    char soil[GW_SCORE_WORD_MAX];
    gw_truth_item targets[GW_TRUTH_MAX], metals[GW_TRUTH_MAX];
    size_t n_targets, n_metals;
} score_lane;

/* BASE.truth.csv and BASE.metal.csv beside the recording, or the scene's own truth; soil from
 * SigMF's gw:soil. GW_ENOENT: there is no truth. */
gw_status score_lane_load(const char *path, score_lane *lane, gw_error *error);

#endif
