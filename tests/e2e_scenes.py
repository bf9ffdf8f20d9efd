# SPDX-License-Identifier: GPL-3.0-or-later
"""Every shipped scene: the same output computed, recorded and live, truth beside the recording;
what is no impulse and no sample streams row by row as it was recorded."""
import concurrent.futures
import csv
import json
import os
import re
import subprocess

import gw
import live

SCENES = gw.ROOT / "drivers/scenes"
SPEEDS = {"vehicle": "0.5", "eight-tones": "4", "responses": "3", "sfcw": "5"}  # much to compute
FORMS = {"sfcw", "responses", "pulse"}
DROPPING = {"trouble"}


def record(scene, out):
    run = subprocess.run([gw.GW, "record", "--scene", scene, out], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 0, run.stderr
    planned = {kind: int(n) for kind, n in
               re.findall(r"-(\w+): \d+ rows, (\d+) lost", run.stderr)}
    return out.parent / f"{out.name}.sigmf-collection", planned


def without_name(lines):
    return [{k: v for k, v in line.items() if k != "recording"} for line in lines]


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def check_truth(out):
    targets, metal, objects, ground = (rows_of(f"{out}.{kind}.csv") for kind in
                                       ("truth", "metal", "objects", "ground"))
    assert sum(row["is_target"] == "1" for row in objects) == len(targets)
    assert sum(row["is_metal"] == "1" for row in objects) == len(metal)
    along = [float(row["along_m"]) for row in objects]
    assert along == sorted(along)
    times = [float(row["time_s"]) for row in ground]
    assert times == sorted(times) and float(ground[0]["along_m"]) == 0
    blank = out.name.startswith(("blank", "stepped-")) or out.name == "air"
    assert bool(targets) != blank, (out, targets)


def check_streams(scene, folder, speed):
    """A client records from the emulator, row by row, what the scene gives."""
    recorded = {path.name[len(scene.stem):]: path for path in folder.glob(f"{scene.stem}-*data")}
    size = {name: os.path.getsize(path) for name, path in recorded.items()}
    with gw.emulate(folder, scene, "--speed", speed) as emulator:
        uri = f"iio:ip:127.0.0.1:{emulator.port}"
        client = gw.Program([gw.GW, "record", "--source", uri, folder / "live"],
                            folder / "client.log", gw.signal.SIGINT)

        def is_whole():
            assert client.process.poll() is None, client.log.read_text()
            return all((folder / f"live{name}").exists() and
                       os.path.getsize(folder / f"live{name}") > n - 65536
                       for name, n in size.items())

        gw.wait_for("all rows", is_whole)
        gw.time.sleep(1)
        client.stop()
    for name, path in recorded.items():
        told = (folder / f"live{name}").read_bytes()
        assert told and path.read_bytes().startswith(told[:len(told)]), name
    metas = [json.loads(path.read_text())["global"] for path in folder.glob("live-*.sigmf-meta")]
    fields = {key for meta in metas for key in meta}
    for meta in (json.loads(path.read_text())["global"]
                 for path in folder.glob(f"{scene.stem}-*.sigmf-meta")):
        for key in ("core:datatype", "gw:waveform", "gw:roles", "gw:tones_hz", "gw:gate_edges_s",
                    "gw:start_hz", "gw:step_hz"):
            same = [m for m in metas if m["gw:kind"] == meta["gw:kind"]][0]
            assert meta.get(key) == same.get(key), (key, fields)


def check_scene(scene):
    speed = SPEEDS.get(scene.stem, "10")
    with gw.Folder() as folder:
        collection, planned = record(scene, folder / scene.stem)
        check_truth(folder / scene.stem)
        if scene.stem in FORMS:
            check_streams(scene, folder, speed)
        computed = gw.detect(scene)
        recorded = gw.detect(collection)
    assert without_name(computed) == without_name(recorded)
    n = sum(line["alarm"] for line in computed)
    found, lost = live.play(scene, speed, n, planned)
    assert any(planned.values()) == (scene.stem in DROPPING), planned
    live.check_losses(lost, planned)
    gw.assert_same_alarms(found, computed)
    print(f"{scene.stem}: computed, recorded and at {speed} times real time: the same {n} alarms")


ALL = [path for path in sorted(SCENES.glob("*.yaml")) if not path.stem.startswith("device")]
with concurrent.futures.ThreadPoolExecutor(2) as pool:  # they wait more than they compute
    for done in [pool.submit(check_scene, scene) for scene in ALL]:
        done.result()
