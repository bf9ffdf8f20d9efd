# SPDX-License-Identifier: GPL-3.0-or-later
"""Ground over several passes, in whole cells of 5 cm: what lies between two passes is told; each
cell of the lane was either searched or not; where a scan was dropped, the head was lifted or moved
too fast it was not, and this is said."""
import json

import gw
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
    records = {"coverage": [], "gap": []}
    for kind, _, text in logbook.journal(folder):
        records.setdefault(kind, []).append(json.loads(text)["data"])
    return records


def cells_of(records, sensor, is_searched):
    """Columns of 5 cm whose middles lie in coverage; the next scan goes on where the last ended."""
    found, end = set(), None
    own = [c for c in records if c["sensor"] == sensor]
    for c in own:
        begin = end if end is not None and 0 <= c["from_m"] - end <= CELL + 1e-9 else c["from_m"]
        end = c["to_m"]
        if (c["state"] != "BLIND") == is_searched:
            found |= {k for k in range(400)
                      if round(begin * 1000) <= k * 50 + 25 < round(end * 1000)}
    return found


with gw.Folder() as folder:  # 0.4 m aside, coils of 0.26 m: two cells are left between
    passes = ({"seed": 1, "length": 6, "sway": 0, "aside": 0},
              {"seed": 2, "length": 8, "sway": 0, "aside": 0.4})
    records = records_of(folder, joined(folder, passes))
    first = [c for c in records["coverage"] if abs(c["cross_m"]) < 0.01]
    second = [c for c in records["coverage"] if abs(c["cross_m"] - 0.4) < 0.01]
    assert len(first) + len(second) == len(records["coverage"]) and first and second
    both = cells_of(first, "md", True) & cells_of(second, "md", True)
    gaps = [g for g in records["gap"] if g["what"] == "ground"]
    assert sum(int(g["n"]) for g in gaps) == 2 * len(both), (gaps, len(both))
    assert len(both) > 100
    for gap in gaps:
        assert gap["sensor"] == "md" and gap["reason"] == "between passes", gap
        assert (gap["from_cross_m"], gap["to_cross_m"]) == (0.15, 0.25), gap
        assert gap["from_m"] >= 0 and gap["to_m"] <= 6.05, gap

with gw.Folder() as folder:
    scene = folder / "trouble.yaml"
    scene.write_text(TROUBLE)
    records = records_of(folder, scene)
    coverage = records["coverage"]
    for sensor in ("gpr", "md"):
        lane = set(range(312))  # the last metre may end with the samples
        searched = cells_of(coverage, sensor, True) & lane
        not_searched = lane - searched
        assert len(searched) + len(not_searched) == len(lane)
        said = cells_of(coverage, sensor, False) & lane
        assert not searched & said, (sensor, searched & said)
        lifted = set(range(103, 117))
        assert not lifted & searched and lifted & said, (sensor, lifted & searched)
        if sensor == "md":
            fast = set(range(170, 194))
            assert not fast & searched and fast & said, fast & searched
        lost = [g for g in records["gap"] if g["reason"] == "lost" and g["sensor"] == sensor]
        assert lost, sensor
        silent = not_searched - said  # in no record; 0.36 m a loss of md and gpr at 0.6 m/s
        assert len(silent) >= 5 * len(lost), (sensor, silent, lost)
        print(f"{sensor}: {len(searched)} cells searched, {len(not_searched)} not, of {len(lane)}")
print("what lies between two passes is told, cell by cell")
