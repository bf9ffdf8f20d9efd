# SPDX-License-Identifier: GPL-3.0-or-later
"""The log: two daemons followed into one GeoPackage through kill -9 of the log and of a gate, each
record once and none missing; the same from the journals after the fact; outcomes; formats; foreign
files left alone."""
import json
import os
import signal
import sqlite3
import struct
import subprocess

import gw
from logbook import journal, package, same

SCENE = """name: log
seed: {seed}
length_m: 4
speed: {{mean_m_s: 0.7, wobble: 0}}
targets: [{{name: TM-62M, along_m: 2.0, depth_m: 0.08}}]
"""


def run(*arguments, status=0):
    done = subprocess.run([gw.GW, *map(str, arguments)], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def follow(folders, output, log):
    first, *others = folders
    also = [text for other in others
            for text in ("--also", f"ipc://{other}/live,ipc://{other}/replay")]
    return gw.Program([gw.GW, "log", "--output", output, "--live", f"ipc://{first}/live",
                       "--replay", f"ipc://{first}/replay", *also], log, signal.SIGINT)


def points(path, table):
    db = sqlite3.connect(path)
    rows = db.execute(f"SELECT geom FROM {table} WHERE geom IS NOT NULL").fetchall()
    srs = db.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?",
                     (table,)).fetchone()[0]
    db.close()
    for (blob,) in rows:
        assert blob[:4] == b"GP\0\1" and struct.unpack_from("<i", blob, 4)[0] == srs
    return srs, [struct.unpack_from("<2d", blob, 13) for (blob,) in rows]


