# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of it are killed: nothing is lost, and nothing that stands still passes for searching."""
import os
import signal

import gw

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"


def children(pid):
    return [int(p) for p in os.popen(f"ps -o pid= --ppid {pid}").read().split()]


def is_searching(subscriber):
    return subscriber.take().heartbeat["state"] in ("SEARCHING", "ALARM")


def start(folder, *options):
    emulator = gw.emulate(folder, SCENE, *options)
    daemon = gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}")
    subscriber = gw.Subscriber(folder)
    gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
    gw.wait_for("searching", lambda: is_searching(subscriber))
    return emulator, daemon, subscriber


def gate_killed():
    offline = gw.detect(SCENE)
    with gw.Folder() as folder:
        emulator, daemon, subscriber = start(folder, "--speed", "5")
        for _ in range(3):
            gate = gw.wait_for("the gate", lambda: children(daemon.process.pid))[0]
            os.kill(gate, signal.SIGKILL)
            gw.wait_for("another gate", lambda: (children(daemon.process.pid) or [gate])[0] != gate)
        subscriber.heartbeat = None
        gw.wait_for("its heartbeat", lambda: subscriber.take().heartbeat)
        n = sum(d["alarm"] for d in offline)
        gw.wait_for("the alarms", lambda: sum(
            d["alarm"] for d in subscriber.take().replay("detection")) >= n)
        gw.assert_same_alarms(subscriber.replay("detection"), offline)
        subscriber.close()
        assert daemon.stop() == 0, daemon.log.read_text()
        emulator.stop()
    print("gate killed three times: it came back, and every detection is there")


def emulator_killed():
    with gw.Folder() as folder:
        emulator, daemon, subscriber = start(folder)
        emulator.stop(signal.SIGKILL)
        gw.wait_for("BLIND", lambda: subscriber.take().heartbeat["state"] == "BLIND")
        gw.wait_for("a record of it", lambda: any(
            h["state"] == "BLIND" for h in subscriber.take().records.get("health", [])))
        again = gw.emulate(folder, SCENE, "--port", str(emulator.port), name="again")
        gw.wait_for("searching again", lambda: is_searching(subscriber))
        gw.wait_for("a gap record", lambda: [
            g for g in subscriber.take().records.get("gap", []) if g["reason"] == "reconnected"])
        subscriber.close()
        assert daemon.stop() == 0, daemon.log.read_text()
        again.stop()
    print("emulator killed: BLIND, then searching again by itself")


def core_killed():
    with gw.Folder() as folder:
        emulator, daemon, subscriber = start(folder)
        gate = children(daemon.process.pid)[0]
        daemon.stop(signal.SIGKILL)
        gw.wait_for("BLIND", lambda: subscriber.take().heartbeat["state"] == "BLIND")
        gw.wait_for("the gate's end", lambda: not os.path.exists(f"/proc/{gate}") or
                    open(f"/proc/{gate}/stat").read().split()[2] == "Z")
        beats = subscriber.take().heartbeat["kind_seq"]
        gw.time.sleep(0.5)
        assert subscriber.take().heartbeat["kind_seq"] == beats, "a heartbeat after the end"
        subscriber.close()
        emulator.stop()
    print("core killed: the gate said BLIND and ended")


gate_killed()
emulator_killed()
core_killed()
