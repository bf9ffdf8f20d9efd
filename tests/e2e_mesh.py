# SPDX-License-Identifier: GPL-3.0-or-later
"""Reinforced concrete under the metal detector: the mesh is said and no row of mines; what is
unlike its bars is an alarm. A row of mines is none of it."""
import gw
from md_lane import covered, record, searched

LENGTH_M, FALSE_MOST, FAR_FROM_M = 8, 0.25, 0.30  # of any metal: nearer is not false
SAID, MD_ALONE = "metal mesh", "sensors: [md]\n"


house = (gw.ROOT / "drivers/scenes/house.yaml").read_text()
without = "".join(line + "\n" for line in house.splitlines()
                  if not line.startswith("rows:") and "name: nail" not in line)
loam = (gw.ROOT / "drivers/scenes/blank-loam.yaml").read_text()
loam = loam.replace("length_m: 20", "length_m: 12")
with gw.Folder() as folder:
    recording, metal = record(folder, "without", without + MD_ALONE)
    assert metal == [2.8, 5.5], metal
    alarms, is_mesh = searched(recording, SAID)
    false = [a for a in alarms if all(abs(a - m) > FAR_FROM_M for m in metal)]
    assert is_mesh and len(false) <= FALSE_MOST * LENGTH_M, (alarms, false)
    for at in metal:
        assert any(abs(a - at) < 0.1 for a in alarms), (at, alarms)
    records = covered(folder, recording)
    said = [r for r in records if r.get("background") == "mesh"]
    assert len(said) >= 0.8 * len(records) > 4, "the mesh is said"
    assert all(abs(r["mesh_m"] - 0.15) < 0.011 and r["mesh_loss_db"] > 0 for r in said), said
    print(f"house without nails: {len(false)} false alarms on {LENGTH_M} m, the mesh costs "
          f"{max(r['mesh_loss_db'] for r in said):.0f} dB at most")

    recording, metal = record(folder, "nails", house + MD_ALONE)
    alarms, is_mesh = searched(recording, SAID)
    assert is_mesh
    for at in (2.8, 5.5):
        assert any(abs(a - at) < 0.1 for a in alarms), (at, alarms)
    print(f"with {len(metal) - 2} nails: alarms at", *(f"{a:.2f}" for a in alarms))

    mines = "targets:\n" + "".join(
        f"  - {{name: PMN, along_m: {at}, depth_m: 0.05}}\n" for at in (1, 3, 5, 7, 9, 11))
    recording, metal = record(folder, "row", loam + mines + MD_ALONE)
    alarms, is_mesh = searched(recording, SAID)
    assert not is_mesh and len(metal) == 6
    assert all(any(abs(a - m) < 0.1 for a in alarms) for m in metal), (metal, alarms)
    print(f"a row of {len(metal)} mines, 2 m apart: all are alarms, and no mesh")
