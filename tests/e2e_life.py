# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an indication: the same ground twice, as a head goes over it twice. What was found
again is an update with the first one's id, none is lowered, each line of the second pass is there,
the fused ones too, of one radar channel and of an array;
an outcome closes it; a stop says how many were left. Every record comes out of the recording."""
import json
import subprocess
import uuid

import e2e_command
import gw
import live

SCENE = """name: life
seed: 5
length_m: 5
speed: {mean_m_s: 1, wobble: 0}
targets: [{name: TM-62M, along_m: 1.5, depth_m: 0.08}, {name: PMN, along_m: 3.4, depth_m: 0.05}]
"""
ROWS = {"gpr": (250, 1024), "md": (320000, 4), "pose": (500, 4)}  # of 5 s; bytes a row


ARRAY = "gpr: {channels: 4, channel_spacing_m: 0.1, samples: 256}\n"


def twice_record(folder, scene_text, rows_of):
    """The lane's 5 s, and the same 5 s again: radar and odometer by time."""
    scene = folder / "life.yaml"
    scene.write_text(scene_text)
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "once"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    for kind, (n_rows, n_bytes) in rows_of.items():
        meta = json.loads((folder / f"once-{kind}.sigmf-meta").read_text())
        for key in ("core:sha512", "gw:scan_spacing_m"):
            meta["global"].pop(key, None)
        if kind == "gpr":
            meta["global"]["gw:scan_rate_hz"] = 50.0
        meta["annotations"] = []
        (folder / f"twice-{kind}.sigmf-meta").write_text(json.dumps(meta))
        rows = (folder / f"once-{kind}.sigmf-data").read_bytes()[:n_rows * n_bytes]
        assert len(rows) == n_rows * n_bytes, kind
        (folder / f"twice-{kind}.sigmf-data").write_bytes(2 * rows)
    collection = json.loads((folder / "once.sigmf-collection").read_text())
    for stream in collection["collection"]["core:streams"]:
        stream["name"] = stream["name"].replace("once", "twice")
        del stream["hash"]
    path = folder / "twice.sigmf-collection"
    path.write_text(json.dumps(collection))
    return path


def fused_check(lines):
    """Each pass has its fused lines: of as many alarms of a sensor at a place as there are, none
    is without one."""
    fused = [l["along_m"] for l in lines if l["sensor"] == "fused"]
    for sensor in ("gpr", "md"):
        places = [l["along_m"] for l in lines if l["sensor"] == sensor and l["alarm"]]
        assert places, sensor
        for place in places:
            # of two within a pass one line may be enough; of two passes it is not
            passes = 2 if sum(abs(p - place) <= 0.05 for p in places) > 1 else 1
            assert sum(abs(f - place) <= 0.25 for f in fused) >= passes, (sensor, place, fused)


def line_of(record):
    """What the sensor said in this pass."""
    return record.get("pass", record)


def lives_check(records):
    """Updates name what came before them, count passes, and lower nothing."""
    first, updated = {}, []
    for record in records:
        if "status" not in record:
            assert record["id"] not in first
            first[record["id"]] = record
            continue
        before = first[record["id"]]
        assert record["status"] == "updated" and record["sensor"] == before["sensor"], record
        line = line_of(record)
        assert abs(line["along_m"] - before["along_m"]) <= 0.15, (record, before)
        assert record["passes"] == 2 and record["alarm"] == (line["alarm"] or before["alarm"])
        if line["alarm"] == before["alarm"]:
            assert record["score"] == max(line["score"], before["score"])
        updated.append(record)
    return first, updated


with gw.Folder() as folder:
    array = folder / "array"
    array.mkdir()
    rows = ROWS | {"gpr": (250, 4 * 512)}
    fused_check(gw.detect(twice_record(array, SCENE + ARRAY, rows), "--all"))
    recording = twice_record(folder, SCENE, ROWS)
    offline = [l for l in gw.detect(recording, "--all") if l["alarm"] or l["far_per_m"] <= 1
               or l.get("unlikely")]
    with gw.daemon(folder, f"file:{recording}", "--stay") as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
        gw.wait_for("the end", live.Ended(daemon, subscriber, sum(l["alarm"] for l in offline)))
        records = subscriber.replay("detection")
        first, updated = lives_check(records)
        alarms = {r["sensor"] for r in updated if r["alarm"]}
        assert {"md", "gpr", "fused"} <= alarms, alarms
        fused_check(offline)

        # nothing is muted: each line of both passes, and no other
        said = sorted((l["sensor"], l["score"], l["along_m"]) for l in map(line_of, records))
        wanted = sorted((l["sensor"], l["score"], l["along_m"]) for l in offline)
        assert said == wanted, (len(said), len(wanted))

        # what an operator says is of its newest state
        update = next(r for r in updated if r["alarm"])
        hand = e2e_command.Hand(f"ipc://{folder}/replay")
        hand.recorded("detection", op="acknowledge", request=str(uuid.uuid4()), by="A",
                      detection=update["id"])
        hand.recorded("outcome", **e2e_command.outcome(detection=update["id"], depth_m=0.05))
        gw.wait_for("the end of its life", lambda: any(
            d.get("status") == "closed" for d in subscriber.take().records.get("detection", [])))
        acknowledged, closed = subscriber.replay("detection")[-2:]
        assert acknowledged["status"] == "acknowledged" and acknowledged["passes"] == 2
        assert acknowledged["score"] == update["score"] and acknowledged["alarm"]
        assert closed["status"] == "closed" and closed["closed_by"] == "outcome", closed
        assert closed["id"] == update["id"] and closed["passes"] == 2
        outcome = subscriber.replay("outcome")[-1]
        assert outcome["detection"] == update["id"]
        assert outcome["samples"]["scan" if update["sensor"] != "md" else "sample"] >= 0, outcome
        assert daemon.stop() == 0, daemon.log.read_text()
        stop = next(d for d in subscriber.take().records["session"] if d["event"] == "stop")
        assert stop["open_detections"] == len(first) - 1, stop
        subscriber.close()

    for update in [r for r in updated if r["alarm"]][:2]:
        told = subprocess.run([gw.GW, "explain", update["id"], "--journal",
                               folder / "journal.sqlite", recording], capture_output=True,
                              text=True, timeout=gw.HANG_S)
        assert told.returncode == 0 and told.stdout.count("bit for bit") == 2, told.stdout
        assert "\npass 2\n" in told.stdout, told.stdout
print(f"{len(first)} indications, {len(updated)} of them found again by the second pass")
