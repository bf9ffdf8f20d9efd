# SPDX-License-Identifier: GPL-3.0-or-later
"""`groundwatch ask`, and by the protocol: mute (the buzzer is still, records go on, it is published
and ends), snapshot, and what holds now for who joins late."""
import hashlib
import json
import socket
import subprocess
import uuid

import calibration
import e2e_command
import gw
import schemas

SCENE = """name: ask
seed: 5
length_m: 5
speed: {mean_m_s: 1, wobble: 0}
targets: [{name: TM-62M, along_m: 1.5, depth_m: 0.08}, {name: PMN, along_m: 3.4, depth_m: 0.05}]
"""


def ask(folder, *arguments, status=0):
    run = subprocess.run([gw.GW, "ask", *arguments, "--live", f"ipc://{folder}/live", "--replay",
                          f"ipc://{folder}/replay"], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == status, (arguments, run)
    return run.stdout + run.stderr


def latest(dealer, **request):
    """Records by kind, and the last frame."""
    request = {"op": "latest", "id": "l", **request}
    schemas.check("request", request)
    dealer.send_json(request)
    found = {}
    while True:
        assert dealer.poll(gw.HANG_S * 1000), "no answer"
        frames = dealer.recv_multipart()
        if len(frames) == 1:
            reply = json.loads(frames[0])
            schemas.check("reply", reply)
            if "ask again" in reply.get("reason", ""):
                return latest(dealer, **request)
            return found, reply
        kind, event = schemas.check_message(frames)
        found.setdefault(kind, []).append(event["data"])


def sessions(subscriber, event):
    return [d for d in subscriber.take().records.get("session", []) if d["event"] == event]


def what_is_open(subscriber, dealer):
    """Asked until no record came meanwhile."""
    healths = subscriber.replay("health")
    records, again = None, subscriber.replay("detection")
    while records != again:
        records = again
        found, reply = latest(dealer)
        again = subscriber.replay("detection")
    newest = {record["id"]: record for record in records}
    still = [r for r in newest.values() if r.get("status") != "closed"]
    assert reply["open"] == len(still) and not reply["more"], (reply, len(still))
    assert found["detection"] == sorted(still, key=lambda r: int(r["kind_seq"])), found
    assert [d["event"] for d in found["session"]] == ["start"]
    health, = found["health"]
    assert health in subscriber.replay("health")
    assert int(health["kind_seq"]) >= int(healths[-1]["kind_seq"])
    still.sort(key=lambda r: int(r["kind_seq"]))
    part, reply = latest(dealer, **{"from": still[-1]["kind_seq"]})
    # that one, and what came meanwhile
    assert [d for d in part["detection"] if d in still] == still[-1:], part
    assert all(int(d["kind_seq"]) >= int(still[-1]["kind_seq"]) for d in part["detection"]), part
    assert "session" not in part, part
    return still


def what_is_in_force_is_told(snapshot, file):
    """Each text is what its hash is of, and the calibration's is the file's."""
    for what in ("config", "calibration"):
        text = snapshot["config" if what == "config" else "calibration_content"]
        assert hashlib.sha256(text.encode()).hexdigest() == snapshot[f"{what}_hash"], what
    assert "far_per_m" in snapshot["config"]
    content = json.loads(file.read_text())
    assert snapshot["calibration_file"] == str(file)
    assert content.pop("hash") == snapshot["calibration_hash"] == snapshot["calibration"]
    assert json.loads(snapshot["calibration_content"]) == content


with gw.Folder() as folder:
    (folder / "ask.yaml").write_text(SCENE)
    buzzer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    buzzer.bind(str(folder / "buzzer"))
    buzzer.settimeout(0.2)
    made = calibration.calibrate("air", calibration.SCENES / "air.yaml", folder / "air.json")
    assert made.returncode == 0, made
    with gw.emulate(folder, folder / "ask.yaml", "--speed", "0.5") as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "--alarm-socket",
                      folder / "buzzer", "--calibration", folder / "air.json") as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
        assert "muted_s" not in subscriber.heartbeat
        said = ask(folder, "mute", "--by", "A. B.", "--for", "300")
        assert said.startswith("recorded: session 2 "), said
        gw.wait_for("the mute in a heartbeat",
                    lambda: 0 < subscriber.take().heartbeat.get("muted_s", 0) <= 300)
        mute, = sessions(subscriber, "mute")
        assert (mute["by"], mute["for_s"]) == ("A. B.", 300), mute
        gw.wait_for("an alarm", lambda: any(
            d["alarm"] for d in subscriber.take().records.get("detection", [])))
        gw.wait_for("its word", lambda: daemon.said(" (muted)"))
        try:
            raise AssertionError(f"the buzzer was told: {buzzer.recv(400)}")
        except TimeoutError:
            pass
        ask(folder, "unmute", "--by", "A. B.")
        gw.wait_for("the end of the mute",
                    lambda: "muted_s" not in subscriber.take().heartbeat)
        buzzer.settimeout(gw.HANG_S)
        assert buzzer.recv(400).startswith(b"ALARM "), "the second mine is heard"

        assert "gpr" in ask(folder, "status")
        ask(folder, "snapshot", "--by", "A. B.")
        snapshot, = sessions(subscriber, "snapshot")
        start = next(d for d in subscriber.replay("session") if d["event"] == "start")
        assert snapshot["config_hash"] == start["config_hash"], snapshot
        what_is_in_force_is_told(snapshot, folder / "air.json")

        gw.wait_for("the end of the lane", lambda: len(
            [d for d in subscriber.replay("detection") if d["alarm"]]) >= 5)
        still = what_is_open(subscriber, subscriber.dealer)
        hand = e2e_command.Hand(f"ipc://{folder}/replay")
        hand.recorded("outcome", **e2e_command.outcome(detection=still[0]["id"]))
        gw.wait_for("its end", lambda: any(
            d.get("status") == "closed" for d in subscriber.replay("detection")))
        ids = {record["id"] for record in what_is_open(subscriber, subscriber.dealer)}
        assert still[0]["id"] not in ids and all(record["id"] in ids for record in still[1:])

        # what is wrong is refused
        for word, wrong in (("for_s", {"op": "mute"}), ("for_s", {"op": "mute", "for_s": 601}),
                            ("for_s", {"op": "mute", "for_s": -1}), ("for_s: a", {"op": "mute",
                            "for_s": 1.5}), ("loud", {"op": "snapshot", "loud": 1})):
            hand.refused(word, request=str(uuid.uuid4()), by="A", **wrong)
        hand.refused("from", op="latest", **{"from": 7})
        ask(folder, "mute", status=64)
        ask(folder, "mute", "--by", "A", "--for", "601", status=64)
        ask(folder, "sing", status=64)
        again = str(uuid.uuid4())
        one = ask(folder, "snapshot", "--by", "A", "--request", again)
        assert ask(folder, "snapshot", "--by", "A", "--request", again) == one
        assert daemon.stop() == 0, daemon.log.read_text()
        subscriber.close()
    buzzer.close()
print(f"muted and heard again; {len(still)} open indications for who joined late")
