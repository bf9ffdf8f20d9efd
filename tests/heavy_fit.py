# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator of the training lanes makes the same ground from a seed, and the lanes are such as
both chains read, with most of their mines found. Each stage that can be left out does something."""
import csv
import json
import subprocess

import gw

try:
    import scipy  # noqa: F401
except ImportError:
    gw.skip("python3-scipy is not installed")

# Seed 5000, as it was when the model was fitted.
TRUTH = [("0.824", "PMN-2"), ("1.892", "TM-62P3"), ("3.209", "PMN"), ("4.174", "PMA-2"),
         ("7.003", "TM-62P3")]
with gw.Folder() as folder:
    lane = folder / "5000-00.sigmf-collection"
    subprocess.run([gw.ROOT / "calib/lanes/make.sh", folder, "5000"], check=True)
    truth = list(csv.DictReader(lane.with_suffix(".truth.csv").open()))
    assert [(t["along_m"], t["name"]) for t in truth] == TRUTH, truth
    assert not list(folder.glob("raw-*")), list(folder.iterdir())
    run = subprocess.run([gw.GW, "score", "--json", "-", lane], check=True, capture_output=True,
                         text=True)
    heard = {name: json.loads(run.stdout)["sensors"][name]["heard"] for name in ("gpr", "md")}
    rows = subprocess.run([gw.BIN.parent / "calib/features", lane], check=True,
                          capture_output=True, text=True).stdout.splitlines()
    features = [gw.BIN.parent / "calib/features"]
    stages = subprocess.run([*features, "--stages"], check=True, capture_output=True,
                            text=True).stdout.split()
    others = [subprocess.run([*features, "--without", stage, lane], check=True,
                             capture_output=True, text=True).stdout for stage in stages]
    refused = subprocess.run([*features, "--without", "luck", lane], capture_output=True,
                             text=True)
assert len(stages) == 10 and refused.returncode and "luck" in refused.stderr, refused
assert len({*others, "\n".join([*rows, ""])}) == 1 + len(stages), "a stage that does nothing"
for name, found in heard.items():
    assert found["targets"] == len(TRUTH) and found["found"] >= len(TRUTH) - 1, (name, found)
assert len(rows) > 50, len(rows)
print(f"{heard['gpr']['found']} of {len(TRUTH)} mines found by radar, {len(rows)} blobs")
