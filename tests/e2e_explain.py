# SPDX-License-Identifier: GPL-3.0-or-later
"""`groundwatch explain`: every detection of a lane that was played to the daemon comes out of its
recording again, bit for bit; a journal that says something else is found out."""
import json
import shutil
import sqlite3
import subprocess

import calibration
import gw
import live
from image import image_read, points_of

SCENE = """name: explain
seed: 5
length_m: 5
speed: {mean_m_s: 1, wobble: 0}
targets: [{name: TM-62M, along_m: 1.5, depth_m: 0.08}, {name: PMN, along_m: 3.4, depth_m: 0.05}]
"""


RED, YELLOW = (230, 40, 40), (200, 150, 0)  # of an alarm, of none
# of the metal detector's picture
HEAD, PANEL, LEFT, WIDTH, HEIGHT = 22, 34 + 200 + 34, 64, 800, 200
ARRAY = "gpr: {channels: 3, channel_spacing_m: 0.1, samples: 256}\n"


def explain(*arguments, status=0):
    run = subprocess.run([gw.GW, "explain", *map(str, arguments)], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == status, (run.returncode, run.stdout, run.stderr)
    return run


def metal_part(data):
    """Score of the metal detector's candidate that a line rests on; None: it has no part in it."""
    return {"md": data["score"], "fused": data.get("md_score")}.get(data["sensor"])


def metal_look(told, data):
    """The table of the metal detector's chain around its candidate holds the record's score in the
    candidate's own cell, less of the tones elsewhere, and the threshold."""
    score, head = metal_part(data), "metal detector: amplitude over the ground"
    assert (head in told) == (score is not None), (data, told)
    if score is None:
        return
    lines = told.split(head)[1].splitlines()
    assert "as a ratio" in lines[0] and lines[1].split() == [
        "along", "m", "1600", "Hz", "4800", "Hz", "11200", "Hz", "24000", "Hz", "score", "of",
        "all", "as", "judged"], lines[:2]
    least = float(lines[0].split("from ")[1].split()[0])
    cells = {line[0]: line[1:].split()[:7] for line in lines[2:] if line[0] == ">"}
    beside = [line[1:].split()[:7] for line in lines[2:23] if line[0] == " "]
    assert cells[">"][6] == f"{score:.5g}" and len(beside) >= 9, (data, told)
    if data["sensor"] == "md":
        assert abs(float(cells[">"][0]) - data["along_m"]) < 0.0065, (data, told)
        assert data["alarm"] == (score >= least), (data, told)
    if score > 1e4:
        assert float(cells[">"][1]) > 5 * float(beside[0][1]), (data, told)


def metal_picture(path, alarm):
    """Its place, a line down three panels, and its score, a square on the third, in the color of
    what was decided."""
    width, height, rows = image_read(path)
    assert (width, height) == (LEFT + WIDTH + 150, HEAD + 3 * PANEL)
    points = points_of(rows, RED if alarm else YELLOW)
    assert points and not points_of(rows, YELLOW if alarm else RED)
    columns = [x for x, _ in points]
    down = max(set(columns), key=columns.count)
    assert LEFT < down < LEFT + WIDTH
    for panel in range(3):
        top = HEAD + 34 + panel * PANEL
        inside = [(x, y) for x, y in points if top <= y <= top + HEIGHT]
        assert sum(x == down for x, _ in inside) > HEIGHT / 3, panel
        assert any(abs(x - down) == 5 for x, _ in inside) == (panel == 2), panel


def play(folder, scene, n_expected, detect="{far_per_m: 0.2, speed_m_per_ns: 0.1}", more=""):
    """All detections of the daemon; its journal stays, that of the last time it was played."""
    config = folder / "config.yaml"
    config.write_text(f"detect: {detect}\n{more}")

    def once(at):
        for file in folder.glob("journal.sqlite*"):
            file.unlink()
        with gw.emulate(folder, scene, "--speed", at) as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}", "-c", config) as daemon:
            played, subscriber = live.rows_of(emulator), gw.Subscriber(folder)
            gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
            gw.wait_for("the end of the lane",
                        live.Ended(daemon, subscriber, n_expected, played, {}), float("inf"))
            found = subscriber.take().replay("detection")
            lost = live.lost_of(subscriber, played)
            subscriber.close()
            assert daemon.stop() == 0, daemon.log.read_text()
        return found, lost

    found, lost = live.kept_up(once, "5")
    live.check_losses(lost)
    return found


