# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's serial number and a lane's origin come through every way unchanged: scene, recording,
emulator and libiio, recording of that."""
import json
import subprocess

import gw

SCENE = """name: identity
seed: 3
length_m: 2
speed: {mean_m_s: 2}
device: {serial: GW-0042}
origin: {lat: -39.6412345678, lon: 146.5, heading_deg: 30.25}
"""
WANTED = {"serial": "GW-0042",
          "origin": {"lat": -39.6412345678, "lon": 146.5, "heading_deg": 30.25}}


def info(what):
    run = subprocess.run([gw.GW, "info", "--json", str(what)], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def check(recording):
    streams = info(recording)["streams"]
    assert len(streams) == 3, streams
    for stream in streams:
        assert {key: stream.get(key) for key in WANTED} == WANTED, (recording, stream)


def refused(folder, change, part):
    path = folder / "wrong.yaml"
    path.write_text(SCENE.replace(*change))
    run = subprocess.run([gw.GW, "info", str(path)], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 65 and part in run.stderr, (run.returncode, run.stderr)


with gw.Folder() as folder:
    scene = folder / "scene.yaml"
    scene.write_text(SCENE)
    check(scene)
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "offline"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    check(folder / "offline.sigmf-collection")
    with gw.emulate(folder, scene) as emulator:
        uri = f"iio:ip:127.0.0.1:{emulator.port}"
        subprocess.run([gw.GW, "record", "--source", uri, "--for", "1", folder / "live"],
                       check=True, capture_output=True, timeout=gw.HANG_S)
    check(folder / "live.sigmf-collection")
    refused(folder, ("lat: -39.6412345678, ", ""), "origin: lat and lon expected")
    refused(folder, ("-39.6412345678", "-93"), "origin.lat: -93 is not in -90..90")
print("serial and origin came through scene, recording, emulator and libiio unchanged")
