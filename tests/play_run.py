# SPDX-License-Identifier: GPL-3.0-or-later
"""The player's stage: real programs, subscribers and bad ways; and what came to pass, as evidence.
"""
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import yaml
import zmq

import gw
import schemas

HERE = pathlib.Path(__file__).parent
EXAMPLE = gw.ROOT / "docs" / "examples" / "libgroundwatch-client" / "subscribe.py"
QUIET_S = 3.5  # with no new coverage after the device's end: all that it held was told


def lines_read(stream, take):
    """Each line of a stream to take(time, line), by a thread."""
    def read():
        for line in stream:
            take(time.monotonic_ns(), line.rstrip("\n"))
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def record_of(data, kind):
    return {"event": "RECORD", "kind": kind, "data": data}


class Subscriber:
    """A subscriber in a process of its own (or several, one a kind), and what it said."""

    def __init__(self, spec, live, replay, folder):
        self.spec, self.events, self.lock = spec, [], threading.Lock()
        commands = {"c": [[gw.GW, "watch", "--json", "--history", "--live", live, "--replay",
                           replay]],
                    "pyzmq": [[sys.executable, str(EXAMPLE), live, replay, kind]
                              for kind in spec["kinds"]],
                    "careless": [[sys.executable, str(HERE / "play_careless.py"), live]]}
        self.processes, self.threads = [], []
        for number, command in enumerate(commands[spec["with"]]):
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.processes.append(process)
            said = self.said_c if spec["with"] == "c" else self.said_json(number)
            self.threads += [lines_read(process.stdout, said), lines_read(process.stderr, said)]

    def add(self, t, event):
        with self.lock:
            self.events.append({"t": t, **event})

    def said_c(self, t, line):
        if line.startswith("{"):
            message = json.loads(line)
            self.add(t, record_of(message["data"], message["type"].split(".")[2]))
        elif line.startswith("!! LOST"):
            kind, span = line.split()[2:4]
            first, last = span.rstrip(":").split("..")
            self.add(t, {"event": "GAP", "kind": kind, "first": int(first), "last": int(last)})
        elif "BLIND" in line:
            self.add(t, {"event": "BLIND"})
        elif line.endswith("heard"):
            self.add(t, {"event": "LIVE"})
        elif "another stream" in line:
            self.add(t, {"event": "STREAM"})
        else:
            self.add(t, {"event": "SAID", "text": line})

    def said_json(self, number):
        kind = self.spec["kinds"][number] if self.spec["with"] == "pyzmq" else None

        def said(t, line):
            if not line.startswith("{"):
                self.add(t, {"event": "SAID", "text": line})
                return
            event = json.loads(line)
            if kind and event["event"] in ("RECORD", "GAP"):
                event["kind"] = kind
            elif kind:
                event["of"] = kind  # a process a kind: each is BLIND by itself
            self.add(t, event)
        return said

    def numbers(self):
        """(kind, kind_seq) of what it holds or was told to miss."""
        with self.lock:
            held = {(e["kind"], int(e["data"]["kind_seq"])) for e in self.events
                    if e["event"] == "RECORD"}
            for e in self.events:
                if e["event"] == "GAP":
                    held |= {(e["kind"], n) for n in range(e["first"], e["last"] + 1)}
        return held

    def signal(self, number):
        for process in self.processes:
            process.send_signal(number)

    def end(self):
        self.signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(gw.HANG_S)
        for thread in self.threads:
            thread.join(gw.HANG_S)
        for process in self.processes:
            process.stdout.close()
            process.stderr.close()


