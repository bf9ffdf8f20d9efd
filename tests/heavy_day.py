# SPDX-License-Identifier: GPL-3.0-or-later
"""One day: a device out of tune is calibrated from nothing and checked; two lanes are searched
while watch, map and log listen; an alarm is acknowledged, and what was dug up recorded; in the
evening the log is summed up, read by GDAL, and the lanes are scored against their truth. Every
record is in the log exactly once."""
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
import uuid

import gw
import schemas
import zmq
from logbook import journal, package, same

SCENES = gw.ROOT / "drivers" / "scenes"
SPEED = "3"
AREA = [[46.5, 39.6], [46.6, 39.6], [46.6, 39.7], [46.5, 39.7], [46.5, 39.6]]


def run(*arguments, status=0):
    done = subprocess.run([gw.GW, *map(str, arguments)], capture_output=True, text=True,
                          timeout=4 * gw.HANG_S)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def scenes_make(folder):
    """The calibration's scenes with the detuned device, and two lanes of the demo's ground."""
    scenes = folder / "scenes"
    shutil.copytree(SCENES, scenes)
    shutil.copy(scenes / "device-detuned.yaml", scenes / "device.yaml")
    for number, seed in ((1, 35), (2, 104)):
        lane = (scenes / "demo.yaml").read_text().replace("seed: 35", f"seed: {seed}")
        assert f"seed: {seed}" in lane
        (scenes / f"lane-{number}.yaml").write_text(
            f"{lane}\ndevice_file: device.yaml\n"
            f"origin: {{lat: {39.6412 + number * 1e-4}, lon: 46.5461, heading_deg: 30}}\n")
    return scenes


def calibrate(folder, scenes):
    file = folder / "device.json"
    for step, scene in (("air", "air"), ("null", "air"), ("ball", "ball"), ("noise", "blank")):
        with gw.emulate(folder, scenes / f"{scene}.yaml", "--speed", "10") as emulator:
            run("calibrate", step, "--source", f"iio:ip:127.0.0.1:{emulator.port}", "--file", file,
                "--yes")
    schemas.check("calibration", json.loads(file.read_text()))
    return file


class Listeners:
    """watch in lines, the log, and the map's page."""

    def __init__(self, folder):
        ends = ["--live", f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay"]
        self.package, self.lines = folder / "day.gpkg", folder / "watch.ndjson"
        self.watch = subprocess.Popen([gw.GW, "watch", "--json", "--history", *ends],
                                      stdout=open(self.lines, "wb"), stderr=subprocess.DEVNULL)
        self.log = gw.Program([gw.GW, "log", "--output", self.package, *ends],
                              folder / "log.txt", signal.SIGINT)
        port = folder / "map.port"
        self.map = gw.Program([gw.GW, "map", "--port", "0", "--port-file", port, *ends],
                              folder / "map.txt")
        gw.wait_for("the map's port", lambda: port.exists() and port.read_text().strip())
        self.url = f"http://127.0.0.1:{port.read_text().strip()}/"

    def page(self):
        return urllib.request.urlopen(self.url, timeout=gw.HANG_S).read().decode()

    def stop(self):
        self.watch.send_signal(signal.SIGINT)
        self.watch.wait(timeout=gw.HANG_S)
        assert self.log.stop() == 0, self.log.log.read_text()
        assert self.map.stop() == 0, self.map.log.read_text()


def ask(folder, request):
    dealer = zmq.Context.instance().socket(zmq.DEALER)
    dealer.connect(f"ipc://{folder}/replay")
    dealer.send(json.dumps({"request": str(uuid.uuid4()), **request}).encode())
    assert dealer.poll(gw.HANG_S * 1000), "the gate does not answer"
    reply = json.loads(dealer.recv_multipart()[-1])
    schemas.check("reply", reply)
    dealer.close(0)
    return reply


def lane_search(folder, scene, calibration, during):
    with gw.emulate(folder, scene, "--speed", SPEED) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "--calibration",
                      calibration) as daemon:
        during()
        before = len(journal(folder))
        gw.wait_for("the lane's end", lambda: any(
            json.loads(text)["data"].get("to_m", 0) > 9.9
            for kind, _, text in journal(folder)[before:] if kind == "coverage"))
        daemon.stop()


def alarms(folder):
    return [data for kind, _, text in journal(folder) if kind == "detection"
            if (data := json.loads(text)["data"])["alarm"]]


