#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit fusion (dsp/fuse_fitted.h) to lanes and scenes with truth.

usage: fuse.py [--write HEADER] [--folds N] [--scenes FOLDER] [--check LANE]... GROUNDWATCH LANES...

LANES are .sigmf-collection files of radar, metal detector and pose with .truth.csv beside them;
GROUNDWATCH is the program, whose `detect --all` gives the candidates of both sensors. --scenes:
fields of fragments of the seeds below are fitted to as well; those that FOLDER does not hold are
recorded into it. --check: lanes that are judged only.

Scrap and stones count as false, as they do for whoever has to dig. The model is a table of log odds
over the evidence of both sensors, linear between its knots and rising in both. First it is judged
by cross-validation over whole lanes, which also gives its table of false alarms and what counts as
unlikely, both such that they hold on lanes and in scenes; then it is fitted to all. What dsp/fuse.c
does is done here the same way.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import re
import subprocess

import numpy as np
from scipy.optimize import minimize

CELL_M, BESIDE_M, MARGIN_M = 0.05, 0.25, 0.15
SENSORS = ("gpr", "md")
KNOTS = {"gpr": (-8.0, -6.0, -4.0, -2.0, 0.0, 2.0), "md": (-0.5, 1.0, 2.5, 4.0, 6.0, 8.0)}
REACH_M = {"gpr": 0.25, "md": 0.24}
LEAST_SLOPE = 0.02  # log odds a unit of evidence, everywhere and beyond the last knots
BEND, TWIST = 1, 0.1  # what a change of slope costs, and what an interaction does
RATES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
ROOM = 1.2  # so many times the false lines counted are told
UNLIKELY = 0.02  # so many of the mines that the metal detector hears may have less
SCENE = pathlib.Path(__file__).parents[2] / "drivers/scenes/fragments.yaml"
SCENE_SEEDS, SCENE_LENGTH_M = range(501, 511), 60
SCENE_WEIGHT = 0.5  # of a row, against one of a lane
ROUNDS = 4


def hats(value, sensor):
    """Weights of the knots in a value between them."""
    knots = np.array(KNOTS[sensor])
    return np.stack([np.interp(value, knots, row) for row in np.eye(len(knots))], axis=1)


class Lane:
    def __init__(self, program, path, is_scene=False):
        run = subprocess.run([program, "detect", "--all", path], check=True, capture_output=True,
                             text=True)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        lines = [line for line in lines if line["sensor"] in SENSORS]
        self.is_scene = is_scene
        self.x = np.array([line["along_m"] for line in lines])
        self.is_metal = np.array([line["sensor"] == "md" for line in lines])
        self.is_metal_alarm = self.is_metal & np.array([line["alarm"] for line in lines])
        self.beside = np.abs(self.x[:, None] - self.x[None, :]) <= BESIDE_M
        scores = np.array([line["score"] for line in lines])
        best = [self.evidence(scores, sensor) for sensor in SENSORS]
        self.metal = hats(best[1], "md")
        self.both = (hats(best[0], "gpr")[:, :, None] * self.metal[:, None, :])
        self.both = self.both.reshape(len(lines), -1)
        with open(path.with_suffix(".truth.csv")) as file:
            self.targets = [(float(t["along_m"]), float(t["diameter_m"]) / 2 + MARGIN_M)
                            for t in csv.DictReader(file)]
        pose = path.with_name(path.stem + "-pose.sigmf-data")
        self.length_m = np.fromfile(pose, "<i4").max() * 1e-3
        self.on = np.full(len(lines), -1)  # the target that a candidate is at
        for k, (along, reach) in enumerate(self.targets):
            self.on[np.abs(self.x - along) <= reach] = k

    def evidence(self, scores, sensor):
        """Of one sensor in the cell of each candidate, as the logarithm of a score."""
        own = self.is_metal == (sensor == "md")
        cells = (np.floor(self.x / CELL_M) + 0.5) * CELL_M
        far = (cells[:, None] - self.x[own][None, :]) / REACH_M[sensor]
        least = KNOTS[sensor][0]
        above = np.maximum(np.log(np.maximum(scores[own], 1e-12)) - least, 0)
        return least + (above[None, :] * np.maximum(1 - far ** 2, 0) ** 2).max(axis=1, initial=0)

    def lines(self, z):
        """Candidates than which none beside is likelier; of equals the first."""
        z = z - 1e-9 * np.arange(len(z))
        return np.flatnonzero(z >= np.where(self.beside, z[None, :], -np.inf).max(axis=1))

    def metal_odds(self, z):
        """Of the metal detector's alarms the odds of the likeliest line beside: of each mine the
        most, and of those on none."""
        lines = self.lines(z)
        most = np.where(self.beside[:, lines], z[None, lines], -np.inf).max(axis=1)
        most = np.maximum(most, z)  # an alarm without a line is its own
        on = np.where(self.is_metal_alarm, self.on, -2)
        return [most[on == k].max() for k in set(on) - {-1, -2}], most[on == -1]


