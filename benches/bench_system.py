# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole system: how late a record is beside what this machine's timers and sockets can do, how
fast the emulator may play until something is lost, and how much is found."""
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests"))
import gw  # noqa: E402
import zmq  # noqa: E402

TRIALS = 20
LANE = """name: bench
seed: 9
length_m: 52
speed: {mean_m_s: 1, wobble: 0}
soil: {variation: 0.02}
targets:
"""


def tell(name, text, **figures):
    print(f"system {name:<14} {text}", flush=True)
    if os.environ.get("GW_BENCH_JSON"):
        with open(os.environ["GW_BENCH_JSON"], "a") as file:
            file.write(json.dumps({"bench": f"system.{name}", **figures}) + "\n")


def spread(values):
    values = sorted(values)
    return statistics.median(values), values[0], values[-1]


def floor_bench():
    """What 1 ms of sleep and a message there and back take, without any of our code."""
    sleeps, pings = [], []
    context = zmq.Context()
    with gw.Folder() as folder:
        one, two = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        one.bind(f"ipc://{folder}/ping")
        two.connect(f"ipc://{folder}/ping")
        for _ in range(200):
            start = time.monotonic_ns()
            time.sleep(0.001)
            sleeps.append((time.monotonic_ns() - start) / 1e6 - 1)
            start = time.monotonic_ns()
            one.send(b"x" * 600)
            two.recv()
            pings.append((time.monotonic_ns() - start) / 1e6)
        one.close(0)
        two.close(0)
    context.destroy(0)
    late, ping = spread(sleeps), spread(pings)
    tell("floor", f"1 ms sleep late by {late[0]:.3f} ms (.. {late[2]:.3f}), one ipc message "
         f"{ping[0]:.3f} ms (.. {ping[2]:.3f})", sleep_late_ms=late[0], ipc_ms=ping[0])


def latency_bench():
    """A lane with a big target every 2 m at 1 m/s: from the apex under the head to the alarm line,
    most of it the ground that a chain needs beyond; and from that line to the record."""
    with gw.Folder() as folder:
        scene = folder / "lane.yaml"
        scene.write_text(LANE + "".join(
            f"  - {{name: TM-62M, along_m: {2 * k}, depth_m: 0.1}}\n" for k in range(1, 26)))
        config = folder / "config.yaml"
        config.write_text(f"alarm: {{socket: {folder}/alarm.sock}}\n")
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ear.bind(f"{folder}/alarm.sock")
        ear.setblocking(False)
        subscriber = gw.Subscriber(folder)
        lines, records = [], {}
        with gw.emulate(folder, scene) as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "-c", config):
            end = time.monotonic() + 75
            poller = zmq.Poller()
            poller.register(ear, zmq.POLLIN)
            poller.register(subscriber.live, zmq.POLLIN)
            while time.monotonic() < end and len(records) < 3 * TRIALS:
                for what, _ in poller.poll(100):
                    now = time.time_ns()
                    if what == ear.fileno():
                        ear.recv(4096)
                        lines.append(now)
                        continue
                    frames = subscriber.live.recv_multipart()
                    data = json.loads(frames[1])["data"]
                    if frames[0].startswith(b"v1/detection/") and data["alarm"]:
                        records[data["seq"]] = (now, int(data["time_ns"]), data["sensor"])
        subscriber.close()
        ear.close()
    in_order = [records[seq] for seq in sorted(records, key=int)]
    hops = [(now - line) / 1e6 for line, (now, _, _) in zip(lines, in_order)]
    if len(hops) < TRIALS:
        tell("latency", f"only {len(hops)} alarms came: not measured")
        return
    late, least, most = spread(hops)
    tell("latency", f"alarm line to record at a subscriber {late:.2f} ms ({least:.2f} .. "
         f"{most:.2f}, {len(hops)} alarms)", ms=late, most_ms=most, n=len(hops))
    for sensor in ("gpr", "md", "fused"):
        travel = [(now - apex) / 1e9 for now, apex, which in in_order if which == sensor]
        if len(travel) >= TRIALS // 2:
            late, least, most = spread(travel)
            tell(f"apex.{sensor}", f"apex to record {late:.2f} s ({least:.2f} .. {most:.2f}) at 1 "
                 f"m/s, {len(travel)} alarms: mostly the ground a chain needs beyond", s=late)


def rate_try(speed):
    """True: the demo lane at this speed lost nothing on its way."""
    with gw.Folder() as folder:
        subscriber = gw.Subscriber(folder)
        scene = gw.ROOT / "drivers" / "scenes" / "demo.yaml"
        with gw.emulate(folder, scene, "--speed", str(speed)) as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}"):
            end = time.monotonic() + 30 + 25 / speed
            while time.monotonic() < end:
                subscriber.take(50)
                beat = subscriber.heartbeat
                if beat and all(int(s["rows"]) >= most for s in beat["sensors"]
                                for most in [480 if s["sensor"] == "gpr" else 1]) and \
                        beat["state"] == "BLIND":
                    break
        sensors = subscriber.heartbeat["sensors"] if subscriber.heartbeat else []
        subscriber.close()
    return bool(sensors) and all(s["lost"] == s["dropped"] == "0" for s in sensors) and any(
        s["sensor"] == "gpr" and int(s["rows"]) >= 480 for s in sensors)


def rate_bench():
    best = 0
    for speed in (10, 20, 40, 80, 160, 320):
        if not rate_try(speed):
            break
        best = speed
    tell("rate", f"lossless up to {best} times real time: {best * 22} scans/s and "
         f"{best * 64} kS/s through libiio", speed=best)


def accuracy_bench():
    lanes = sorted((gw.SHARED / "lanes").glob("lane-0?.sigmf-collection"))
    what = "lanes 00-09" if lanes else "the demo scene"
    lanes = lanes or [gw.ROOT / "drivers" / "scenes" / "demo.yaml"]
    run = subprocess.run([gw.GW, "score", "--json", "-", *map(str, lanes)], capture_output=True,
                         text=True, check=True)
    for sensor, part in json.loads(run.stdout)["sensors"].items():
        heard = part["heard"]
        tell(f"score.{sensor}", f"{what}: Pd {heard['pd']:.2f} [{heard['pd_low']:.2f}, "
             f"{heard['pd_high']:.2f}] of {heard['targets']}, {heard['false_per_m']:.3f} false/m "
             f"[{heard['false_per_m_low']:.3f}, {heard['false_per_m_high']:.3f}]", **heard)


if __name__ == "__main__":
    floor_bench()
    latency_bench()
    rate_bench()
    accuracy_bench()
