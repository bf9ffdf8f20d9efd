# SPDX-License-Identifier: GPL-3.0-or-later
"""A drive with a receiver behind a real gpsd, which gpsfake feeds from an NMEA log: every record's
place lies within the stated accuracy of the log, by the receiver's own deviations; a fix that is
lost, a gpsd that hangs and one that dies are said, never waited for, and come back."""
import datetime
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import gw
import schemas

START = {"lat": 39.6412, "lon": 46.5461, "heading_deg": 90}
SIGMA_M, RATE_HZ, LOST_S = 0.02, 5, (9, 15)
LEVER = {"forward": 0.6, "right": -0.2}
SCENE = """name: gnss
seed: 5
length_m: 24
speed: {mean_m_s: 1, wobble: 0}
targets: [{name: TM-62M, along_m: 4.0, depth_m: 0.08}, {name: TM-62M, along_m: 19.0, depth_m: 0.08}]
"""


def sentence(text):
    total = 0
    for letter in text:
        total ^= ord(letter)
    return f"${text}*{total:02X}\r\n"


def angle(value, width, letters):
    whole = int(abs(value))
    minutes = (abs(value) - whole) * 60
    return f"{whole:0{width}d}{minutes:011.8f},{letters[value < 0]}"


def antenna(second):
    """Eastwards at 1 m/s, in metres east and north of the start; the log adds what it states."""
    return second, 0.0


def log_make(path, seconds):
    """A receiver's log: RTK fixed, its deviations in GST; without a fix in LOST_S."""
    begin = datetime.datetime(2026, 11, 24, 12, 0, 0)
    with open(path, "w", encoding="ascii") as file:
        for k in range(int(seconds * RATE_HZ)):
            at = k / RATE_HZ
            has = not LOST_S[0] <= at < LOST_S[1]
            east, north = antenna(at)
            east += SIGMA_M * math.sin(2.1 * k)  # of this deviation at most
            north += SIGMA_M * math.cos(1.3 * k)
            lat = START["lat"] + math.degrees(north / 6359300)
            lon = START["lon"] + math.degrees(
                east / (6386900 * math.cos(math.radians(START["lat"]))))
            place = f"{angle(lat, 2, 'NS')},{angle(lon, 3, 'EW')}" if has else ",,,"
            clock = begin + datetime.timedelta(seconds=at)
            hms = clock.strftime("%H%M%S.") + f"{clock.microsecond // 10000:02d}"
            sky = "3,04,05,09,12,24,25,,,,,,,1.4,0.8,1.1" if has else "1,,,,,,,,,,,,,,,"
            for text in (
                    f"GPRMC,{hms},{'A' if has else 'V'},{place},1.944,90.0,241126,,,"
                    f"{'R' if has else 'N'}",
                    f"GPGSA,A,{sky}", f"GPGST,{hms},0.02,{SIGMA_M},{SIGMA_M},0.0,{SIGMA_M},"
                    f"{SIGMA_M},0.04",
                    f"GPGGA,{hms},{place},{4 if has else 0},09,0.8,250.0,M,-10.0,M,1.0,0000"):
                file.write(sentence(text))


def metres(lat, lon):
    """East and north of the start."""
    return (math.radians(lon - START["lon"]) * 6386900 * math.cos(math.radians(START["lat"])),
            math.radians(lat - START["lat"]) * 6359300)


class Checked(gw.Subscriber):
    """Every message as the schemas say."""

    def take(self, milliseconds=50):
        while self.live.poll(milliseconds):
            frames = self.live.recv_multipart()
            kind, event = schemas.check_message(frames)
            if kind not in ("heartbeat", "scope"):
                self.records.setdefault(kind, []).append(event["data"])
            milliseconds = 0
        return self