def differences(shape):
    """Rows that give a table's steps in each sense, its bends and its twists."""
    index = np.arange(shape[0] * shape[1]).reshape(shape)
    spans = [np.diff(KNOTS[sensor]) for sensor in SENSORS]
    steps, costs = [], []

    def row(places, factors):
        made = np.zeros(index.size)
        made[places] = factors
        return made

    for table, span in ((index, spans[0]), (index.T, spans[1])):
        for column in table.T:
            steps += [row([a, b], [-1 / h, 1 / h]) for a, b, h in zip(column, column[1:], span)]
            costs += [BEND ** 0.5 * row([a, b, c], [1 / g, -1 / g - 1 / h, 1 / h]) for a, b, c, g, h
                      in zip(column, column[1:], column[2:], span, span[1:])]
    for i in range(shape[0] - 1):
        for j in range(shape[1] - 1):
            corners = index[i:i + 2, j:j + 2].ravel()
            costs.append(TWIST ** 0.5 * BEND ** 0.5 * row(corners, [1, -1, -1, 1]))
    return np.array(steps), np.array(costs)


def logistic(x, is_mine, weight, start):
    """Log odds at the knots, of least loss; more evidence is never less likely."""
    metal = len(KNOTS["md"])
    steps, costs = differences((x.shape[1] // metal, metal))
    cost = costs.T @ costs + 1e-3 * np.eye(x.shape[1])

    def loss(w):
        s = x @ w
        error = 1 / (1 + np.exp(-s)) - is_mine
        value = (weight * (np.logaddexp(0, s) - s * is_mine)).sum() + w @ cost @ w
        return value, x.T @ (weight * error) + 2 * cost @ w
    rising = {"type": "ineq", "fun": lambda w: steps @ w - LEAST_SLOPE, "jac": lambda w: steps}
    found = minimize(loss, start, jac=True, method="SLSQP", constraints=[rising],
                     options={"maxiter": 300, "ftol": 1e-7})
    if not found.success:
        raise SystemExit(f"no fit: {found.message}")
    return found.x


def start_of(*n_knots):
    grid = np.meshgrid(*(np.linspace(-3, 3, n) for n in n_knots), indexing="ij")
    return sum(grid).ravel()


def fit(lanes):
    """The table, and one of metal alone. Of a target the likeliest candidate is its own (found anew
    in each round)."""
    table = start_of(len(KNOTS["gpr"]), len(KNOTS["md"]))
    for _ in range(ROUNDS):
        rows, metal, mine, weight = [], [], [], []
        for lane in lanes:
            z = lane.both @ table
            at = [k for k in lane.lines(z) if lane.on[k] < 0]
            own = [np.flatnonzero(lane.on == k) for k in set(lane.on) - {-1}]
            at += [k[np.argmax(z[k])] for k in own]
            rows.append(lane.both[at])
            metal.append(lane.metal[at])
            mine.append(lane.on[at] >= 0)
            weight.append(np.full(len(at), SCENE_WEIGHT if lane.is_scene else 1))
        mine, weight = np.concatenate(mine), np.concatenate(weight)
        table = logistic(np.concatenate(rows), mine, weight, table)
    return table, logistic(np.concatenate(metal), mine, weight, start_of(len(KNOTS["md"])))


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


def metal_judge(lanes, all_odds):
    """Log odds of mines that the metal detector hears, and of its alarms on what is none."""
    parts = [lane.metal_odds(z) for lane, z in zip(lanes, all_odds)]
    mines, others = (np.concatenate(part) for part in zip(*parts))
    return np.sort(mines), others


def tell(title, lanes, all_odds, unlikely=None):
    found, false, length_m = judge(lanes, all_odds)
    print(title, f"{len(found)} targets, {length_m:.0f} m")
    for rate in (0.02, 0.05, 0.1, 0.2, 0.5):
        k = int(rate * length_m + 1e-9)
        if k < len(false):
            print(f"  {rate:5.2f}/m  Pd {np.mean(found > false[k]):.3f}  log odds {false[k]:6.2f}")
    if unlikely is not None:
        mines, scrap = metal_judge(lanes, all_odds)
        print(f"  unlikely: of {len(mines)} mines heard {np.mean(mines < unlikely):.3f},"
              f" of {len(scrap)} metal alarms elsewhere {np.mean(scrap < unlikely):.3f}")


def kinds_of(lanes, all_odds):
    """Lanes and their odds; then those of scenes, if any."""
    pairs = list(zip(lanes, all_odds))
    parts = [[pair for pair in pairs if pair[0].is_scene == is_scene] for is_scene in (0, 1)]
    return [tuple(zip(*part)) for part in parts if part]


def far_of(kinds):
    """Log odds over which neither lanes nor scenes have more false lines a metre than each rate,
    with room for what so few lanes do not show."""
    points = []
    for rate in RATES:
        odds = []
        for kind in kinds:
            _, false, length_m = judge(*kind)
            odds += false[int(rate / ROOM * length_m):][:1].tolist()
        if odds and (not points or max(odds) > points[-1][0]):
            points.append((max(odds), rate))
    return points


def cross_validate(lanes, n_folds):
    fold = np.random.default_rng(0).permutation(len(lanes)) % n_folds
    result = [None] * len(lanes)
    for f in range(n_folds):
        table, _ = fit([lane for lane, at in zip(lanes, fold) if at != f])
        for k in np.flatnonzero(fold == f):
            result[k] = lanes[k].both @ table
    return result


def numbers(values):
    return "{" + ", ".join(f"{v:.5g}" for v in values) + "}"


def header(table, metal, far, unlikely):
    sensors = "".join(f"    {{{REACH_M[s]:g}, {len(KNOTS[s])}, {numbers(KNOTS[s])}}},\n"
                      for s in SENSORS)
    odds = "".join(f"    {numbers(row)},\n" for row in table.reshape(len(KNOTS["gpr"]), -1))
    rates = "".join(f"    {{{z:.4g}, {rate:g}}},\n" for z, rate in far)
    return f"""/* SPDX-License-Identifier: GPL-3.0-or-later
 * Written by calib/fit/fuse.py. */
#ifndef GW_DSP_FUSE_FITTED_H
#define GW_DSP_FUSE_FITTED_H

#include <stddef.h>

enum {{ FITTED_GPR = {len(KNOTS["gpr"])}, FITTED_MD = {len(KNOTS["md"])} }};

typedef struct fitted_sensor {{
    double reach_m;
    size_t n_knots;
    double knots[FITTED_GPR > FITTED_MD ? FITTED_GPR : FITTED_MD]; /* logarithms of scores */
}} fitted_sensor;

/* clang-format off */
static const fitted_sensor fitted_sensors[2] = {{
{sensors}}};

/* Log odds at the knots: of the radar from row to row, of the metal detector along a row. */
static const double fitted_odds[FITTED_GPR][FITTED_MD] = {{
{odds}}};
static const double fitted_least_slope = {LEAST_SLOPE:g};

/* Of the metal detector alone, where the radar did not search. */
static const double fitted_odds_of_metal[FITTED_MD] =
    {numbers(metal)};

/* Log odds, false alarms a metre. */
static const double fitted_far[][2] = {{
{rates}}};

/* Of the mines that the metal detector hears {UNLIKELY * 100:g} in a hundred have less. */
static const double fitted_unlikely = {unlikely:.4g};
/* clang-format on */

#endif
"""


def scene_record(program, folder, seed):
    path = folder / f"fragments-{seed}.sigmf-collection"
    if not path.exists():
        text = re.sub(r"(?m)^length_m: .*", f"length_m: {SCENE_LENGTH_M}", SCENE.read_text())
        scene = folder / f"fragments-{seed}.yaml"
        scene.write_text(re.sub(r"(?m)^seed: .*", f"seed: {seed}", text))
        subprocess.run([program, "record", "--scene", scene, path.with_suffix("")], check=True,
                       capture_output=True)
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", metavar="HEADER")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--scenes", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path, action="append", default=[])
    parser.add_argument("program")
    parser.add_argument("lanes", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    scenes = []
    if options.scenes:
        options.scenes.mkdir(parents=True, exist_ok=True)
        scenes = [scene_record(options.program, options.scenes, seed) for seed in SCENE_SEEDS]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lanes = list(pool.map(lambda path: Lane(options.program, path), options.lanes))
        lanes += pool.map(lambda path: Lane(options.program, path, True), scenes)
        checks = list(pool.map(lambda path: Lane(options.program, path), options.check))
    odds = cross_validate(lanes, options.folds)
    kinds = kinds_of(lanes, odds)
    unlikely = min(mines[int(UNLIKELY * len(mines))] for mines, _ in
                   (metal_judge(*kind) for kind in kinds))
    for kind, title in zip(kinds, ("lanes, left out in turn:", "scenes, left out:")):
        tell(title, *kind, unlikely)
    table, metal = fit(lanes)
    print(table.reshape(len(KNOTS["gpr"]), -1).round(2), "\nmetal alone", metal.round(2))
    if checks:
        tell("others:", checks, [lane.both @ table for lane in checks], unlikely)
    if options.write:
        pathlib.Path(options.write).write_text(header(table, metal, far_of(kinds), unlikely))


if __name__ == "__main__":
    main()
