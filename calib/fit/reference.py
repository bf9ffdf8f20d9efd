#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit how deep the radar finds what is named (dsp/reference_gpr.h) and write
dsp/reference_fitted.h: to be made again whenever the likeness or its scores change.

usage: reference.py [--write HEADER] [--lanes N] FEATURES_PROGRAM FOLDER

Scenes of random ground go to FOLDER, a plastic cylinder or a steel mine each 2.5 m of them. A
body's score is that of the likeliest blob within its radius and 0.15 m; the ground is that of 0.6 m
before it. First the model is judged on lanes left out in turn; then it is fitted to all of them.
"""
import argparse
import csv
import json
import math
import os
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.optimize import linprog

SEED, BODIES, APART_M, PER_LANE, SPACING_M = 9000, ("PMN", "TM-62M"), 2.5, 14, 0.02
RADIUS_M, DEEPEST_M = (0.056, 0.16), (0.20, 0.40)
ANTENNA_M, BEFORE_M, REACH_M, LOWEST, QUANTILE = 0.05, 0.6, 0.15, -7.0, 0.1
NAMES = ["reflected and let through, dB", "log10 of depth and 5 cm",
         "fall of the floor, dB", "floor, dB", "floor 5 cm deep, dB",
         "log of the centre over 1.5 GHz", "square of the second",
         "product of the first and fourth"]
FITTED = (-3.5, 1.5)  # log scores around those of alarms
CENTERS_HZ = (1.2e9, 1.5e9, 1.8e9, 1.35e9)
LIGHT_M_PER_NS, MARGIN = 0.299792458, 0.1  # beyond what was seen, of its range


def scene_write(folder, k):
    draw = np.random.default_rng(SEED + k)

    def log_uniform(least, most):
        return math.exp(draw.uniform(math.log(least), math.log(most)))
    eps = draw.uniform(3.5, 18)
    targets = [{"name": BODIES[i % 2], "along_m": APART_M * (i + 1),
                "depth_m": round(draw.uniform(0.015, DEEPEST_M[i % 2]), 4)}
               for i in range(PER_LANE)]
    soil = (f"eps_r: {eps:.4f}, sigma_s_m: {log_uniform(0.001, 0.04):.5f}, "
            f"water_db_per_m: {max(0, draw.uniform(-10, 35)):.2f}, variation: 0.1, "
            f"scatter: {log_uniform(0.02, 0.1):.4f}, "
            f"roughness_m: {max(0, draw.uniform(-0.003, 0.008)):.4f}")
    lift = f"mean_m: {draw.uniform(0.035, 0.065):.4f}, rms_m: {draw.uniform(0.002, 0.008):.4f}"
    path = folder / f"reference-{SEED + k}.yaml"
    path.write_text(f"name: reference\nseed: {SEED + k}\nlength_m: {APART_M * (PER_LANE + 1)}\n"
                    f"sensors: [gpr]\nsoil: {{{soil}}}\n"
                    f"lift_off: {{{lift}, correlation_m: 0.3}}\n"
                    f"gpr: {{center_hz: {CENTERS_HZ[k % 4]:.3e}}}\n"
                    f"noise: {{gpr_db: {draw.uniform(-66, -56):.1f}}}\n"
                    f"targets: {json.dumps(targets)}\n")
    return path, eps, targets


def lane_run(program, path, eps, targets):
    """Print of the likeness; of each target: body, x at its depth, log of its score."""
    run = subprocess.run([program, "--speed", f"{LIGHT_M_PER_NS / math.sqrt(eps):.6f}", path],
                         check=True, capture_output=True, text=True)
    odds, grounds, likeness = [], {}, None
    for row in csv.reader(run.stdout.splitlines()):
        if row[0] == "likeness":
            likeness = row[1]
        elif row[0] == "odds":
            odds.append((int(row[2]) * SPACING_M, float(row[3])))
        elif row[0] == "ground":
            grounds.setdefault((int(row[3]), int(row[2])), []).append([float(v) for v in row[4:]])
    along, odds = np.array(odds).T
    rows = []
    for target in targets:
        body = BODIES.index(target["name"])
        near = np.abs(along - target["along_m"]) <= RADIUS_M[body] + REACH_M
        score = math.log(odds[near].max()) if near.any() else LOWEST
        scan = round((target["along_m"] - BEFORE_M) / SPACING_M / 10) * 10
        x = np.array(grounds[body, scan])
        depths = 10 ** x[:, 1] - ANTENNA_M
        if depths[0] <= target["depth_m"] <= depths[-1]:
            at = [np.interp(target["depth_m"], depths, column) for column in x.T]
            rows.append((body, at, max(score, LOWEST)))
    return likeness, rows


def quantile_fit(x, y):
    """Bias and weights of the least quantile loss; what does not vary has none."""
    varies = np.r_[True, x.std(0) > 1e-9]
    full = np.c_[np.ones(len(x)), x]
    z, n, p = full[:, varies], len(x), varies.sum()
    cost = np.r_[np.zeros(p), np.full(n, QUANTILE), np.full(n, 1 - QUANTILE)]
    fit = linprog(cost, A_eq=np.c_[z, np.eye(n), -np.eye(n)], b_eq=y, method="highs",
                  bounds=[(None, None)] * p + [(0, None)] * (2 * n))
    weights = np.zeros(len(varies))
    weights[varies] = fit.x[:p]
    return weights


class Body:
    """Where the quantile is near those of alarms the law is about straight: two fits."""

    def __init__(self, x, y):
        weights = quantile_fit(x, y)
        at = weights[0] + x @ weights[1:]
        near = (at > FITTED[0]) & (at < FITTED[1])
        self.weights = quantile_fit(x[near], y[near])
        margin = MARGIN * (x.max(0) - x.min(0))
        margin[1] = 0  # depth
        self.least, self.most = x.min(0) - margin, x.max(0) + margin

    def quantile(self, x):
        return self.weights[0] + x @ self.weights[1:]

    def text(self):
        rows = [f"     {{{', '.join(f'{v:.5g}' for v in values)}}}"
                for values in (self.weights[1:], self.least, self.most)]
        return f"    {{{self.weights[0]:.5g},\n" + ",\n".join(rows) + "}"


def judge(lane, x, y, title):
    """How many reach the quantile that lanes left out give, by where it lies."""
    told = np.empty(len(y))
    for fold in range(6):
        told[lane % 6 == fold] = Body(x[lane % 6 != fold], y[lane % 6 != fold]).quantile(
            x[lane % 6 == fold])
    print(title, f"{len(y)} bodies; reached, by log score told:", end="")
    for least, most in ((-3, -2), (-2, -1.5), (-1.5, -1), (-1, -0.5), (-0.5, 0), (0, 1)):
        within = (told > least) & (told <= most)
        if within.any():
            print(f"  {least}..{most}: {np.mean(y[within] >= told[within]):.2f} "
                  f"of {within.sum()}", end="")
    print(flush=True)


HEADER = """\
/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/reference.py. */
#ifndef GW_DSP_REFERENCE_FITTED_H
#define GW_DSP_REFERENCE_FITTED_H