class Listener(threading.Thread):
    """What gpsd says and when, by a client of its own."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=gw.HANG_S)
        self.socket.sendall(b'?WATCH={"enable":true,"json":true};\n')
        self.fixes = []
        self.start()

    def run(self):
        for line in self.socket.makefile():
            said = json.loads(line)
            if said["class"] == "TPV" and "time" in said:
                begin = datetime.datetime.fromisoformat(said["time"].replace("Z", "+00:00"))
                second = (begin - datetime.datetime(2026, 11, 24, 12,
                                                    tzinfo=datetime.timezone.utc)).total_seconds()
                self.fixes.append((time.time(), second, said.get("mode", 0) >= 2))

    def second_at(self, unix):
        """Of the log, at a time of this machine; None where it had no fix there."""
        for (t0, s0, has0), (t1, s1, has1) in zip(self.fixes, self.fixes[1:]):
            if t0 <= unix <= t1:
                return s0 + (s1 - s0) * (unix - t0) / (t1 - t0) if has0 and has1 else None
        return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def gpsfake(folder, log, port):
    """Its own process group, for it starts gpsd."""
    program = gw.Program(["gpsfake", "-1", "-q", "-n", "-P", port, "-c", f"{0.25 / RATE_HZ}", log],
                         folder / "gpsfake.log", start_new_session=True)

    def answers():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    gw.wait_for("gpsd", answers)
    return program


def group_end(program):
    try:
        os.killpg(program.process.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    program.process.wait(timeout=gw.HANG_S)


def config_write(folder, port):
    path = folder / "config.yaml"
    path.write_text(f"origin: {json.dumps(START)}\n"
                    f"gnss: {{uri: 'gpsd:127.0.0.1:{port}', lever_arm_m: {json.dumps(LEVER)}}}\n")
    return path


def place_check(data, time_ns, prefix, listener):
    """The head lies behind the antenna by the lever arm; how far off is the record?"""
    second = listener.second_at(int(time_ns) / 1e9)
    if second is None:
        return None
    east, north = antenna(second)
    east -= LEVER["forward"]
    north += LEVER["right"]  # the antenna stands left of the head, so the head lies right of it
    is_east, is_north = metres(data[f"{prefix}lat"], data[f"{prefix}lon"])
    right = data.get("cross_m", 0)
    return math.hypot(is_east - east, is_north + right - north)


def drive(folder):
    """Every record of a lane while the receiver has a fix, loses it and has it again."""
    log, scene, port = folder / "drive.nmea", folder / "scene.yaml", free_port()
    log_make(log, 40)
    scene.write_text(SCENE)
    receiver = gpsfake(folder, log, port)
    subscriber = Checked(folder)
    try:
        listener = Listener(port)
        with gw.emulate(folder, scene) as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "-c",
                          config_write(folder, port)) as daemon:
            gw.wait_for("the lane's end", lambda: any(
                c["sensor"] == "gpr" and c["to_m"] > 23
                for c in gw.placed(subscriber.take().records.get("coverage", []))))
            daemon.stop()
            subscriber.take(1000)
    finally:
        group_end(receiver)
    return listener, subscriber


def records_check(listener, subscriber):
    records = subscriber.records
    errors, n_none, n_first, frames = [], 0, 0, []
    for data in records["coverage"] + records["detection"]:
        assert "fix" in data, data
        if data["fix"] == "none":
            n_none += 1
            assert data["placed"] == "configured" and "accuracy_m" not in data, data
            assert "to_m" not in data or "no_fix" in data["reasons"], data
            continue
        assert data["fix"] == "rtk_fixed" and data["placed"] == "measured", data
        if "accuracy_m" not in data:  # the first fix may come before its deviations
            n_first += 1
            continue
        assert 2.4 * SIGMA_M < data["accuracy_m"], data
        off = place_check(data, data.get("to_ns", data["time_ns"]), "", listener)
        if off is not None:
            errors.append((off, data["accuracy_m"]))
            frames.append(data["gnss_along_m"] - metres(data["lat"], data["lon"])[0])
        if "from_lat" in data and "no_fix" not in data["reasons"]:
            off = place_check(data, data["from_ns"], "from_", listener)
            errors += [(off, data["accuracy_m"])] if off is not None else []
    assert n_first <= 4, n_first
    outside = sum(off > accuracy for off, accuracy in errors)
    assert len(errors) >= 20 and n_none >= 2, (len(errors), n_none)
    assert outside <= 0.05 * len(errors), sorted(errors)[-5:]
    assert sorted(a for _, a in errors)[len(errors) // 2] < 0.6, errors  # GST, not the HDOP
    assert max(map(abs, frames)) < 0.02, frames
    seen = [("no_fix" in h["reasons"], h["state"]) for h in records["health"]]
    assert any(h["reasons"] == ["no_fix"] and h["state"] == "DEGRADED"
               for h in records["health"]), seen
    changes = [lost for k, (lost, _) in enumerate(seen) if k == 0 or lost != seen[k - 1][0]]
    assert changes[-3:] == [False, True, False], seen
    print(f"{len(errors)} places, {outside} beyond their accuracy, worst "
          f"{max(off for off, _ in errors):.3f} m; {n_none} records without a fix")


def a_gpsd_that_says_nothing_or_dies_holds_nothing_up(folder):
    """It accepts and is silent; it is gone; it is there, with a fix: alarms and records come on."""
    port, scene = free_port(), folder / "scene.yaml"
    scene.write_text(SCENE.replace("length_m: 24", "length_m: 60"))
    silent = socket.create_server(("127.0.0.1", port))
    subscriber = Checked(folder)

    def newest():
        health = subscriber.take().records.get("health")
        return health[-1]["reasons"] if health else ["none yet"]

    with gw.emulate(folder, scene) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "-c",
                      config_write(folder, port)) as daemon:
        gw.wait_for("no fix, and nothing else", lambda: newest() == ["no_fix"])
        silent.close()
        log_make(folder / "drive.nmea", 8)  # then it ends
        begun = len(subscriber.records.get("coverage", []))
        receiver = gpsfake(folder, folder / "drive.nmea", port)
        try:
            gw.wait_for("the fix", lambda: newest() == [])
        finally:
            group_end(receiver)
        gw.wait_for("its loss", lambda: newest() == ["no_fix"])
        gw.wait_for("coverage", lambda: len(
            subscriber.take().records.get("coverage", [])) > begun)
        assert daemon.said("gnss: gpsd:127.0.0.1"), daemon.log.read_text()
        assert daemon.stop() == 0, daemon.log.read_text()
    subscriber.close()


if not shutil.which("gpsfake") or not (shutil.which("gpsd") or os.path.exists("/usr/sbin/gpsd")):
    gw.skip("gpsd and gpsfake are not installed")
os.environ["PATH"] += ":/usr/sbin"
with gw.Folder() as first:
    heard, all_records = drive(first)
    records_check(heard, all_records)
    all_records.close()
with gw.Folder() as second_folder:
    a_gpsd_that_says_nothing_or_dies_holds_nothing_up(second_folder)
print("records are placed by the receiver, a lost fix is said, and nothing waits for gpsd")
