/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/range.h -- the scan in time of a radar of stepped frequency.
 *
 *     x[n] = g Re sum_k w_k C_k S_k exp(+2 pi j f_k (t_n - lead)),   t_n = n / rate
 *     f_k = start + k step,   lead = 2 / (n_steps step),   g = 1 / sum w
 *
 * An echo S_k = a exp(-2 pi j f_k t) comes out as a pulse of height a at t + lead: lead keeps a
 * pulse at time 0 whole. The carrier is kept, so what follows sees the scan of an impulse radar.
 * Time is unambiguous over 1 / step, which is the scan; the rate is 8 samples a period or more. w
 * is flat but for 15 % at each end: of the windows tried, the short pulse lets the ground's surface
 * reach least into the depth where mines lie (docs/numerics.md).
 *
 * State:   none. Shapes: counts [n_steps][2], trace [n_samples].
 * Cost:    one complex transform of the scan's length, and one multiplication a sample.
 * Accuracy: 100 dB against a sum in double precision (tests/test_range.c).
 * Source:  window [Harris1978].
 */
#ifndef GW_DSP_RANGE_H
#define GW_DSP_RANGE_H

#include "dsp/fft.h"
#include "dsp/frame.h"

typedef struct gw_range gw_range;

/* stream: gpr, stepped frequency; read in create only. plate: C of each channel
 * [n_channels][n_steps], NULL: 1; read in create only. GW_EINVAL (error says which field),
 * GW_ENOMEM. */
gw_status gw_range_create(const gw_stream *stream, const gw_complex *plate, gw_range **out,
                          gw_error *error);

/* The stream as it is after the transform: stepped still, but real samples of time, without offset.
 */
const gw_stream *gw_range_stream(const gw_range *range);

/* counts: one scan, [n_channels][n_steps][2]; traces: [n_channels][n_samples]. */
void gw_range_process(gw_range *range, const int32_t *counts, float *traces);

void gw_range_destroy(gw_range *range);

#endif
