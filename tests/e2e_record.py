# SPDX-License-Identifier: GPL-3.0-or-later
"""`groundwatch ask record`: the live streams to SigMF while the daemon senses: the very rows that
were sensed, between two words; a disk that is full, or a folder that is none, is said, and sensing
goes on."""
import hashlib
import json
import os
import subprocess
import uuid

import e2e_command
import gw

SCENE = """name: record
seed: 5
length_m: 60
speed: {mean_m_s: 1, wobble: 0}
targets: [{name: TM-62M, along_m: 1.5, depth_m: 0.08}, {name: PMN, along_m: 4.4, depth_m: 0.05}]
"""


def ask(folder, *arguments):
    run = subprocess.run([gw.GW, "ask", *arguments, "--by", "A. B.", "--live",
                          f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay"],
                         capture_output=True, text=True, timeout=gw.HANG_S)
    assert run.returncode == 0, run


def words(subscriber):
    return [d for d in subscriber.take().records.get("session", []) if d["event"] == "record"]


def bytes_of(base, kind):
    """Of a stream that has no hole."""
    meta = json.loads((base.parent / f"{base.name}-{kind}.sigmf-meta").read_text())
    assert len(meta["captures"]) == 1, meta["captures"]
    return (base.parent / f"{base.name}-{kind}.sigmf-data").read_bytes()


def is_sensing(subscriber):
    before = int(subscriber.take().heartbeat["sensors"][0]["rows"])
    gw.wait_for("more rows",
                lambda: int(subscriber.take().heartbeat["sensors"][0]["rows"]) > before)


def what_was_sensed_is_recorded(folder, lane):
    with gw.emulate(folder, folder / "record.yaml") as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("samples of all", lambda: (beat := subscriber.take().heartbeat) and
                    all(int(s["rows"]) > 0 for s in beat["sensors"]))
        ask(folder, "stop")
        ask(folder, "record")
        gw.wait_for("a recording", lambda: subscriber.take().heartbeat.get("recording"))
        ask(folder, "record")
        gw.time.sleep(2)
        ask(folder, "stop")
        gw.wait_for("its end", lambda: "recording" not in subscriber.take().heartbeat)
        none, begun, again, ended = words(subscriber)
        assert (none["did"], begun["did"], again["did"], ended["did"]) == \
            (False, True, False, True), words(subscriber)
        assert begun["recording"] == again["recording"] and begun["by"] == "A. B."
        base = folder / "recordings" / begun["recording"]
        assert base.with_name(base.name + ".sigmf-collection").exists()
        for kind in ("gpr", "md"):
            data = bytes_of(base, kind)
            whole = (lane.parent / f"lane-{kind}.sigmf-data").read_bytes()
            assert len(data) >= {"gpr": 50 * 1024, "md": 64000 * 4}[kind], (kind, len(data))
            assert whole.find(data) > 0, kind
        again = gw.detect(base.with_name(base.name + ".sigmf-collection"), "--all")
        assert {d["sensor"] for d in again} >= {"gpr"}, again

        # nothing that is a folder: said, and sensing goes on
        (folder / "recordings").rename(folder / "kept")
        (folder / "recordings").write_text("no folder")
        ask(folder, "record")
        gw.wait_for("the word of it", lambda: "recording" in subscriber.take().heartbeat["reasons"])
        assert "recording" not in subscriber.heartbeat and daemon.said("RECORDING")
        is_sensing(subscriber)
        (folder / "recordings").unlink()
        ask(folder, "record")
        gw.wait_for("no more of it", lambda: (b := subscriber.take().heartbeat).get("recording")
                    and "recording" not in b["reasons"])
        hand = e2e_command.Hand(f"ipc://{folder}/replay")
        hand.refused("action", op="record", request=str(uuid.uuid4()), by="A")
        hand.refused("action", op="record", request=str(uuid.uuid4()), by="A", action="pause")
        assert daemon.stop() == 0, daemon.log.read_text()  # ends what runs
        assert len(list((folder / "recordings").glob("*.sigmf-collection"))) == 1
        subscriber.close()


def what_a_full_disk_ended_opens(disk):
    """Its collection, with every stream that got a row to the disk, each with a whole meta."""
    collection, = disk.glob("*.sigmf-collection")
    assert not list(disk.glob("*.part")) + list(disk.glob("*.new")), list(disk.iterdir())
    streams = json.loads(collection.read_text())["collection"]["core:streams"]
    assert any(s["name"].endswith("-md") for s in streams), streams
    for stream in streams:
        meta = json.loads((disk / f"{stream['name']}.sigmf-meta").read_text())
        data = (disk / f"{stream['name']}.sigmf-data").read_bytes()
        assert data and hashlib.sha512(data).hexdigest() == meta["global"]["core:sha512"]
        assert meta["captures"][-1]["core:sample_start"] < len(data)
    run = subprocess.run([gw.GW, "info", collection], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 0 and "not that of the data" not in run.stdout, run


def a_full_disk_is_said(folder):
    disk = folder / "recordings"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk],
            capture_output=True).returncode != 0:
        print("skipped: a full disk, for this user may not mount one")
        return
    try:
        with gw.emulate(folder, folder / "record.yaml", "--loop", name="other") as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
            subscriber = gw.Subscriber(folder)
            gw.wait_for("samples", lambda: (beat := subscriber.take().heartbeat) and
                        all(int(s["rows"]) > 0 for s in beat["sensors"]))
            ask(folder, "record")
            gw.wait_for("a full disk",
                        lambda: "recording" in subscriber.take().heartbeat["reasons"])
            gw.wait_for("its end", lambda: "recording" not in subscriber.take().heartbeat)
            is_sensing(subscriber)
            assert daemon.stop() == 0, daemon.log.read_text()
            subscriber.close()
        what_a_full_disk_ended_opens(disk)
    finally:
        subprocess.run(["umount", disk], check=True)


with gw.Folder() as top:
    (top / "record.yaml").write_text(SCENE)
    subprocess.run([gw.GW, "record", "--scene", top / "record.yaml", top / "lane"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    what_was_sensed_is_recorded(top, top / "lane")
with gw.Folder() as top:
    (top / "record.yaml").write_text(SCENE)
    a_full_disk_is_said(top)
print("what was sensed is what was recorded; what could not be written was said")
