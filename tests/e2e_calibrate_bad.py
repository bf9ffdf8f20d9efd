# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data and bad files of calibration; the daemon with a file that is right, old, another's."""
import json
import os
import pty
import subprocess

import calibration
import gw
import schemas
from calibration import calibrate, refused


def bad_data_is_refused_with_the_reason(scenes, folder):
    """Nothing of it gets into the file, and the file is as it was."""
    file = folder / "bad.json"
    text = (scenes / "air.yaml").read_text()

    def scene(name, source, *changes):
        out = (scenes / f"{source}.yaml").read_text()
        for old, new in changes:
            assert old in out, (name, old)
            out = out.replace(old, new)
        (scenes / f"{name}.yaml").write_text(out)
        return scenes / f"{name}.yaml"

    refused("null", scenes / "ball.yaml", file, 65, "the head moved, or metal came near")
    refused("air", scenes / "demo.yaml", file, 65, "the head moved, is over ground")
    plate = scene("plate", "air", ("lift_off: {mean_m: 0.5, rms_m: 0}", "lift_off: {mean_m: 0.2, "
                                   "rms_m: 0}\ntargets: [{name: TM-62M, along_m: 2, depth_m: 0}]"))
    refused("air", plate, file, 65, "the scans change")
    floor = scene("floor", "air", ("eps_r: 1,", "eps_r: 4,"), ("mean_m: 0.5", "mean_m: 0.3"))
    refused("air", floor, file, 65, "something is in front of the antennas", "0.3")
    refused("air", scenes / "sfcw.yaml", file, 65, "the scans change")
    refused("null", scenes / "pulse.yaml", file, 65, "pulses are not calibrated")
    assert not file.exists()
    refused("ball", scenes / "ball.yaml", file, 78, "null must come before")
    refused("noise", scenes / "blank.yaml", file, 78, "air must come before")
    assert calibrate("null", scenes / "air.yaml", file).returncode == 0
    refused("ball", scenes / "air.yaml", file, 65, "nothing was passed over")
    noisy = scene("noisy", "air", ("noise: {impulses_per_m: 0}", "noise: {md_counts: 4000}"))
    refused("null", noisy, file, 65, "the noise")
    loud = scene("loud", "air", ("device_file: device.yaml",
                                 'device: {serial: "GW-SCENE-1", gain: 10, radar_gain: 10}'))
    refused("null", loud, file, 65, "saturated")
    refused("air", loud, file, 65, "saturated")
    two = "".join(f"  - {{name: ball-10mm, along_m: {k}, depth_m: 0.045}}\n" for k in (3, 4, 5))
    few = scene("few", "ball", (two, ""))
    refused("ball", few, file, 65, "at least 3 are needed")
    short = scene("short", "air", ("length_m: 5", "length_m: 1"))
    refused("null", short, file, 65, "s of samples, at least")
    refused("null", scenes / "nothing.yaml", file, 66, "nothing.yaml")
    assert calibrate("air", scenes / "air.yaml", file).returncode == 0
    refused("noise", scenes / "blank.yaml", file, 78, "ball must come before")
    assert calibrate("ball", scenes / "ball.yaml", file).returncode == 0
    refused("noise", scenes / "demo.yaml", file, 65, "m of ground, at least")
    buried = scene("buried", "blank", ("lift_off:", "targets: [{name: TM-62M, along_m: 30, "
                                       "depth_m: 0.1}]\nlift_off:"))
    refused("noise", buried, file, 65, "this ground is not blank")
    other = scene("other", "air", ("device_file: device.yaml", "device: {serial: OTHER}"))
    refused("null", other, file, 78, "GW-SCENE-1", "OTHER")
    # What rests on a renewed section is removed, and that is said.
    run = calibrate("null", scenes / "air.yaml", file, "--json")
    assert run.returncode == 0 and json.loads(run.stdout)["removed"] == "ball", run
    assert "ball" not in json.loads(file.read_text())
    assert text


