/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/lockin.h -- the response of a metal detector at each of its tones, by Fourier transform.
 *
 *     S_i = RX[b_i] / TX[b_i],   b_i = f_i length / rate
 *
 * RX and TX are transforms of Hann-windowed stretches of two hops; the hop is the length nearest to
 * 10 ms in which every tone makes a whole number of periods, so that each tone lies on a bin, its
 * phase is the same in every stretch, and mains hum far below stays out. Without a transmit current
 * channel TX is 1.
 *
 * What a tone is heard against is measured beside it, where there is no tone:
 *
 *     N_i = sqrt(median |RX[b]|^2 / ln 2) / |TX[b_i]|,   5 <= |b - b_i|, the nearest 24
 *
 * State:   the last hop of samples.
 * Cost:    two transforms a hop, and the ordering of 24 numbers a tone.
 */
#ifndef GW_DSP_LOCKIN_H
#define GW_DSP_LOCKIN_H

#include <stdbool.h>

#include "dsp/fft.h"
#include "dsp/frame.h"

typedef struct gw_lockin gw_lockin;

/* GW_EINVAL: no receive channel, no tone, a tone that is not in (0, rate/2), or no hop of 1..40 ms
 * holds whole periods of all (error says which). GW_ENOMEM. */
gw_status gw_lockin_create(const gw_stream *stream, gw_lockin **out, gw_error *error);

/* Rows of a hop. A response comes once a hop, from the second on, for the middle of both. */
size_t gw_lockin_hop(const gw_lockin *lockin);

/* counts: [n_channels] one instant. True when response [n_tones] was written. */
bool gw_lockin_process(gw_lockin *lockin, const int32_t *counts, gw_complex *response);

/* Of the last response: rms noise of each tone, [n_tones], in the response's unit. Receiver noise,
 * and whatever interferes while it lasts. 0: nothing could be measured. */
void gw_lockin_noise(const gw_lockin *lockin, float *noise);

/* What was wrong with the last response, bits of gw_trouble (dsp/frame.h). The response of a hop
 * that lost a tone says nothing: its noise is INFINITY. */
unsigned gw_lockin_trouble(const gw_lockin *lockin);

void gw_lockin_reset(gw_lockin *lockin);
void gw_lockin_destroy(gw_lockin *lockin);

#endif
