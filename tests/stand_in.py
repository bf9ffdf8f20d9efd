# SPDX-License-Identifier: GPL-3.0-or-later
"""For the e2e tests of the gate: the core without sensors, subscribers, replay clients."""
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import zmq

import schemas

BIN = pathlib.Path(os.environ["GW_BIN"])
GATE, GROUNDWATCH = BIN / "groundwatch-gate", BIN / "groundwatch"
TOOL = BIN.parent / "tests" / "tool_core"
HANG_S = 60  # nothing here takes more than a few seconds
context = zmq.Context()


def lines_of(stream):
    """A queue of the stream's lines, read by a thread; None at its end."""
    lines = queue.Queue()

    def read():
        for line in stream:
            lines.put(line.rstrip("\n"))
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


class Core:
    def __init__(self, folder, journal="journal", live=None, replay=None):
        self.live = live or f"ipc://{folder}/live"
        self.replay = replay or f"ipc://{folder}/replay"
        self.process = subprocess.Popen(
            [TOOL, GATE, f"{folder}/{journal}", self.live, self.replay], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.err = lines_of(self.process.stdout), lines_of(self.process.stderr)
        self.gate = int(self.expect("gate").split()[1])

    def expect(self, word):
        line = self.out.get(timeout=HANG_S)
        assert line and line.startswith(word), (word, line)
        return line

    def error(self, text):
        """The next line of standard error that holds `text`."""
        while True:
            line = self.err.get(timeout=HANG_S)
            assert line is not None, f"no '{text}' on standard error"
            if text in line:
                return line

    def do(self, command):
        self.process.stdin.write(command + "\n")
        self.expect("done " + command.split()[0])

    def gate_kill(self):
        os.kill(self.gate, signal.SIGKILL)
        self.expect("ended -9")
        self.gate = int(self.expect("gate").split()[1])
        self.error("replay ")

    def end(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


class Watch:
    """`groundwatch watch --json`: the subscriber library in a process of its own."""

    def __init__(self, core, *options, live=None):
        self.process = subprocess.Popen(
            [GROUNDWATCH, "watch", "--json", "--live", live or core.live, "--replay", core.replay,
             *options], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.err = lines_of(self.process.stdout), lines_of(self.process.stderr)
        self.events = []

    def heard(self):
        line = self.err.get(timeout=HANG_S)
        while line is not None and "heard" not in line:
            line = self.err.get(timeout=HANG_S)
        assert line is not None

    def take(self, n, kind="detection"):
        """Until n records of the kind are there, in order, each once."""
        while sum(event["type"].split(".")[2] == kind for event in self.events) < n:
            line = self.out.get(timeout=HANG_S)
            assert line is not None, "watch ended"
            self.events.append(schemas.check_event(json.loads(line)))
        return [event["data"] for event in self.events if event["type"].split(".")[2] == kind]

    def end(self):
        """Nothing more may come. Returns what was said on standard error."""
        time.sleep(0.5)
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=HANG_S) == 0
        line = self.out.get(timeout=HANG_S)
        assert line is None, line
        said = list(iter(lambda: self.err.get(timeout=HANG_S), None))
        self.process.stdout.close()
        self.process.stderr.close()
        return said


def numbers(records):
    return [int(record["kind_seq"]) for record in records]


def subscribe(core):
    sub = context.socket(zmq.SUB)
    sub.linger = 0
    sub.subscribe(b"v1/")
    sub.connect(core.live)
    kind, _ = receive(sub)
    return sub, kind


def receive(sub):
    assert sub.poll(HANG_S * 1000), "silence"
    return schemas.check_message(sub.recv_multipart())


def ask(dealer, **request):
    """Records of the answer, and its last frame."""
    records = []
    dealer.send_json({**request, "id": "q"})
    schemas.check("request", {**request, "id": "q"})
    while True:
        assert dealer.poll(HANG_S * 1000), "no answer"
        frames = dealer.recv_multipart()
        if len(frames) == 1:
            reply = json.loads(frames[0])
            schemas.check("reply", reply)
            assert reply["id"] == "q"
            return records, reply
        records.append(schemas.check_message(frames)[1]["data"])


def dealer_open(core):
    dealer = context.socket(zmq.DEALER)
    dealer.linger = 0
    dealer.connect(core.replay)
    return dealer


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(pid):
    end = time.monotonic() + HANG_S
    while is_running(pid):
        assert time.monotonic() < end, "the gate goes on"
        time.sleep(0.02)


def run(*scenarios):
    """Each in a folder of its own; with an argument only those whose name holds it."""
    for scenario in scenarios:
        if len(sys.argv) > 1 and sys.argv[1] not in scenario.__name__:
            continue
        folder = tempfile.mkdtemp(prefix="gw-gate-")
        start = time.monotonic()
        try:
            scenario(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"ok {scenario.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
