# SPDX-License-Identifier: GPL-3.0-or-later
"""Metal is judged unlikely only where the radar's silence says something: not where the head is too
high for it, nor in ground that swallows its wave, nor in ground that reflects as a mine does."""
import json
import subprocess

import gw

SCENE = """name: sight
seed: 11
length_m: 18
soil: {{name: loam, eps_r: 8, sigma_s_m: {sigma}, chi: 2.0e-4, variation: 0.08, scatter: 0.05,
  roughness_m: 0.004, water_db_per_m: {water}}}
lift_off: {{mean_m: 0.05, rms_m: 0.002, raises: [{{from_m: 7, to_m: 11, by_m: 0.06}}]}}
pose: {{height: 1}}
rows:
  - {{name: metal, every_m: 0.9, from_m: 1.2, depth_least_m: 0.01,
     depth_most_m: 0.04, size_m: 0.02}}
"""
SEARCHED, UNSEARCHED = "nothing like a mine in the radar", "the radar did not search here"


def fused(folder, name, *options, sigma=0.01, water=0):
    scene = folder / f"{name}.yaml"
    scene.write_text(SCENE.format(sigma=sigma, water=water))
    run = subprocess.run([gw.GW, "detect", "--all", *options, scene], check=True,
                         capture_output=True, text=True, timeout=gw.HANG_S)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert sum(line["sensor"] == "md" and line["alarm"] for line in lines) >= 12, name
    return [line for line in lines if line["sensor"] == "fused"]


def is_high(line):
    return 7 < line["along_m"] < 11


def nowhere(lines):
    for line in lines:
        assert "unlikely" not in line and SEARCHED not in line["evidence"], line


with gw.Folder() as folder:
    loam = fused(folder, "loam")
    low = [line for line in loam if 1.5 < line["along_m"] < 6.8 or line["along_m"] > 11.2]
    assert sum("unlikely" in line for line in low) >= 1, low
    assert sum(SEARCHED in line["evidence"] for line in low) >= 3, low
    high = [line for line in loam if is_high(line)]
    assert sum(UNSEARCHED in line["evidence"] for line in high) >= 2, high
    nowhere(high)
    nowhere(fused(folder, "salt", sigma=0.25, water=80))
    nowhere(fused(folder, "sand", "--speed", "0.15"))
