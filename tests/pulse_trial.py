# SPDX-License-Identifier: GPL-3.0-or-later
"""Kilometres of the pulse scene's ground, blank and with balls."""
import json
import re
import subprocess

import gw

REACH_M = 0.3


def candidates(folder, text):
    scene = folder / "pulse.yaml"
    scene.write_text(text)
    run = subprocess.run([gw.GW, "detect", "--all", scene], capture_output=True, text=True,
                         check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def places(folder):
    subprocess.run([gw.GW, "record", "--scene", folder / "pulse.yaml", folder / "pulse"],
                   check=True, capture_output=True)
    rows = (folder / "pulse.metal.csv").read_text().splitlines()
    column = rows[0].split(",").index("along_m")
    return [float(row.split(",")[column]) for row in rows[1:]]


def run(length_m, seed):
    """Scores and rates of the blank ground, and of the likeliest candidate at each ball."""
    base = (gw.ROOT / "drivers/scenes/pulse.yaml").read_text()
    base = re.sub(r"length_m: .*", f"length_m: {length_m}", base)
    base = re.sub(r"seed: .*", f"seed: {seed}", base)
    with gw.Folder() as folder:
        blank = candidates(folder, re.sub(r"rows:\n.*\n", "", base))
        found = candidates(folder, base)
        balls = places(folder)
    best = [max((d for d in found if abs(d["along_m"] - at) < REACH_M),
                key=lambda d: d["score"], default=None) for at in balls]
    return blank, best
