# SPDX-License-Identifier: GPL-3.0-or-later
"""A vehicle's 16 channels over soils of permittivity 6 and 9 with half a piece of clutter a square
metre and mines of 112 mm: all channels together find at least 0.05 more of them at 0.05 false
alarms a square metre than each channel by itself, whose candidates are joined afterwards (the best
within 0.15 m stands). `lines` is the same chain without neighbours in its sums. All figures are
`groundwatch score`'s. usage: heavy_array.py [METRES OF EACH SOIL]; with 160, 210
mines, the gain over `lines` is asserted too."""
import json
import math
import subprocess
import sys

import gw
import schemas

LENGTH_M = float(sys.argv[1]) if len(sys.argv) > 1 else 24
RATE_M2, JOIN_M, SWATH_M = 0.05, 0.15, 0.8
WAYS = ("cube", "lines", "alone")
SCENE = """\
name: vehicle
seed: {seed}
length_m: {length}
sensors: [gpr]
soil: {{name: eps{eps}, eps_r: {eps}, sigma_s_m: 0.01, variation: 0.05, scatter: 0.05,
       roughness_m: 0.005}}
lift_off: {{mean_m: 0.15, rms_m: 0.01, correlation_m: 0.6}}
speed: {{mean_m_s: 3.33, wobble: 0.05, sway_m: 0.02}}
gpr: {{channels: 16, channel_spacing_m: 0.05, scan_spacing_m: 0.015}}
device: {{channel_gain_rms: 0.03, channel_delay_samples_rms: 0.3}}
rows:
  - {{name: PMN, every_m: 1.5, from_m: 1.5, to_m: {last}, jitter: 0.5, depth_least_m: 0.02,
     depth_most_m: 0.13, cross_least_m: 0, cross_most_m: 0.75}}
clutter_per_m2: {{stone: 0.3, root: 0.125, metal: 0.075}}
"""


def joined(lines):
    """Of candidates on one thing the best: alone, every channel that sees it says so."""
    kept = []
    for one in sorted(lines, key=lambda d: -d["score"]):
        if all(math.dist((one["along_m"], one["cross_m"]), (o["along_m"], o["cross_m"])) > JOIN_M
               for o in kept):
            kept.append(one)
    return kept


def scored(folder, lane, way):
    config, found = folder / f"{way}.yaml", folder / f"{lane.stem}-{way}.jsonl"
    config.write_text(f"detect: {{array: {way}}}\n")
    run = subprocess.run([gw.GW, "detect", "-c", config, "--all", lane], capture_output=True,
                         text=True, check=True)
    lines = joined([json.loads(line) for line in run.stdout.splitlines()])
    found.write_text("".join(json.dumps(line) + "\n" for line in lines))
    run = subprocess.run([gw.GW, "score", "--json", "-", "--detections", found, lane],
                         capture_output=True, text=True, check=True)
    report = json.loads(run.stdout)
    schemas.check("score", report)
    return report["sensors"]["gpr"]


def pd_at(report):
    return next(p for p in report["roc_m2"] if math.isclose(p["false_per_m2"], RATE_M2))


with gw.Folder() as folder:
    pds = {}
    for eps, seed in ((6, 2606), (9, 2609)):  # nothing was chosen on these seeds
        scene = folder / f"eps{eps}.yaml"
        scene.write_text(SCENE.format(seed=seed, eps=eps, length=LENGTH_M, last=LENGTH_M - 1.5))
        subprocess.run([gw.GW, "record", "--scene", scene, folder / f"eps{eps}"], check=True,
                       capture_output=True)
        for way in WAYS:
            report = scored(folder, folder / f"eps{eps}.sigmf-collection", way)
            assert abs(report["heard"]["searched_m2"] - LENGTH_M * SWATH_M) < 0.1 * LENGTH_M
            point = pds[eps, way] = pd_at(report)
            print(f"eps {eps} {way:6} {point['found']:3}/{point['targets']:3} at {RATE_M2}/m2: "
                  f"{point['pd']:.3f} [{point['pd_low']:.3f}, {point['pd_high']:.3f}]   place "
                  f"{report['place'].get('rms_m', math.nan):.3f} m, depth "
                  f"{report['depth'].get('rms_m', math.nan):.3f} m, "
                  f"heard {report['heard']['found']}, "
                  f"{report['heard']['false_per_m2']:.3f} false/m2",
                  flush=True)
    n = sum(pds[eps, "cube"]["targets"] for eps in (6, 9))
    pd = {way: sum(pds[eps, way]["found"] for eps in (6, 9)) / n for way in WAYS}
    print(f"{n} mines, Pd at {RATE_M2}/m2:", pd)
    assert n >= LENGTH_M, n
    assert pd["cube"] >= pd["alone"] + 0.05, pd
    gain = 0.05 if n >= 200 else 0  # so few mines do not tell it
    assert pd["cube"] >= pd["lines"] + gain, pd
    assert pd["cube"] >= 0.9, pd
