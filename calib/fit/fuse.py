#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit fusion (dsp/fuse_fitted.h) to lanes with truth.

usage: fuse.py [--write HEADER] [--folds N] [--check LANE]... GROUNDWATCH LANES...

LANES are .sigmf-collection files of radar, metal detector and pose with .truth.csv beside them;
GROUNDWATCH is the program, whose `detect --all` gives the candidates of both sensors. Scrap and
stones count as false, as they do for whoever has to dig. First the model is judged by
cross-validation over whole lanes, which also gives its table of false alarms; then it is fitted to
all. What dsp/fuse.c does is done here the same way. --check: lanes that are judged only.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import subprocess

import numpy as np
from scipy.optimize import minimize

CELL_M, BESIDE_M, MARGIN_M = 0.05, 0.25, 0.15
SENSORS = ("gpr", "md")
LEAST = {"gpr": -6.0, "md": -0.5}  # logarithm of the score: less is nothing
REACH_M = {"gpr": 0.35, "md": 0.28}
KNOTS = {"gpr": (-2.0, 1.0), "md": (2.0, 5.0)}
RATES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
RIDGE, ROUNDS = 0.1, 6


def evidence(score, sensor):
    return np.maximum(np.log(np.maximum(score, 1e-12)) - LEAST[sensor], 0)


def features(gpr, md):
    """The part of each evidence in each stretch between knots."""
    rows = []
    for value, sensor in ((gpr, "gpr"), (md, "md")):
        ends = [0, *(knot - LEAST[sensor] for knot in KNOTS[sensor]), np.inf]
        rows += [np.clip(value, a, b) - a for a, b in zip(ends, ends[1:])]
    return np.stack(rows, axis=1)


class Lane:
    def __init__(self, program, path):
        run = subprocess.run([program, "detect", "--all", path], check=True, capture_output=True,
                             text=True)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        lines = [line for line in lines if line["sensor"] in SENSORS]
        self.x = np.array([line["along_m"] for line in lines])
        cells = (np.floor(self.x / CELL_M) + 0.5) * CELL_M
        best = {}
        for sensor in SENSORS:
            own = [k for k, line in enumerate(lines) if line["sensor"] == sensor]
            far = (cells[:, None] - self.x[own][None, :]) / REACH_M[sensor]
            scores = np.array([lines[k]["score"] for k in own])
            near = evidence(scores, sensor)[None, :] * np.maximum(1 - far ** 2, 0) ** 2
            best[sensor] = near.max(axis=1, initial=0)
        self.features = features(best["gpr"], best["md"])
        truth = csv.DictReader(open(path.with_suffix(".truth.csv")))
        self.targets = [(float(t["along_m"]), float(t["diameter_m"]) / 2 + MARGIN_M)
                        for t in truth]
        pose = path.with_name(path.stem + "-pose.sigmf-data")
        self.length_m = np.fromfile(pose, "<i4").max() * 1e-3
        self.on = np.full(len(lines), -1)  # the target that a candidate is at
        for k, (along, reach) in enumerate(self.targets):
            self.on[np.abs(self.x - along) <= reach] = k

    def lines(self, z):
        """Candidates than which none beside is likelier; of equals the first."""
        z = z - 1e-9 * np.arange(len(z))
        beside = np.abs(self.x[:, None] - self.x[None, :]) <= BESIDE_M
        return np.flatnonzero(z >= np.where(beside, z[None, :], -np.inf).max(axis=1, initial=-9e9))


def logistic(x, is_mine):
    """Weights, the bias first, of least loss and ridge; more evidence is never less likely."""
    def loss(w):
        s = x @ w[1:] + w[0]
        value = np.logaddexp(0, s).sum() - s[is_mine].sum() + RIDGE * (w[1:] ** 2).sum()
        error = 1 / (1 + np.exp(-s)) - is_mine
        return value, np.r_[error.sum(), x.T @ error + 2 * RIDGE * w[1:]]
    return minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B",
                    bounds=[(None, None)] + [(0, None)] * x.shape[1],
                    options={"maxiter": 1000}).x


def odds(lane, weights):
    return lane.features @ weights[1:] + weights[0]