with gw.Folder() as top:
    folders = [top / "a", top / "b"]
    origin = top / "origin.yaml"
    origin.write_text("origin: {lat: 39.64, lon: 46.54, heading_deg: 0}\n")
    emulators, daemons = [], []
    output = top / "day.gpkg"
    for number, folder in enumerate(folders):
        folder.mkdir()
        scene = folder / "scene.yaml"
        scene.write_text(SCENE.format(seed=number + 1))
        emulators.append(gw.emulate(folder, scene))
        daemons.append(gw.daemon(folder, f"iio:ip:127.0.0.1:{emulators[-1].port}", "-c", origin))
    log = follow(folders, output, top / "log.txt")
    gw.wait_for("coverage in the log", lambda: output.exists() and len(package(output)[0]) > 6)
    log.process.send_signal(signal.SIGKILL)
    log.process.wait(timeout=gw.HANG_S)
    log = follow(folders, output, top / "log2.txt")
    gates = subprocess.run(["pgrep", "-P", str(daemons[0].process.pid)], capture_output=True,
                           text=True, check=True).stdout.split()
    os.kill(int(gates[0]), signal.SIGKILL)
    gw.wait_for("the lanes' end", lambda: all(
        any(json.loads(text)["data"].get("to_m", 0) > 3.9 for kind, _, text in journal(folder)
            if kind == "coverage") for folder in folders))

    # an outcome, and the same request again: one record
    alarm = next(json.loads(text)["data"] for kind, _, text in journal(folders[0])
                 if kind == "detection" and json.loads(text)["data"]["alarm"])
    ends = ["--live", f"ipc://{folders[0]}/live", "--replay", f"ipc://{folders[0]}/replay"]
    request = "11111111-2222-4333-8444-555555555555"
    for _ in range(2):
        done = run("outcome", alarm["id"], "--by", "A. B.", "--model", "TM-62M", "--condition",
                   "live", "--marking", "ab", "--year", 1984, "--depth", 0.08, "--request",
                   request, *ends)
        assert done.stdout.startswith("recorded: outcome 1 "), done.stdout
    assert "refused" in run("outcome", "no-such-id", "--by", "A", *ends, status=65).stderr
    assert "--by" in run("outcome", alarm["id"], *ends, status=64).stderr
    assert "--year" in run("outcome", "--by", "A", "--year", "x", *ends, status=64).stderr

    for program in daemons + emulators:
        program.stop()
    gw.wait_for("BLIND of both", lambda: package(output)[1].count("BLIND") >= 2)
    assert log.stop() == 0, log.log.read_text()
    found, words = package(output)
    n = same(found, folders)
    assert "heard" in words and log.said("BLIND")
    srs, places = points(output, "detections")
    assert srs == 4326 and all(abs(x - 46.54) < 1e-4 and 39.6399 < y < 39.6401
                               for x, y in places), places
    outcome = next(e for (_, kind, _), e in found.items() if kind == "outcome")["data"]
    assert outcome["lat"] == alarm["lat"] and outcome["year"] == 1984, outcome

    # after the fact, in every format: the same records
    again, lines, features = top / "again.gpkg", top / "all.ndjson", top / "all.geojson"
    for target in (again, lines, features):
        for folder in folders:
            run("log", "--output", target, "--from", folder / "journal.sqlite")
        assert " 0 new records" in run("log", "--output", target, "--from",
                                       folders[0] / "journal.sqlite").stderr
    assert same(package(again)[0], folders) == n
    assert len(lines.read_text().splitlines()) == n
    collection = json.loads(features.read_text())
    assert len(collection["features"]) == n
    third = top / "third.gpkg"
    run("log", "--output", third, "--from", lines)
    assert same(package(third)[0], folders) == n

    # summary
    areas = top / "areas.geojson"
    ring = [[46.5, 39.6], [46.6, 39.6], [46.6, 39.7], [46.5, 39.7], [46.5, 39.6]]
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "field"},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
    summary = json.loads(run("log", "summary", output, "--areas", areas, "--json").stdout)
    field, none = summary["areas"]
    assert field["area"] == "field" and field["outcomes"] == 1 and none["outcomes"] == 0, summary
    assert field["by_model"] == {"TM-62M": 1} and field["by_year"] == {"1984": 1}, summary
    ids = {json.loads(text)["data"]["id"] for folder in folders
           for kind, _, text in journal(folder)
           if kind == "detection" and json.loads(text)["data"]["alarm"]}
    assert field["open_alarms"] == len(ids) - 1, (summary, len(ids))
    assert "field" in run("log", "summary", output, "--areas", areas).stdout

    # what is wrong is said, and nothing is touched
    foreign = top / "foreign.gpkg"
    db = sqlite3.connect(foreign)
    db.executescript("PRAGMA application_id = 0x47504b47; CREATE TABLE theirs(x);")
    db.close()
    before = foreign.read_bytes()
    source = folders[0] / "journal.sqlite"
    assert "no log of Groundwatch" in run("log", "--output", foreign, "--from", source,
                                          status=65).stderr
    assert foreign.read_bytes() == before
    text = top / "text.gpkg"
    text.write_text("not a database, but long enough to be looked at as one" * 40)
    run("log", "--output", text, "--from", source, status=65)
    (top / "text.ndjson").write_text('{"a": 1}\n')
    run("log", "--output", top / "text.ndjson", "--from", source, status=65)
    assert "must end in" in run("log", "--output", top / "x.csv", "--from", source,
                                status=64).stderr
    run("log", "--output", top / "n.gpkg", "--from", top / "none.sqlite", status=66)
    for wrong, part in (({"type": "Point", "coordinates": [1, 2]}, "no Polygon"),
                        ({"type": "Polygon", "coordinates": [ring[:3]]}, "a ring needs"),
                        ({"type": "FeatureCollection", "features": []}, "features: none")):
        areas.write_text(json.dumps(wrong))
        assert part in run("log", "summary", output, "--areas", areas, status=65).stderr
    areas.write_text("{")
    assert "areas.geojson:1: not JSON" in run("log", "summary", output, "--areas", areas,
                                              status=65).stderr

    # without WGS 84: metres, and no areas
    plain = top / "c"
    plain.mkdir()
    with gw.emulate(plain, folders[0] / "scene.yaml", "--speed", "4") as emulator, \
            gw.daemon(plain, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
        gw.wait_for("coverage", lambda: (plain / "journal.sqlite").exists() and any(
            kind == "detection" and json.loads(text)["data"].get("along_m", 0) > 2.2
            for kind, _, text in journal(plain)))
        daemon.stop()
    metres = top / "metres.gpkg"
    run("log", "--output", metres, "--from", plain / "journal.sqlite")
    srs, places = points(metres, "detections")
    assert srs == -1 and any(abs(y - 2.0) < 0.3 for _, y in places), places
    areas.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    assert "not WGS 84" in run("log", "summary", metres, "--areas", areas, status=65).stderr
    assert "WGS 84" in run("log", "--output", top / "m.geojson", "--from",
                           plain / "journal.sqlite", status=65).stderr
    # a log in WGS 84 that meets metres: kept, without geometry, and said
    run("log", "--output", again, "--from", plain / "journal.sqlite")
    assert same(package(again)[0], [*folders, plain]) > n
    assert "frame" in package(again)[1]
print(f"{n} records of two daemons, each once, through kill -9 of log and gate")
