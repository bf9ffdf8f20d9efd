# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscribers in trouble: one stalls for 10 s, one joins late, one is cut off and comes back 1000
times, and six lose 0 to 50 % of all messages. Each has every detection, coverage and outcome once,
in order, as the journal has it.

usage: heavy_subscribers.py [CUTS]
"""
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time

import zmq

import e2e_command
import schemas
from stand_in import HANG_S, Core, Watch, context

N_CUTS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
SHARES = (0, 0.1, 0.2, 0.3, 0.4, 0.5)
STALL_S = 10
KINDS = ("detection", "coverage", "outcome")


class Losing(threading.Thread):
    """A way that loses its share of messages, each subscriber's own."""

    def __init__(self, folder, core):
        super().__init__(daemon=True)
        self.inlet = context.socket(zmq.SUB)
        self.inlet.subscribe(b"")
        self.inlet.connect(core.live)
        self.outlets, self.n_lost, self.n_passed = [], [0] * len(SHARES), 0
        for k in range(len(SHARES)):
            self.outlets.append(context.socket(zmq.PUB))
            self.outlets[k].bind(f"ipc://{folder}/losing{k}")
        self.is_over, self.broken = False, []

    def run(self):
        draw = random.Random(3)
        while not self.is_over:
            if not self.inlet.poll(20):
                continue
            frames = self.inlet.recv_multipart()
            try:
                schemas.check_message(frames)
            except AssertionError as error:
                self.broken.append(str(error))  # told at the end: this is a thread
            self.n_passed += 1
            for k, share in enumerate(SHARES):
                if draw.random() < share:
                    self.n_lost[k] += 1
                else:
                    self.outlets[k].send_multipart(frames)

    def end(self):
        self.is_over = True
        self.join()
        for one in (self.inlet, *self.outlets):
            one.close(0)
        assert not self.broken, self.broken[0]


class Cutting(threading.Thread):
    """A way of bytes that breaks a moment after each connection passed some."""

    def __init__(self, path, to):
        super().__init__(daemon=True)
        self.to, self.n_cuts, self.is_over = to, 0, False
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(path)
        self.door.listen()
        self.door.settimeout(0.1)

    def pass_on(self, one, two, until):
        """Both ways until a time, or until one side has ended."""
        while time.monotonic() < until and not self.is_over:
            for ready in select.select([one, two], [], [], 0.005)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (two if ready is one else one).sendall(data)

    def run(self):
        draw = random.Random(4)
        while not self.is_over:
            try:
                one, _ = self.door.accept()
            except TimeoutError:
                continue
            with one, socket.socket(socket.AF_UNIX) as two:
                two.connect(self.to)
                is_last = self.n_cuts >= N_CUTS
                try:
                    self.pass_on(one, two, time.monotonic() + (
                        HANG_S if is_last else draw.uniform(0.002, 0.06)))
                except ConnectionError:
                    pass
            self.n_cuts += not is_last

    def end(self):
        self.is_over = True
        self.join()
        self.door.close()


def journal_of(folder):
    """Of each kind its records, in order."""
    with sqlite3.connect(f"file:{folder}/journal?mode=ro", uri=True) as database:
        rows = database.execute("SELECT json FROM record ORDER BY seq").fetchall()
    events = [json.loads(text) for text, in rows]
    return {kind: [e for e in events if e["type"].split(".")[2] == kind] for kind in KINDS}


def has_all(name, watch, journal):
    for kind, events in journal.items():
        watch.take(len(events), kind)
    said = watch.end()
    for kind, events in journal.items():
        got = [e for e in watch.events if e["type"].split(".")[2] == kind]
        assert [e["id"] for e in got] == [e["id"] for e in events], (name, kind, len(got))
        assert got == events, (name, kind)
    assert not any("LOST" in line for line in said), (name, said)


def main():
    folder = tempfile.mkdtemp(prefix="gw-subscribers-")
    core = Core(folder)
    try:
        core.do("obey durable")
        losing = Losing(folder, core)
        cutting = Cutting(f"{folder}/cut", f"{folder}/live")
        losing.start()
        cutting.start()
        hand = e2e_command.Hand(core.replay)
        watches = {"stalled": Watch(core, "--history"),
                   "cut": Watch(core, "--history", live=f"ipc://{folder}/cut")}
        for k, share in enumerate(SHARES):
            watches[f"losing {share:.0%}"] = Watch(core, "--history",
                                                  live=f"ipc://{folder}/losing{k}")
        watches["stalled"].heard()
        turn, stalled_s, start = 0, 0, time.monotonic()
        while cutting.n_cuts < N_CUTS or stalled_s < STALL_S + 1:
            core.do("durable 1")
            core.do(f"cover md {turn} {turn + 1}")
            if turn % 10 == 0:
                hand.recorded("outcome", **e2e_command.outcome(along_m=float(turn)))
            if turn == 3:
                os.kill(watches["stalled"].process.pid, signal.SIGSTOP)
                start = time.monotonic()
            stalled_s = time.monotonic() - start if turn >= 3 else 0
            if STALL_S < stalled_s:
                os.kill(watches["stalled"].process.pid, signal.SIGCONT)
            assert turn < 20 * N_CUTS + 2000, cutting.n_cuts
            time.sleep(0.15)
            turn += 1
        watches["late"] = Watch(core, "--history")
        journal = journal_of(folder)
        assert all(len(events) >= 5 for events in journal.values())
        for name, watch in watches.items():
            has_all(name, watch, journal)
        losing.end()
        cutting.end()
        for k, share in enumerate(SHARES):
            assert abs(losing.n_lost[k] / losing.n_passed - share) < 0.1, losing.n_lost
        counts = ", ".join(f"{len(events)} of {kind}" for kind, events in journal.items())
        print(f"{counts}: each once and in order by {', '.join(watches)}; {cutting.n_cuts} cuts")
    finally:
        core.end()
        shutil.rmtree(folder, ignore_errors=True)


main()
