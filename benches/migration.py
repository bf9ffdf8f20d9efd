#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What focusing gains and costs along a lane: the diffraction stack, none, and f-k migration in its
place, all else the radar chain as it is (docs/focusing.md).

usage: migration.py [--speeds] PROGRAM LANES...

PROGRAM is build/benches/migration, LANES are .sigmf-collection files with .truth.csv beside them.
Two tables to stdout. First by the ratio alone, the greatest focused energy of a scan over the floor
of its depth: Pd at false alarms a metre with its difference from the stack's (95 % limits by
drawing lanes anew), and contrast: the median over mines of the best ratio at the mine, less the
median over blank stretches of half a metre of the best ratio there. Then by the likeness, fitted
anew to what each way gives and judged on lanes left out (calib/fit/stages.py). --speeds: by the
ratio alone at other speeds of the wave than the chain's.
"""
import argparse
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "calib" / "fit"))
import fit  # noqa: E402
import stages  # noqa: E402

BLANK_M = 0.5
STACK = ["--stack"]
WAYS = {"stack": STACK, "none": ["--none"]}
WAYS |= {f"stack, {rows * fit.SPACING_M:.2f} m": ["--stack", "--aperture", str(rows)]
         for rows in (4, 12, 16, 24)}
WAYS |= {f"f-k, 64 rows, to {angle} degrees": ["--fk", "64", "16", str(angle)]
         for angle in (30, 45, 60, 90)}
WAYS |= {"f-k, 32 rows, to 60 degrees": ["--fk", "32", "8", "60"],
         "f-k, whole lane, to 60 degrees": ["--fk", "1024", "128", "60"]}
SPEEDS = {f"{name}, {speed} m/ns": [*way, "--speed", str(speed)]
          for name, way in (("stack", STACK), ("f-k, 64 rows, to 60 degrees",
                                               ["--fk", "64", "16", "60"]))
          for speed in (0.09, 0.10, 0.14, 0.17)}


def lanes_read(program, way, paths):
    """Lanes of scans with their ratio, and of blobs with their features."""
    run = subprocess.run([program, *way, *map(str, paths)], check=True, capture_output=True,
                         text=True)
    ratios, blobs = ({str(path): [] for path in paths} for _ in range(2))
    for line in run.stdout.splitlines():
        row = line.split(",")
        if row[0] == "ratio":
            ratios[row[1]].append(row[2:])
        else:
            blobs[row[0]].append(row[1:])
    found = [fit.Lane(path, blobs[str(path)]) for path in paths]
    fit.frequency_choose(found, "narrow")  # the other is not focused in any of these ways
    return [fit.Lane(path, ratios[str(path)]) for path in paths], found


def contrast_db(lanes):
    mines, blank = [], []
    for lane in lanes:
        db = lane.x[:, 0]
        mines += [db[lane.on == k].max() for k in range(len(lane.targets)) if (lane.on == k).any()]
        away = db[lane.on < 0]
        n = round(BLANK_M / fit.SPACING_M)
        blank += [away[k:k + n].max() for k in range(0, len(away) - n + 1, n)]
    return np.median(mines) - np.median(blank)


def ratios_tell(name, lanes, whole, n_mines):
    counts = stages.found_by_lane(lanes, [lane.x[:, 0] for lane in lanes])
    whole = counts if whole is None else whole
    stages.row_tell(f"{name} | {contrast_db(lanes):.1f} dB", counts, whole, n_mines)
    return whole


def likeness_tell(name, lanes, whole, n_mines):
    counts = stages.chain_judge(lanes, 6)
    whole = counts if whole is None else whole
    stages.row_tell(name, counts, whole, n_mines)
    return whole


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--speeds", action="store_true")
    parser.add_argument("program")
    parser.add_argument("lanes", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    ways = {"stack": STACK} | SPEEDS if options.speeds else WAYS
    read = {name: lanes_read(options.program, way, options.lanes) for name, way in ways.items()}
    ratios = {name: pair[0] for name, pair in read.items()}
    n_mines = np.array([len(lane.targets) for lane in ratios["stack"]])
    print(f"{n_mines.sum()} mines, {sum(lane.length_m for lane in ratios['stack']):.0f} m\n")
    rates = " | ".join(f"{rate}/m" for rate in stages.RATES)
    print("| ratio alone | contrast | " + rates + " |")
    whole = None
    for name, lanes in ratios.items():
        whole = ratios_tell(name, lanes, whole, n_mines)
    if options.speeds:
        return
    print("\n| likeness | " + rates + " |")
    whole = None
    for name, (_, lanes) in read.items():
        whole = likeness_tell(name, lanes, whole, n_mines)


if __name__ == "__main__":
    main()
