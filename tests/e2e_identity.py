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


def refused(folder, change, part, status=65):
    path = folder / "wrong.yaml"
    text = SCENE.replace(*change)
    assert text != SCENE, change
    path.write_text(text)
    run = subprocess.run([gw.GW, "info", str(path)], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == status and part in run.stderr, (run.returncode, run.stderr)


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
    inline = "device: {serial: GW-0042}"
    beside = folder / "beside.yaml"
    (folder / "device.yaml").write_text("# of this lane\nserial: GW-0042\n")
    beside.write_text(SCENE.replace(inline, "device_file: device.yaml"))
    check(beside)
    (folder / "device.yaml").write_text("# of this lane\nserial: GW-0042\ncoupling: 11\n")
    from_file = (inline, "device_file: device.yaml")
    refused(folder, from_file, "device.yaml:3: coupling: 11 is not in 0..10")
    (folder / "device.yaml").write_text("tones:\n  - {hz: 1600}\n  - {hz: 4801}\n")
    refused(folder, from_file, "device.yaml:3: tones[1].hz: 4801 is none of 1600, 4800")
    refused(folder, (inline, "device_file: absent.yaml"), "absent.yaml: No such file", 66)
print("serial and origin came through scene, recording, emulator and libiio unchanged")
