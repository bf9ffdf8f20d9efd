# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole system: how late a record is beside what this machine's timers and sockets can do, how
fast the emulator may play until something is lost, and how much is found. Parts of run.py."""
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests"))
import gw  # noqa: E402
import zmq  # noqa: E402

DEMO = gw.ROOT / "drivers" / "scenes" / "demo.yaml"
TRIGGER = gw.BIN.parent / "benches" / "bench_trigger"
TARGETS = 24  # of which the first is where the chains still learn the ground
TRIALS = 20
LANE = """name: bench
seed: 9
length_m: {length}
speed: {{mean_m_s: 1, wobble: 0}}
soil: {{variation: 0.02}}
targets:
"""


def spread(name, values, digits=4):
    return {name: round(statistics.median(values), digits),
            f"{name}_least": round(min(values), digits),
            f"{name}_most": round(max(values), digits)}


def floor(quick):
    """What 1 ms of sleep and one message to oneself take, without any of our code."""
    sleeps, messages = [], []
    context = zmq.Context()
    with gw.Folder() as folder:
        one, two = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        one.bind(f"ipc://{folder}/ping")
        two.connect(f"ipc://{folder}/ping")
        for _ in range(20 if quick else 400):
            start = time.monotonic_ns()
            time.sleep(0.001)
            sleeps.append((time.monotonic_ns() - start) / 1e6 - 1)
            start = time.monotonic_ns()
            one.send(b"x" * 600)
            two.recv()
            messages.append((time.monotonic_ns() - start) / 1e6)
        context.destroy(0)
    yield {"bench": "system.floor", "n": len(sleeps), **spread("sleep_late_ms", sleeps),
           **spread("ipc_ms", messages)}


def triggers(scene):
    """Of each alarm: ns from its own row to the row that brings it out."""
    run = subprocess.run([str(TRIGGER), str(scene)], capture_output=True, text=True, check=True,
                         timeout=gw.HANG_S)
    found = map(json.loads, run.stdout.splitlines())
    return {(a["sensor"], a["scan"], a["sample"]): a for a in found}


def alarms_hear(folder, scene, seconds):
    """(time of arrival, record) of every alarm, through emulator, libiio, daemon, gate, ZeroMQ; and
    the times at which the local alarm said each of a sensor, in the same order."""
    subscriber = gw.Subscriber(folder, checks=False)
    heard, local = [], {"gpr": [], "md": [], "fused": []}
    buzzer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    buzzer.bind(str(folder / "buzzer"))
    poller = zmq.Poller()
    poller.register(subscriber.live, zmq.POLLIN)
    poller.register(buzzer, zmq.POLLIN)
    with gw.emulate(folder, scene) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "--alarm-socket",
                      folder / "buzzer") as daemon:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert daemon.process.poll() is None, daemon.log.read_text()
            ready = dict(poller.poll(100))
            now = time.time_ns()
            if buzzer.fileno() in ready:
                local[buzzer.recv(400).split()[1].decode()].append(now)
            if subscriber.live not in ready:
                continue
            frames = subscriber.live.recv_multipart()
            now = time.time_ns()
            data = json.loads(frames[1])["data"]
            if frames[0].startswith(b"v1/detection/") and data["alarm"]:
                heard.append((now, data))
    buzzer.close()
    subscriber.close()
    return heard, local


def latency(quick):
    """A lane at 1 m/s with a big target every 2 m. A record's own row is where its target is; the
    row that brings it out is the last one that the chain needs. From that one on it is our time:
    the device's buffer, libiio, chain, and then the local alarm (`local_ms`), or journal, gate and
    ZeroMQ (`late_ms`). Beside each: what the timer and an ipc message took on this machine just
    before."""
    n = 4 if quick else TARGETS
    beside = {key: value for key, value in next(floor(quick)).items() if key not in ("bench", "n")}
    with gw.Folder() as folder:
        scene = folder / "lane.yaml"
        scene.write_text(LANE.format(length=2 * n + 2) + "".join(
            f"  - {{name: TM-62M, along_m: {2 * k}, depth_m: 0.1}}\n" for k in range(1, n + 1)))
        due = triggers(scene)
        heard, local = alarms_hear(folder, scene, 2 * n + 6)
    for sensor in ("gpr", "md", "fused"):
        late, near, ground = [], [], []
        records = [one for one in heard if one[1]["sensor"] == sensor]
        assert len(local[sensor]) == len(records), (sensor, len(local[sensor]), len(records))
        for (now, data), said in zip(records, local[sensor]):
            found = due.get((sensor, data.get("scan", -1), data.get("sample", -1)))
            if found:
                due_ns = int(data["time_ns"]) + found["after_ns"]
                late.append((now - due_ns) / 1e6)
                near.append((said - due_ns) / 1e6)
                ground.append(found["after_ns"] / 1e6)
        assert len(late) >= (1 if quick else TRIALS), (
            f"{sensor}: {len(late)} records of {len(due)} alarms came: not measured")
        yield {"bench": f"system.latency.{sensor}", "n": len(late), **spread("late_ms", late),
               **spread("local_ms", near), **spread("ground_ms", ground), **beside}


def cpu_s(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def snapshot(subscriber, programs):
    sensors = {s["sensor"]: s for s in subscriber.heartbeat["sensors"]}
    return {"s": time.monotonic(), "cpu": {n: cpu_s(p.process) for n, p in programs.items()},
            "rows": {n: int(s["rows"]) for n, s in sensors.items()},
            "lost": sum(int(s["lost"]) for s in sensors.values()),
            "dropped": sum(int(s["dropped"]) for s in sensors.values())}


def rate_try(lane, speed, seconds):
    """The lane at this speed, again and again: rows that arrive a second, what is lost, and what
    share of a core each program takes."""
    def listen(until):
        while time.monotonic() < until:
            subscriber.take(20)
    with gw.Folder() as folder:
        subscriber = gw.Subscriber(folder, checks=False)
        with gw.emulate(folder, lane, "--loop", "--speed", str(speed)) as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
            programs = {"emulator": emulator, "daemon": daemon}
            gw.wait_for("samples of all sensors", lambda: (
                (beat := subscriber.take().heartbeat) and len(beat["sensors"]) == 3
                and all(int(s["rows"]) > 0 for s in beat["sensors"])))
            listen(time.monotonic() + seconds / 4)
            one = snapshot(subscriber, programs)
            listen(time.monotonic() + seconds)
            two = snapshot(subscriber, programs)
        subscriber.close()
    passed_s = two["s"] - one["s"]
    return {"speed": speed, "lost": two["lost"], "dropped": two["dropped"],
            "rates": {n: (two["rows"][n] - one["rows"][n]) / passed_s for n in two["rows"]},
            "shares": {n: (two["cpu"][n] - one["cpu"][n]) / passed_s for n in programs}}


def is_lossless(tried, nominal):
    """And not merely late: what does not come in time is lost a little later."""
    return not tried["lost"] and not tried["dropped"] and all(
        tried["rates"].get(n, 0) > 0.95 * tried["speed"] * rate for n, rate in nominal.items())


def limit_text(failed, nominal):
    where = []
    if failed["lost"]:
        where.append(f"{failed['lost']} rows lost in the device: its ring ran over before libiio "
                     "had read it")
    if failed["dropped"]:
        where.append(f"{failed['dropped']} rows dropped by the daemon: its ring was full")
    if not where:
        parts = (f"{n} {failed['rates'].get(n, 0) / failed['speed'] / rate:.2f}"
                 for n, rate in nominal.items())
        where.append("rows come late, shares of what is due: " + ", ".join(parts))
    shares = ", ".join(f"{name} {share:.2f}" for name, share in failed["shares"].items())
    return f"{'; '.join(where)} (cores taken: {shares}, of {os.cpu_count()})"


def lane_record(folder):
    """The demo lane as files, for to compute it would be the limit; and its rows a second."""
    subprocess.run([gw.GW, "record", "--scene", str(DEMO), str(folder / "lane")], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    info = subprocess.run([gw.GW, "info", str(folder / "lane.sigmf-collection")], check=True,
                          capture_output=True, text=True, timeout=gw.HANG_S).stdout
    rows = {n: int(k) for n, k in re.findall(r"^  (gpr|md) +(\d+) (?:scans|rows)", info, re.M)}
    seconds = float(re.search(r"duration_s +([\d.]+)", info).group(1))
    return folder / "lane.sigmf-collection", {n: k / seconds for n, k in rows.items()}


def rate(quick):
    """Twice as fast until something is lost; then twice between what passed and what did not."""
    good, failed, seconds = None, None, 1 if quick else 4
    with gw.Folder() as folder:
        lane, nominal = lane_record(folder)
        for speed in ([4] if quick else [10, 20, 40, 80, 160, 320, 640]):
            tried = rate_try(lane, speed, seconds)
            if not is_lossless(tried, nominal):
                failed = tried
                break
            good = tried
        for _ in range(2 if good and failed else 0):
            tried = rate_try(lane, (good["speed"] + failed["speed"]) / 2, seconds)
            if is_lossless(tried, nominal):
                good = tried
            else:
                failed = tried
    limit = limit_text(failed, nominal) if failed else "not looked for"
    assert good or quick, f"not even the least rate: {limit}"
    good = good or {"speed": 0, "rates": {}}
    yield {"bench": "system.rate", "speed": good["speed"],
           "scans_per_s": round(good["rates"].get("gpr", 0)),
           "md_rows_per_s": round(good["rates"].get("md", 0)),
           "failed_speed": failed["speed"] if failed else 0, "limit": limit}


def accuracy(quick):
    lanes = sorted((gw.SHARED / "lanes").glob("lane-0?.sigmf-collection"))
    what = "lanes 00-09" if lanes and not quick else "the demo scene"
    lanes = [DEMO] if what == "the demo scene" else lanes
    run = subprocess.run([gw.GW, "score", "--json", "-", *map(str, lanes)], capture_output=True,
                         text=True, check=True)
    for sensor, part in json.loads(run.stdout)["sensors"].items():
        yield {"bench": f"score.{sensor}", "on": what, **part["heard"]}
