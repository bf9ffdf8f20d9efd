# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of beginnings under a running daemon: nothing leaks, and it senses each time.

2,000 times a connection is cut, so that the source closes and opens everything anew; 200 times the
emulator goes and comes back, a hundred times killed, a hundred times by its own fault.

usage: heavy_endurance.py [PART] -- so much of it, 0..1
"""
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import gw

N_CYCLES, N_RESTARTS = 2000, 200
AT_ONCE, SPACING_MS = 20, 400  # cuts that are written together, and their distance
# On a busy machine cuts catch up with the source before a block has come: then it waits for longer
# each time, up to 5 s.
CUTS_HANG_S = 10 * AT_ONCE * 5
DEVICES = ("gw-gpr", "gw-md", "gw-pose")
SCENE = """name: long
seed: 5
length_m: 1000
soil: {eps_r: 6, variation: 0.05}
speed: {mean_m_s: 0.45, wobble: 0.1}
"""
# In the second half, when the journal's cache (2 MiB) is full. A context of libiio is more than
# 20 KiB; over 1,000 cycles 600 bytes each are more than this.
GROWTH_KIB = 512
PR_SET_THP_DISABLE = 41


def n_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def n_threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def written_kib(pid):
    """What the process wrote for itself; pages of libraries come and go with other processes."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(next(line.split()[1] for line in text.splitlines()
                    if line.startswith("Private_Dirty")))


def held(pid):
    return n_files(pid), n_threads(pid), written_kib(pid)


def judge(what, seen):
    """Nothing grows in the second half."""
    settled = seen[len(seen) // 2:]
    files, threads, kib = zip(*settled)
    print(f"{what}: descriptors {min(files)}..{max(files)}, threads {min(threads)}..{max(threads)}"
          f", written KiB {kib[0]} -> {kib[-1]}", flush=True)
    half = len(settled) // 2
    # one that leaks, once in a cycle or a restart, never falls back to where it was
    assert min(files[half:]) <= max(files[:half]), settled
    assert min(threads[half:]) <= max(threads[:half]), settled
    assert kib[-1] - kib[0] <= GROWTH_KIB, settled


def scene_make(folder):
    (folder / "long.yaml").write_text(SCENE)
    return folder / "long.yaml"


class Watch:
    """A daemon and what it says of its sensors."""

    def __init__(self, folder, uri):
        self.daemon = gw.daemon(folder, uri)
        self.subscriber = gw.Subscriber(folder)
        gw.wait_for("searching", lambda: self.sensors() and all(
            s["state"] != "BLIND" for s in self.sensors().values()))

    def sensors(self):
        beat = self.subscriber.take(20).heartbeat
        return beat and {s["sensor"]: s for s in beat["sensors"]}

    def is_sensing(self, epochs):
        """Every sensor has begun anew, and its samples come."""
        assert self.daemon.process.poll() is None, self.daemon.log.read_text()[-2000:]
        return all(s["epoch"] > epochs[name] and s["state"] != "BLIND"
                   for name, s in self.sensors().items())

    def epochs(self):
        return {name: s["epoch"] for name, s in self.sensors().items()}

    def trim(self):
        """What came is kept no longer: thousands of records would pass for a leak of the test."""
        self.subscriber.records.clear()


def cuts_write(port):
    """Each device's connection is to be cut, again and again."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        replies = connection.makefile("rb")
        for device in DEVICES:
            for number in range(AT_ONCE):
                fault = f"kind=close,bytes=1,at={number * SPACING_MS}ms".encode()
                connection.sendall(b"WRITE %s DEBUG fault %d\r\n%s" % (device.encode(), len(fault),
                                                                     fault))
                assert int(replies.readline()) == len(fault)


def fault_left(port, device):
    """What is still to be done to it, or nothing."""
    done = subprocess.run(["iio_attr", "-u", f"ip:127.0.0.1:{port}", "-D", device, "fault"],
                          capture_output=True, text=True, timeout=gw.HANG_S)
    return "" if done.stdout.strip() == "none" else f"{device}: {done.stdout}{done.stderr}"


def cuts_wait(watch, port):
    def left():
        return [text for device in DEVICES if (text := fault_left(port, device))]
    try:
        gw.wait_for("all cuts", lambda: watch.sensors() and not left(), CUTS_HANG_S)
    except AssertionError:
        print(*left(), watch.sensors(), watch.daemon.log.read_text()[-2000:], sep="\n")
        raise


def cut(watch, port, n, look):
    """Cut connections until n more epochs were counted. One is counted when a block came of it:
    each is a time that it sensed."""
    first = sum(watch.epochs().values())
    while (done := sum(watch.epochs().values()) - first) < n:
        epochs = watch.epochs()
        cuts_write(port)
        cuts_wait(watch, port)
        gw.wait_for(f"sensing after {done} cycles", lambda: watch.is_sensing(epochs))
        watch.trim()
        look()
    return done


def cycles(n):
    with gw.Folder() as folder, gw.emulate(folder, scene_make(folder)) as emulator:
        watch = Watch(folder, f"iio:ip:127.0.0.1:{emulator.port}")
        pids, seen = (watch.daemon.process.pid, emulator.process.pid), []
        done = cut(watch, emulator.port, n, lambda: seen.append([held(pid) for pid in pids]))
        assert watch.daemon.stop() == 0
        watch.subscriber.close()
    for who, of in (("daemon", [s[0] for s in seen]), ("emulator", [s[1] for s in seen])):
        judge(f"{done} cycles: {who}", of)


def restarts(n):
    with gw.Folder() as folder:
        scene = scene_make(folder)
        emulator = gw.emulate(folder, scene)
        port = str(emulator.port)
        watch = Watch(folder, f"iio:ip:127.0.0.1:{port}")
        pid, seen = watch.daemon.process.pid, []
        cut(watch, emulator.port, 3 * n, lambda: None)  # records, until the journal's cache is full
        for number in range(n):
            epochs = watch.epochs()
            if number % 2:
                subprocess.run(["iio_attr", "-u", f"ip:127.0.0.1:{port}", "-D", "gw-md", "fault",
                                "kind=restart,for=100ms"], capture_output=True, timeout=gw.HANG_S)
            else:
                emulator.stop(signal.SIGKILL)
                emulator = gw.emulate(folder, scene, "--port", port)
            gw.wait_for(f"sensing after restart {number + 1}", lambda: watch.is_sensing(epochs))
            watch.trim()
            if number % 10 == 9:
                seen.append(held(pid))
        assert watch.daemon.stop() == 0
        watch.subscriber.close()
        emulator.stop()
    judge(f"{n} restarts: daemon", seen)


def main():
    part = float(sys.argv[1]) if len(sys.argv) > 1 else 1
    # a huge page, made of small ones at any time, would pass for growth; children inherit this
    ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
    with ThreadPoolExecutor(2) as pool:
        for done in (pool.submit(cycles, int(N_CYCLES * part)),
                     pool.submit(restarts, int(N_RESTARTS * part))):
            done.result()


if __name__ == "__main__":
    main()
