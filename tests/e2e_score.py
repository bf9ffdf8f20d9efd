# SPDX-License-Identifier: GPL-3.0-or-later
"""`groundwatch score` on scenes (truth of their own), on recordings with truth beside them, and on
wrong ones: figures that can be recounted from `detect`'s lines, JSON by its schema, a page that
loads nothing."""
import json
import re
import subprocess

import gw
import schemas

SCENE = gw.ROOT / "drivers" / "scenes" / "demo.yaml"


def score(*arguments, status=0):
    run = subprocess.run([gw.GW, "score", *map(str, arguments)], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == status, (arguments, run.returncode, run.stdout, run.stderr)
    return run


def recount(lines, targets, sensor):
    heard = [d for d in lines if d["sensor"] == sensor and d["alarm"]]

    def is_on(d, t):
        return abs(d["along_m"] - t["along_m"]) <= t["diameter_m"] / 2 + 0.15
    found = sum(any(is_on(d, t) for d in heard) for t in targets)
    return found, sum(not any(is_on(d, t) for t in targets) for d in heard)


def recount_metal(lines, targets, metals):
    """Of lines on metal: all, on a mine, else on scrap, else elsewhere."""
    on = [any(abs(d["along_m"] - t["along_m"]) <= t["diameter_m"] / 2 + 0.15 for t in targets)
          for d in lines]
    scrap = sum(not mine and any(abs(d["along_m"] - m["along_m"]) <= 0.3 for m in metals)
                for d, mine in zip(lines, on))
    return {"n": len(lines), "mines": sum(on), "scrap": scrap,
            "elsewhere": len(lines) - sum(on) - scrap}


def truth_read(path):
    names, *rows = [line.split(",") for line in path.read_text().split()]
    return [{n: float(v) if n.endswith("_m") else v for n, v in zip(names, row)} for row in rows]


with gw.Folder() as folder:
    subprocess.run([gw.GW, "record", "--scene", SCENE, folder / "lane"], check=True,
                   capture_output=True, timeout=gw.HANG_S)
    lane = folder / "lane.sigmf-collection"
    run = score("--json", folder / "s.json", "--html", folder / "s.html", lane)
    assert "\033" not in run.stdout and "brackets: exact 95 %" in run.stdout
    report = json.loads((folder / "s.json").read_text())
    schemas.check("score", report)
    targets = truth_read(folder / "lane.truth.csv")
    lines = gw.detect(lane)
    for sensor in ("gpr", "fused"):
        heard = report["sensors"][sensor]["heard"]
        assert (heard["found"], heard["false_alarms"]) == recount(lines, targets, sensor), heard
        assert heard["targets"] == len(targets) == 6 and 9 < heard["searched_m"] <= 10.01, heard
    metals = truth_read(folder / "lane.metal.csv")
    told, every = report["sensors"]["fused"], gw.detect(lane, "--all")
    assert told["md_alarms"] == recount_metal(
        [d for d in every if d["sensor"] == "md" and d["alarm"]], targets, metals), told
    assert told["unlikely"] == recount_metal(
        [d for d in every if d.get("unlikely")], targets, metals), told
    assert f"marked unlikely {told['unlikely']['n']} of {told['md_alarms']['n']}: on mines" in \
        run.stdout, run.stdout
    assert "unlikely" not in report["sensors"]["md"]
    # the scene itself says the same
    assert json.loads(score("--json", "-", SCENE).stdout)["sensors"]["gpr"]["heard"] == \
        report["sensors"]["gpr"]["heard"]
    assert set(json.loads(score("--json", "-", "--sensor", "md", lane).stdout)["sensors"]) == {"md"}
    page = (folder / "s.html").read_text()
    assert page.count("<svg") == 4 and not re.search(r"https?:|src=|url\(|@import|<script", page)
    # two lanes: counts add up
    both = json.loads(score("--json", "-", lane, SCENE).stdout)["sensors"]["md"]["heard"]
    assert both["targets"] == 12 and both["found"] % 2 == 0, both

    # what was written down scores as what is found here
    written = folder / "all.jsonl"
    written.write_text("".join(json.dumps(d) + "\n" for d in gw.detect(lane, "--all")))
    again = json.loads(score("--json", "-", "--detections", written, lane).stdout)
    assert "calibration" not in again and again["sensors"]["gpr"]["heard"] == \
        report["sensors"]["gpr"]["heard"], again
    event = {"type": "org.groundwatch.detection.v1", "data": {
        "sensor": "gpr", "along_m": 2.0, "score": 9, "alarm": True}}
    ground = {"type": "org.groundwatch.coverage.v1", "data": {
        "sensor": "gpr", "from_m": 0.0, "to_m": 4.0}}
    written.write_text(json.dumps(event) + "\n" + json.dumps(ground) + "\n")
    heard = json.loads(score("--json", "-", "--detections", written, lane).stdout)
    heard = heard["sensors"]["gpr"]["heard"]
    assert (heard["found"], heard["false_alarms"], heard["searched_m"]) == (0, 1, 4), heard
    written.write_text('{"sensor": "gpr"}\n')
    assert "all.jsonl:1: neither" in score("--detections", written, lane, status=65).stderr
    score("--detections", folder / "none", lane, status=66)

    truth = folder / "lane.truth.csv"
    good = truth.read_text()
    truth.write_text(good + "x,AP,PMN,0.1,0.1\n")
    assert "lane.truth.csv:8: numbers expected" in score(lane, status=65).stderr
    truth.write_text("name\nPMN\n")
    assert "lane.truth.csv:1: a header" in score(lane, status=65).stderr
    # a bad one of two: the other is scored, the status tells
    run = score("--json", "-", lane, SCENE, status=65)
    assert json.loads(run.stdout)["recordings"] == 1
    truth.unlink()
    run = score(lane, status=65)
    assert "no recording with truth" in run.stderr, run.stderr
    assert "--far" in score("--far", "0", lane, status=64).stderr
    assert "--sensor" in score("--sensor", "gprs", lane, status=64).stderr
    score(status=64)
    assert score("--html", folder / "no" / "page.html", SCENE, status=74).stderr

# Least Pd by score at so many false alarms a metre, and of what is heard at no more than 0.2.
LEAST = {"gpr": ({0.05: 0.85, 0.2: 0.93}, 0.85), "md": ({0.05: 0.90}, 0.88),
         "fused": ({0.1: 0.95}, 0.92)}


def lanes_hold(sensor, part):
    at_rates, pd_heard = LEAST[sensor]
    heard, place, depth = part["heard"], part["place"], part["depth"]
    points = {round(point["false_per_m"], 6): point for point in part["roc"]}
    for rate, pd in at_rates.items():
        assert points[rate]["pd"] >= pd, (sensor, rate, points[rate])
    assert heard["pd"] >= pd_heard and heard["false_per_m"] <= 0.2, (sensor, heard)
    assert place["n"] == heard["found"] and place["rms_m"] <= 0.03, (sensor, place)
    said = f"place rms {100 * place['rms_m']:.1f} cm"
    if sensor == "gpr":  # the metal detector tells no depth
        assert depth["n"] == heard["found"] and depth["near_share"] >= 0.68, depth
        said += f", depth near in {depth['near']} of {depth['n']}"
    if sensor == "fused":  # none is muted by it
        marked, metal = part["unlikely"], part["md_alarms"]
        assert 0 <= marked["n"] <= metal["n"] and metal["mines"] >= heard["found"], (marked, metal)
        said += f", md alarms marked unlikely: {marked} of {metal}"
    print(f"lanes 00-09, {sensor}: " + ", ".join(
        f"Pd {points[rate]['pd']:.3f} at {rate}/m" for rate in at_rates) + f", {said}")


lanes = sorted((gw.SHARED / "lanes").glob("lane-0?.sigmf-collection"))
if not lanes:
    print("skipped: lanes 00-09: no shared/lanes beside the repository")
else:
    assert len(lanes) == 10, lanes
    report = json.loads(score("--json", "-", *lanes).stdout)
    schemas.check("score", report)
    for sensor, part in report["sensors"].items():
        heard = part["heard"]
        print(f"lanes 00-09, {sensor}: {heard['found']} of {heard['targets']}, Pd "
              f"{heard['pd']:.2f} [{heard['pd_low']:.2f}, {heard['pd_high']:.2f}], "
              f"{heard['false_per_m']:.3f}/m [{heard['false_per_m_low']:.3f}, "
              f"{heard['false_per_m_high']:.3f}] on {heard['searched_m']:.1f} m")
    assert sum(s["targets"] for s in report["sensors"]["gpr"]["soil"].values()) == 53
    for sensor in LEAST:
        lanes_hold(sensor, report["sensors"][sensor])
