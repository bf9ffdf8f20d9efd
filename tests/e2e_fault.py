# SPDX-License-Identifier: GPL-3.0-or-later
"""What each fault of the emulator does: to libiio, to the source, to what the daemon publishes.

docs/faults.md has it as a table, which this test compares with what it sees. With --write it
writes the table instead. --only WORD: only the rows with this word in their fault.
"""
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import gw
import iio_client
from iio_client import Client, Refused, name_of
from source_tool import Reader

PAGE = gw.ROOT / "docs/faults.md"
SCENE = """name: long
seed: 5
length_m: 400
soil: {eps_r: 6, variation: 0.05}
speed: {mean_m_s: 0.45, wobble: 0.1}
"""
SECOND = 10**9
WARM_S = 2  # of samples before the fault; a stream is known then
# kind, channels that a client of libiio takes, samples a refill, rows a second
DEVICES = {"gw-md": ("md", ["count0", "timestamp"], 640, 64000),
           "gw-pose": ("pose", ["count0", "timestamp"], 1, 100),
           "gw-gpr": ("gpr", ["count1", "timestamp"], 512, None)}

# What is written, one after the other, to gw-md or the device that the first names. A connection
# that stands asks for no context and for no attributes: those faults come with a cut one.
ROWS = (
    ["kind=stall,for=3s"],
    ["kind=stall,for=500ms"],
    ["kind=silent,for=3s"],
    ["kind=late,by=2s,for=6s"],
    ["kind=close,bytes=100"],
    ["kind=reset,bytes=100"],
    ["kind=errno,errno=5"],
    ["kind=errno,errno=110"],
    ["kind=short,samples=100,for=2s"],
    ["kind=drop,samples=1000"],
    ["kind=duplicate"],
    ["kind=clock,by=1h"],
    ["kind=clock,by=-1h"],
    ["kind=union,for=3s"],
    ["kind=restart,for=2s"],
    ["kind=close,at=500ms", "kind=attribute,for=7s"],
    ["kind=close,at=500ms", "kind=mute,for=7s"],
    ["kind=close,at=500ms", "kind=xml,for=3s"],
    ["kind=silent,for=3s,device=gw-gpr"],
    ["kind=drop,samples=1000,device=gw-gpr"],
    ["kind=clock,by=1h,device=gw-gpr"],
    ["kind=silent,for=3s,device=gw-pose"],
    ["kind=clock,by=-1h,device=gw-pose"],
)
AT_A_TIME = 3
# A machine that is busy elsewhere makes this besides, whatever the fault.
BY_THE_WAY = {f"{who}: {word}" for who in ("gpr", "md", "pose") for word in ("no_samples", "late")}
BY_THE_WAY.add("no_pose")


def listed(seen):
    return "; ".join(seen) or "nothing"


class Bench:
    """An emulator of its own, to be made faulty."""

    def __init__(self, folder, faults):
        folder.mkdir()
        self.folder, self.faults = folder, faults
        self.device = next((d for d in DEVICES if d in faults[0]), "gw-md")
        self.kind, self.channels, self.n_samples, self.rate_hz = DEVICES[self.device]
        if "union" in faults[0]:
            self.channels = ["count0"]
        (folder / "long.yaml").write_text(SCENE)
        self.emulator = gw.emulate(folder, folder / "long.yaml")
        self.uri = f"ip:127.0.0.1:{self.emulator.port}"
        self.others = []

    def debug(self, *arguments):
        done = subprocess.run(["iio_attr", "-u", self.uri, "-D", self.device, *arguments],
                              capture_output=True, text=True, timeout=gw.HANG_S)
        return done.stdout.strip()

    def begin(self):
        if "union" in self.faults[0]:  # somebody else who wants it all
            self.others.append(subprocess.Popen(
                ["iio_readdev", "-u", self.uri, "-b", "640", "gw-md"], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL))
        for fault in self.faults:
            said = self.debug("fault", fault)  # read back, unless it broke that already
            assert said and "while writing" not in said, said

    def is_over(self):
        return self.debug("fault") == "none" and int(self.debug("faults_acted")) > 0

    def end(self):
        for other in self.others:
            other.kill()
            other.wait()
        self.emulator.stop()


# ---- libiio ----

def hour(ns):
    return f"{round(ns / SECOND):+d} s"


