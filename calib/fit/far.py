#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blank ground of ten kinds gives under the likeness that the program was built with: the
usual levels of dsp/usual.c and the table of dsp/far.c, to be made again whenever the likeness is.

usage: far.py [--usual LOW HIGH] [--seeds SEED...] [--length M] FEATURES_PROGRAM FOLDER

drivers/scenes without their objects go to FOLDER, 1 km of each kind and seed. Without --usual the
two levels, logarithms of scores, are those that 20 and 4 in 100 of all candidates lie over in the
mean of the kinds. The table is then of scores in units of the ground; the rates of the kinds at
0.05, 0.1 and 0.5 a metre follow, as parts of what was set.
"""
import argparse
import csv
import math
import os
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

import numpy as np

KINDS = ("blank-sand", "blank-loam", "blank-clay", "blank-saturated", "blank-laterite", "blank",
         "dry-sand", "wet-clay", "mountain-track", "eight-tones")
OBJECTS = ("targets", "clutter", "clutter_per_m", "clutter_per_m2", "rows", "device_file")
SPEED_M_PER_NS, REACH = 0.12, 5  # scans between two candidates, of dsp/gpr_create.c
QUANTILES, STEPS = (0.8, 0.96), (0.05, 0.07)  # of dsp/usual.c, quiet and loud
BOUNDS, SPREADS, GROUND_MOST = ((-3.5, 2.5), (-2.5, 1.5)), (0.5, 2), 1.5
RATES, TOLD = (2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01), (0.05, 0.1, 0.5)
SCENES = pathlib.Path(__file__).resolve().parents[2] / "drivers" / "scenes"


def scene_write(folder, kind, seed, length_m):
    lines, is_kept = [], True
    for line in (SCENES / f"{kind}.yaml").read_text().splitlines():
        if line[:1].isalpha():
            is_kept = line.split(":")[0] not in (*OBJECTS, "seed", "length_m", "sensors")
        if is_kept:
            lines.append(line)
    path = folder / f"far-{kind}-{seed}.yaml"
    path.write_text("\n".join([*lines, f"seed: {seed}", f"length_m: {length_m}",
                               "sensors: [gpr]", ""]))
    return path


def candidates(scans, odds):
    """Scores of peaks along the lane (dsp/peak.h), in order."""
    row = np.zeros(max(scans, default=0) + 2 * REACH + 1)
    np.maximum.at(row, np.array(scans, int) + REACH, odds)
    return [row[k] for k in range(REACH, len(row) - REACH)
            if row[k] > row[k - REACH:k].max() and row[k] >= row[k + 1:k + REACH + 1].max()]


def scene_run(program, path):
    run = subprocess.run([program, "--speed", str(SPEED_M_PER_NS), path], check=True,
                         capture_output=True, text=True)
    rows = [row for row in csv.reader(run.stdout.splitlines()) if row[0] == "odds"]
    return candidates([int(row[2]) for row in rows], [float(row[3]) for row in rows])


def units_of_ground(scores, levels):
    """As dsp/usual.c has it."""
    offsets, spread, told = [0.0, 0.0], 1.0, []
    for score in scores:
        at = levels[1] + (math.log(score) - levels[1] - offsets[1]) / spread
        told.append(math.exp(at))
        if told[-1] > GROUND_MOST:
            continue
        for k, bounds in enumerate(BOUNDS):
            step = STEPS[k] * (QUANTILES[k] - (at <= levels[k]))
            offsets[k] = min(max(offsets[k] + step, bounds[0]), bounds[1])
        spread = 1 + (offsets[1] - offsets[0]) / (levels[1] - levels[0])
        spread = min(max(spread, SPREADS[0]), SPREADS[1])
    return told


def levels_of(scores_by_kind):
    """Of scores that are ground: the mean of the kinds' quantiles."""
    logs = [np.log(scores[scores <= GROUND_MOST]) for scores in scores_by_kind]
    return [float(np.mean([np.quantile(of_kind, q) for of_kind in logs])) for q in QUANTILES]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--usual", type=float, nargs=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[4242, 77])
    parser.add_argument("--length", type=float, default=1000)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    lanes = [(kind, scene_write(options.folder, kind, seed, options.length))
             for kind in KINDS for seed in options.seeds]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        scores = list(pool.map(lambda lane: scene_run(options.program, lane[1]), lanes))
    of_kinds = [np.concatenate([own for own, (name, _) in zip(scores, lanes) if name == kind])
                for kind in KINDS]
    levels = options.usual or levels_of(of_kinds)
    told = [units_of_ground(lane, levels) for lane in scores]
    every = np.sort(np.concatenate(told))[::-1]
    length_m = options.length * len(lanes)
    print(f"low {levels[0]:.3f}, high {levels[1]:.3f}; "
          f"{len(every) / length_m:.2f} candidates a metre")
    at = {rate: every[max(round(rate * length_m) - 1, 0)] for rate in RATES}
    print(", ".join(f"{{{at[rate]:.3g}, {rate}}}" for rate in RATES))
    for kind in KINDS:
        own = np.concatenate([lane for lane, (name, _) in zip(told, lanes) if name == kind])
        parts = [(own >= at[rate]).sum() / rate / options.length / len(options.seeds)
                 for rate in TOLD]
        print(f"{kind:16}" + "".join(f"{part:6.2f}" for part in parts))


if __name__ == "__main__":
    main()
