# SPDX-License-Identifier: GPL-3.0-or-later
"""A lifted head and a too fast sweep each show as such: in the coverage records of that ground, and
in the state while it lasts; whether radar scans come by time or by distance."""
import json
import subprocess

import gw
import logbook

SCENE = """name: posture
seed: 3
length_m: 16
lift_off: {mean_m: 0.05, rms_m: 0.002, raises: [
  {from_m: 3, to_m: 5, by_m: 0.15}, {from_m: 6.5, to_m: 8, by_m: 0.40}]}
speed: {mean_m_s: 0.8, wobble: 0, changes: [
  {from_m: 9.5, mean_m_s: 2.2}, {from_m: 12, mean_m_s: 3.4}, {from_m: 14, mean_m_s: 0.8}]}
gpr: {scan_rate_hz: 100}
pose: {height: 1}
"""
LIVE = """name: live
seed: 3
length_m: 14
sensors: [md]
lift_off: {mean_m: 0.05, raises: [{from_m: 4, to_m: 6, by_m: 0.15}]}
speed: {mean_m_s: 1, wobble: 0, changes: [{from_m: 8, mean_m_s: 2.2}]}
pose: {height: 1}
"""
# After a stand of a minute the ground before it is told: how the head was held there is known.
STAND = """name: stand
seed: 4
length_m: 8
lift_off: {mean_m: 0.05, rms_m: 0.002, raises: [{from_m: 3.9, to_m: 4.5, by_m: 0.40}]}
speed: {mean_m_s: 0.8, wobble: 0, stops: [{along_m: 4.7, for_s: 60}]}
pose: {height: 1}
"""
# from, to, the reasons that this ground has; the edges of a raise are 0.1 m wide
GROUND = {"md": ((0.5, 2.8, set()), (3.1, 4.9, {"too_high"}), (5.3, 6.2, set()),
                 (6.6, 7.9, {"too_high", "uncovered"}), (8.3, 9.2, set()),
                 (9.9, 11.7, {"too_fast"}), (12.4, 13.6, {"too_fast", "uncovered"}),
                 (14.6, 15.8, set())),
          # scans of 10 ms: its limit is 4 cm a scan, 4 m/s
          "gpr": ((0.5, 2.7, set()), (3.2, 4.8, {"too_high"}), (5.3, 6.2, set()),
                  (6.7, 7.8, {"too_high", "uncovered"}), (8.3, 15.8, set()))}


def reasons_at(records, along_m):
    at = [c for c in records if c["from_m"] - 0.02 <= along_m <= c["to_m"]]
    assert at, f"no coverage at {along_m}"
    return [set(c["reasons"]) for c in at]


def ground_check(records):
    for sensor, parts in GROUND.items():
        own = [c for c in records if c["sensor"] == sensor]
        for begin, end, wanted in parts:
            for k in range(11):
                at = begin + (end - begin) * k / 10
                got = reasons_at(own, at)
                assert wanted in got, (sensor, at, wanted, got)
        for c in own:
            if "uncovered" not in c["reasons"]:
                assert abs(c["height_m"] - 0.05) < (0.21 if c["reasons"] else 0.08), c
            if set(c["reasons"]) == {"too_high"} and c["to_m"] - c["from_m"] > 0.5:
                assert 0.15 < c["height_m"] < 0.21 and 0.6 < c["speed_m_s"] < 1, c
            wanted = "BLIND" if "uncovered" in c["reasons"] else \
                "DEGRADED" if c["reasons"] else "SEARCHING"
            assert c["state"] == wanted, c


def coverage_of(folder, source):
    """Of a daemon that ends with its recording."""
    with gw.daemon(folder, f"file:{source}") as daemon:
        assert daemon.process.wait(gw.HANG_S) == 0, daemon.log.read_text()
    return [json.loads(text)["data"] for kind, _, text in logbook.journal(folder)
            if kind == "coverage"]


with gw.Folder() as folder:
    scene = folder / "posture.yaml"
    scene.write_text(SCENE)
    ground_check(coverage_of(folder, scene))

BY_DISTANCE = SCENE.replace("gpr: {scan_rate_hz: 100}\n", "")
with gw.Folder() as folder:  # scans by distance have no times: the pose tells when it was there
    scene = folder / "distance.yaml"
    scene.write_text(BY_DISTANCE)
    records = coverage_of(folder, scene)
    ground_check(records)
    radar = [c for c in records if c["sensor"] == "gpr"]
    assert radar[0]["from_m"] == 0 and radar[-1]["to_m"] > 15.97
    for c in radar:
        seconds = (int(c["to_ns"]) - int(c["from_ns"])) * 1e-9
        assert seconds < 1.3 or c is radar[-1], c  # the lane's end is told at once
        assert "height_m" in c and "speed_m_s" in c, c
    fast = [c["speed_m_s"] for c in radar if c["from_m"] < 11 < c["to_m"]]
    assert fast and 1.8 < fast[0] < 3.4, fast  # elsewhere 0.8

with gw.Folder() as folder:  # the same from a recording, which has the time of its begin
    scene = folder / "distance.yaml"
    scene.write_text(BY_DISTANCE)
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "lane"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    ground_check(coverage_of(folder, folder / "lane.sigmf-collection"))

for more in ("", "gpr: {scan_rate_hz: 100}\n"):
    with gw.Folder() as folder:
        scene = folder / "stand.yaml"
        scene.write_text(STAND + more)
        records = coverage_of(folder, scene)
        for sensor in ("md", "gpr"):
            own = [c for c in records if c["sensor"] == sensor]
            for at in (3.5, 4.0, 4.2, 4.4, 5.5, 6.5):
                lifted = {"too_high", "uncovered"} if 3.95 < at < 4.45 else set()
                assert lifted in reasons_at(own, at), (sensor, at, reasons_at(own, at))
            for c in own:
                assert "height_m" in c and c.get("stood_s", 60) < 61, c
                assert (c["state"] == "BLIND") == ("uncovered" in c["reasons"]), c

with gw.Folder() as folder:  # limits of the configuration go before
    scene, config = folder / "live.yaml", folder / "config.yaml"
    scene.write_text(LIVE)
    config.write_text("survey: {height_max_m: 0.18, speed_max_m_s: 1.8}\n")
    with gw.emulate(folder, scene) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "-c", config) as daemon:
        subscriber = gw.Subscriber(folder)
        seen = []

        def both():
            beat = subscriber.take().heartbeat
            if beat and (not seen or seen[-1][1] != beat["reasons"]):
                seen.append((beat["state"], beat["reasons"]))
            words = [reasons for _, reasons in seen]
            return any("too_high" in w for w in words) and any("too_fast" in w for w in words)

        gw.wait_for("both reasons", both)
        assert all(state in ("DEGRADED", "BLIND") for state, reasons in seen
                   if {"too_high", "too_fast"} & set(reasons)), seen
        assert daemon.stop() == 0
        subscriber.take(500)
        for kind, items in subscriber.records.items():
            for data in items:
                assert "too_high" not in data.get("reasons", []) or kind != "coverage" or \
                    data.get("height_m", 1) > 0.15, data
        subscriber.close()
print("a lifted head and a too fast sweep stand in the records of their ground and in the state")