class Eye:
    """What is odd about rows of a counter and a timestamp."""

    def __init__(self, rate_hz):
        self.rate_hz, self.last, self.seen = rate_hz, None, []

    def note(self, what):
        if what not in self.seen:
            self.seen.append(what)

    def look(self, rows):
        for row in rows:
            if self.last:
                step = row[0] - self.last[0]
                if step not in (0, 1) or (step == 0 and self.rate_hz):
                    self.note(f"counter {step:+d}")
                passed_ns = row[-1] - self.last[-1] if len(row) > 1 else 0
                due_ns = step * SECOND // self.rate_hz if self.rate_hz else 0
                if len(row) > 1 and abs(passed_ns - due_ns) > SECOND // 2:
                    self.note(f"time {hour(passed_ns)}")
            self.last = row


def again(uri):
    try:
        client = Client(uri)
    except Refused as why:
        return f"new context {why}"
    try:
        client.stream("gw-md", ["count0"], 640)
        return "new context"
    except Refused as why:
        return f"new buffer {why}"
    finally:
        client.close()


def attributes(uri):
    """A read that times out, and the one after it on the same context."""
    client = Client(uri, 500)
    seen = []
    got = client.read("gw-md", "sampling_frequency")
    if not isinstance(got, str):
        time.sleep(8)  # the answer comes
        stale = client.read("gw-md", "tones")
        seen = [f"attribute {name_of(got)}, the next one has " +
                ("its value" if stale == "64000" else "none")]
    client.close()
    return seen


def libiio_sees(bench):
    client = Client(bench.uri).stream(bench.device, bench.channels, bench.n_samples)
    eye, step, end = Eye(bench.rate_hz), client.step, time.monotonic() + WARM_S
    while time.monotonic() < end:
        eye.look(client.refill())
    narrow, widest = step(), 0
    bench.begin()
    end += 7
    while time.monotonic() < end:
        got = client.refill()
        if isinstance(got, int):
            eye.note(f"refill {name_of(got)}, again {name_of(min(client.refill(), 0))}")
            break
        eye.look(got)
        widest = max(widest, step())
    if widest > narrow:
        eye.note("a wider step")
    if "attribute" in bench.faults[-1]:
        eye.seen += attributes(bench.uri)
    elif len(bench.faults) > 1:
        eye.note(again(bench.uri))
    client.close()
    return listed(eye.seen)


# ---- the source ----

STATUS = {-10: "ELOST", -11: "ETIMEDOUT", -3: "EFORMAT"}


def source_sees(bench):
    seen, n_late = [], 0
    with Reader(f"iio:{bench.uri}", bench.kind) as reader:
        warm = time.monotonic() + WARM_S
        while time.monotonic() < warm:
            epoch = reader.next("block")["epoch"]
        bench.begin()
        is_over = threading.Event()
        threading.Thread(target=lambda: (gw.wait_for("its end", bench.is_over), is_over.set()),
                         daemon=True).start()
        end = None
        while end is None or time.monotonic() < end:
            line = reader.next()
            if line["event"] == "status":
                text = re.sub(r"\d+\.\d", "N", line["text"].split("long.yaml: ")[-1])
                seen.append(f"{STATUS[line['status']]} \"{text}\"")
                continue
            if line["epoch"] != epoch:
                seen.append("epoch + 1")
                epoch = line["epoch"]
            if line["n_lost"]:
                seen.append(f"{line['n_lost']} lost")
            if line["set_ns"]:
                seen.append(f"set by {hour(line['set_ns'])}")
            n_late = n_late + 1 if line["late_ns"] > SECOND // 2 else 0
            if n_late == 100:  # not for a moment
                seen.append("late")
            if is_over.is_set():
                end = end or time.monotonic() + 1
    return listed(seen)


# ---- the daemon ----

def reasons_of(record):
    """Reasons of each sensor; what follows for the whole is docs/blind.md's, but for the place."""
    whole = {"no_pose"} & set(record["reasons"])
    return whole | {f"{s['sensor']}: {word}" for s in record["sensors"] for word in s["reasons"]
                    if word not in ("learning", "starting")}