def alarm_acknowledge(folder):
    gw.wait_for("an alarm", lambda: alarms(folder))
    reply = ask(folder, {"op": "acknowledge", "by": "A. B.", "detection": alarms(folder)[0]["id"]})
    assert reply["op"] == "recorded" and reply["kind"] == "detection", reply


def evening(folder, scenes, calibration, listeners):
    found, words = package(listeners.package)
    n = same(found, [folder])
    assert words.count("heard") == 2 and words.count("BLIND") >= 1, words
    watched = [schemas.check_event(json.loads(line))
               for line in listeners.lines.read_text().splitlines()]
    keys = [(e["type"], e["data"]["kind_seq"]) for e in watched if e["data"]["seq"] != "0"]
    assert len(keys) == len(set(keys)) == n, (len(keys), len(set(keys)), n)
    sha = json.loads(calibration.read_text())["hash"]
    assert {e["data"]["calibration"] for e in found.values()} == {sha}
    assert all(e["data"]["placed"] == "configured" for e in found.values()
               if "lat" in e["data"]), "placed"

    areas = folder / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "the field"},
         "geometry": {"type": "Polygon", "coordinates": [AREA]}}]}))
    field, none = json.loads(run("log", "summary", listeners.package, "--areas", areas,
                                 "--json"))["areas"]
    ids = {a["id"] for a in alarms(folder)}
    assert field["outcomes"] == 1 and field["by_model"] == {"PMN-2": 1}, field
    assert field["open_alarms"] == len(ids) - 1 and none["open_alarms"] == 0, (field, len(ids))

    info = subprocess.run(["ogrinfo", "-ro", "-al", "-so", listeners.package],
                          capture_output=True, text=True, check=True).stdout
    assert "WGS 84" in info and info.count("Layer name:") == 5, info
    check = subprocess.run([sys.executable, "-m", "osgeo_utils.samples.validate_gpkg", "-k",
                            listeners.package], capture_output=True, text=True, check=True)
    assert "error" not in (check.stdout + check.stderr).lower(), check

    report = json.loads(run("score", "--json", "-", "--calibration", calibration,
                            scenes / "lane-1.yaml", scenes / "lane-2.yaml"))
    schemas.check("score", report)
    heard = report["sensors"]["fused"]["heard"]
    assert heard["targets"] == 12 and heard["found"] >= 6, heard
    print(f"{n} records, each once in log and watch; {len(ids)} alarms, one dug up; score of the "
          f"two lanes, fused: {heard['found']} of 12 [{heard['pd_low']:.2f}, "
          f"{heard['pd_high']:.2f}], {heard['false_alarms']} false alarms")


def main():
    if not shutil.which("ogrinfo"):
        gw.skip("gdal-bin is not installed")
    with gw.Folder() as folder:
        scenes = scenes_make(folder)
        calibration = calibrate(folder, scenes)
        run("calibrate", "check", "--source", scenes / "test-piece.yaml", "--file", calibration,
            "--piece", "test-piece", "--no-publish")
        listeners = Listeners(folder)
        ends = ["--live", f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay"]

        def morning():
            gw.wait_for("the daemon", lambda: journal(folder))
            run("calibrate", "check", "--source", scenes / "test-piece.yaml", "--file",
                calibration, "--piece", "test-piece", "--by", "A. B.", *ends)
            assert "Groundwatch" in listeners.page()
            alarm_acknowledge(folder)

        def afternoon():
            gw.wait_for("the second session", lambda: sum(
                kind == "session" for kind, _, _ in journal(folder)) == 3)
            print(run("outcome", alarms(folder)[0]["id"], "--by", "A. B.", "--model", "PMN-2",
                      "--condition", "live", "--year", 1986, "--depth", 0.05, *ends).strip())

        lane_search(folder, scenes / "lane-1.yaml", calibration, morning)
        lane_search(folder, scenes / "lane-2.yaml", calibration, afternoon)
        kinds = {kind for kind, _, _ in journal(folder)}
        assert {"check", "outcome", "detection", "coverage", "session", "health"} <= kinds, kinds
        n = len(journal(folder))
        gw.wait_for("all in the log", lambda: len(package(listeners.package)[0]) >= n)
        gw.wait_for("all in watch", lambda: len(listeners.lines.read_text().splitlines()) >= n)
        listeners.stop()
        evening(folder, scenes, calibration, listeners)


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    main()
