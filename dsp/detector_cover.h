/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/detector_cover.h -- the detector's ground on its way: it waits until the pose has told the
 * head's height and speed over it, and goes to the sink and to fusion.
 */
#ifndef GW_DSP_DETECTOR_COVER_H
#define GW_DSP_DETECTOR_COVER_H

#include "dsp/detector_impl.h"

/* To the sink, and to fusion. */
void detector_cover(gw_detector *detector, const gw_coverage *coverage);

/* What waits for its height, and all that waits. */
void detector_cover_settle(gw_detector *detector);
void detector_cover_flush(gw_detector *detector);

/* Tells fusion where the head is too high for the radar; of a hop whose place is known. */
void detector_height_watch(gw_detector *detector, const gw_md_hop *hop);

#endif
