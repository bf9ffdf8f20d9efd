#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit the radar's likeness model (dsp/likeness_fitted.h; with --stepped that of radars of stepped
frequency, dsp/likeness_stepped.h) to lanes with truth.

usage: fit.py [--write HEADER] [--folds N] [--frequency BAND] FEATURES_PROGRAM LANES...
       fit.py --gains FEATURES_PROGRAM LANES...

LANES are .sigmf-collection files with .truth.csv beside them. First the model is judged by
cross-validation over whole lanes; then it is fitted to all of them. Of a target's blobs the
likeliest one is its own (found anew in each round); of those away from every target all are false.

BAND is that of the echo's frequency: narrow, that the radar is searched in; wide
(dsp/gpr_wide.h); or both (without the option). What is not of it gets no weight, so that models of
the same lanes can be compared. Of stepped frequency it is narrow, and there are no products.
"""
import argparse
import csv
import json
import pathlib
import subprocess

import numpy as np

NAMES = ["energy over the direct wave, dB", "depth, m", "share in phase", "stronger beside, dB"]
NAMES += ["frequency, of the centre"]
NAMES += [f"energy {q / 4:+.2f} periods, dB" for q in range(-5, 13) if q]
NAMES += ["frequency in the wide band, of the centre", "depth over 0.1 m, squared, m2",
          "energy over -25 dB by depth over 0.1 m, dB m",
          "frequency in the wide band over 1.25, squared", "energy over -25 dB, squared"]
NARROW, WIDE, PRODUCTS = 4, 22, (23, 24, 25, 26)
UNUSED = {"narrow": [WIDE, 25], "wide": [NARROW], "both": []}
WIDE_LEAST, WIDE_MOST = 1.0, 1.5  # below it scenes are not like lanes, above there is noise alone
MARGIN_M, REACH_SCANS, SPACING_M = 0.15, 8, 0.02
RIDGE, ROUNDS, CUT = 2.0, 6, 0.005


class Lane:
    def __init__(self, path, rows):
        self.path = path
        self.scans = np.array([int(r[0]) for r in rows], int)
        self.x = np.array([[float(v) for v in r[1:]] for r in rows]).reshape(len(rows), -1)
        truth = csv.DictReader(open(path.with_suffix(".truth.csv")))
        self.targets = [(float(t["along_m"]), float(t["diameter_m"]), t["name"]) for t in truth]
        meta = json.loads(path.with_name(path.stem + "-gpr.sigmf-meta").read_text())["global"]
        parts = 2 if meta["core:datatype"].startswith("c") else 1
        self.length_m = (path.with_name(path.stem + "-gpr.sigmf-data").stat().st_size
                         / 2 / parts / meta["gw:samples_per_scan"] * SPACING_M)
        self.on = np.full(len(rows), -1)  # the target that a blob is at
        for k, (along, diameter, _) in enumerate(self.targets):
            near = np.abs(self.scans * SPACING_M - along) <= diameter / 2 + MARGIN_M
            self.on[near] = k


def lanes_read(program, paths):
    run = subprocess.run([*program, *map(str, paths)], check=True, capture_output=True, text=True)
    rows = {str(path): [] for path in paths}
    for row in csv.reader(run.stdout.splitlines()):
        rows[row[0]].append(row[1:])
    return [Lane(path, rows[str(path)]) for path in paths]


def frequency_choose(lanes, band):
    """The frequency of one band or of both; what is constant has no weight."""
    for lane in lanes:
        lane.read = getattr(lane, "read", lane.x)
        lane.x = lane.read.copy()
        lane.x[:, WIDE] = np.clip(lane.x[:, WIDE], WIDE_LEAST, WIDE_MOST)
        lane.x[:, UNUSED[band]] = 0


def features_leave(lanes, columns):
    for lane in lanes:
        lane.x[:, columns] = 0


def logistic(z, is_mine):
    """Weights, the bias first, of least loss and ridge, by Newton's steps."""
    x, ridge = np.c_[np.ones(len(z)), z], np.r_[0, np.full(z.shape[1], RIDGE)]
    w, least = np.zeros(x.shape[1]), np.inf

    def loss(w):
        s = x @ w
        return np.logaddexp(0, s).sum() - s[is_mine].sum() + (ridge * w ** 2).sum() / 2
    for _ in range(100):
        p = 1 / (1 + np.exp(-x @ w))
        bend = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge + 1e-9)
        step, size = np.linalg.solve(bend, x.T @ (p - is_mine) + ridge * w), 1.0
        while loss(w - size * step) > least and size > 1e-6:
            size /= 2
        w, before, least = w - size * step, least, loss(w - size * step)
        if before - least < 1e-9:
            return w
    raise SystemExit("no fit: Newton's steps do not end")