def fit(lanes):
    """Of a target the likeliest candidate is its own (found anew in each round)."""
    weights = np.r_[0, 1, 1, 1, 1, 1, 1]
    for _ in range(ROUNDS):
        rows, mine = [], []
        for lane in lanes:
            z = odds(lane, weights)
            for k in set(lane.on) - {-1}:
                at = np.flatnonzero(lane.on == k)
                rows.append(lane.features[at[np.argmax(z[at])]])
                mine.append(True)
            for k in lane.lines(z):
                if lane.on[k] < 0:
                    rows.append(lane.features[k])
                    mine.append(False)
        weights = logistic(np.array(rows), np.array(mine))
    return weights


def judge(lanes, all_odds):
    """Odds of targets and of false lines, and the ground searched."""
    found, false = [], []
    for lane, z in zip(lanes, all_odds):
        best = [-np.inf] * len(lane.targets)
        for k in lane.lines(z):
            if lane.on[k] < 0:
                false.append(z[k])
            else:
                best[lane.on[k]] = max(best[lane.on[k]], z[k])
        found += best
    return np.array(found), np.sort(false)[::-1], sum(lane.length_m for lane in lanes)


def tell(title, found, false, length_m):
    print(title, f"{len(found)} targets, {length_m:.0f} m")
    for rate in (0.02, 0.05, 0.1, 0.2, 0.5):
        k = int(rate * length_m + 1e-9)
        if k < len(false):
            print(f"  {rate:5.2f}/m  Pd {np.mean(found > false[k]):.3f}  log odds {false[k]:6.2f}")


def cross_validate(lanes, n_folds, seed=0):
    fold = np.random.default_rng(seed).permutation(len(lanes)) % n_folds
    result = [None] * len(lanes)
    for f in range(n_folds):
        weights = fit([lane for lane, at in zip(lanes, fold) if at != f])
        for k in np.flatnonzero(fold == f):
            result[k] = odds(lanes[k], weights)
    return result


def header(weights, found, false, length_m):
    ranks = [(rate, int(rate * length_m)) for rate in RATES]
    table = "".join(f"    {{{false[k]:.4g}, {rate:g}}},\n" for rate, k in ranks if k < len(false))
    rows = ""
    for k, sensor in enumerate(SENSORS):
        knots = ", ".join(f"{knot - LEAST[sensor]:g}" for knot in KNOTS[sensor])
        slopes = ", ".join(f"{w:.5g}" for w in weights[1 + 3 * k:4 + 3 * k])
        rows += f"    {{{LEAST[sensor]:g}, {REACH_M[sensor]:g}, {{{knots}}}, {{{slopes}}}}},\n"
    return f"""/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fuse.py. */
#ifndef GW_DSP_FUSE_FITTED_H
#define GW_DSP_FUSE_FITTED_H

enum {{ FITTED_KNOTS = 2 }};

typedef struct fitted_sensor {{
    double least, reach_m, knots[FITTED_KNOTS]; /* knots above least */
    double weights[1 + FITTED_KNOTS];           /* of the stretches between them */
}} fitted_sensor;

/* clang-format off */
static const fitted_sensor fitted_sensors[2] = {{
{rows}}};
static const double fitted_bias = {weights[0]:.5g};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {{
{table}}};

/* Of the mines two in a hundred have less. */
static const double fitted_unlikely = {np.sort(found)[int(0.02 * len(found))]:.4g};
/* clang-format on */

#endif
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", metavar="HEADER")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--check", type=pathlib.Path, action="append", default=[])
    parser.add_argument("program")
    parser.add_argument("lanes", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lanes = list(pool.map(lambda path: Lane(options.program, path), options.lanes))
        checks = list(pool.map(lambda path: Lane(options.program, path), options.check))
    for seed in range(3):
        judged = judge(lanes, cross_validate(lanes, options.folds, seed))
        tell("left out in turn:", *judged)
    weights = fit(lanes)
    tell("fitted to all:", *judge(lanes, [odds(lane, weights) for lane in lanes]))
    if checks:
        tell("others:", *judge(checks, [odds(lane, weights) for lane in checks]))
    if options.write:
        pathlib.Path(options.write).write_text(header(weights, *judged))


if __name__ == "__main__":
    main()
