#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each stage of the radar chain gains: left out, the likeness fitted anew without it.

usage: stages.py FEATURES_PROGRAM LANES...

Each row is judged on lanes left out of its own fit (six folds, the mean of four shuffles): Pd by
score at false alarms a metre with exact 95 % limits, and its difference from that of the whole
chain on the same lanes with 95 % limits by drawing lanes anew (2,000 times). Markdown to stdout.
"""
import argparse
import pathlib
import subprocess

import numpy as np
from scipy.stats import beta

import fit

RATES, SHUFFLES, DRAWS = (0.05, 0.1, 0.2), 4, 2000
GROUPS = {"depth": [1], "share in phase": [2], "stronger beside": [3],
          "frequency": [fit.NARROW, fit.WIDE],
          "energy above and below": range(5, 22), "products": fit.PRODUCTS}


def lanes_read(program, paths):
    lanes = fit.lanes_read(program, paths)
    fit.frequency_choose(lanes, "both")
    return lanes


def found_by_lane(lanes, all_odds):
    """[rates][lanes] mines found; and mines of each lane."""
    found, false, length_m = fit.judge(lanes, all_odds)
    ends = np.cumsum([len(lane.targets) for lane in lanes])[:-1]
    counts = [[(part > false[int(rate * length_m)]).sum() for part in np.split(found, ends)]
              for rate in RATES]
    return np.array(counts, float)


def chain_judge(lanes, n_folds):
    shuffles = [found_by_lane(lanes, fit.cross_validate(lanes, n_folds, seed))
                for seed in range(SHUFFLES)]
    return np.mean(shuffles, axis=0)


def limits(found, n):
    low = beta.ppf(0.025, found, n - found + 1) if found > 0 else 0
    high = beta.ppf(0.975, found + 1, n - found) if found < n else 1
    return f"{low:.2f}–{high:.2f}"


def difference(counts, whole, n_mines):
    """Limits of the difference in Pd when lanes are drawn anew."""
    draws = np.random.default_rng(0).integers(len(n_mines), size=(DRAWS, len(n_mines)))
    drawn = (counts - whole)[draws].sum(1) / n_mines[draws].sum(1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{(counts - whole).sum() / n_mines.sum():+.3f} ({low:+.3f} to {high:+.3f})"


def row_tell(name, counts, whole, n_mines):
    cells = []
    for own, all_of_it in zip(counts, whole):
        total, n = own.sum(), n_mines.sum()
        cells.append(f"{total / n:.3f} ({limits(total, n)})" if counts is whole
                     else f"{total / n:.3f}: {difference(own, all_of_it, n_mines)}")
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("program")
    parser.add_argument("lanes", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    stages = subprocess.run([options.program, "--stages"], check=True, capture_output=True,
                            text=True).stdout.split()
    lanes = lanes_read([options.program], options.lanes)
    n_mines = np.array([len(lane.targets) for lane in lanes])
    print(f"{n_mines.sum()} mines, {sum(lane.length_m for lane in lanes):.0f} m\n")
    print("| left out | " + " | ".join(f"{rate}/m" for rate in RATES) + " |")
    print("|---" * (1 + len(RATES)) + "|")
    whole = chain_judge(lanes, options.folds)
    row_tell("nothing", whole, whole, n_mines)
    for stage in stages:
        others = lanes_read([options.program, "--without", stage], options.lanes)
        row_tell(stage, chain_judge(others, options.folds), whole, n_mines)
    for band in ("narrow", "wide"):
        fit.frequency_choose(lanes, band)
        row_tell(f"likeness: frequency of both bands, of the {band} one alone",
                 chain_judge(lanes, options.folds), whole, n_mines)
    fit.frequency_choose(lanes, "both")
    for name, columns in GROUPS.items():
        for lane in lanes:
            lane.all = getattr(lane, "all", lane.x)
            lane.x = np.delete(lane.all, list(columns), axis=1)
        row_tell(f"likeness: {name}", chain_judge(lanes, options.folds), whole, n_mines)


if __name__ == "__main__":
    main()