def balanced(folder, detect, offline, *given, more=""):
    """Whatever was made of the ground and of an array then is made of them again."""
    folder.mkdir()
    scene = folder / "balanced.yaml"
    scene.write_text(SCENE + ARRAY)
    offline = [d for d in gw.detect(scene, *offline, "--all") if d["alarm"]]
    records = play(folder, scene, len(offline), detect, more)
    found = [d for d in records if d["sensor"] in ("md", "gpr") and d["alarm"]]
    assert {d["sensor"] for d in found} == {"md", "gpr"}, records
    for data in gw.few(found, 3):
        told = explain(data["id"], "--journal", folder / "journal.sqlite", *given, scene).stdout
        assert "bit for bit" in told, (detect, told)
    return {d["sensor"]: d["score"] for d in found}


with gw.Folder() as first:
    scene, journal = first / "explain.yaml", first / "journal.sqlite"
    scene.write_text(SCENE)
    records = play(first, scene, sum(d["alarm"] for d in gw.detect(scene, "--far", "0.2")))
    assert {d["sensor"] for d in records} == {"gpr", "md", "fused"}
    for data in gw.few(records, 8):
        assert data.get("speed_m_per_ns", 0.1) == 0.1, data
        told = explain(data["id"], "--journal", journal, scene).stdout
        assert "bit for bit" in told and f"> {data['sensor']}" in told, told
        assert "wanted 0.2 false" in told, told
        metal_look(told, data)
    alarm = next(d for d in records if d["sensor"] == "fused" and d["alarm"])
    told = explain(alarm["id"], "--journal", journal, "--png", first, scene).stdout
    assert alarm["evidence"] in told and (first / "explain.yaml.png").exists(), told
    metal_picture(first / "explain.yaml-md.png", True)
    weak = next((d for d in records if d["sensor"] == "gpr" and d["alarm"]))
    explain(weak["id"], "--journal", journal, "--png", first / "gpr", scene)
    assert [p.name for p in (first / "gpr").iterdir()] == ["explain.yaml.png"]

    # what does not agree is said, and by how much
    other = first / "other.sqlite"
    shutil.copy(journal, other)
    with sqlite3.connect(other) as database:
        for seq, text in database.execute("SELECT seq, json FROM record").fetchall():
            event = json.loads(text)
            if event["data"].get("id") == alarm["id"]:
                event["data"]["score"] *= 1 + 1e-7
                close = json.dumps(event)
                event["data"]["score"] *= 1.1
                wrong = json.dumps(event)
                database.execute("UPDATE record SET json = ? WHERE seq = ?", (close, seq))
                changed = seq
    assert "within 1e-5" in explain(alarm["id"], "--journal", other, scene).stdout
    with sqlite3.connect(other) as database:
        database.execute("UPDATE record SET json = ? WHERE seq = ?", (wrong, changed))
    told = explain(alarm["id"], "--journal", other, scene, status=65).stdout
    assert "score: journal" in told and "DIFFERS" in told, told

    assert "no detection 'x'" in explain("x", "--journal", journal, scene, status=66).stderr
    explain(alarm["id"], "--journal", first / "none", scene, status=66)
    assert explain(alarm["id"], "--journal", scene, scene, status=65).stderr
    explain(alarm["id"], scene, status=64)
    explain(alarm["id"], "--journal", journal, first / "none.yaml", status=66)

with gw.Folder() as folder:
    phases = [17.0, 20, 23, 26.5]
    words = "manual:" + ",".join(map(str, phases))
    manual = balanced(folder / "manual",
                      f"{{balance: manual, ground_phase_deg: {phases}, array: lines}}",
                      ["--balance", words])
    blank = folder / "blank.yaml"
    blank.write_text(SCENE.split("targets")[0].replace("length_m: 5", "length_m: 9"))
    file = folder / "ground.json"
    made = calibration.calibrate("ground", blank, file)
    assert made.returncode == 0, made
    frozen = balanced(folder / "once", "{balance: one-shot, array: alone}",
                      ["--balance", "one-shot", "--calibration", str(file)], "--calibration", file,
                      more=f"calibration: {file}\n")
    assert manual["md"] != frozen["md"] and manual["gpr"] != frozen["gpr"], (manual, frozen)
print(f"{len(records)} detections of a journal come out of the recording again, bit for bit")
