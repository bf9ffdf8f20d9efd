# SPDX-License-Identifier: GPL-3.0-or-later
"""Mines in an equal row are alarms, and the row is said; a standing head gives no alarm."""
import gw
from md_lane import covered, record, searched

NEAR_M, FAR_FROM_M = 0.2, 0.4
LEAD_M, N = 4, 6
SAID = "equal row"


def scene(length_m, rest, seed=101):
    text = (gw.ROOT / "drivers/scenes/blank-loam.yaml").read_text()
    text = text.replace("length_m: 20", f"length_m: {length_m}")
    text = text.replace("seed: 42", f"seed: {seed}")
    return text + "sensors: [md]\n" + rest


with gw.Folder() as folder:
    for name, apart in (("PMN", 0.75), ("TM-62M", 1.0)):
        at = [LEAD_M + apart / 2 + k * apart for k in range(N)]
        mines = "targets:\n" + "".join(
            f"  - {{name: {name}, along_m: {x:.3f}, depth_m: 0.05}}\n" for x in at)
        recording, metal = record(folder, f"row-{name}", scene(LEAD_M + N * apart + 0.5, mines))
        alarms, is_said = searched(recording, SAID)
        missed = [m for m in metal if all(abs(a - m) > NEAR_M for a in alarms)]
        assert len(metal) == N and not missed, (name, missed, alarms)
        print(f"{N} {name}, {apart} m apart: all are alarms; the row is "
              f"{'said' if is_said else 'none that was learnt'}")

    half = "targets:\n" + "".join(
        f"  - {{name: TM-62M, along_m: {0.75 + k / 2}, depth_m: 0.05}}\n" for k in range(10))
    recording, metal = record(folder, "half", scene(6, half))
    alarms, is_said = searched(recording, SAID)
    missed = [m for m in metal if all(abs(a - m) > NEAR_M for a in alarms)]
    assert is_said, "a row that is taken for ground is said"
    rows = [r["row_m"] for r in covered(folder, recording) if "row_m" in r]
    assert rows and all(abs(r - 0.5) < 0.03 for r in rows), rows
    print(f"10 TM-62M, 0.5 m apart, from the first step on: {len(missed)} missed, the row is said")

    stops = ("speed: {stops: [{along_m: 3.003, for_s: 20}, {along_m: 5.5, for_s: 60}]}\n"
             "targets:\n  - {name: PMA-2, along_m: 5.7, depth_m: 0.05}\n")
    recording, metal = record(folder, "stand", scene(8, stops, 5))
    alarms, is_said = searched(recording, SAID)
    false = [a for a in alarms if abs(a - 5.7) > FAR_FROM_M]
    stood = sum(r.get("stood_s", 0) for r in covered(folder, recording))
    assert any(abs(a - 5.7) < NEAR_M for a in alarms), alarms
    assert len(false) <= 2, false
    assert 79 <= stood <= 81, stood
    print(f"a head that stood for {stood:.0f} s: the mine beside it is an alarm, {len(false)} "
          "false ones on 8 m")
