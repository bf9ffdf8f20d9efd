# SPDX-License-Identifier: GPL-3.0-or-later
"""Sensors that stand apart on the head: a metal detector 0.3 m ahead of the radar. With the lever
arm in its recording, or in the configuration, both place an object alike, and fusion joins them;
without it they are 0.3 m apart. Offline, and in the daemon's records, which say the arm."""
import json
import subprocess

import gw
import logbook

AHEAD_M, SPEED = 0.3, 0.8
SCENE = f"""name: arm
seed: 5
length_m: 6
lift_off: {{mean_m: 0.05, rms_m: 0}}
speed: {{mean_m_s: {SPEED}, wobble: 0, sway_m: 0}}
pose: {{height: 1, cross: 1}}
targets: [{{name: TM-62M, along_m: 3.1, depth_m: 0.08}}]
"""


def meta_change(base, **changes):
    path = base.with_name(base.name + ".sigmf-meta")
    meta = json.loads(path.read_text())
    meta["global"] |= changes
    meta["global"].pop("core:sha512", None)
    meta["annotations"] = []
    path.write_text(json.dumps(meta))


def ahead_record(folder):
    """What the coils say is what they would say 0.3 m further on."""
    scene = folder / "arm.yaml"
    scene.write_text(SCENE)
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "lane"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    data = folder / "lane-md.sigmf-data"
    skipped = round(AHEAD_M / SPEED * 64000) * 4
    data.write_bytes(data.read_bytes()[skipped:])
    meta_change(folder / "lane-md")
    path = folder / "lane.sigmf-collection"
    collection = json.loads(path.read_text())
    for stream in collection["collection"]["core:streams"]:
        stream.pop("hash", None)
    path.write_text(json.dumps(collection))
    return path, scene


def places(lines):
    best = {}
    for line in lines:
        if line["alarm"] and abs(line["along_m"] - 3.1) < 0.6 and \
                line["score"] > best.get(line["sensor"], {"score": 0})["score"]:
            best[line["sensor"]] = line
    return {sensor: line["along_m"] for sensor, line in best.items()}


with gw.Folder() as folder:
    lane, scene = ahead_record(folder)
    beside, apart = places(gw.detect(scene)), places(gw.detect(lane))  # the coils over the radar
    assert abs(beside["md"] - apart["md"] - AHEAD_M) < 0.03, (beside, apart)

    config = folder / "arm.json"
    config.write_text(json.dumps({"lever_arm_m": {"md": {"forward": AHEAD_M, "right": 0.1,
                                                         "up": 0.02}}}))
    configured = gw.detect(lane, "-c", str(config))
    with gw.daemon(folder, f"file:{lane}", "-c", config) as daemon:
        assert daemon.process.wait(gw.HANG_S) == 0, daemon.log.read_text()
    records = {}
    for kind, _, text in logbook.journal(folder):
        records.setdefault(kind, []).append(json.loads(text)["data"])
    meta_change(folder / "lane-md", **{"gw:lever_arm_m": [AHEAD_M, 0.1, 0.02]})
    for lines in (configured, gw.detect(lane), records["detection"]):
        at = places(lines)
        assert {"gpr", "md", "fused"} <= at.keys(), at
        assert at["gpr"] == beside["gpr"] and abs(at["md"] - beside["md"]) < 0.02, (at, beside)
    told = {s["kind"]: s.get("lever_arm_m") for s in records["session"][0]["sources"]}
    assert told == {"md": {"forward": AHEAD_M, "right": 0.1, "up": 0.02}, "gpr": None,
                    "pose": None}, told
    # across and height are the sensor's
    ground = [c for c in records["coverage"] if c["sensor"] == "md"]
    assert len(ground) > 3 and abs(ground[0]["from_m"] - AHEAD_M) < 0.1, ground
    for c in ground:
        assert abs(c["cross_m"] - 0.1) < 0.002 and abs(c["height_m"] - 0.07) < 0.002, c

    meta_change(folder / "lane-md", **{"gw:lever_arm_m": [0, 11, 0]})
    run = subprocess.run([gw.GW, "detect", lane], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 65 and "gw:lever_arm_m" in run.stderr, run
    print(f"{beside['md'] - apart['md']:.3f} m off without the arm; with it "
          f"{beside['md'] - places(configured)['md']:+.3f} m")
