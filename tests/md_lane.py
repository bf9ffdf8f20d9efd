# SPDX-License-Identifier: GPL-3.0-or-later
"""A scene of the metal detector, recorded, searched by `detect` and covered by the daemon."""
import csv
import json
import sqlite3
import subprocess

import gw
import schemas


def record(folder, name, text):
    """The recording, and where its metal lies."""
    (folder / f"{name}.yaml").write_text(text)
    subprocess.run([gw.GW, "record", "--scene", str(folder / f"{name}.yaml"), str(folder / name)],
                   check=True, capture_output=True)
    metal = [float(row["along_m"]) for row in csv.DictReader(open(folder / f"{name}.metal.csv"))]
    return folder / f"{name}.sigmf-collection", metal


def searched(recording, said):
    """Places of the alarms, and whether this was said."""
    run = subprocess.run([gw.GW, "detect", str(recording)], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return [l["along_m"] for l in lines if l["alarm"]], said in run.stderr


def covered(folder, recording):
    """Data of the metal detector's coverage records."""
    run = subprocess.run([gw.DAEMON, "--source", f"file:{recording}", "--live",
                          f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay",
                          "--journal", str(recording) + ".sqlite"],
                         capture_output=True, text=True, timeout=gw.HANG_S)
    assert run.returncode == 0, run.stderr
    events = [json.loads(row[0]) for row in sqlite3.connect(str(recording) + ".sqlite").execute(
        "SELECT json FROM record WHERE kind = 'coverage'")]
    for event in events:
        schemas.check("coverage", event)
    return [e["data"] for e in events if e["data"]["sensor"] == "md"]
