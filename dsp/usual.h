/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/usual.h -- what is usual on this ground: scores in its units.
 *
 *     s'_i = s_i exp(-a_i),   a_{i+1} = a_i + h (0.7 if s'_i > m, else -0.3),   |a| <= 1.5
 *
 * of the candidates' scores s, in order. a is driven until 3 in 10 of them lie over m, as on the
 * ground that the table of dsp/far.c was made from: a wet or rough ground that sends back more than
 * that does not give more false alarms than were asked for, and on a quiet one fainter things are
 * heard. Small steps, since mines are candidates too: one in a few metres hardly moves it. The
 * bound keeps many mines from hiding one.
 *
 * Of radars of stepped frequency the scores stay as they are: their table was made so.
 *
 * State:   a. At the lane's start and after a gap nothing is known of the ground: a = 0.
 * Source:  stochastic approximation of a quantile, docs/numerics.md [Robbins1951].
 */
#ifndef GW_DSP_USUAL_H
#define GW_DSP_USUAL_H

typedef struct gw_usual {
    double offset, factor; /* a; exp(-a) */
} gw_usual;

void gw_usual_reset(gw_usual *usual);

/* score: s', > 0, of the next candidate. */
void gw_usual_learn(gw_usual *usual, double score);

#endif
