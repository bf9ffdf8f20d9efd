/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/usual.h -- what is usual on this ground: scores in its units.
 *
 *     ln s'_i = m + (ln s_i - m - a_i) / r_i,   r = 1 + (a - b) / (m - l),   1/2 <= r <= 2
 *     a_{i+1} = a_i + 0.07 (0.96 if ln s'_i > m, else -0.04),   -2.5 <= a <= 1.5
 *     b_{i+1} = b_i + 0.05 (0.8 if ln s'_i > l, else -0.2),     -3.5 <= b <= 2.5
 *
 * of the candidates' scores s, in order, but for s' > 1.5, which are mines rather than ground. a
 * and b are driven until 4 in 100 of the others lie over m and 20 over l, as on the ground that the
 * table of dsp/far.c was made from: a is how loud this ground is, r how wide its scores scatter. A
 * wet or rough ground, or a head that is held unevenly, does not give more false alarms than were
 * asked for, and where it is quiet fainter things are heard. The upper bounds keep many weak mines
 * from hiding one.
 *
 * Of radars of stepped frequency the scores stay as they are: their table was made so.
 *
 * State:   a, b. At the lane's start and after a gap nothing is known of the ground: both are 0.
 * Cost:    a logarithm and an exponential a score.
 * Source:  stochastic approximation of two quantiles, docs/numerics.md [Robbins1951].
 */
#ifndef GW_DSP_USUAL_H
#define GW_DSP_USUAL_H

typedef struct gw_usual {
    double loud, quiet; /* a, b */
    double spread;      /* r */
} gw_usual;

void gw_usual_reset(gw_usual *usual);

/* s: > 0, as the likeness gives it. Returns s'. */
double gw_usual_score(const gw_usual *usual, double score);

/* The way back: the s of an s'. */
double gw_usual_raw(const gw_usual *usual, double score);

/* score: s', > 0, of the next candidate. */
void gw_usual_learn(gw_usual *usual, double score);

#endif
