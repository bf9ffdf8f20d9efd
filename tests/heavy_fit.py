# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator of the radar's training lanes makes the same ground from a seed, and the lanes are
such as the chain reads, with most of their mines found."""
import csv
import json
import subprocess

import gw

try:
    import scipy  # noqa: F401
except ImportError:
    gw.skip("python3-scipy is not installed")

FIT = gw.ROOT / "calib/fit"
# Seed 5000, as it was when the model was fitted.
TRUTH = [("0.824", "PMN-2"), ("1.892", "TM-62P3"), ("3.209", "PMN"), ("4.174", "PMA-2"),
         ("7.003", "TM-62P3")]
with gw.Folder() as folder:
    library = folder / "libfdtd.so"
    subprocess.run(["cc", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-o", library,
                    FIT / "fdtd.c", "-lm"], check=True)
    subprocess.run(["/usr/bin/python3", FIT / "lanes.py", library, folder, "5000", "1"], check=True)
    truth = list(csv.DictReader((folder / "5000.truth.csv").open()))
    assert [(t["along_m"], t["name"]) for t in truth] == TRUTH, truth
    run = subprocess.run([gw.GW, "score", "--json", "-", folder / "5000.sigmf-collection"],
                         check=True, capture_output=True, text=True)
    heard = json.loads(run.stdout)["sensors"]["gpr"]["heard"]
    rows = subprocess.run([gw.BIN.parent / "calib/features", folder / "5000.sigmf-collection"],
                          check=True, capture_output=True, text=True).stdout.splitlines()
assert heard["targets"] == len(TRUTH) and heard["found"] >= len(TRUTH) - 1, heard
assert len(rows) > 50, len(rows)
print(f"{heard['found']} of {heard['targets']} mines found, {len(rows)} blobs")
