# SPDX-License-Identifier: GPL-3.0-or-later
"""A lane with a configured origin: every placed record carries WGS 84, offline and live, marked as
configured; the configuration wins over what the scene says; without one there is none."""
import json
import math
import subprocess

import gw

SCENE = """name: place
seed: 5
length_m: 3
speed: {mean_m_s: 1, wobble: 0}
targets: [{name: TM-62M, along_m: 2.0, depth_m: 0.08}]
"""
START = {"lat": 39.6412, "lon": 46.5461, "heading_deg": 90}


def metres(data, start):
    """Along and to the right of the heading, by the local plane."""
    north = math.radians(data["lat"] - start["lat"]) * 6370e3
    east = math.radians(data["lon"] - start["lon"]) * 6385e3 * math.cos(math.radians(start["lat"]))
    turn = math.radians(start["heading_deg"])
    return (north * math.cos(turn) + east * math.sin(turn),
            east * math.cos(turn) - north * math.sin(turn))


def check(data, start):
    assert data["placed"] == "configured", data
    along, cross = metres(data, start)
    wanted = data.get("along_m", data.get("to_m"))
    assert abs(along - wanted) < 0.02 and abs(cross - data.get("cross_m", 0)) < 0.02, \
        (along, cross, data)


with gw.Folder() as folder:
    plain, placed = folder / "plain.yaml", folder / "placed.yaml"
    plain.write_text(SCENE)
    placed.write_text(SCENE + "origin: {lat: -10, lon: 179.99999, heading_deg: -45}\n")
    config = folder / "config.yaml"
    config.write_text(f"origin: {json.dumps(START)}\n")

    lines = gw.detect(plain)
    assert lines and not any("lat" in line for line in lines)
    lines = gw.detect(placed)
    assert lines and all(line["placed"] == "configured" and line["lat"] > -10 for line in lines)
    for line in gw.detect(placed, "-c", config):
        check(line, START)
    run = subprocess.run([gw.GW, "detect", "--format", "geojson", "-c", config, plain],
                         capture_output=True, text=True, check=True, timeout=gw.HANG_S)
    features = json.loads(run.stdout)["features"]
    assert features
    for feature in features:
        assert feature["geometry"]["coordinates"] == [feature["properties"]["lon"],
                                                      feature["properties"]["lat"]]
        check(feature["properties"], START)

    subscriber = gw.Subscriber(folder)
    with gw.emulate(folder, placed) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "-c", config) as daemon:
        gw.wait_for("the lane's end", lambda: any(
            c["sensor"] == "gpr" and c["to_m"] > 2.9
            for c in gw.placed(subscriber.take().records.get("coverage", []))))
        daemon.stop()
        subscriber.take(1000)
    records = subscriber.records
    records["coverage"] = gw.placed(records["coverage"])
    assert len(records["detection"]) > 2 and len(records["coverage"]) > 2
    for data in records["detection"] + records["coverage"]:
        check(data, START)
    for data in records["coverage"]:
        check({**data, "lat": data["from_lat"], "lon": data["from_lon"], "to_m": data["from_m"]},
              START)
    assert records["session"][0]["origin"] == START
    subscriber.close()

    for change, part in (("origin: {lat: 1}", "origin: lat and lon are needed"),
                         ("origin: {lat: 91, lon: 0}", "origin.lat: 91 is not in -90..90")):
        config.write_text(change + "\n")
        run = subprocess.run([gw.DAEMON, "-c", config, "--check-config"], capture_output=True,
                             text=True, timeout=gw.HANG_S)
        assert run.returncode == 78 and part in run.stderr, run
print("offline and live, every placed record carries WGS 84 by the configured origin")
