# SPDX-License-Identifier: GPL-3.0-or-later
"""The field with 2.4 pieces of metal in a square metre: what fusion says of the metal detector's
alarms on scrap and on mines, and that it mutes none. And the same field where the radar does not
see: there nothing is to be marked.

usage: heavy_fragments.py [PIECES] -- so many stretches of 150 m, 1..4; default 2.
calib/fit/fuse.py is fitted to others.
"""
import concurrent.futures
import csv
import json
import os
import re
import subprocess
import sys

import gw

SEEDS, LENGTH_M = (61, 62, 63, 64), 150
SOIL = ("eps_r: {}, sigma_s_m: {}, chi: 2.0e-4, variation: 0.08, scatter: {}, roughness_m: {}, "
        "water_db_per_m: {}")
# Ground that swallows the wave, also rough or under a loud receiver, and a head too high
UNSEEN = {"saline": (SOIL.format(10, 0.2, 0.05, 0.004, 60), ""),
          "saline loam": (SOIL.format(8, 0.3, 0.05, 0.004, 100), ""),
          "wet clay": (SOIL.format(16, 0.15, 0.05, 0.004, 60), ""),
          "rough": (SOIL.format(9, 0.25, 0.3, 0.012, 80), ""),
          "loud": (SOIL.format(9, 0.25, 0.05, 0.004, 80), "noise: {gpr_db: -50}\n"),
          "lifted": (None, "lift_off: {mean_m: 0.20}\n"),
          "lifted and told": (None, "lift_off: {mean_m: 0.12}\npose: {height: 1}\n")}
UNSEEN_M = 40
BESIDE_M, MARGIN_M, DEFAULT_F = 0.25, 0.15, 0.1


def field(folder, seed, length_m=LENGTH_M, soil=None, more=""):
    """Detections, targets (place, reach) and the number of pieces of metal of one stretch."""
    text = (gw.ROOT / "drivers/scenes/fragments.yaml").read_text() + more
    text = re.sub(r"(?m)^length_m: .*", f"length_m: {length_m}", text)
    if soil:
        text = re.sub(r"(?m)^soil: .*", f"soil: {{name: other, {soil}}}", text)
    scene = folder / f"{seed}.yaml"
    scene.write_text(re.sub(r"(?m)^seed: .*", f"seed: {seed}", text))
    out = folder / f"{seed}"
    subprocess.run([gw.GW, "record", "--scene", scene, out], check=True, capture_output=True)
    run = subprocess.run([gw.GW, "detect", "--all", f"{out}.sigmf-collection"], check=True,
                         capture_output=True, text=True, timeout=10 * gw.HANG_S)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    for path in folder.glob(f"{seed}-*.sigmf-data"):
        path.unlink()
    with open(f"{out}.truth.csv", encoding="utf-8") as file:
        targets = [(float(t["along_m"]), float(t["diameter_m"]) / 2 + MARGIN_M)
                   for t in csv.DictReader(file)]
    with open(f"{out}.metal.csv", encoding="utf-8") as file:
        n_pieces = sum(row["name"] == "metal" for row in csv.DictReader(file))
    return lines, targets, n_pieces


def near(lines, alarm):
    return [line for line in lines if abs(line["along_m"] - alarm["along_m"]) <= BESIDE_M + 1e-9]


def judge(lines, targets):
    """Whether marked: of the mines that the metal detector hears, of its alarms on none."""
    fused = [line for line in lines if line["sensor"] == "fused"]
    mines, scrap = {}, []
    heard = [line for line in lines if line["sensor"] == "md" and line["far_per_m"] <= DEFAULT_F]
    for alarm in heard:
        own = near(fused, alarm)
        assert alarm["alarm"], ("an alarm was muted", alarm)
        assert own, ("an alarm without a fused line", alarm)
        nearest = min(own, key=lambda line: abs(line["along_m"] - alarm["along_m"]))
        is_marked = nearest.get("unlikely", False)
        on = [k for k, (at, reach) in enumerate(targets) if abs(at - alarm["along_m"]) <= reach]
        for k in on:
            mines[k] = mines.get(k, True) and is_marked
        if not on:
            scrap.append(is_marked)
    return list(mines.values()), scrap


n = int(sys.argv[1]) if len(sys.argv) > 1 else 2
mines, scrap, n_pieces, n_mines, found, false = [], [], 0, 0, 0, 0
with gw.Folder() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for lines, targets, pieces in pool.map(lambda seed: field(folder, seed), SEEDS[:n]):
        of_mines, of_scrap = judge(lines, targets)
        mines += of_mines
        scrap += of_scrap
        n_pieces += pieces
        n_mines += len(targets)
        alarms = [line["along_m"] for line in lines if line["sensor"] == "fused" and line["alarm"]]
        found += sum(any(abs(x - at) <= reach for x in alarms) for at, reach in targets)
        false += sum(all(abs(x - at) > reach for at, reach in targets) for x in alarms)
print(f"{n_pieces} pieces, {n_mines} mines, {n * LENGTH_M} m; marked unlikely: of {len(scrap)} "
      f"metal alarms on scrap {sum(scrap)} ({sum(scrap) / len(scrap):.2f}), of {len(mines)} mines "
      f"heard {sum(mines)} ({sum(mines) / len(mines):.3f}); fused: {found} mines "
      f"({found / n_mines:.2f}), {false / (n * LENGTH_M):.2f} false a metre")

mines_unseen, scrap_unseen = [], []
with gw.Folder() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    runs = [pool.submit(field, folder, 71 + k, UNSEEN_M, *UNSEEN[name])
            for k, name in enumerate(UNSEEN)]
    for name, run in zip(UNSEEN, runs):
        lines, targets, pieces = run.result()
        of_mines, of_scrap = judge(lines, targets)
        mines_unseen += of_mines
        scrap_unseen += of_scrap
        print(f"{name}: marked unlikely: of {len(of_scrap)} metal alarms on scrap {sum(of_scrap)}, "
              f"of {len(of_mines)} mines heard {sum(of_mines)}")
assert n_pieces >= 200 and n_mines >= 190 and len(scrap) >= 50
assert sum(scrap) >= 0.6 * len(scrap)
assert sum(mines) <= 0.02 * len(mines)
assert len(mines_unseen) >= 100 and sum(mines_unseen) <= 0.02 * len(mines_unseen)
assert len(scrap_unseen) >= 30 and sum(scrap_unseen) <= 0.1 * len(scrap_unseen)