class Auditor(threading.Thread):
    """A subscriber at the gate itself that looks into the journal the moment a record comes."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.journal, self.live = folder / "journal.sqlite", f"ipc://{folder}/live"
        self.seen, self.beats, self.is_ending = [], [], False
        self.frames = []  # looked at when nothing waits for it any more; of values how many

    def is_journalled(self, kind, number):
        with sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=10) as db:
            found = db.execute("select 1 from record where kind = ? and kind_seq = ?",
                               (kind, number)).fetchone()
        db.close()
        return bool(found)

    def take(self, frames):
        t, data = time.monotonic_ns(), json.loads(frames[1])["data"]
        kind = frames[0].decode().split("/")[1]
        self.frames.append([*frames[:2], *(len(values) for values in frames[2:])])
        if kind == "heartbeat":
            self.beats.append({"t": t, "state": data["state"], "newest": data["newest"],
                               "sensors": {s["sensor"]: s for s in data["sensors"]}})
        elif kind != "scope":
            number = int(data["kind_seq"])
            self.seen.append({"t": t, "kind": kind, "kind_seq": number, "durable": data["durable"],
                              "alarm": bool(data.get("alarm")),
                              "journalled": data["durable"] and self.is_journalled(kind, number)})

    def run(self):
        context = zmq.Context()
        live = context.socket(zmq.SUB)
        live.subscribe(b"v1/")
        live.connect(self.live)
        while not self.is_ending:
            if live.poll(50):
                self.take(live.recv_multipart())
        live.close(0)
        context.term()

    def beat(self):
        return self.beats[-1] if self.beats else None

    def schema_breaks(self):
        """Of every message that came: what a foreign validator says; of a picture its size too."""
        found = []
        for frames in self.frames:
            try:
                kind, event = schemas.check_message(frames)
                if kind == "scope":
                    data = event["data"]
                    size = data["n_rows"] * data["n_columns"] * {"i8": 1, "f32": 4}[data["type"]]
                    assert frames[2] == size, f"a picture of {frames[2]} bytes: {data}"
            except AssertionError as error:
                found.append(str(error)[:600])
        return found


def journal_read(folder):
    """Every record of every journal that was left, and the stream of the last."""
    records = []
    for path in sorted(folder.glob("journal.sqlite*")):
        if path.name.endswith(("-wal", "-shm", ".lock")):
            continue
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        for seq, kind, number, text in db.execute(
                "select seq, kind, kind_seq, json from record order by seq"):
            records.append({"seq": seq, "kind": kind, "kind_seq": number,
                            "data": json.loads(text)["data"]})
        db.close()
    return records


def rates_read(scene):
    """Rows a second of each stream, as recorded."""
    text = subprocess.run([gw.GW, "info", str(scene)], capture_output=True, text=True, check=True,
                          timeout=gw.HANG_S).stdout
    rates, kind = {}, None
    for line in text.splitlines():
        kind = found[1] if (found := re.match("  (gpr|md|pose) ", line)) else kind
        if found := re.match(r" +row_rate_hz +([\d.]+)", line):
            rates[kind] = float(found[1])
    return rates


class Stage:
    def __init__(self, scenario, seed, folder):
        self.scenario, self.seed, self.folder = scenario, seed, folder
        folders = gw.ROOT / "tests" / "plays" / "scenes", gw.ROOT / "drivers" / "scenes"
        self.scene = next((path for folder in folders
                           if (path := folder / scenario["scene"]).exists()), folders[-1])
        self.timeline, self.ways, self.subscribers = [], {}, {}
        self.emulator = self.daemon = None
        self.port = 0
        self.auditor = Auditor(folder)
        self.lives = 0

    def tell(self, what, **more):
        self.timeline.append({"t": time.monotonic_ns(), "utc_ns": time.time_ns(), "what": what,
                              **more})

    def emulator_start(self):
        s = self.scenario
        faults = [] if self.port else [part for f in s["faults"] for part in ("--fault", f)]
        options = ["--port", str(self.port)] if self.port else []
        options += ["--loop"] if s["loop"] else []
        self.tell("emulator started")
        self.emulator = gw.emulate(self.folder, self.scene, "--speed", str(s["speed"]), *options,
                                   *faults)
        self.port = self.emulator.port

    def daemon_start(self):
        config = self.folder / "config.yaml"
        config.write_text(yaml.safe_dump(self.scenario["config"]))
        options = ["-c", config] if self.scenario["config"] else []
        self.lives += 1
        self.tell("daemon started", life=self.lives)
        self.daemon = gw.daemon(self.folder, f"iio:ip:127.0.0.1:{self.port}", *options)

    def gate(self):
        text = os.popen(f"ps -o pid= --ppid {self.daemon.process.pid}").read().split()
        return int(text[0]) if text else None

    def process(self, what):
        if what == "gate":
            return gw.wait_for("the gate", lambda: self.died() or self.gate())
        return {"emulator": self.emulator, "daemon": self.daemon}[what].process.pid

    def ways_start(self):
        """Each subscriber beyond a way has one of its own, drawn from the seed and its name."""
        for number, spec in enumerate(self.scenario["subscribers"]):
            name, gate = spec["name"], [f"ipc://{self.folder}/{e}" for e in ("live", "replay")]
            ends = gate
            if spec["way"]:
                ends = [f"ipc://{self.folder}/{name}.{e}" for e in ("live", "replay")]
                plan = self.folder / f"{name}.plan"
                plan.write_text(json.dumps({"seed": f"{self.seed}/{number}", "gate": gate,
                                            "clients": ends,
                                            "rules": self.scenario["ways"][spec["way"]]}))
                self.ways[name] = gw.Program([sys.executable, HERE / "zmq_between.py", plan,
                                              self.folder / f"{name}.way"],
                                             self.folder / f"{name}.way.err")
            self.subscribers[name] = Subscriber(spec, *ends, self.folder)

    def later(self, seconds, deed):
        timer = threading.Timer(seconds, deed)
        timer.daemon = True
        timer.start()

    def freeze(self, event):
        """SIGSTOP now, SIGCONT later."""
        what = event["what"]
        if what in self.subscribers:
            def send(number):
                self.subscribers[what].signal(number)
        else:
            pid = self.process(what)

            def send(number):
                os.kill(pid, number)

        def thaw():
            self.tell(f"{what} goes on")
            send(signal.SIGCONT)
        self.tell(f"{what} stopped", **{"for": event["for"]})
        send(signal.SIGSTOP)
        self.later(event["for"], thaw)

    def do(self, event):
        deed, what = event["do"], event["what"]
        if deed == "stop":
            self.freeze(event)
        elif deed == "start":
            getattr(self, f"{what}_start")()
        else:
            pid = self.process(what)
            number = signal.SIGKILL if deed == "kill" else signal.SIGTERM
            self.tell(f"{what} {'killed' if deed == 'kill' else 'ended'}", beat=self.auditor.beat())
            os.kill(pid, number)
            if what != "gate":
                status = getattr(self, what).process.wait(gw.HANG_S)
                self.tell(f"{what} gone", status=status)

    def start(self):
        self.emulator_start()
        self.daemon_start()
        self.auditor.start()
        gw.wait_for("a heartbeat", lambda: self.auditor.beats or self.died())
        self.ways_start()
        self.tell("begin")

    def died(self):
        assert self.daemon.process.poll() is None, self.daemon.log.read_text()

    def play(self):
        begin = time.monotonic()
        for event in self.scenario["events"]:
            time.sleep(max(0, begin + event["at"] - time.monotonic()))
            self.do(event)
        time.sleep(max(0, begin + self.scenario["for"] - time.monotonic()))

    def covered(self):
        return [r["seq"] for r in journal_read(self.folder) if r["kind"] in ("coverage", "gap")]

    def settle(self):
        """The device ends; what the daemon still holds is told; everybody catches up."""
        if self.emulator.process.poll() is None:
            self.tell("emulator ended", beat=self.auditor.beat())
            self.emulator.stop()
        assert self.daemon.process.poll() is None, self.daemon.log.read_text()
        known, since, end = self.covered(), time.monotonic(), time.monotonic() + gw.HANG_S
        while time.monotonic() < min(end, since + QUIET_S):
            time.sleep(0.2)
            now = self.covered()
            if now != known:
                known, since = now, time.monotonic()
        self.tell("quiet", beat=self.auditor.beat(),
                  newest=max(r["seq"] for r in journal_read(self.folder)))
        newest = self.timeline[-1]["newest"]
        due = {(r["kind"], r["kind_seq"]) for r in journal_read(self.folder) if r["seq"] <= newest}
        end = time.monotonic() + gw.HANG_S
        while time.monotonic() < end and not all(
                {d for d in due if d[0] in s.spec["kinds"]} <= s.numbers()
                for s in self.subscribers.values() if s.spec["with"] != "careless"):
            time.sleep(0.1)

    def end(self):
        """In order, so that every word can be heard; then whatever still runs."""
        if self.daemon and self.daemon.process.poll() is None:
            self.tell("daemon ended", beat=self.auditor.beat())
            self.tell("daemon gone", status=self.daemon.stop())
        time.sleep(0.5)
        for subscriber in self.subscribers.values():
            subscriber.end()
        for way in self.ways.values():
            way.stop()
        if self.emulator:
            self.emulator.stop()
        self.auditor.is_ending = True
        if self.auditor.is_alive():
            self.auditor.join()

    def way_log(self, name):
        assert not (self.folder / f"{name}.way.err").read_text(), name
        return [json.loads(x) for x in (self.folder / f"{name}.way").read_text().splitlines()]

    def evidence(self):
        return {"scenario": self.scenario, "seed": self.seed, "timeline": self.timeline,
                "journal": journal_read(self.folder), "audit": self.auditor.seen,
                "beats": self.auditor.beats, "n_messages": len(self.auditor.frames),
                "schema": self.auditor.schema_breaks(), "rates": rates_read(self.scene),
                "subscribers": {n: {"spec": s.spec, "events": s.events}
                                for n, s in self.subscribers.items()},
                "ways": {n: self.way_log(n) for n in self.ways},
                "log": (self.folder / "daemon.log").read_text(errors="replace")}


def run(scenario, seed):
    """Play once. The evidence, for play_check.check."""
    with gw.Folder() as folder:
        stage = Stage(scenario, seed, folder)
        try:
            stage.start()
            stage.play()
            stage.settle()
        finally:
            stage.end()
        return stage.evidence()
