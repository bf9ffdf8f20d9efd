/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/far.h -- from a score to the false alarms expected a metre.
 */
#ifndef GW_DSP_FAR_H
#define GW_DSP_FAR_H

#include <stdbool.h>

double gw_far_gpr(double score, bool is_stepped);
double gw_far_md(double score);

#endif
