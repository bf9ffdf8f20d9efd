# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording or scene through emulator, libiio, daemon and ZeroMQ, up to its end."""
import gw

QUIET_S = 3  # a stream is finished 2 s after its last row


def lost_of(subscriber):
    sensors = subscriber.heartbeat["sensors"]
    return {s["sensor"]: (int(s["lost"]), int(s["dropped"])) for s in sensors}


class Ended:
    """True once there are as many alarms as are awaited, and nothing more was searched for long."""

    def __init__(self, daemon, subscriber, n_expected):
        self.daemon, self.subscriber, self.n_expected = daemon, subscriber, n_expected
        self.n_covered, self.since = -1, 0

    def __call__(self):
        assert self.daemon.process.poll() is None, self.daemon.log.read_text()
        n_covered = len(self.subscriber.take().records.get("coverage", []))
        if n_covered != self.n_covered:
            self.n_covered, self.since = n_covered, gw.time.monotonic()
        if not n_covered or gw.time.monotonic() < self.since + QUIET_S:
            return False
        found = self.subscriber.replay("detection")
        return sum(d["alarm"] for d in found) >= self.n_expected


def play(recording, speed, n_expected):
    """All detections, and for each sensor the samples (lost on the way, dropped by the daemon)."""
    with gw.Folder() as folder, gw.emulate(folder, recording, "--speed", speed) as emulator:
        with gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
            subscriber = gw.Subscriber(folder)
            gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
            gw.wait_for("the end of the lane and its alarms", Ended(daemon, subscriber, n_expected))
            found = subscriber.take().replay("detection")
            lost = lost_of(subscriber)
            ids = [d["id"] for d in found]
            assert len(ids) == len(set(ids)), "a record twice"
            assert all(d["emulated"] for d in found)
            kind_seqs = [int(d["kind_seq"]) for d in found]
            assert kind_seqs == list(range(1, len(found) + 1)), kind_seqs
            subscriber.close()
            assert daemon.stop() == 0, daemon.log.read_text()
    return found, lost
