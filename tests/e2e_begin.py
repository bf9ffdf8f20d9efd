# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row that came is in one coverage record, from a sensor's first on: rows of before the pose
told a place, or where nothing was heard, are in a BLIND one of their own; so are all, if no place
ever came."""
import json
import random
import sqlite3
import struct
import subprocess

import gw
import ledger
import schemas

SCENE = """name: begin
seed: 7
length_m: 4
speed: {mean_m_s: 0.8, wobble: 0}
sensors: [gpr, md]
targets: [{name: TM-62M, along_m: 2.5, depth_m: 0.08}]
gpr: {samples: 256, scan_rate_hz: 100}
pose: {rate_hz: 100}
"""
STOPS = "wobble: 0, stops: [{along_m: 0.005, for_s: 2}, {along_m: 2.005, for_s: 3}]}"
IQ = "md: {output: iq, rate_hz: 200, tones_hz: [1000, 1900, 3700, 7100]}\n"
KINDS = ("gpr", "md", "pose")
TIME = "2026-05-04T10:00:{:09.6f}Z"
LEFT_S = {"gpr": 0.2, "md": 0.03}  # what a chain may leave over at the end
NEAR_S = 1.1  # of before the first reading the metal detector takes this for its place


def record(folder, name, text):
    (folder / f"{name}.yaml").write_text(text)
    subprocess.run([gw.GW, "record", "--scene", folder / f"{name}.yaml", folder / name],
                   check=True, capture_output=True, timeout=gw.HANG_S)


def rows_of(folder, name, kind):
    """How many there are, and how many a second."""
    told = json.loads((folder / f"{name}-{kind}.sigmf-meta").read_text())["global"]
    n_bytes = {"ri16_le": 2, "ri32_le": 4}[told["core:datatype"]] * told["core:num_channels"]
    size = (folder / f"{name}-{kind}.sigmf-data").stat().st_size
    return (size // (n_bytes * told.get("gw:samples_per_scan", 1)),
            told.get("gw:scan_rate_hz", told["core:sample_rate"]))


def copy(folder, name, *, of="lane", pose_at_s=0, skip_s=0, drown_s=0, lost=None, end_s=100):
    """The pose begins skip_s into the lane, and says that this was at pose_at_s; the metal detector
    is drowned at first; lost: (row, how many before it). The sensors end at end_s."""
    for kind in KINDS:
        meta = json.loads((folder / f"{of}-{kind}.sigmf-meta").read_text())
        data = bytearray((folder / f"{of}-{kind}.sigmf-data").read_bytes())
        n_rows, rate = rows_of(folder, of, kind)
        if kind != "pose":
            del data[min(n_rows, round(end_s * rate)) * (len(data) // n_rows):]
        meta["global"].pop("core:sha512", None)
        at_s = pose_at_s if kind == "pose" else 0
        meta["captures"][0]["core:datetime"] = TIME.format(at_s)
        if kind == "md" and lost:
            meta["captures"].append({"core:sample_start": lost[0],
                                     "core:global_index": sum(lost)})
        if kind == "pose":
            del data[:4 * int(100 * skip_s)]
        n = int(128000 * drown_s) if kind == "md" else 0
        noise = random.Random(1)
        data[:2 * n] = struct.pack(f"<{n}h", *(noise.randint(-32768, 32767) for _ in range(n)))
        (folder / f"{name}-{kind}.sigmf-meta").write_text(json.dumps(meta))
        (folder / f"{name}-{kind}.sigmf-data").write_bytes(data)
    collection = json.loads((folder / f"{of}.sigmf-collection").read_text())
    for stream in collection["collection"]["core:streams"]:
        stream["name"] = stream["name"].replace(of, name)
        del stream["hash"]
    (folder / f"{name}.sigmf-collection").write_text(json.dumps(collection))


def covered(folder, name):
    """Of each sensor its coverage records, held against schema and order."""
    journal = folder / f"{name}.sqlite"
    run = subprocess.run([gw.DAEMON, "--source", f"file:{folder / name}.sigmf-collection", "--live",
                          f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay",
                          "--journal", journal], capture_output=True, text=True, timeout=gw.HANG_S)
    assert run.returncode == 0, run.stderr
    records = [(kind, json.loads(text)) for kind, text in sqlite3.connect(journal).execute(
        "SELECT kind, json FROM record ORDER BY seq")]
    for kind, event in records:
        schemas.check(kind, event)
    ledger.check([(kind, event["data"]) for kind, event in records])
    found = [event["data"] for kind, event in records if kind == "coverage"]
    return {kind: [c for c in found if c["sensor"] == kind] for kind in ("gpr", "md")}


def end_of(c):
    return int(c["first_row"]) + int(c["n_rows"])


def check(folder, name, kind, records, *, leading_s):
    """Each row is in a record, from the first to the last. leading_s: (least, most) of the one of
    rows that were not searched; None: there is none."""
    n_rows, rate = rows_of(folder, name, kind)
    assert int(records[0]["first_row"]) == 0, records[0]
    left_s = (n_rows - end_of(records[-1])) / rate
    assert 0 <= left_s <= LEFT_S[kind], (name, kind, left_s)
    unsearched = [c for c in records if "from_m" not in c]
    if leading_s is None:
        assert not unsearched, unsearched
        return
    assert unsearched == records[:1], (name, kind, unsearched)
    leading = records[0]
    assert leading["state"] == "BLIND", leading
    assert {"uncovered", "no_pose"} <= set(leading["reasons"]), leading
    assert "noise" not in leading and "max_score" not in leading, leading
    assert leading_s[0] <= end_of(leading) / rate <= leading_s[1], (name, kind, leading)
    took_s = (int(leading["to_ns"]) - int(leading["from_ns"])) * 1e-9
    assert abs(took_s - end_of(leading) / rate) < 0.05, leading


with gw.Folder() as folder:
    record(folder, "lane", SCENE)
    copy(folder, "whole")
    for kind, records in covered(folder, "whole").items():
        check(folder, "whole", kind, records, leading_s=None)

    copy(folder, "late", pose_at_s=2, skip_s=2)
    late = covered(folder, "late")
    check(folder, "late", "gpr", late["gpr"], leading_s=(1.95, 2.05))
    check(folder, "late", "md", late["md"], leading_s=(2 - NEAR_S, 1.05))
    print("rows of before the pose began are in a record of their own")

    copy(folder, "broken", pose_at_s=2, skip_s=2, lost=(32000, 1000))
    broken = [(int(c["first_row"]), int(c["n_rows"])) for c in covered(folder, "broken")["md"]
              if "from_m" not in c]
    assert broken[0] == (0, 32000) and [first for first, _ in broken] == [0, 33000], broken
    print("so are those of before and after a gap, up to it and from it on")

    copy(folder, "never", pose_at_s=50)
    for kind, records in covered(folder, "never").items():
        assert len(records) == 1, records
        check(folder, "never", kind, records, leading_s=(4, 6))
    print("rows of which no place was ever told too")

    copy(folder, "drowned", drown_s=2)
    drowned = covered(folder, "drowned")
    check(folder, "drowned", "gpr", drowned["gpr"], leading_s=None)
    check(folder, "drowned", "md", drowned["md"], leading_s=(1.9, 2.1))
    print("and those in which nothing was heard at first")

    # A radar by time that begins beside its grid, responses whose first rows tell no noise.
    record(folder, "still", SCENE.replace("wobble: 0}", STOPS) + IQ)
    copy(folder, "stood", of="still", skip_s=0.31, end_s=6)
    for kind, records in covered(folder, "stood").items():
        check(folder, "stood", kind, records, leading_s=None)
    print("rows of a head that stands are counted with the ground that follows, or was before")
