# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the gate, for tests of what listens: heartbeats, records and pictures as the test
wants them, and answers to requests. usage by hand: publisher.py FOLDER

All that it sends is as the schemas say, and is held against them; but for what is wrong on purpose
(`is_odd`: a word of another version)."""
import json
import math
import struct
import sys
import threading
import time

import zmq

try:
    import schemas
except (KeyError, ImportError):  # by hand, where there is none
    schemas = None

STREAM = "aaaaaaaa-0000-4000-8000-000000000000"
KINDS = ("detection", "health", "session", "coverage", "gap", "outcome", "check")


class Publisher:
    """Change `state`, `reasons`, `sensors`, `tone`, `speaks`, `times`, `clock_ahead_ns` at any
    time."""

    def __init__(self, folder):
        self.live, self.replay = f"ipc://{folder}/live", f"ipc://{folder}/replay"
        self.state, self.reasons, self.along_m, self.emulated = "SEARCHING", [], 0.0, True
        self.tone, self.speaks, self.shows, self.answers = 0.0, True, True, True
        self.sensors = [self.sensor("gpr"), self.sensor("md")]
        self.newest = dict.fromkeys(KINDS, 0)
        self.times = 1  # each record is sent live; 0: lost
        self.kept = None  # {}: kind_seq of those that can be had again, with their frames
        self.seq, self.beats, self.pictures, self.requests = 0, 0, 0, []
        self.runs, self.clock_ahead_ns, self.is_odd, self.wrong = 1, 0, False, None
        self.lock = threading.Lock()
        self.waiting = []
        self.is_ending = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    @staticmethod
    def sensor(name, state="SEARCHING", reasons=()):
        return {"sensor": name, "state": state, "reasons": list(reasons), "age_ms": 12, "epoch": 1,
                "rows": "10", "lost": "0", "dropped": "0"}

    def event(self, kind, name, data):
        """name: the end of its id."""
        event = {"specversion": "1.0", "id": f"{STREAM}/{name}", "source": "/groundwatch/stand-in",
                 "type": f"org.groundwatch.{kind}.v1", "time": "2026-11-24T09:36:34.487957142Z",
                 "datacontenttype": "application/json",
                 "data": {"stream": STREAM, "time_ns": str(time.time_ns()), **data}}
        if schemas and not self.is_odd:
            schemas.check(kind, event)
        return [f"v1/{kind}/stand-in/".encode(), json.dumps(event).encode()]

    def run_name(self, kind, number):
        return f"{kind}/{self.runs:016x}/{number}"

    def begin_anew(self, clock_ns):
        """The sender was begun anew, and its machine's clock too."""
        self.runs, self.beats = self.runs + 1, 0
        self.clock_ahead_ns = clock_ns - time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def fall_back(self, newest):
        """The core comes back with fewer alarms; their numbers are used again."""
        with self.lock:
            self.newest["detection"] = self.seq = newest
            self.kept = {n: frames for n, frames in self.kept.items() if n <= newest}

    def record(self, kind, **data):
        """A new record; sent by the thread."""
        with self.lock:
            self.seq += 1
            self.newest[kind] += 1
            frames = self.event(kind, self.seq, {
                "seq": str(self.seq), "kind_seq": str(self.newest[kind]), "durable": True,
                "calibration": "uncalibrated", **data})
            self.waiting += [frames] * self.times
            if self.kept is not None:
                self.kept[self.newest[kind]] = frames

    def lose(self, n):
        """The newest n alarms cannot be had again either."""
        with self.lock:
            for number in range(n):
                self.kept.pop(self.newest["detection"] - number)

    def alarm(self, name="a", **data):
        self.record("detection", **{
            "id": name, "sensor": "md", "along_m": self.along_m, "score": 9.5, "far_per_m": 0.001,
            "alarm": True, "emulated": True, "epoch": 1, **data})

    def heartbeat(self):
        self.beats += 1
        return self.event("heartbeat", self.run_name("heartbeat", self.beats), {
            "seq": str(self.seq), "kind_seq": str(self.beats), "durable": False,
            "clock_ns": str(
                time.clock_gettime_ns(time.CLOCK_BOOTTIME) + self.clock_ahead_ns),
            "newest": {kind: str(n) for kind, n in self.newest.items()}, "oldest": "1",
            "state": self.state, "reasons": self.reasons, "along_m": self.along_m,
            "emulated": self.emulated, "sensors": self.sensors})

    def picture(self, sensor, n_rows, n_columns, kind, more, data):
        self.pictures += 1
        return self.event("scope", self.run_name("scope", self.pictures), {
            "seq": "0", "kind_seq": str(self.pictures), "durable": False, "sensor": sensor,
            "n_rows": n_rows, "n_columns": n_columns, "type": kind, **more}) + [data]

    def md(self):
        rows = [(self.tone, 1e-3 * self.tone, 0.0, 1e-2 * self.tone, 1e-4)] * 4
        return self.picture("md", len(rows), 5, "f32", {"row_s": 0.01, "tones_hz": [2400, 19200],
                             "pinpoint": [0.0] * len(rows)},
                            b"".join(struct.pack("<5f", *row) for row in rows))

    def gpr(self):
        rows, n = [], 128
        for row in range(2):
            x = math.sin((self.pictures + row) / 11)
            rows.append(bytes(int(100 * math.sin(t / 5 + 4 * x) * math.exp(-t / 60)) & 0xff
                              for t in range(n)))
        return self.picture("gpr", len(rows), n, "i8",
                            {"channel": 0, "first_scan": self.pictures, "provisional": 0.0,
                             "from_ns": 0.0, "step_ns": 0.1}, b"".join(rows))

    def again(self, router, who, request):
        """A replay, of one kind."""
        self.requests.append(request)
        with self.lock:
            wanted = {n: frames for n, frames in self.kept.items() if n >= int(request["from"])}
            oldest = str(min(self.kept, default=0))
        for n in sorted(wanted):
            router.send_multipart([*who, *wanted[n]])
        router.send_multipart([*who, json.dumps(
            {"op": "end", "kind": request["kind"], "next": str(max(wanted, default=0) + 1),
             "oldest": oldest, "more": False}).encode()])

    def answer(self, router, frames):
        request = json.loads(frames[-1])
        if request["op"] == "replay" and self.kept is not None:
            self.again(router, frames[:-1], request)
        if request["op"] != "acknowledge":
            return
        self.requests.append(request)
        if not self.answers:
            return
        known = {"id": request["id"]} if "id" in request else {}
        self.record("detection", id=request["detection"], sensor="md", along_m=self.along_m,
                    score=9.5, far_per_m=0.001, alarm=True, emulated=True, epoch=1,
                    status="acknowledged", by=request["by"], request=request["request"])
        router.send_multipart([*frames[:-1], json.dumps(
            {"op": "recorded", "request": request["request"], "kind": "detection",
             "stream": STREAM, "seq": str(self.seq), "kind_seq": str(self.newest["detection"]),
             "durable": True, **known}).encode()])

    def run(self):
        try:
            self.serve()
        except AssertionError as wrong:  # it falls silent, and end() says why
            self.wrong = wrong

    def serve(self):
        context = zmq.Context()
        live, router = context.socket(zmq.PUB), context.socket(zmq.ROUTER)
        live.bind(self.live)
        router.bind(self.replay)
        turn = 0
        while not self.is_ending:
            if router.poll(40):
                self.answer(router, router.recv_multipart())
                continue
            turn += 1
            with self.lock:
                waiting, self.waiting = self.waiting, []
            for frames in waiting:
                live.send_multipart(frames)
            if self.speaks and turn % 2 == 0:
                live.send_multipart(self.heartbeat())
            if self.speaks and self.shows:
                live.send_multipart(self.md())
                live.send_multipart(self.gpr())
        live.close(0)
        router.close(0)
        context.term()

    def end(self):
        self.is_ending = True
        self.thread.join()
        if self.wrong:
            raise self.wrong


def main():
    publisher = Publisher(sys.argv[1])
    for turn in range(10 ** 9):
        time.sleep(0.1)
        publisher.along_m += 0.04
        publisher.tone = max(0.0, math.sin(turn / 12))
        publisher.state = "ALARM" if turn % 60 > 50 else "SEARCHING"
        if turn % 60 == 50:
            publisher.alarm(f"a{turn}", depth_m=0.07, depth_sd_m=0.01)


if __name__ == "__main__":
    main()
