# SPDX-License-Identifier: GPL-3.0-or-later
"""Emulator -> real iiod -> daemon. Run in a network namespace of its own by e2e_iio_tools.py."""
import signal
import socket

import gw


def port_free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def is_open(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


charisma = gw.SHARED / "traces/charisma/Lab_specimen_data.DZT"
recording = charisma if charisma.exists() else gw.ROOT / "drivers/scenes/demo.yaml"
offline = gw.detect(recording)
n = sum(d["alarm"] for d in offline)
# SIGKILL: at SIGTERM iiod tries for a minute to reach Avahi
for speed in ("1", "10") if charisma.exists() else ("10",):
    port = port_free()
    with gw.Folder() as folder, gw.emulate(folder, recording, "--speed", speed) as emulator, \
            gw.Program(["iiod", "-u", f"ip:127.0.0.1:{emulator.port}", "-p", port],
                       folder / "iiod.log", signal.SIGKILL) as iiod:
        gw.wait_for("iiod", lambda: is_open(port))
        with gw.daemon(folder, f"iio:ip:127.0.0.1:{port}") as daemon:
            subscriber = gw.Subscriber(folder)
            gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
            gw.wait_for("the alarms", lambda: sum(
                d["alarm"] for d in subscriber.take().replay("detection")) >= n)
            gw.time.sleep(0.5)
            gw.assert_same_alarms(subscriber.take().replay("detection"), offline)
            lost = [(int(s["lost"]), int(s["dropped"])) for s in subscriber.heartbeat["sensors"]]
            assert all(v == (0, 0) for v in lost), lost
            subscriber.close()
            assert daemon.stop() == 0
        print(f"{recording.name} at {speed} times real time through iiod: the same {n} alarms")