#include "dsp/reference_gpr.h"

typedef struct reference_body {{
    double bias, weights[GW_REFERENCE_FEATURES];
    double least[GW_REFERENCE_FEATURES], most[GW_REFERENCE_FEATURES];
}} reference_body;

static const double fitted_likeness = {likeness}; /* gw_likeness_print() of that fitted to */

/* Of {names}. */
/* clang-format off */
static const reference_body fitted[GW_NAMED_COUNT] = {{
{bodies}}};
/* clang-format on */

#endif
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", metavar="HEADER")
    parser.add_argument("--lanes", type=int, default=420)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    scenes = [scene_write(options.folder, k) for k in range(options.lanes)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lanes = list(pool.map(lambda scene: lane_run(options.program, *scene), scenes))
    fitted = []
    for body, name in enumerate(BODIES):
        rows = [(k, x, y) for k, (_, lane) in enumerate(lanes) for b, x, y in lane
                if b == body]
        lane, x, y = (np.array(column) for column in zip(*rows))
        judge(lane, x, y, name)
        fitted.append(Body(x, y))
    if options.write:
        pathlib.Path(options.write).write_text(HEADER.format(
            likeness=lanes[0][0], names=",\n * ".join(NAMES),
            bodies=",\n".join(body.text() for body in fitted)))


if __name__ == "__main__":
    main()
