# SPDX-License-Identifier: GPL-3.0-or-later
"""Blank ground under a metal detector that demodulates: false alarms as often as they are set.

heavy_responses.py [METRES]: of each of five soils; 120 without."""
import json
import subprocess
import sys

import gw

SOILS = ("sand", "loam", "clay", "saturated", "laterite")
RATES = (0.05, 0.1, 0.5)
METRES = float(sys.argv[1]) if len(sys.argv) > 1 else 120


def fars_of(folder, soil, seed):
    """far_per_m of every candidate of the metal detector."""
    text = (gw.ROOT / f"drivers/scenes/blank-{soil}.yaml").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("seed:", "length_m:"))]
    scene = folder / f"{soil}.yaml"
    scene.write_text("\n".join(kept + [f"seed: {seed}", f"length_m: {METRES}", "sensors: [md]",
                                       "md: {output: iq, rate_hz: 200}"]) + "\n")
    run = subprocess.run([gw.GW, "detect", "--all", "--far", "1e-6", str(scene)],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return [line["far_per_m"] for line in map(json.loads, run.stdout.splitlines())
            if line["sensor"] == "md"]


total, length = [0] * len(RATES), METRES * len(SOILS)
with gw.Folder() as folder:
    for k, soil in enumerate(SOILS):
        fars = fars_of(folder, soil, 5300 + k)
        counts = [sum(far <= rate for far in fars) for rate in RATES]
        total = [a + b for a, b in zip(total, counts)]
        print(f"{soil}: " + ", ".join(f"{n / METRES:.3f} at {rate}"
                                      for n, rate in zip(counts, RATES)), flush=True)
for n, rate in zip(total, RATES):
    print(f"all {length:.0f} m: {n / length:.3f} a metre at {rate}")
    assert rate / 2 <= n / length <= 2 * rate, (n, rate)
