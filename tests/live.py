# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording or scene through emulator, libiio, daemon and ZeroMQ, up to its end."""
import math
import re
import typing

import gw

QUIET_S = 3  # a stream is finished 2 s after its last row
SLOWEST = 0.2  # times real time: below it a lane takes too long
TRIES = 12
BLOCK_S = 0.01


class Losses(typing.NamedTuple):
    """What is missing of one sensor, as it is said."""
    lost: int  # rows on the way
    dropped: int  # rows, by the daemon
    breaks: int = 0  # times that it went away and came back
    short: int = 0  # rows that the emulator has and that had not come when all was quiet


def lost_of(subscriber, played=None):
    """played: rows_of() of the emulator, once all of them should be there."""
    found = {}
    for s in subscriber.heartbeat["sensors"]:
        n_rows, n_block = played[s["sensor"]] if played else (0, 0)
        short = n_rows - int(s["rows"])
        found[s["sensor"]] = Losses(int(s["lost"]), int(s["dropped"]), max(0, s["epoch"] - 1),
                                    short if short >= n_block else 0)
    return found


def rows_of(emulator):
    """Of each sensor that is played: its rows, and those of a block (libiio gives no less)."""
    found = re.findall(r"gw-(\w+) \((\d+) \w+, (\S+)/s\)", emulator.log.read_text())
    return {kind: (int(n), max(1, math.ceil(float(rate) * BLOCK_S))) for kind, n, rate in found}


def is_behind(lost, planned={}):
    """A build with sanitizers, several times slower, could not keep up, and that is said: rows
    which the source did have are missing. planned: of a sensor, how many the source lacks; None
    where the source breaks by design: then only what the daemon dropped tells."""
    if planned is None:
        return gw.HAS_SANITIZERS and any(losses.dropped for losses in lost.values())
    return gw.HAS_SANITIZERS and any(
        losses.lost > planned.get(sensor, 0) or losses.dropped or losses.breaks or losses.short
        for sensor, losses in lost.items())


def is_slow(lost, planned):
    return any(losses.lost > planned.get(sensor, 0) or losses.dropped
               for sensor, losses in lost.items())


def check_losses(lost, planned={}):
    """Nothing is missing but what the source lacks, and of that all is said."""
    assert lost and all(losses == (planned.get(sensor, 0), 0, 0, 0)
                        for sensor, losses in lost.items()), f"lost: {lost}; planned: {planned}"


class Ended:
    """True once there are as many alarms as are awaited, and nothing more was searched for long;
    or once it is said that a build with sanitizers is behind."""

    def __init__(self, daemon, subscriber, n_expected, played=None, planned=None):
        self.daemon, self.subscriber, self.n_expected = daemon, subscriber, n_expected
        self.played, self.planned = played, planned
        self.progress, self.since = (0, 0), gw.time.monotonic()

    def is_behind(self, played=None):
        return is_behind(lost_of(self.subscriber, played), self.planned)

    def n_rows(self):
        return sum(int(s["rows"]) for s in self.subscriber.heartbeat["sensors"])

    def __call__(self):
        assert self.daemon.process.poll() is None, self.daemon.log.read_text()
        if self.subscriber.take().heartbeat and self.is_behind():
            return True
        n_covered, now = len(self.subscriber.records.get("coverage", [])), gw.time.monotonic()
        progress = n_covered, self.n_rows()
        if progress != self.progress:
            self.progress, self.since = progress, now
        assert now < self.since + gw.HANG_S, \
            f"nothing more for {gw.HANG_S} s, {lost_of(self.subscriber, self.played)}"
        if now < self.since + (QUIET_S if n_covered else 10 * QUIET_S):
            return False
        found = self.subscriber.replay("detection")
        return sum(d["alarm"] for d in found) >= self.n_expected or self.is_behind(self.played)


def collect(folder, uri, emulator, n_expected, *, prefix=(), planned={}):
    """All detections of a daemon on this source, and the Losses of each sensor."""
    played = rows_of(emulator)
    with gw.daemon(folder, uri, prefix=prefix) as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
        gw.wait_for("the end of the lane and its alarms",
                    Ended(daemon, subscriber, n_expected, played, planned), float("inf"))
        found = subscriber.take().replay("detection")
        lost = lost_of(subscriber, played)
        ids = [d["id"] for d in found]
        assert len(ids) == len(set(ids)), "a record twice"
        assert all(d["emulated"] for d in found)
        kind_seqs = [int(d["kind_seq"]) for d in found]
        assert kind_seqs == list(range(1, len(found) + 1)), kind_seqs
        subscriber.close()
        assert daemon.stop() == 0, daemon.log.read_text()
    return found, lost


def kept_up(once, speed, planned={}):
    """once(speed), which gives anything and its Losses; in a build with sanitizers again while
    it is said that it could not keep up: at half the speed where rows were dropped, at the same
    where the machine stood still for so long that the connection was given up."""
    found, lost = once(speed)
    for _ in range(TRIES):
        if not is_behind(lost, planned):
            break
        if float(speed) > SLOWEST and is_slow(lost, planned):
            speed = str(float(speed) / 2)
        print(f"sanitizers, too slow here: {lost}; again at {speed} times real time", flush=True)
        found, lost = once(speed)
    return found, lost


def play(recording, speed, n_expected, planned={}):
    """All detections, and the Losses of each sensor."""
    def once(at):
        with gw.Folder() as folder, gw.emulate(folder, recording, "--speed", at) as emulator:
            return collect(folder, f"iio:ip:127.0.0.1:{emulator.port}", emulator, n_expected,
                           planned=planned)

    return kept_up(once, speed, planned)
