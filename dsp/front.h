/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/front.h -- front end of a metal detector: rows as its device hands them out, in; a response
 * of a few complex numbers a hop, for the chain (dsp/md.h), out.
 *
 *     samples     of the receive coil and the transmit current: dsp/lockin.h
 *     responses   in-phase and quadrature of each tone, which the device demodulated: dsp/hops.h
 *     decays      means over gates after a pulse: dsp/decay.h, dsp/hops.h; complex numbers are
 * pairs of its parts, and have no frequency
 *
 * State:   two hops of rows.
 * Cost:    that of the module named; no allocation after create.
 */
#ifndef GW_DSP_FRONT_H
#define GW_DSP_FRONT_H

#include <stdbool.h>

#include "dsp/fft.h"
#include "dsp/frame.h"

typedef struct gw_front gw_front;

/* GW_EINVAL: a tone of which a part is missing, too few gates, and what gw_lockin_create refuses
 * (error says which). GW_ENOMEM. */
gw_status gw_front_create(const gw_stream *stream, gw_front **out, gw_error *error);

/* Complex numbers of a response; but for decays their frequencies are those of the stream's tones.
 */
size_t gw_front_tones(const gw_front *front);

/* Rows of a hop, and rows from the middle of a response to the newest row. */
size_t gw_front_hop(const gw_front *front);

/* The device handed out responses, not samples or decays. */
bool gw_front_is_demodulated(const gw_front *front);
size_t gw_front_late(const gw_front *front);

/* counts: [n_channels], one row. True once a hop, from the second on: response and noise (rms, of
 * the same hop and in the same unit, both parts together; 0 unknown; INFINITY: the response says
 * nothing), [n_tones], were written. */
bool gw_front_process(gw_front *front, const int32_t *counts, gw_complex *response, float *noise);

/* What was wrong with the last response, bits of gw_trouble (dsp/frame.h). */
unsigned gw_front_trouble(const gw_front *front);

void gw_front_reset(gw_front *front);
void gw_front_destroy(gw_front *front);

#endif
