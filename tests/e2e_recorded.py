# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon sensed and recorded gives the same detections again: a radar that scans by time,
whose places its wheel tells; a device that is silent when the recording begins; and a recording
begun in mid-run, of which `groundwatch explain` says so."""
import json
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


def played(folder, speed, begin, *faults):
    """A lane; the recording of it, which begin(subscriber, again) begins; and its detections."""
    scene = folder / "recorded.yaml"
    scene.write_text(SCENE)
    with gw.emulate(folder, scene, "--speed", speed) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("samples", lambda: subscriber.take().heartbeat and all(rows_of(subscriber)))

        def again():
            """The device goes away, and comes back at its first row."""
            emulator.stop()
            gw.wait_for("its loss", lambda: "no_device" in subscriber.take().heartbeat["reasons"])
            ask(folder, "record")
            gw.wait_for("a recording", lambda: subscriber.take().heartbeat.get("recording"))
            return gw.emulate(folder, scene, "--speed", speed, "--port", str(emulator.port),
                              *faults, name="again")

        second = begin(subscriber, again)
        n_before = len(subscriber.replay("detection")) if second else 0
        gw.wait_for("the end of the lane", live.Ended(daemon, subscriber, 2))
        found = subscriber.take().replay("detection")[n_before:]
        lost = live.lost_of(subscriber)
        assert daemon.stop() == 0, daemon.log.read_text()
        subscriber.close()
        if second:
            second.stop()
    if live.is_behind(lost):
        print(f"SKIP: too slow here: {lost}")
        sys.exit(77)
    collection, = (folder / "recordings").glob("*.sigmf-collection")
    return collection, found


def meta_of(collection, kind):
    base = collection.name.removesuffix(".sigmf-collection")
    return json.loads((collection.parent / f"{base}-{kind}.sigmf-meta").read_text())


def plain(records):
    """What a line of `groundwatch detect` and a record of the journal have in common."""
    ours = ("id", "recording", "calibration")
    return sorted(json.dumps({k: v for k, v in r.items() if k not in ours}, sort_keys=True)
                  for r in records)


def all_come_again(folder, *faults):
    collection, found = played(folder, "2", lambda _, again: again(), *faults)
    assert {d["sensor"] for d in found} == {"md", "gpr", "fused"}, found
    for record in found:
        told = explain(folder, collection, record)
        assert told.returncode == 0 and "bit for bit" in told.stdout, (told, record)
    lines = gw.detect(collection, "--all")
    keys = {k for line in lines for k in line}
    missing = set(plain([{k: v for k, v in d.items() if k in keys} for d in found])) - \
        set(plain(lines))
    assert not missing, missing
    return collection, found


with gw.Folder() as folder:
    collection, found = all_come_again(folder)
    n = len(found)
    index = meta_of(collection, "scan_index")
    assert index["global"]["gw:kind"] == "scan_index", index
    assert index["global"]["gw:fields"] == ["scan_seq", "time_s", "time_ns", "along_mm", "flags"]
    assert "core:datatype" in index["global"] and index["global"]["core:datatype"] == "ri32_le"
    said = subprocess.run([gw.GW, "info", collection], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert "scan_index" in said.stdout and "left out" not in said.stdout, said

with gw.Folder() as folder:
    collection, found = all_come_again(folder, "--fault", "kind=silent,for=1s")
    n += len(found)
    assert meta_of(collection, "gpr")["captures"][0]["core:global_index"] > 0
print(f"{n} detections of live runs come out of their recordings again, bit for bit")
