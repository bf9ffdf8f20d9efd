/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/fuse_odds.h -- how likely a mine is, from what both sensors say of a cell.
 *
 *     e = max(log score - least, 0) (1 - d^2 / reach^2)^2   of a candidate at distance d
 *     z = table(e_gpr, e_md), linear between its knots and rising in both
 *
 * The table is calib/fit/fuse.py's. Beyond its last knots hardly anything is added, enough to keep
 * the order.
 */
#ifndef GW_DSP_FUSE_ODDS_H
#define GW_DSP_FUSE_ODDS_H

enum { GW_FUSE_GPR, GW_FUSE_MD, GW_FUSE_SENSORS };

/* Of a candidate so far from the middle of a cell: log of its score over the least; 0: none. */
double gw_fuse_evidence(int sensor, double score, double distance_m);

/* Log odds of a mine in a cell, from each sensor's greatest evidence. */
double gw_fuse_odds(const double evidence[GW_FUSE_SENSORS]);

/* The same where the radar did not search. */
double gw_fuse_odds_of_metal(double evidence_md);

/* False lines a metre that are as likely or more; may be any number where that is unlikely. */
double gw_fuse_far_per_m(double log_odds);

/* Less is as scrap is. */
double gw_fuse_unlikely(void);

#endif
