# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured walkway of stepped frequency: 15 of the 18 strongest listed reflectors are heard
within 6 cm along and 4 cm of apparent depth, and at most 6 alarms are at none."""
import csv
import json
import subprocess

import gw

FOLDER = gw.SHARED / "traces/sfcw"
if not FOLDER.exists():
    gw.skip(f"no {FOLDER}")
run = subprocess.run([gw.GW, "detect", FOLDER / "walkway-iq.txt"], capture_output=True, text=True,
                     timeout=gw.HANG_S)
assert run.returncode == 0, run.stderr
alarms = [d for d in map(json.loads, run.stdout.splitlines()) if d["alarm"]]
with open(FOLDER / "walkway.reflectors.csv", newline="") as file:
    listed = sorted(csv.DictReader(file), key=lambda row: -float(row["db"]))


def is_at(alarm, reflector):
    return (abs(alarm["along_m"] - float(reflector["along_m"])) <= 0.06 and
            abs(alarm["depth_m"] - float(reflector["apparent_depth_m"])) <= 0.04)


found = sum(any(is_at(a, r) for a in alarms) for r in listed[:18])
unmatched = sum(not any(is_at(a, r) for r in listed) for a in alarms)
print(f"{found} of the 18 strongest reflectors, {unmatched} alarms at none")
assert found >= 15 and unmatched <= 6