def a_terminal_is_guided(scenes, folder):
    """It says what to do, waits for Enter, and shows a picture."""
    master, slave = pty.openpty()
    run = subprocess.Popen([gw.GW, "calibrate", "air", "--source", scenes / "air.yaml", "--file",
                            folder / "guided.json"], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    said = b""
    while b"Press Enter" not in said:
        said += os.read(master, 4096)
    assert b"Hold or hang the head" in said and not (folder / "guided.json").exists()
    os.write(master, b"\n")
    try:
        while True:
            said += os.read(master, 4096)
    except OSError:
        pass
    assert run.wait(timeout=gw.HANG_S) == 0 and b"time zero" in said and said.count(b"|") >= 9
    os.close(master)


def files_make(file, folder):
    """Files that must be refused, with the word that the message must hold."""
    text = file.read_text()
    old = '"emulated": true'
    made = {"edited": (text.replace('"passes": 5', '"passes": 6'), "edited"),
            "cut": (text[:len(text) // 2], "not JSON"),
            "empty": ("", "not JSON"),
            "list": ("[1, 2]", "no calibration file"),
            "other": ('{"format": "something"}', "no calibration file"),
            "other-device": (text.replace(old, '"emulated": false'), "edited")}
    for name, (content, _) in made.items():
        assert content != text, name
        (folder / f"{name}.json").write_text(content)
    calibration.resealed(file, folder / "future.json", version=2)
    calibration.resealed(file, folder / "member.json", colour="red")
    return {**{name: word for name, (_, word) in made.items()}, "future": "later version",
            "member": "not known to this version"}


def bad_files_are_refused_by_all(file, scenes, folder):
    for name, word in files_make(file, folder).items():
        path = folder / f"{name}.json"
        for command in ([gw.GW, "detect", "--calibration", path, scenes / "demo.yaml"],
                        [gw.GW, "calibrate", "show", "--file", path],
                        [gw.DAEMON, "--source", f"file:{scenes}/demo.yaml", "--live",
                         f"ipc://{folder}/l", "--replay", f"ipc://{folder}/r", "--journal",
                         folder / "j", "--calibration", path]):
            run = subprocess.run(command, capture_output=True, text=True, timeout=gw.HANG_S)
            assert run.returncode == 78, (command, run)
            assert str(path) in run.stderr and word in run.stderr, run.stderr
            assert run.stderr.count("\n") == 1 or command[0] == gw.DAEMON, run.stderr
            assert not run.stdout
    missing = subprocess.run([gw.GW, "detect", "--calibration", folder / "none.json",
                              scenes / "demo.yaml"], capture_output=True, text=True)
    assert missing.returncode == 66 and "none.json" in missing.stderr, missing
    radar = (scenes / "demo.yaml").read_text().replace("samples: 512", "samples: 256")
    (scenes / "radar.yaml").write_text(radar)
    run = subprocess.run([gw.GW, "detect", "--calibration", file, scenes / "radar.yaml"],
                         capture_output=True, text=True)
    assert run.returncode == 78 and "not for this radar" in run.stderr, run


def old_or_foreign(file, scenes, folder):
    old = calibration.resealed(file, folder / "old.json", valid_until="2026-01-02T03:04:05Z")
    device = {"name": "x", "serial": "OTHER-7", "emulated": True}
    foreign = calibration.resealed(file, folder / "foreign.json", device=device)
    for path, words in ((old, ["expired at 2026-01-02T03:04:05Z"]),
                        (foreign, ["OTHER-7", "GW-SCENE-1"])):
        run = subprocess.run([gw.GW, "detect", "--calibration", path, scenes / "demo.yaml"],
                             capture_output=True, text=True, timeout=gw.HANG_S)
        assert run.returncode == 0 and "DEGRADED" in run.stderr, run.stderr
        assert all(word in run.stderr for word in words), run.stderr
        with gw.Folder() as place, gw.emulate(place, scenes / "demo.yaml") as emulator, \
                gw.daemon(place, f"iio:ip:127.0.0.1:{emulator.port}", "--calibration",
                          path) as daemon:
            subscriber = gw.Subscriber(place)

            def degraded():
                health = subscriber.take().records.get("health", [])
                return [h for h in health if h["state"] == "DEGRADED" and
                        "calibration" in h["reasons"] and all(w in h["text"] for w in words)]

            gw.wait_for("DEGRADED, and why", degraded)
            gw.wait_for("a heartbeat that says so", lambda: "calibration" in (
                subscriber.take().heartbeat or {"reasons": []})["reasons"])
            subscriber.close()
            assert daemon.stop() == 0, daemon.log.read_text()


def checks_are_recorded(file, scenes, folder):
    wrong = calibration.scenes_make(folder / "wrong", "device-detuned")
    content = json.loads(file.read_text())
    with gw.Folder() as place, gw.daemon(place, f"file:{scenes}/demo.yaml", "--stay",
                                         "--calibration", file) as daemon:
        subscriber = gw.Subscriber(place)
        gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
        ends = ["--live", f"ipc://{place}/live", "--replay", f"ipc://{place}/replay", "--by", "Ada"]
        for source, expected in ((scenes / "test-piece.yaml", "pass"),
                                 (scenes / "blank.yaml", "fail")):
            run = calibrate("check", source, file, "--piece", "test-piece", "--json", *ends)
            assert run.returncode == (expected == "fail"), run
            line = json.loads(run.stdout)
            assert line["result"] == expected and line["recorded"], line
        gw.wait_for("the checks", lambda: len(subscriber.take().records.get("check", [])) == 2)
        records = subscriber.replay("check")
        assert [r["result"] for r in records] == ["pass", "fail"], records
        assert all(r["calibration"] == content["hash"] and r["by"] == "Ada" for r in records)
        assert abs(records[0]["measured"]["depth_m"] - 0.05) < 0.02, records[0]
        every = [d for kind in subscriber.records.values() for d in kind if d["seq"] != "0"]
        assert every and all(d["calibration"] == content["hash"] for d in every)
        subscriber.close()
        assert daemon.stop() == 0, daemon.log.read_text()
    # A piece that was learnt with the device as it was tells that the device is another now.
    piece = folder / "piece.json"
    run = calibrate("check", scenes / "ball.yaml", file, "--learn", piece, "--no-publish")
    assert run.returncode == 0, run
    for folder_of, status in ((scenes, 0), (wrong, 1)):
        run = calibrate("check", folder_of / "ball.yaml", file, "--piece", piece, "--no-publish",
                        "--json")
        strict = json.loads(piece.read_text())
        assert run.returncode == (0 if folder_of == scenes else run.returncode), run
        piece.write_text(json.dumps({**strict, "tolerance": 0.05, "tolerance_deg": 3}))
        run = calibrate("check", folder_of / "ball.yaml", file, "--piece", piece, "--no-publish",
                        "--json")
        assert run.returncode == status, run
    ends = ["--live", f"ipc://{folder}/nobody", "--replay", f"ipc://{folder}/nobody2"]
    run = calibrate("check", scenes / "ball.yaml", file, "--piece", "ball", *ends)
    assert run.returncode == 74 and "no daemon answered" in run.stderr, run


with gw.Folder() as folder:
    scenes = calibration.scenes_make(folder / "scenes", "device")
    bad_data_is_refused_with_the_reason(scenes, folder)
    a_terminal_is_guided(scenes, folder)
    file = folder / "right.json"
    for step, scene in (("air", "air"), ("null", "air"), ("ball", "ball")):
        run = calibrate(step, scenes / f"{scene}.yaml", file)
        assert run.returncode == 0, run
    schemas.check("calibration", json.loads(file.read_text()))
    bad_files_are_refused_by_all(file, scenes, folder)
    old_or_foreign(file, scenes, folder)
    checks_are_recorded(file, scenes, folder)
