# SPDX-License-Identifier: GPL-3.0-or-later
"""Ground over several passes, in whole cells of 5 cm: what lies between two passes is told; each
cell of the lane was either searched or not; where a scan was dropped, the head was lifted or moved
too fast it was not, and this is said. What there is to search is counted from the recorded rows."""
import json
import struct
import subprocess

import gw
import ledger
import logbook
from passes import joined

CELL = 0.05
TROUBLE = """name: trouble
seed: 4
length_m: 16
lift_off: {mean_m: 0.05, rms_m: 0.002, raises: [{from_m: 5, to_m: 6, by_m: 0.40}]}
speed: {mean_m_s: 0.6, wobble: 0, changes: [
  {from_m: 8, mean_m_s: 4}, {from_m: 10, mean_m_s: 0.6}]}
md: {output: iq}
gpr: {scan_rate_hz: 100}
drops: {gpr_per_m: 0.08, gpr_rows: 60, md_per_m: 0.08, md_rows: 60}
pose: {height: 1}
"""


def records_of(folder, source):
    """Of a daemon that ends with its recording."""
    with gw.daemon(folder, f"file:{source}") as daemon:
        assert daemon.process.wait(gw.HANG_S) == 0, daemon.log.read_text()
    return [(kind, json.loads(text)["data"]) for kind, _, text in logbook.journal(folder)]


def kind_of(records, kind):
    return [data for of, data in records if of == kind]


def cells_between(from_m, to_m):
    """Columns of 5 cm whose middles lie there; its end belongs to what comes next."""
    return {k for k in range(400) if round(from_m * 1000) <= k * 50 + 25 < round(to_m * 1000)}


def cells_of(records, sensor, is_searched):
    found = set()
    for c in records:
        if c["sensor"] == sensor and (c["state"] != "BLIND") == is_searched:
            found |= cells_between(c["from_m"], c["to_m"])
    return found


def runs_of(lane, kind, row_bytes, items):
    """First and last row of each unbroken run that was recorded; items: of a row."""
    meta = json.loads((lane.parent / f"lane-{kind}.sigmf-meta").read_text())
    captures = [(c["core:sample_start"] // items, c["core:global_index"] // items)
                for c in meta["captures"]]
    n_rows = (lane.parent / f"lane-{kind}.sigmf-data").stat().st_size // row_bytes
    ends = [start for start, _ in captures[1:]] + [n_rows]
    return [(row, row + end - start - 1) for (start, row), end in zip(captures, ends)]


def ground_there(lane):
    """By the recorded rows and poses, all 100 a second, what each sensor can search, in mm: a radar
    between the first and the last place of its grid of 2 cm in a run of rows; a metal detector in
    cells of 1 cm, from the fourth row on up to the cell of the last."""
    data = (lane.parent / "lane-pose.sigmf-data").read_bytes()
    along = [row[0] for row in struct.iter_unpack("<2i", data)]
    radar = [(-(-along[first] // 20) * 20, along[last] // 20 * 20)
             for first, last in runs_of(lane, "gpr", 1024, 512)]
    metal = [(along[first + 3] // 10 * 10, along[last] // 10 * 10)
             for first, last in runs_of(lane, "md", 32, 1)]
    return {"gpr": radar, "md": metal}


def ground_told(records, sensor):
    """Records that touch are one."""
    found = []
    for c in kind_of(records, "coverage"):
        if c["sensor"] != sensor:
            continue
        if found and found[-1][1] == c["from_m"]:
            found[-1][1] = c["to_m"]
        else:
            found.append([c["from_m"], c["to_m"]])
    return [(round(a * 1000), round(b * 1000)) for a, b in found]


def the_ledger_finds_what_is_missing(records):
    """Without any one record of ground, or any gap of samples, it does not hold."""
    told = [k for k, (kind, data) in enumerate(records) if kind == "coverage" or
            kind == "gap" and data["reason"] == "lost"]
    n_found = 0
    for without in told:
        less = [(kind, {**data, "seq": str(k)}) for k, (kind, data) in
                enumerate(records[:without] + records[without + 1:], 1)]
        try:
            ledger.check(less)
        except AssertionError:
            n_found += 1
    # the first and last of a sensor's runs are missed by the count of ground only
    assert n_found >= len(told) - 8, (n_found, len(told))


with gw.Folder() as folder:  # 0.4 m aside, coils of 0.26 m: two cells are left between
    passes = ({"seed": 1, "length": 6, "sway": 0, "aside": 0},
              {"seed": 2, "length": 8, "sway": 0, "aside": 0.4})
    records = records_of(folder, joined(folder, passes))
    first = [c for c in kind_of(records, "coverage") if abs(c["cross_m"]) < 0.01]
    second = [c for c in kind_of(records, "coverage") if abs(c["cross_m"] - 0.4) < 0.01]
    assert len(first) + len(second) == len(kind_of(records, "coverage")) and first and second
    both = cells_of(first, "md", True) & cells_of(second, "md", True)
    gaps = [g for g in kind_of(records, "gap") if g["what"] == "ground"]
    assert sum(int(g["n"]) for g in gaps) == 2 * len(both), (gaps, len(both))
    assert len(both) > 100
    for gap in gaps:
        assert gap["sensor"] == "md" and gap["reason"] == "between passes", gap
        assert (gap["from_cross_m"], gap["to_cross_m"]) == (0.15, 0.25), gap
        assert gap["from_m"] >= 0 and gap["to_m"] <= 6.05, gap

with gw.Folder() as folder:
    scene, lane = folder / "trouble.yaml", folder / "lane"
    scene.write_text(TROUBLE)
    subprocess.run([gw.GW, "record", "--scene", scene, lane], check=True, capture_output=True,
                   timeout=gw.HANG_S)
    records = records_of(folder, lane.with_suffix(".sigmf-collection"))
    the_ledger_finds_what_is_missing(records)
    coverage, there = kind_of(records, "coverage"), ground_there(lane)
    for sensor in ("gpr", "md"):
        runs = there[sensor]
        assert ground_told(records, sensor) == runs, (ground_told(records, sensor), runs)
        whole = cells_between(runs[0][0] / 1000, runs[-1][1] / 1000)
        lost = whole - set().union(*(cells_between(a / 1000, b / 1000) for a, b in runs))
        searched = cells_of(coverage, sensor, True)
        said = cells_of(coverage, sensor, False)
        assert not searched & said and not lost & (searched | said), sensor
        assert len(searched) + len(said) + len(lost) == len(whole), sensor
        assert searched | said | lost == whole, sensor
        lifted = set(range(103, 117))
        assert lifted <= said, (sensor, lifted - said)
        if sensor == "md":
            fast = set(range(170, 194))
            assert fast <= said, fast - said
        gaps = [g for g in kind_of(records, "gap") if g["reason"] == "lost" and
                g["sensor"] == sensor]
        assert len(gaps) == len(runs) - 1 > 0, (sensor, gaps, runs)
        assert len(lost) >= 5 * len(gaps), (sensor, lost)  # 60 rows at 0.6 m/s are 0.36 m
        print(f"{sensor}: {len(searched)} cells searched, {len(said)} not, {len(lost)} lost with "
              f"their rows, of {len(whole)}")
print("what lies between two passes is told, cell by cell")