def daemon_sees(bench):
    source = f"iio:{bench.uri}"
    with gw.daemon(bench.folder, source) as daemon:
        subscriber = gw.Subscriber(bench.folder)

        def is_well():
            beat = subscriber.take().heartbeat
            return beat and beat["state"] in ("SEARCHING", "ALARM")

        gw.wait_for("searching", is_well)
        before = {kind: int(n) for kind, n in subscriber.heartbeat["newest"].items()}
        bench.begin()
        gw.wait_for("its end", lambda: subscriber.take(1) and bench.is_over())
        end = time.monotonic() + 1  # what follows from it
        while time.monotonic() < end:
            subscriber.take()
        gw.wait_for("searching again", is_well)

        def fresh(kind):
            return [r for r in subscriber.records.get(kind, [])
                    if int(r["kind_seq"]) > before[kind]]

        here = subscriber.heartbeat["along_m"]
        for sensor in ("gpr", "md"):
            gw.wait_for("its ground, searched again", lambda: subscriber.take() and any(
                c["sensor"] == sensor and c.get("to_m", 0) > here for c in fresh("coverage")))
        seen = set().union(*map(reasons_of, fresh("health")))
        for gap in fresh("gap"):
            seen.add(f"gap of {gap['sensor']}, {gap['reason']}" +
                     (f", {gap['n']}" if gap["n"] != "0" else ""))
        subscriber.close()
        assert daemon.stop() == 0
    return seen


# ---- the table ----

def row_see(faults, folder):
    """The row's four cells; the last as a set."""
    folder.mkdir()
    seen, threads = {}, []

    def look(name, function):
        bench = Bench(folder / name, faults)
        try:
            seen[name] = function(bench)
        finally:
            bench.end()

    for name, function in (("libiio", libiio_sees), ("source", source_sees),
                           ("daemon", daemon_sees)):
        threads.append(threading.Thread(target=look, args=(name, function)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert len(seen) == 3, (faults, seen)
    return faults_text(faults), seen["libiio"], seen["source"], seen["daemon"]


def faults_text(faults):
    return " ".join(f"`{fault.replace('kind=', '')}`" for fault in faults)


def published(seen):
    return listed(sorted(seen, key=lambda s: (s.startswith("gap"), ":" not in s, s)))


def table_write(rows):
    head, _, tail = PAGE.read_text().partition("<!-- table -->\n")
    tail = tail.partition("<!-- end -->\n")[2]
    lines = ["| fault | libiio returns | the source says | the daemon publishes |",
             "|---|---|---|---|"]
    lines += [f"| {name} | {libiio} | {source} | {published(daemon)} |"
              for name, libiio, source, daemon in rows]
    PAGE.write_text(head + "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end -->\n" + tail)


def table_read():
    text = PAGE.read_text().partition("<!-- table -->\n")[2].partition("<!-- end -->")[0]
    return {cells[0]: cells for line in text.splitlines()[2:]
            for cells in [[c.strip() for c in line.strip("|").split("|")]]}


def compare(row, wanted):
    """What differs from the table; what a busy machine adds is said and goes by."""
    name, libiio, source, daemon = row
    wrong = [(name, seen, said) for seen, said in ((libiio, wanted[1]), (source, wanted[2]))
             if seen != said]
    said = set() if wanted[3] == "nothing" else set(wanted[3].split("; "))
    if daemon - said - BY_THE_WAY or said - daemon:
        wrong.append((name, published(daemon), wanted[3]))
    elif daemon != said:
        print(f"{name}: the machine was busy: {published(daemon - said)}")
    return wrong


def main():
    if not iio_client.iio:
        gw.skip("libiio is not installed")
    is_to_write = "--write" in sys.argv
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    chosen = [faults for faults in ROWS if only in " ".join(faults)]
    with gw.Folder() as folder, ThreadPoolExecutor(AT_A_TIME) as pool:
        rows = list(pool.map(row_see, chosen, [folder / str(k) for k in range(len(chosen))]))
        for row in rows:
            print(" | ".join(row[:3]), "|", published(row[3]), flush=True)
        if is_to_write:  # what comes by the way does not come twice
            again = pool.map(row_see, chosen, [folder / f"{k}-again" for k in range(len(chosen))])
            rows = [(*row[:3], row[3] - (BY_THE_WAY - other[3])) for row, other in zip(rows, again)]
            table_write(rows)
    if is_to_write:
        return
    wrong = [difference for row in rows for difference in compare(row, table_read()[row[0]])]
    for name, seen, said in wrong:
        print(f"{name}: saw  {seen}\n{' ' * len(name)}  page {said}")
    assert not wrong, f"docs/faults.md is not what happens; {sys.argv[0]} --write writes it anew"


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    main()
