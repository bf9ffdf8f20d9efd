# SPDX-License-Identifier: GPL-3.0-or-later
"""How the ground is known: tracking, one-shot and manual, from the calibration to the records."""
import json
import sqlite3
import subprocess

import calibration
import gw
import schemas


def scene(folder, name, **changes):
    text = (gw.ROOT / f"drivers/scenes/{name}.yaml").read_text()
    for old, new in changes.items():
        assert f"{old}: " in text, old
        text = "\n".join(f"{old}: {new}" if line.startswith(f"{old}: ") else line
                         for line in text.splitlines()) + "\n"
    path = folder / f"{name}-md.yaml"
    path.write_text(text + "sensors: [md]\n")
    subprocess.run([gw.GW, "record", "--scene", str(path), str(folder / name)], check=True,
                   capture_output=True)
    return folder / f"{name}.sigmf-collection"


def refused(status, *arguments):
    run = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                         timeout=gw.HANG_S)
    assert run.returncode == status, (run.returncode, run.stderr)
    return run.stderr


def records_of(folder, recording, config):
    """What the daemon journals of a recording, by kind."""
    for old in folder.glob("journal*"):
        old.unlink()
    run = subprocess.run([gw.DAEMON, "-c", str(config), "--source", f"file:{recording}", "--live",
                          f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay",
                          "--journal", str(folder / "journal.sqlite")],
                         capture_output=True, text=True, timeout=gw.HANG_S)
    assert run.returncode == 0, run.stderr
    events = [json.loads(row[0]) for row in sqlite3.connect(folder / "journal.sqlite").execute(
        "SELECT json FROM record ORDER BY seq")]
    found = {}
    for event in events:
        kind = event["type"].split(".")[2]
        schemas.check(kind, event)
        found.setdefault(kind, []).append(event["data"])
    return found


def said(folder, recording, config, mode):
    records = records_of(folder, recording, config)
    assert records["session"][0]["balance"] == mode, records["session"]
    covered = [c for c in records["coverage"] if c["sensor"] == "md" and c["state"] != "BLIND"]
    assert len(covered) > 3 and all(c["balance"] == mode for c in covered)
    assert all({"soil_db", "soil_residual_db"} <= c.keys() for c in covered), covered
    return [c["soil_db"] for c in covered], [c["soil_residual_db"] for c in covered]


def config_write(folder, **detect):
    path = folder / "gw.yaml"
    path.write_text(json.dumps({"calibration": str(folder / "g.json"), "detect": detect}))
    return path


with gw.Folder() as folder:
    ground, file = scene(folder, "blank-loam", length_m=9), folder / "g.json"
    assert "calibrate ground" in refused(78, gw.GW, "detect", "--balance", "one-shot", ground)
    assert "5 m" in refused(65, gw.GW, "calibrate", "ground", "--yes", "--file", file, "--source",
                            scene(folder, "blank-sand", length_m=4))
    run = calibration.calibrate("ground", ground, file, "--json")
    assert run.returncode == 0, run.stderr
    content = json.loads(file.read_text())
    schemas.check("calibration", content)
    assert content["hash"] == calibration.seal(content)
    tones = content["ground"]["tones"]
    assert len(content["ground"]["covariance"]) == len(tones) * (2 * len(tones) + 1)
    shown = subprocess.run([gw.GW, "calibrate", "show", "--file", file], capture_output=True,
                           text=True, check=True).stdout
    assert "ground: learnt on 9" in shown or "ground: learnt on 8" in shown, shown

    tracked = said(folder, ground, config_write(folder), "tracking")
    frozen = said(folder, ground, config_write(folder, balance="one-shot"), "one-shot")
    assert tracked[0] == frozen[0] and min(frozen[0]) > 20, "heard as it is"
    assert max(tracked[1]) < 15 and max(frozen[1]) < 15, (tracked[1], frozen[1])
    phases = [t["phase"]["value"] for t in tones]
    manual = said(folder, ground, config_write(folder, balance="manual", ground_phase_deg=phases),
                  "manual")
    wrong = said(folder, ground, config_write(folder, balance="manual", ground_phase_deg=[0]),
                 "manual")
    assert min(wrong[1]) > max(manual[1]) + 10, "a wrong phase is seen in the residual level"
    print(f"soil {max(tracked[0]):.0f} dB; left: tracking {max(tracked[1]):.1f}, "
          f"one-shot {max(frozen[1]):.1f}, manual {max(manual[1]):.1f}, "
          f"wrong phase {max(wrong[1]):.0f} dB")

    for detect, cause in (({"balance": "manual"}, "needs ground_phase_deg"),
                          ({"ground_phase_deg": [1]}, "goes with balance: manual"),
                          ({"balance": "manual", "ground_phase_deg": [400]}, "is not in"),
                          ({"balance": "often"}, "balance")):
        assert cause in refused(78, gw.DAEMON, "-c", config_write(folder, **detect),
                                "--check-config"), cause
    assert "2 phases for 4 tones" in refused(78, gw.GW, "detect", "--balance", "manual:1,2", ground)
    refused(64, gw.GW, "detect", "--balance", "manual", ground)
