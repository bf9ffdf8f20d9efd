# SPDX-License-Identifier: GPL-3.0-or-later
"""calib/fit/far.py, which the usual levels and the table of false alarms are made by, tells of
blank ground what the chain itself tells: the same scores, but for a few candidates."""
import json
import math
import re
import statistics
import subprocess
import sys

import gw

try:
    import numpy  # noqa: F401
except ImportError:
    gw.skip("python3-numpy is not installed")

sys.path.insert(0, str(gw.ROOT / "calib/fit"))
import far  # noqa: E402

FEATURES = gw.BIN.parent / "calib/features"
text = (gw.ROOT / "dsp/usual.c").read_text()
levels = [float(re.search(rf"\b{name} = (-[\d.]+)", text)[1]) for name in ("low", "high")]
with gw.Folder() as folder:
    scene = far.scene_write(folder, "blank-sand", 5, 150)
    raw = far.scene_run(FEATURES, scene)
    told = far.units_of_ground(raw, levels)
    lines = gw.detect(scene, "--all", "--speed", str(far.SPEED_M_PER_NS))
    run = subprocess.run([sys.executable, gw.ROOT / "calib/fit/far.py", "--seeds", "5", "--length",
                          "30", FEATURES, folder], check=True, capture_output=True, text=True)
scores = [line["score"] for line in lines if line["sensor"] == "gpr"]
assert len(scores) > 400 and abs(len(scores) - len(told)) <= 3, (len(scores), len(told))
# The loudest 300, in order: of rows that are nearly alike the chain may take another one.
apart = [abs(math.log(a / b)) for a, b in zip(sorted(scores)[:-301:-1], sorted(told)[:-301:-1])]
assert statistics.median(apart) < 0.01 and max(apart) < 0.2, sorted(apart)[-20:]
moved = statistics.median(abs(math.log(a / b)) for a, b in zip(raw, told))
assert moved > 0.2, f"{moved}: this ground is as usual and shows nothing"
points = [tuple(map(float, pair)) for pair in re.findall(r"\{([\d.e-]+), ([\d.]+)\}", run.stdout)]
assert [rate for _, rate in points] == list(far.RATES), run.stdout
assert all(a[0] < b[0] for a, b in zip(points, points[1:])), points
assert all(f"\n{kind} " in run.stdout for kind in far.KINDS), run.stdout
print(f"{len(scores)} candidates, moved by {moved:.2f}, apart by {max(apart):.3f} at most")
