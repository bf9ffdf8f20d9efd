# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of eight like mines 5 cm deep in three soils, after 4 m of blank ground and from the first
step on: how many are missed, and whether the row is said. Prints what docs/numerics.md has; asserts
what must not be lost again. `tests/e2e_row.py` has three of them through the daemon."""
import concurrent.futures
import itertools

import gw
from md_lane import record, searched

KINDS, SOILS = ("PMN", "PMA-2", "TM-62M"), ("loam", "sand", "laterite")
APART_M, LEADS_M = (0.5, 0.75, 1.0), (4, 0)
N, NEAR_M, FIRST_M = 8, 0.2, 0.5
MISSED_MOST = {0.75: 0, 1.0: 6}  # of 72, after 4 m
SAID_LEAST = 40  # of 54


def scene(soil, kind, apart, lead):
    first = lead + apart / 2 if lead else FIRST_M
    at = [first + k * apart for k in range(N)]
    text = (gw.ROOT / f"drivers/scenes/blank-{soil}.yaml").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("seed:", "length_m:"))]
    mines = [f"  - {{name: {kind}, along_m: {x:.3f}, depth_m: 0.05}}" for x in at]
    return "\n".join([*kept, "seed: 101", f"length_m: {at[-1] + 1:.2f}", "sensors: [md]",
                      "targets:", *mines, ""])


def missed_in(case):
    """Of one row, and whether it is said."""
    lead, kind, apart, soil = case
    with gw.Folder() as folder:
        recording, metal = record(folder, "row", scene(soil, kind, apart, lead))
        alarms, is_said = searched(recording, "equal row")
    assert len(metal) == N, metal
    return sum(all(abs(a - m) > NEAR_M for a in alarms) for m in metal), is_said


cases = list(itertools.product(LEADS_M, KINDS, APART_M, SOILS))
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    found = dict(zip(cases, pool.map(missed_in, cases)))
for lead, kind in itertools.product(LEADS_M, KINDS):
    print(f"{kind:6} after {lead} m: missed of 24 " + ", ".join(
        f"{sum(found[lead, kind, apart, soil][0] for soil in SOILS)} at {apart} m"
        for apart in APART_M))
n_said = sum(is_said for _, is_said in found.values())
silent = [case for case, (missed, is_said) in found.items() if missed and not is_said]
print(f"said in {n_said} of {len(cases)}; mines missed and nothing said: {silent}")
for apart, most in MISSED_MOST.items():
    assert sum(found[4, kind, apart, soil][0] for kind in KINDS for soil in SOILS) <= most, apart
assert n_said >= SAID_LEAST, n_said
