# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon sensed and recorded gives the same detections again: a radar that scans by time,
whose places its wheel tells; a device that is silent when the recording begins; and a recording
begun in mid-run, of which `groundwatch explain` says so."""
import json
import re
import subprocess
import sys

import gw
import live

SCENE = """name: recorded
seed: 5
length_m: 6
speed: {mean_m_s: 0.8, wobble: 0.2}
gpr: {scan_rate_hz: 60}
targets: [{name: TM-62M, along_m: 1.6, depth_m: 0.08}, {name: PMN, along_m: 4.3, depth_m: 0.05}]
"""
SILENT = ("--fault", "kind=silent")


def ask(folder, word):
    run = subprocess.run([gw.GW, "ask", word, "--by", "A. B.", "--live", f"ipc://{folder}/live",
                          "--replay", f"ipc://{folder}/replay"], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 0, run


def explain(folder, recording, record):
    return subprocess.run([gw.GW, "explain", record["id"], "--journal",
                           folder / "journal.sqlite", recording], capture_output=True, text=True,
                          timeout=gw.HANG_S)


def rows_of(subscriber):
    return [int(s["rows"]) for s in subscriber.take().heartbeat["sensors"]]


def recording_begin(folder, subscriber):
    ask(folder, "record")
    gw.wait_for("a recording", lambda: subscriber.take().heartbeat.get("recording"))


def played(folder, from_the_start, *options):
    """The recording of a lane, and its detections. From the start: before a row has come."""
    scene = folder / "recorded.yaml"
    scene.write_text(SCENE)
    emulator = gw.emulate(folder, scene, *(SILENT if from_the_start else options))
    with gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
        if from_the_start:
            emulator.stop()
            recording_begin(folder, subscriber)
            assert not any(rows_of(subscriber)), subscriber.heartbeat
            emulator = gw.emulate(folder, scene, "--port", str(emulator.port), *options,
                                  name="again")
        else:
            gw.wait_for("a part of the lane", lambda: all(r > 100 for r in rows_of(subscriber)))
            recording_begin(folder, subscriber)
        gw.wait_for("the end of the lane", live.Ended(daemon, subscriber, 2))
        found, lost = subscriber.take().replay("detection"), live.lost_of(subscriber)
        assert daemon.stop() == 0, daemon.log.read_text()
        subscriber.close()
    emulator.stop()
    if live.is_behind(lost, None):
        print(f"SKIP: too slow here: {lost}")
        sys.exit(77)
    collection, = (folder / "recordings").glob("*.sigmf-collection")
    return collection, found


def meta_of(collection, kind):
    base = collection.name.removesuffix(".sigmf-collection")
    return json.loads((collection.parent / f"{base}-{kind}.sigmf-meta").read_text())


def first_capture(collection, kind):
    return meta_of(collection, kind)["captures"][0]


def are_lines(found, lines):
    """Every detection is a line of `groundwatch detect`, but for what only one of them has."""
    keys = {k for line in lines for k in line} - {"recording"}
    texts = [{json.dumps({k: d[k] for k in sorted(keys) if k in d}) for d in those}
             for those in (found, lines)]
    assert texts[0] <= texts[1], texts[0] - texts[1]


def all_come_again(folder, *options):
    collection, found = played(folder, True, *options)
    assert {d["sensor"] for d in found} == {"md", "gpr", "fused"}, found
    for record in gw.few(found, 6):
        told = explain(folder, collection, record)
        assert told.returncode == 0 and "bit for bit" in told.stdout, (told, record)
        assert "begins later" not in told.stdout, told
    are_lines(found, gw.detect(collection, "--all"))
    return collection, found


def without_index_they_differ(folder, collection, found):
    whole = json.loads(collection.read_text())
    streams = whole["collection"]["core:streams"]
    assert len(streams) == 4, streams
    streams[:] = [s for s in streams if not s["name"].endswith("-scan_index")]
    bare = collection.with_name("bare.sigmf-collection")
    bare.write_text(json.dumps(whole))
    assert any(explain(folder, bare, d).returncode == 65 for d in found if d["sensor"] == "gpr")


def are_near(told, limits):
    """What differs in number and place does so by no more than another state explains."""
    for key, was, anew in re.findall(r"^  (\w+): journal (.*), anew (.*)$", told, re.M):
        assert key not in limits or abs(float(was) - float(anew)) <= limits[key], (key, told)


def mid_run_is_said(folder):
    """Numbers and places are the daemon's; what came before the recording is said to be missing."""
    collection, found = played(folder, False, "--speed", "0.5")
    first = {}
    for kind, samples in ("gpr", 512), ("md", 1), ("pose", 1):
        capture = first_capture(collection, kind)
        first[kind] = capture["core:global_index"] // samples
        assert 0 == capture["gw:chain_row"] < first[kind], capture
    n_anew, settled = 0, {"gpr": 75, "md": 80000}  # rows of a metre
    for record in found:
        told = explain(folder, collection, record)
        assert "the recording begins later than the run: gpr at row" in told.stdout, told
        kind = "md" if record["sensor"] == "md" else "gpr"
        row = record["sample" if kind == "md" else "scan"]
        if row < first[kind]:
            assert told.returncode == 65 and "before the recording begins" in told.stdout, told
            continue
        assert (told.returncode == 65) == ("DIFFERS" in told.stdout), told
        if record["alarm"] and row > first[kind] + settled[kind]:
            are_near(told.stdout, {"along_m": 0.02, "scan": 2, "sample": 2 * 640})
            n_anew += 1
    assert n_anew, found


with gw.Folder() as folder:
    collection, found = all_come_again(folder, "--speed", "2")
    n = len(found)
    index = meta_of(collection, "scan_index")["global"]
    assert index["gw:kind"] == "scan_index" and index["core:datatype"] == "ri32_le", index
    assert index["gw:fields"] == ["scan_seq", "time_s", "time_ns", "along_mm", "flags"], index
    assert first_capture(collection, "gpr")["core:global_index"] == 0
    said = subprocess.run([gw.GW, "info", collection], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert "scan_index" in said.stdout and "left out" not in said.stdout, said
    without_index_they_differ(folder, collection, found)

with gw.Folder() as folder:
    collection, found = all_come_again(folder, "--speed", "2", "--fault", "kind=silent,for=1s")
    n += len(found)
    assert first_capture(collection, "gpr")["core:global_index"] > 0

with gw.Folder() as folder:
    mid_run_is_said(folder)
print(f"{n} detections of live runs come out of their recordings again, bit for bit")
