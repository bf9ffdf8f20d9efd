/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/likeness.h -- how much a blob looks like a mine: the odds of a logistic model.
 *
 *     odds = exp( w_0 + sum_i w_i min(max(x_i, least_i), most_i) )
 *
 * The features x are shapes and ratios, in decibels, with no unit of the radar in them. Each is
 * held to the range that the training lanes had: what was never seen counts as the nearest that
 * was. Depth ends at 0.20 m, so that nothing is unlikely for being deeper than mines are laid.
 * The frequency is there twice, of the band that is searched in and of a wider one
 * (dsp/gpr_wide.h). Energy has no such end: an echo that is louder than any of the lanes is no less
 * of a body, and counts up to what the direct wave itself would be; its square goes on straight.
 *
 * Four products are features too: of energy and depth, and the squares of depth, of the frequency
 * in the wide band and of energy. What is near the surface is its own remainder as often as a mine,
 * however loud; what is deep has to be loud; and of frequencies there are too low and too high
 * ones.
 *
 * The model is calib/fit/fit.py's; lanes, seeds and figures are in docs/numerics.md.
 * Cost:    one exponential and a product a feature, on blobs only.
 */
#ifndef GW_DSP_LIKENESS_H
#define GW_DSP_LIKENESS_H

#include "dsp/blob.h"

enum { GW_LIKENESS_FEATURES = 5 + GW_BLOB_PROFILE - 1 + 5 };

/* Of a blob at depth_m whose radar's direct wave has the mean power `direct`; x: out. */
void gw_likeness_features(const gw_blob_shape *shape, double depth_m, float direct,
                          float x[GW_LIKENESS_FEATURES]);

/* > 0. is_stepped: of a radar of stepped frequency, whose pulse is longer. */
double gw_likeness_odds(const float x[GW_LIKENESS_FEATURES], bool is_stepped);

/* A number that is another one whenever the model of impulse radars is: what was fitted to its odds
 * is known by it to be out of date. */
double gw_likeness_print(void);

#endif
