# SPDX-License-Identifier: GPL-3.0-or-later
"""3,166 outcomes in three areas through the log: 1,671 Lachin, 935 Kalbajar, 560 Dashkasan; and
the GeoPackage as GDAL sees it: ogrinfo reads every layer, its validator finds nothing. A full
disk under the log loses nothing that was kept. Outcomes and polygons are made up."""
import json
import os
import random
import shutil
import subprocess
import sys

import gw

COUNTS = {"Lachin": 1671, "Kalbajar": 935, "Dashkasan": 560}
CENTRES = {"Lachin": (46.55, 39.64), "Kalbajar": (46.04, 40.10), "Dashkasan": (46.08, 40.52)}
REACH_DEG = 0.15
MODELS = ("PMN", "PMN-2", "PMN-E", "OZM-72", "TM-62M", "POMZ-2M")
STREAM = "aaaaaaaa-0000-4000-8000-000000000000"


def run(*arguments, status=0, **options):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                          timeout=4 * gw.HANG_S, **options)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def event(kind, number, data):
    seconds = 1_790_000_000 + number
    return json.dumps({
        "specversion": "1.0", "id": f"{STREAM}/{number}", "source": "/groundwatch/team-7",
        "type": f"org.groundwatch.{kind}.v1", "time": "2026-09-21T12:00:00.000000000Z",
        "datacontenttype": "application/json",
        "data": {"stream": STREAM, "seq": str(number), "kind_seq": str(number), "durable": True,
                 "time_ns": str(seconds * 10**9), "calibration": "uncalibrated", **data}})


def star(centre):
    """An area that is no box, with its corners inside REACH_DEG."""
    x, y = centre
    ring = [(1, 0), (.5, .4), (.3, 1), (-.4, .6), (-1, .3), (-.6, -.5), (0, -1), (.6, -.7)]
    return [[x + REACH_DEG * a, y + REACH_DEG * b] for a, b in [*ring, ring[0]]]


def outcomes_make(path):
    draw = random.Random(3166)
    where = [name for name, count in COUNTS.items() for _ in range(count)]
    draw.shuffle(where)
    with open(path, "w") as file:
        for number, name in enumerate(where, 1):
            x, y = CENTRES[name]
            # a quarter of the reach around the centre is within the star
            file.write(event("outcome", number, {
                "request": f"{number:08x}-0000-4000-8000-000000000000", "by": "A. B.",
                "model": draw.choice(MODELS), "condition": "live",
                "year": draw.randint(1976, 1991), "depth_m": round(draw.uniform(0, .2), 2),
                "when": "2026-09-21T12:00:00Z",
                "lat": y + REACH_DEG * draw.uniform(-.25, .25),
                "lon": x + REACH_DEG * draw.uniform(-.25, .25)}) + "\n")


def records_make(path):
    with open(path, "w") as file:
        for number in range(1, 4000):
            file.write(event("coverage", number, {
                "sensor": "gpr", "first_row": "0", "n_rows": "9", "from_m": 0.0, "to_m": 1.0,
                "lost": "0", "state": "SEARCHING", "reasons": [], "note": "x" * 200}) + "\n")


def summary_is_right(folder, package):
    areas = folder / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": "Polygon", "coordinates": [star(CENTRES[name])]}}
        for name in COUNTS]}))
    summary = json.loads(run(gw.GW, "log", "summary", package, "--areas", areas, "--json").stdout)
    assert {row["area"]: row["outcomes"] for row in summary["areas"]} == {**COUNTS, None: 0}
    assert summary["outcomes"] == 3166 and summary["unplaced_outcomes"] == 0
    for row in summary["areas"]:
        for counts in row["by_model"], row["by_year"]:
            assert sum(counts.values()) == row["outcomes"], row
    return run(gw.GW, "log", "summary", package, "--areas", areas).stdout


def gdal_accepts(package):
    if not shutil.which("ogrinfo"):
        gw.skip("gdal-bin is not installed")
    text = run("ogrinfo", "-ro", "-al", "-so", package).stdout
    for layer, geometry in (("detections", "Point"), ("coverage", "Line String"),
                            ("track", "Point"), ("outcomes", "Point"), ("events", "None")):
        part = text.split(f"Layer name: {layer}\n")[1].split("Layer name:")[0]
        assert f"Geometry: {geometry}\n" in part, part
    outcomes = text.split("Layer name: outcomes\n")[1]
    assert "Feature Count: 3166" in outcomes and "WGS 84" in outcomes, outcomes
    check = run(sys.executable, "-m", "osgeo_utils.samples.validate_gpkg", "-v", "-k", "--extra",
                package)
    wrong = [line for line in (check.stdout + check.stderr).splitlines()
             if "warning" in line.lower() or "error" in line.lower() or line.startswith("Req")]
    assert not wrong and "Checking vector user table outcomes" in check.stdout, check.stdout


def a_full_disk_loses_nothing(folder):
    """tmpfs of 400 KiB in a mount namespace of its own."""
    if os.geteuid() != 0:
        print("not root: the full disk is left out")
        return
    lines, small = folder / "many.ndjson", folder / "small"
    small.mkdir()
    records_make(lines)
    script = (f"mount -t tmpfs -o size=400k tmpfs {small} && "
              f"{{ {gw.GW} log --output {small}/log.gpkg --from {lines}; echo status $?; "
              f"cp {small}/log.gpkg {folder}/kept.gpkg; }}")
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    if "unshare" in done.stderr or "mount" in done.stderr:
        print(f"no mount namespace here, the full disk is left out: {done.stderr.strip()}")
        return
    assert "status 74" in done.stdout and "full" in done.stderr, done
    run(gw.GW, "log", "--output", folder / "kept.gpkg", "--from", lines)
    text = run("ogrinfo", "-ro", "-so", folder / "kept.gpkg", "coverage").stdout
    assert "Feature Count: 3999" in text, text


with gw.Folder() as folder:
    lines, package = folder / "outcomes.ndjson", folder / "outcomes.gpkg"
    outcomes_make(lines)
    run(gw.GW, "log", "--output", package, "--from", lines)
    run(gw.GW, "log", "--output", package, "--from", lines)  # twice changes nothing
    print(summary_is_right(folder, package))
    gdal_accepts(package)
    a_full_disk_loses_nothing(folder)