class Model:
    def __init__(self, lanes):
        x = np.concatenate([lane.x for lane in lanes])
        self.least, self.most = np.quantile(x, [CUT, 1 - CUT], axis=0)
        x = np.clip(x, self.least, self.most)
        self.mean, self.sd = x.mean(0), x.std(0) + 1e-9
        z = (x - self.mean) / self.sd
        false = np.concatenate([lane.on < 0 for lane in lanes])
        self.weights = np.r_[0, 1, np.zeros(z.shape[1] - 1)]  # at first: the strongest
        for _ in range(ROUNDS):
            mine = np.concatenate([self.own(lane) for lane in lanes])
            used = mine | false
            self.weights = logistic(z[used], mine[used])

    def log_odds(self, lane):
        """Energy is held as in the fit; the chain lets more of it count (dsp/likeness.h)."""
        z = (np.clip(lane.x, self.least, self.most) - self.mean) / self.sd
        return z @ self.weights[1:] + self.weights[0]

    def own(self, lane):
        odds, own = self.log_odds(lane), np.zeros(len(lane.on), bool)
        for k in set(lane.on) - {-1}:
            at = np.flatnonzero(lane.on == k)
            own[at[np.argmax(odds[at])]] = True
        return own

    def header(self, name):
        weights = self.weights[1:] / self.sd
        bias = self.weights[0] - weights @ self.mean
        rows = "".join(f"    {{{lo:.5g}, {hi:.5g}, {w:.5g}}}, /* {name} */\n" for lo, hi, w, name
                       in zip(self.least, self.most, weights, NAMES))
        return f"""/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fit.py. */
#ifndef GW_DSP_LIKENESS_{name.upper()}_H
#define GW_DSP_LIKENESS_{name.upper()}_H

#include "dsp/likeness_impl.h"

/* clang-format off */
static const likeness {name} = {{{bias:.5g}, {{
{rows}}}}};
/* clang-format on */

#endif
"""


def peaks(lane, odds):
    """Of each place the likeliest blob, where none within reach is likelier."""
    best = np.full(lane.scans.max(initial=0) + 2 * REACH_SCANS + 1, -np.inf)
    np.maximum.at(best, lane.scans + REACH_SCANS, odds)
    return [k for k, scan in enumerate(lane.scans)
            if odds[k] >= best[scan:scan + 2 * REACH_SCANS + 1].max()]


def judge(lanes, all_odds):
    """Scores of targets and of false alarms, and the ground searched."""
    found, false = [], []
    for lane, odds in zip(lanes, all_odds):
        best = [-np.inf] * len(lane.targets)
        for k in peaks(lane, odds):
            if lane.on[k] < 0:
                false.append(odds[k])
            else:
                best[lane.on[k]] = max(best[lane.on[k]], odds[k])
        found += best
    return np.array(found), np.sort(false)[::-1], sum(lane.length_m for lane in lanes)


def tell(title, found, false, length_m):
    print(title, f"{len(found)} targets, {length_m:.0f} m")
    for rate in (0.02, 0.05, 0.1, 0.2, 0.5, 1):
        k = int(rate * length_m + 1e-9)
        if k >= len(false):
            break
        print(f"  {rate:5.2f}/m  Pd {np.mean(found > false[k]):.3f}  log odds {false[k]:6.2f}")


def cross_validate(lanes, n_folds, seed=0):
    fold = np.random.default_rng(seed).permutation(len(lanes)) % n_folds
    odds = [None] * len(lanes)
    for f in range(n_folds):
        model = Model([lane for lane, at in zip(lanes, fold) if at != f])
        for k in np.flatnonzero(fold == f):
            odds[k] = model.log_odds(lanes[k])
    return odds


GROUPS = {"nothing": [], "depth": [1], "share in phase": [2], "stronger beside": [3],
          "frequency": [NARROW, WIDE], "products": PRODUCTS,
          "energy above (5 quarters)": range(5, 10),
          "energy below (12 quarters)": range(10, 22),
          "all but the energy over the direct wave": range(1, 27)}


def gains_tell(lanes, n_folds):
    """What each group of features gains: left out, fitted anew, judged on lanes left out."""
    print("| left out | " + " | ".join(f"{rate}/m" for rate in (0.05, 0.1, 0.2, 0.5)) + " |")
    for name, columns in GROUPS.items():
        for lane in lanes:
            lane.all = getattr(lane, "all", lane.x)
            lane.x = np.delete(lane.all, list(columns), axis=1)
        found, false, length_m = judge(lanes, cross_validate(lanes, n_folds))
        rates = [np.mean(found > false[int(rate * length_m)]) for rate in (0.05, 0.1, 0.2, 0.5)]
        print(f"| {name} | " + " | ".join(f"{rate:.3f}" for rate in rates) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", metavar="HEADER")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--gains", action="store_true")
    parser.add_argument("--stepped", action="store_true")
    parser.add_argument("--frequency", choices=UNUSED)
    parser.add_argument("program")
    parser.add_argument("lanes", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    lanes = lanes_read([options.program], options.lanes)
    frequency_choose(lanes, options.frequency or ("narrow" if options.stepped else "both"))
    if options.stepped:
        features_leave(lanes, PRODUCTS)
    if options.gains:
        return gains_tell(lanes, options.folds)
    for seed in range(4):
        odds = cross_validate(lanes, options.folds, seed)
        tell("left out in turn:", *judge(lanes, odds))
    model = Model(lanes)
    tell("fitted to all:", *judge(lanes, [model.log_odds(lane) for lane in lanes]))
    if options.write:
        pathlib.Path(options.write).write_text(
            model.header("stepped" if options.stepped else "fitted"))


if __name__ == "__main__":
    main()
