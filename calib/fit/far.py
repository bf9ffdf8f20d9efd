#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blank ground of ten kinds gives under the likeness that the program was built with: the
usual score of dsp/usual.c and the table of dsp/far.c, to be made again whenever the likeness is.

usage: far.py [--usual SCORE] [--seeds SEED...] [--length M] FEATURES_PROGRAM FOLDER

drivers/scenes without their objects go to FOLDER, 1 km of each kind and seed. Without --usual the
usual score is that which 3 in 10 of all candidates lie over. The table is then of scores in units
of the ground; the rates of the kinds at 0.05, 0.1 and 0.5 a metre follow, as parts of what was set.
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
QUANTILE, STEP, OFFSET_MOST = 0.7, 0.03, 1.5  # of dsp/usual.c
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


def units_of_ground(scores, usual):
    offset, told = 0.0, []
    for score in scores:
        told.append(score * math.exp(-offset))
        offset += STEP * (QUANTILE if told[-1] > usual else QUANTILE - 1)
        offset = min(max(offset, -OFFSET_MOST), OFFSET_MOST)
    return told


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--usual", type=float)
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
    usual = options.usual or np.quantile(np.concatenate(scores), QUANTILE)
    told = [units_of_ground(lane, usual) for lane in scores]
    every = np.sort(np.concatenate(told))[::-1]
    length_m = options.length * len(lanes)
    print(f"usual score {usual:.4f}; {len(every) / length_m:.2f} candidates a metre")
    at = {rate: every[max(round(rate * length_m) - 1, 0)] for rate in RATES}
    print(", ".join(f"{{{at[rate]:.3g}, {rate}}}" for rate in RATES))
    for kind in KINDS:
        own = np.concatenate([lane for lane, (name, _) in zip(told, lanes) if name == kind])
        parts = [(own >= at[rate]).sum() / rate / options.length / len(options.seeds)
                 for rate in TOLD]
        print(f"{kind:16}" + "".join(f"{part:6.2f}" for part in parts))


if __name__ == "__main__":
    main()
