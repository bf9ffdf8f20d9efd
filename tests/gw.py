# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: the real programs, started, watched and ended."""
import atexit
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import zmq

import ledger
import schemas

BIN = pathlib.Path(os.environ["GW_BIN"])
ROOT = pathlib.Path(os.environ["GW_ROOT"])
SHARED = ROOT.parent / "shared"
HAS_SANITIZERS = os.environ.get("GW_HAS_SANITIZERS") == "1"
HANG_S = 300 if HAS_SANITIZERS else 60  # no step takes a tenth of it
GW, DAEMON = str(BIN / "groundwatch"), str(BIN / "groundwatchd")


def skip(reason):
    print(f"SKIP {pathlib.Path(sys.argv[0]).stem}: {reason}")
    sys.exit(77)


def few(items, n):
    """n of them, evenly, in a build with sanitizers: it is there for what a program does to memory,
    and what is counted over many is counted in a plain build. All of them in any other."""
    items = list(items)
    if not HAS_SANITIZERS or len(items) <= n:
        return items
    return [items[k * len(items) // n] for k in range(n)]


def wait_for(what, condition, hang_s=HANG_S):
    end = time.monotonic() + hang_s
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {hang_s} s in vain for {what}")


class Folder:
    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="gw-test-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Program:
    """A process with its standard error in a file."""

    def __init__(self, arguments, log, stop_signal=signal.SIGTERM, **options):
        self.stop_signal = stop_signal
        self.log = pathlib.Path(log)
        self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(log, "wb"),
                                        **options)
        atexit.register(self.process.kill)  # a test that fails leaves nothing running

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, number=None):
        if self.process.poll() is None:
            self.process.send_signal(number or self.stop_signal)
        return self.process.wait(timeout=HANG_S)

    def said(self, text):
        return text in self.log.read_text(errors="replace")


def emulate(folder, recording, *options, name="emulator", prefix=()):
    """prefix: what leads into a namespace."""
    port_file = folder / f"{name}.port"
    port_file.unlink(missing_ok=True)
    port = [] if "--port" in options else ["--port", "0"]
    program = Program([*prefix, GW, "emulate", *port, "--port-file", port_file, *options,
                       recording], folder / f"{name}.log")
    wait_for("the emulator's port",
             lambda: port_file.exists() or program.process.poll() is not None)
    assert program.process.poll() is None, program.log.read_text()
    program.port = int(port_file.read_text())
    return program


def daemon(folder, source, *options, prefix=()):
    program = Program([*prefix, DAEMON, "--source", source, "--live", f"ipc://{folder}/live",
                       "--replay", f"ipc://{folder}/replay", "--journal",
                       folder / "journal.sqlite", *options], folder / "daemon.log")
    return program


class Subscriber:
    """A plain pyzmq subscriber: all records by kind, in the order they came; each is held against
    its schema, and ground against what was told before."""

    def __init__(self, folder, checks=True):
        """checks: False where the time of each message counts."""
        self.checks = checks
        self.context = zmq.Context()
        self.live = self.context.socket(zmq.SUB)
        self.live.setsockopt(zmq.SUBSCRIBE, b"v1/")
        self.live.connect(f"ipc://{folder}/live")
        self.dealer = self.context.socket(zmq.DEALER)
        self.dealer.connect(f"ipc://{folder}/replay")
        self.records = {}
        self.ledger, self.stream = ledger.Ledger(), None
        self.heartbeat = None

    def take(self, milliseconds=50):
        while self.live.poll(milliseconds):
            frames = self.live.recv_multipart()
            if self.checks:
                schemas.check_message(frames)
            kind, data = frames[0].decode().split("/")[1], json.loads(frames[1])["data"]
            if kind == "heartbeat":
                self.heartbeat = data
            elif kind != "scope":
                if data["stream"] != self.stream:
                    self.ledger, self.stream = ledger.Ledger(), data["stream"]
                self.ledger.take(kind, data)
                self.records.setdefault(kind, []).append(data)
            milliseconds = 0
        return self

    def replay(self, kind):
        """All records of a kind from the journal, through the replay endpoint."""
        dealer = self.dealer
        found, start = [], 1
        while True:
            request = {"op": "replay", "kind": kind, "stream": self.heartbeat["stream"],
                       "from": str(start), "to": str(2**62), "max": 1000}
            dealer.send(json.dumps(request).encode())
            while True:
                assert dealer.poll(HANG_S * 1000), "the gate does not answer"
                frames = dealer.recv_multipart()
                if len(frames) > 1:
                    found.append(schemas.check_message(frames)[1]["data"])
                    continue
                answer = json.loads(frames[0])
                schemas.check("reply", answer)
                break
            if answer["op"] == "error" and "later" in answer["reason"]:
                time.sleep(0.2)  # asked too often
                continue
            assert answer["op"] == "end", answer
            if not answer["more"]:
                return found
            start = int(answer["next"])

    def close(self):
        self.live.close(0)
        self.dealer.close(0)
        self.context.destroy(0)


def detect(recording, *options):
    run = subprocess.run([GW, "detect", *options, str(recording)], capture_output=True, text=True,
                         timeout=HANG_S)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def placed(coverage):
    """Without rows that came before the pose did, as those of a slow machine may: they have no
    place."""
    return [c for c in coverage if "from_m" in c]


def key(line):
    return line["sensor"], line.get("scan"), line.get("channel"), line.get("sample")


def assert_same_alarms(live, offline):
    """Scan, channel and sample equal, score within 1e-5, none lost, none twice."""
    a, b = [d for d in live if d["alarm"]], [d for d in offline if d["alarm"]]
    assert sorted(map(str, map(key, a))) == sorted(map(str, map(key, b))), (
        set(map(key, a)) ^ set(map(key, b)), len(a), len(b))
    scores = {key(d): d["score"] for d in b}
    for d in a:
        assert abs(d["score"] / scores[key(d)] - 1) < 1e-5, d


def dzt_make(path, scans, samples=512, range_ns=8.0, antenna=b"1.5/1.6GHz", scans_per_m=118.11):
    """A GSSI file of u16 from rows of whole numbers around 0."""
    head = bytearray(1024)
    struct.pack_into("<5H", head, 0, 0x0700, 1024, samples, 16, 0)
    struct.pack_into("<5f", head, 10, 120.0, scans_per_m, 0.0, 0.0, range_ns)
    struct.pack_into("<H", head, 52, 1)
    head[98:98 + len(antenna)] = antenna
    with open(path, "wb") as file:
        file.write(head)
        for scan in scans:
            file.write(struct.pack(f"<{samples}H", *[v + 32768 for v in scan]))
