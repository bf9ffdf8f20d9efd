# SPDX-License-Identifier: GPL-3.0-or-later
"""Recording -> emulator -> libiio -> daemon -> ZeroMQ gives what `detect` gives on the file."""
import gw

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"
CHARISMA = gw.SHARED / "traces/charisma/Lab_specimen_data.DZT"
LANE = gw.SHARED / "lanes/lane-10.sigmf-collection"


def lost_of(subscriber):
    sensors = subscriber.heartbeat["sensors"]
    return {s["sensor"]: (int(s["lost"]), int(s["dropped"])) for s in sensors}


def play(recording, speed, n_expected):
    with gw.Folder() as folder, gw.emulate(folder, recording, "--speed", speed) as emulator:
        with gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
            subscriber = gw.Subscriber(folder)
            gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)

            def has_all():
                assert daemon.process.poll() is None, daemon.log.read_text()
                subscriber.take()
                return sum(d["alarm"] for d in subscriber.replay("detection")) >= n_expected

            gw.wait_for("the alarms", has_all)
            gw.time.sleep(0.5)  # one too many would come now
            found = subscriber.take().replay("detection")
            lost = lost_of(subscriber)
            ids = [d["id"] for d in found]
            assert len(ids) == len(set(ids)), "a record twice"
            assert all(d["emulated"] for d in found)
            kind_seqs = [int(d["kind_seq"]) for d in found]
            assert kind_seqs == list(range(1, len(found) + 1)), kind_seqs
            subscriber.close()
            assert daemon.stop() == 0, daemon.log.read_text()
    assert all(v == (0, 0) for v in lost.values()), f"samples were lost: {lost}"
    return found


def check(recording, speeds):
    offline = gw.detect(recording)
    n = sum(d["alarm"] for d in offline)
    assert n > 0
    for speed in speeds:
        gw.assert_same_alarms(play(recording, speed, n), offline)
        print(f"{recording.name} at {speed} times real time: the same {n} alarms, nothing lost")


check(SCENE, ["10"])
if not CHARISMA.exists():
    gw.skip("shared/traces is not here: the measured trace and the lane were not played")
check(CHARISMA, ["1", "10"])
check(LANE, ["10"])
