# SPDX-License-Identifier: GPL-3.0-or-later
"""`groundwatch detect` on measured and simulated data: its lines, and what it finds."""
import csv
import json
import re
import statistics
import subprocess
import time

import gw

REQUIRED = {"recording", "sensor", "score", "far_per_m", "alarm"}
KNOWN = REQUIRED | {"along_m", "cross_m", "scan", "channel", "sample", "depth_m", "depth_sd_m",
                    "speed_m_per_ns", "speed_sd_m_per_ns",
                    "unlikely", "spacing_assumed", "far_assumed", "amplitude", "amplitude_unit",
                    "phase_deg", "tone_hz", "calibration", "metal", "ferrous_probability",
                    "relaxation_s", "depth_class", "coil_distance_m", "coil_distance_sd_m",
                    "gpr_score", "md_score", "md_sample", "evidence", "width_m", "gpr_scans",
                    "md_samples"}


def evidence_check(line):
    """A fused line names the rows of both sensors that it rests on, and its own are among them."""
    assert ("gpr_scans" in line) == ("gpr_score" in line), line
    assert ("md_samples" in line) == ("md_score" in line), line
    if "gpr_scans" in line:
        first, last = line["gpr_scans"]
        assert 0 <= first <= line["scan"] <= last <= first + 200, line
        assert 0 < line.get("width_m", 0.1) <= 0.5, line
    if "md_samples" in line:
        first, last = line["md_samples"]
        assert 0 <= first <= line["md_sample"] <= last, line
    body = " body" in line["evidence"]
    assert (" cm wide" in line["evidence"]) == (body and "width_m" in line), line


def check_lines(lines, far=0.1):
    places = [line["along_m"] for line in lines if "along_m" in line]
    assert places == sorted(places)
    for line in lines:
        assert REQUIRED <= set(line) <= KNOWN, line
        assert line["score"] > 0 and line["alarm"] == (line["far_per_m"] <= far), line
        if line["sensor"] == "fused":
            evidence_check(line)
        assert "unlikely" not in line or (line["sensor"] == "fused" and not line["alarm"]), line
    for sensor in {line["sensor"] for line in lines}:
        mine = sorted((l["score"], -l["far_per_m"]) for l in lines if l["sensor"] == sensor)
        assert [f for _, f in mine] == sorted(f for _, f in mine), "far_per_m does not follow score"


scene = gw.ROOT / "drivers/scenes/demo.yaml"
lines = gw.detect(scene, "--all")
check_lines(lines)
assert {line["sensor"] for line in lines} == {"gpr", "md", "fused"}
for sensor in ("gpr", "md"):
    assert sum(line["sensor"] == sensor for line in lines) >= 2 * 10, "two candidates a metre"
out = subprocess.run([gw.GW, "detect", "--format", "csv", scene], capture_output=True,
                     text=True).stdout
rows = list(csv.DictReader(out.splitlines()))
assert [float(r["score"]) for r in rows] == [l["score"] for l in gw.detect(scene)]
loud = gw.detect(scene, "--far", "5", "--all")
check_lines(loud, 5)
assert sum(l["alarm"] for l in loud) > sum(l["alarm"] for l in lines)

cues = [line for line in gw.detect(scene, "--provisional") if "provisional" in line]
assert [line for line in gw.detect(scene, "--provisional") if "provisional" not in line] == \
    gw.detect(scene), "a first look changed what was decided"
assert cues and all(c["sensor"] == "gpr" and c["provisional"] and 0.2 <= c["score"] <= 1 and
                    not {"alarm", "far_per_m", "depth_m"} & set(c) for c in cues), cues
heard = [l["along_m"] for l in gw.detect(scene) if l["sensor"] == "gpr" and l["alarm"]]
assert any(abs(c["along_m"] - place) < 0.1 for c in cues for place in heard), (cues, heard)



def rate_check(path, sensors):
    """--rate says how fast it was, and changes nothing of what is found."""
    run = subprocess.run([gw.GW, "detect", "--rate", path], capture_output=True, text=True,
                         check=True, timeout=gw.HANG_S)
    told = re.search(r": (\d+) scans in .* ([\d.]+) times real time at 100 scans/s", run.stderr)
    n_scans, times = told.groups()
    assert path.name in run.stderr and int(n_scans) > 400 and float(times) > 0, run.stderr
    assert [json.loads(line) for line in run.stdout.splitlines()] == gw.detect(path)
    print(f"{sensors}, on one core: {times} times real time at 100 scans/s")


rate_check(scene, "radar and metal detector")
with gw.Folder() as folder:
    subprocess.run([gw.GW, "record", "--scene", scene, folder / "lane"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    radar = folder / "lane-gpr.sigmf-meta"
    assert {line["sensor"] for line in gw.detect(radar, "--all")} == {"gpr"}
    rate_check(radar, "radar alone, one channel")

TRACES = gw.SHARED / "traces"


def rebars_check(path, n_bars, reach, median=None):
    """Each bar of a measured trace is heard within `reach` scans, with at most one false alarm;
    with `median` half of them within that."""
    lines = gw.detect(TRACES / path, "--all")
    check_lines(lines)
    alarms = [line["scan"] for line in lines if line["alarm"]]
    truth = [float(row["trace"])
             for row in csv.DictReader(open((TRACES / path).with_suffix(".truth.csv")))]
    missed = [t for t in truth if not any(abs(scan - t) <= reach for scan in alarms)]
    false = [scan for scan in alarms if all(abs(scan - t) > reach for t in truth)]
    assert len(truth) == n_bars and not missed and len(false) <= 1, (path, missed, false)
    off = statistics.median(min(abs(scan - t) for scan in alarms) for t in truth)
    assert median is None or off <= median, (path, off, alarms)
    print(f"{path}: {n_bars} of {n_bars} rebars, {len(false)} false alarms, apex {off:g} scans "
          "off in the median")


if not TRACES.exists():
    gw.skip("shared/ is not here: the measured traces and the lanes were not searched")
rebars_check("charisma/Lab_specimen_data.DZT", 14, 6, 2)
rebars_check("ids/LID10001.dt", 9, 8)

seconds = []
for k in gw.few(range(20), 2):
    lane = gw.SHARED / f"lanes/lane-{k:02d}.sigmf-collection"
    start = time.monotonic()
    lines = gw.detect(lane, "--all")
    seconds.append(time.monotonic() - start)
    check_lines(lines)
    assert {line["sensor"] for line in lines} == {"gpr", "md", "fused"}, lane
print("seconds a lane of 8 m: " + " ".join(f"{s:.2f}" for s in seconds))
