# SPDX-License-Identifier: GPL-3.0-or-later
"""Eight radar channels over one mine: one candidate for it, where it lies; by itself every channel
that sees it has one. Scored a square metre; pictures of every channel; live as offline. Of steps
of frequency the same."""
import json
import math
import subprocess

import gw
import live
import schemas

MINE = {"along_m": 3.1, "cross_m": 0.18}
SCENE = """\
name: array
seed: 4
length_m: 6
sensors: [gpr]
soil: {name: loam, eps_r: 8, sigma_s_m: 0.01, variation: 0.05}
lift_off: {mean_m: 0.12}
speed: {sway_m: 0}
gpr: {channels: 8, channel_spacing_m: 0.05, scan_spacing_m: 0.02, samples: 256}
targets: [{name: PMN, along_m: 3.1, depth_m: 0.06, cross_m: 0.18}]
"""


# The same mine under steps of frequency, fewer channels.
STEPPED = SCENE.replace("channels: 8", "channels: 5").replace(
    "samples: 256", "waveform: sfcw, samples: 128, start_hz: 9.76e+8, step_hz: 8.063e+6") + \
    "noise: {time_jitter_samples: 0.005}\n"


def near(lines, reach_m):
    return [d for d in lines if math.dist((d["along_m"], d["cross_m"]),
                                          (MINE["along_m"], MINE["cross_m"])) < reach_m]


with gw.Folder() as folder:
    scene, alone = folder / "array.yaml", folder / "alone.yaml"
    scene.write_text(SCENE)
    alone.write_text("detect: {array: alone}\n")
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "lane"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    lane = folder / "lane.sigmf-collection"

    found = gw.detect(lane, "--png", str(folder))
    (mine,) = [d for d in near(found, 0.3) if d["alarm"]]
    assert abs(mine["along_m"] - MINE["along_m"]) < 0.03, mine
    assert abs(mine["cross_m"] - MINE["cross_m"]) < 0.03, mine
    assert mine["channel"] in (3, 4) and abs(mine["depth_m"] - 0.06) < 0.03, mine
    assert len(list(folder.glob("*.png"))) == 8, list(folder.iterdir())
    several = near(gw.detect(lane, "-c", str(alone), "--all"), 0.3)
    assert len({d["channel"] for d in several}) >= 4, several

    run = subprocess.run([gw.GW, "score", "--json", "-", lane], capture_output=True, text=True,
                         check=True, timeout=gw.HANG_S)
    report = json.loads(run.stdout)
    schemas.check("score", report)
    heard = report["sensors"]["gpr"]["heard"]
    assert heard["found"] == 1 and 0.8 * 2.4 < heard["searched_m2"] < 2.5, heard
    assert heard["false_per_m2"] * heard["searched_m2"] < heard["false_alarms"] + 0.01, heard
    assert [p["targets"] for p in report["sensors"]["gpr"]["roc_m2"]] == [1] * 6
    table = subprocess.run([gw.GW, "score", lane], capture_output=True, text=True, check=True)
    assert "false/m2" in table.stdout, table.stdout
    assert "an array, scored along and across" in table.stdout

    n = sum(d["alarm"] for d in found)
    streamed, lost = live.play(lane, "4", n)
    live.check_losses(lost)
    gw.assert_same_alarms(streamed, found)

    scene.write_text(STEPPED)
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "stepped"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    lane = folder / "stepped.sigmf-collection"
    found = gw.detect(lane)
    (mine,) = [d for d in near(found, 0.3) if d["alarm"]]
    assert abs(mine["along_m"] - MINE["along_m"]) < 0.03, mine
    assert abs(mine["cross_m"] - MINE["cross_m"]) < 0.03, mine
    assert abs(mine["depth_m"] - 0.06) < 2 * mine["depth_sd_m"] < 0.12, mine
    assert mine["far_assumed"], "no rate of arrays of stepped frequency was measured"
    n = sum(d["alarm"] for d in found)
    streamed, lost = live.play(lane, "4", n)
    live.check_losses(lost)
    gw.assert_same_alarms(streamed, found)

    alone.write_text("detect: {array: most}\n")
    run = subprocess.run([gw.GW, "detect", "-c", alone, lane], capture_output=True, text=True)
    assert run.returncode == 78 and "detect.array" in run.stderr, run
