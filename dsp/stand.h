/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/stand.h -- what drifts while the head stands still is not ground.
 *
 *     stands    for 5 s and more at the same place, within 1.5 mm
 *     offset   += mean of the last half second there - mean of the first second there, when it
 *              goes on; taken off all responses from then on
 *     moved    where two fifths of that and more came within one second, it was no drift but the
 *              head, lifted or put aside: nothing is taken off
 *
 * After the first second at a place, responses are for the eye and the ear, not for the ground: one
 * cell would gather all the drift, and the step to the next one would look like metal. A head that
 * creeps by 0.3 mm/s and more does not stand. What is laid beside or taken from under a standing
 * head is lost to the chain; the search tone hears it.
 *
 * State:   the place it stands at, three means, the offset. No allocation.
 */
#ifndef GW_DSP_STAND_H
#define GW_DSP_STAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/fft.h"
#include "dsp/frame.h"

typedef struct gw_stand {
    bool has_place;
    double along_m;
    int64_t since_ns, last_ns, marked_ns;
    size_t n_first;
    double fastest; /* greatest change of the recent mean within a second, squared, all tones */
    double first[GW_TONES_MAX][2], recent[GW_TONES_MAX][2], offset[GW_TONES_MAX][2];
    double marked[GW_TONES_MAX][2]; /* the recent mean up to a second ago */
    double stood_s;                 /* in all, of the stands that are over */
} gw_stand;

void gw_stand_reset(gw_stand *stand);

/* Take the offset off response [n_tones]. True: the place is known by the first second there, and
 * this one says nothing of the ground. */
bool gw_stand_process(gw_stand *stand, gw_complex *response, size_t n_tones, double along_m,
                      int64_t time_ns);

#endif
