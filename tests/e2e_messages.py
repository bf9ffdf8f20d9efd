# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message of the real daemon, live and replayed, against the schemas and the journal."""
import array
import json
import math
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import zmq

import schemas

BIN, ROOT = pathlib.Path(os.environ["GW_BIN"]), pathlib.Path(os.environ["GW_ROOT"])
HANG_S = 60
N_SCANS, N_SAMPLES, SPACING_M = 400, 256, 0.02
KINDS = {"detection", "coverage", "health", "session", "gap", "heartbeat"}
context = zmq.Context()


def recording_write(path):
    """A lane of noise with one strong reflector at 4 m: enough for every kind of record."""
    draw = random.Random(1)
    counts = array.array("h")
    for scan in range(N_SCANS):
        offset_m = (scan - N_SCANS // 2) * SPACING_M
        delay = 60 + 24 * (math.sqrt(1 + (offset_m / 0.15) ** 2) - 1)
        strength = 2000.0 * math.exp(-((offset_m / 0.25) ** 2))
        for sample in range(N_SAMPLES):
            echo = 0.0
            for at, height in ((30.0, 3000.0), (delay, strength)):
                x = (sample - at) / 4
                if abs(x) < 4:
                    echo += height * (1 - 2 * x * x) * math.exp(-x * x)
            counts.append(int(echo + draw.gauss(0, 30)))
    if sys.byteorder == "big":
        counts.byteswap()
    path.with_suffix(".sigmf-data").write_bytes(counts.tobytes())
    path.with_suffix(".sigmf-meta").write_text(json.dumps({
        "global": {"core:version": "1.2.0", "core:datatype": "ri16_le", "core:num_channels": 1,
                   "core:sample_rate": 40e9, "gw:kind": "gpr", "gw:waveform": "impulse",
                   "gw:channels": 1, "gw:samples_per_scan": N_SAMPLES,
                   "gw:scan_spacing_m": SPACING_M, "gw:center_hz": 1.25e9,
                   "gw:transmit_receive_offset_m": 0.06,
                   "core:extensions": [{"name": "gw", "version": "1.0.0", "optional": True}]},
        "captures": [{"core:sample_start": 0}], "annotations": []}))
    return path.with_suffix(".sigmf-meta")


class Daemon:
    def __init__(self, folder, recording, *options):
        self.folder = folder
        self.process = subprocess.Popen(
            [BIN / "groundwatchd", "--source", f"file:{recording}", "--journal", folder / "journal",
             "--live", f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay", "--stay",
             "--device", "bench", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def gate(self):
        """Process id of the running gate."""
        end = time.monotonic() + HANG_S
        while time.monotonic() < end:
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            found = set()
            for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
                found |= set((task / "children").read_text().split())
            for pid in found:
                if "groundwatch-gat" in pathlib.Path(f"/proc/{pid}/comm").read_text():
                    return int(pid)
            time.sleep(0.02)
        raise AssertionError(f"no gate in {children}")

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(timeout=HANG_S)


class Ear:
    """A foreign subscriber: keeps every message that it hears, checked."""

    def __init__(self, folder):
        self.folder, self.heard = folder, []
        self.sub = context.socket(zmq.SUB)
        self.sub.linger = 0
        self.sub.subscribe(b"v1/")
        self.sub.connect(f"ipc://{folder}/live")

    def until(self, wanted):
        """Listen until wanted(kind, data) of some new message."""
        end = time.monotonic() + HANG_S
        while time.monotonic() < end:
            if self.sub.poll(1000):
                kind, event = schemas.check_message(self.sub.recv_multipart())
                self.heard.append((kind, event))
                if wanted(kind, event["data"]):
                    return event
        raise AssertionError("not heard: " + str([kind for kind, _ in self.heard][-20:]))

    def replayed(self):
        """The whole stream, through the replay endpoint."""
        dealer, events, start = context.socket(zmq.DEALER), [], "1"
        dealer.linger = 0
        dealer.connect(f"ipc://{self.folder}/replay")
        stream = self.heard[-1][1]["data"]["stream"]
        while True:
            request = {"op": "replay", "stream": stream, "kind": "any", "from": start, "max": 7}
            schemas.check("request", request)
            dealer.send_json(request)
            while True:
                assert dealer.poll(HANG_S * 1000), "no answer"
                frames = dealer.recv_multipart()
                if len(frames) == 1:
                    break
                events.append(schemas.check_message(frames)[1])
            reply = json.loads(frames[0])
            schemas.check("reply", reply)
            assert reply["op"] == "end", reply
            start = reply["next"]
            if not reply["more"]:
                dealer.close()
                return events


def journal_read(folder):
    with sqlite3.connect(f"file:{folder}/journal?mode=ro", uri=True) as journal:
        rows = journal.execute("SELECT seq, kind, kind_seq, json FROM record ORDER BY seq")
        return [(seq, kind, kind_seq, json.loads(text)) for seq, kind, kind_seq, text in rows]


def journal_check(folder):
    """Contiguous, whole, by the schemas; returns the events."""
    counts, events = {}, []
    for place, (seq, kind, kind_seq, event) in enumerate(journal_read(folder), 1):
        counts[kind] = counts.get(kind, 0) + 1
        assert seq == place and kind_seq == counts[kind], (seq, kind, kind_seq)
        assert event["data"]["seq"] == str(seq) and event["data"]["kind_seq"] == str(kind_seq)
        assert event["type"] == f"org.groundwatch.{kind}.v1" and event["data"]["durable"]
        schemas.check(kind, event)
        events.append(event)
    return events


def every_kind_is_as_the_schemas_say(folder, recording):
    ear = Ear(folder)
    daemon = Daemon(folder, recording)
    beats = [0]

    def is_over(kind, data):
        """The recording has ended, its last records came, and the heartbeat names them."""
        beats[0] += kind == "heartbeat" and data["state"] == "BLIND" and \
            int(data["newest"]["coverage"]) > 0
        return beats[0] >= 5

    ear.until(is_over)
    os.kill(daemon.gate(), signal.SIGKILL)
    time.sleep(0.3)
    ear.until(lambda kind, data: kind == "heartbeat")
    replayed = ear.replayed()
    assert daemon.end(signal.SIGTERM) == 0
    last = ear.until(lambda kind, data: kind == "heartbeat" and data["reasons"] == ["stopped"])
    events = journal_check(folder)
    assert replayed == events[:len(replayed)]
    assert {kind for kind, _ in ear.heard} | {event["type"].split(".")[2] for event in events} \
        >= KINDS - {"gap"}
    heard = {event["id"]: event for kind, event in ear.heard}
    assert len(heard) == len(ear.heard), "an id twice"
    for event in events:
        assert heard.get(event["id"], event) == event
    sessions = [event["data"] for event in events if event["type"].split(".")[2] == "session"]
    assert [session["event"] for session in sessions] == ["start", "stop"], sessions
    assert sessions[0]["sources"][0]["kind"] == "gpr"
    assert sessions[0]["fft"].startswith("fftw-3") and int(sessions[0]["fft_plans"], 16) > 0
    assert sessions[0]["instructions"] and "clock_synchronised" in sessions[0], sessions[0]
    assert all(s["fft_plans"] == sessions[0]["fft_plans"] for s in sessions), sessions
    assert last["data"]["newest"]["session"] == "2"
    alarms = [event["data"] for event in events
              if event["type"].split(".")[2] == "detection" and event["data"]["alarm"]]
    assert any(abs(alarm["along_m"] - 4.0) < 0.1 for alarm in alarms), alarms
    ear.sub.close()


def a_killed_daemon_goes_on_in_its_stream(folder, recording):
    ear = Ear(folder)
    before = len(journal_read(folder))
    daemon = Daemon(folder, recording)
    ear.until(lambda kind, data: kind == "heartbeat" and int(data["seq"]) > before)
    daemon.end(signal.SIGKILL)
    last = ear.until(lambda kind, data: kind == "heartbeat" and data["reasons"] == ["core"])
    daemon = Daemon(folder, recording)
    again = ear.until(lambda kind, data: kind == "heartbeat" and data["reasons"] != ["core"]
                      and int(data["newest"]["session"]) > int(last["data"]["newest"]["session"]))
    assert again["data"]["stream"] == last["data"]["stream"]
    assert daemon.end(signal.SIGTERM) == 0
    journal_check(folder)
    ear.sub.close()


def the_words_of_the_schemas_are_those_of_the_program():
    common = schemas.load("common")["$defs"]
    words = re.findall(r'X\(\w+, +\d+, +"(\w+)"', (ROOT / "daemon/state.h").read_text())
    assert common["reasons"]["items"]["enum"] == words, words
    kinds = re.findall(r'X\([A-Z]+, "(\w+)"\)', (ROOT / "daemon/link.h").read_text())
    assert set(schemas.load("request")["oneOf"][1]["properties"]["kind"]["enum"]) == \
        set(kinds) - {"heartbeat", "scope"} | {"any"}, kinds


def every_schema_is_in_the_overview():
    named = set(re.findall(r"schemas/(\w+)\.json", (ROOT / "docs/asyncapi.yaml").read_text()))
    there = {path.stem for path in schemas.FOLDER.glob("*.json")}
    no_messages = {"common", "calibration", "score"}  # parts, and files
    assert named == there - no_messages, named ^ there
    assert named >= KINDS


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw-messages-"))
    try:
        the_words_of_the_schemas_are_those_of_the_program()
        every_schema_is_in_the_overview()
        recording = recording_write(folder / "lane")
        every_kind_is_as_the_schemas_say(folder, recording)
        a_killed_daemon_goes_on_in_its_stream(folder, recording)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
