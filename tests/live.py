# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording or scene through emulator, libiio, daemon and ZeroMQ, up to its end."""
import gw

QUIET_S = 3  # a stream is finished 2 s after its last row
SLOWEST = 0.2  # times real time: below it a lane takes too long


def lost_of(subscriber):
    sensors = subscriber.heartbeat["sensors"]
    return {s["sensor"]: (int(s["lost"]), int(s["dropped"])) for s in sensors}


def is_behind(lost):
    return gw.HAS_SANITIZERS and any(dropped for _, dropped in lost.values())


class Ended:
    """True once there are as many alarms as are awaited, and nothing more was searched for long."""

    def __init__(self, daemon, subscriber, n_expected):
        self.daemon, self.subscriber, self.n_expected = daemon, subscriber, n_expected
        self.n_covered, self.since = -1, 0

    def __call__(self):
        assert self.daemon.process.poll() is None, self.daemon.log.read_text()
        if self.subscriber.take().heartbeat and is_behind(lost_of(self.subscriber)):
            return True
        n_covered = len(self.subscriber.take().records.get("coverage", []))
        if n_covered != self.n_covered:
            self.n_covered, self.since = n_covered, gw.time.monotonic()
        if not n_covered or gw.time.monotonic() < self.since + QUIET_S:
            return False
        found = self.subscriber.replay("detection")
        return sum(d["alarm"] for d in found) >= self.n_expected


def collect(folder, uri, n_expected, prefix=()):
    """All detections of a daemon on this source, and what each sensor lost (on the way, dropped by
    the daemon)."""
    with gw.daemon(folder, uri, prefix=prefix) as daemon:
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


def kept_up(once, speed):
    """once(speed), which gives what collect() does; in a build with sanitizers, which are several
    times slower, again at half the speed while the daemon says that it could not keep up."""
    found, lost = once(speed)
    while is_behind(lost) and float(speed) > SLOWEST:
        speed = str(float(speed) / 2)
        print(f"sanitizers, too slow here: {lost}; again at {speed} times real time")
        found, lost = once(speed)
    return found, lost


def play(recording, speed, n_expected):
    """All detections, and for each sensor the samples (lost on the way, dropped by the daemon)."""
    def once(at):
        with gw.Folder() as folder, gw.emulate(folder, recording, "--speed", at) as emulator:
            return collect(folder, f"iio:ip:127.0.0.1:{emulator.port}", n_expected)

    return kept_up(once, speed)
