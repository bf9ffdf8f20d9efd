# SPDX-License-Identifier: GPL-3.0-or-later
"""A radar of stepped frequency against a metal plate: out of tune it hears otherwise, calibrated as
the tuned one; bad data are refused."""
import json
import subprocess

import calibration
import gw
import schemas
from calibration import calibrate, refused

DETUNED = ("{serial: GW-SCENE-1, time_zero_samples: 0.3, ripple: 0.2, radar_gain: 0.6, "
           "channel_gain_rms: 0.1}")


def scenes_make(folder):
    """Lane, air and plate of the tuned radar (t-...) and of the detuned one (d-...)."""
    for name in ("sfcw", "stepped-air", "stepped-plate"):
        text = (gw.ROOT / f"drivers/scenes/{name}.yaml").read_text()
        text = text.replace("device_file: device.yaml\n", "")
        for tune, device in (("t", "{serial: GW-SCENE-1}"), ("d", DETUNED)):
            (folder / f"{tune}-{name}.yaml").write_text(f"{text}device: {device}\n")


def changed(folder, name, source, *changes):
    text = (folder / f"{source}.yaml").read_text()
    for old, new in changes:
        assert old in text, (name, old)
        text = text.replace(old, new)
    (folder / f"{name}.yaml").write_text(text)
    return folder / f"{name}.yaml"


def bad_data_are_refused(folder):
    file = folder / "bad.json"
    refused("plate", folder / "t-stepped-plate.yaml", file, 78, "air must come before")
    refused("plate", gw.ROOT / "drivers/scenes/air.yaml", file, 65, "stepped frequency")
    refused("air", folder / "t-sfcw.yaml", file, 65, "the scans change")
    wall = changed(folder, "wall", "t-stepped-plate", ("plate_m: 0.30", "plate_m: 0.80"))
    refused("air", wall, file, 65, "something is in front of the antennas")
    assert not file.exists()
    assert calibrate("air", folder / "t-stepped-air.yaml", file).returncode == 0
    before = file.read_bytes()
    refused("plate", folder / "t-stepped-air.yaml", file, 65, "does not stand out")
    off = changed(folder, "off", "t-stepped-plate", ("plate_m: 0.30", "plate_m: 0.45"))
    refused("plate", off, file, 65, "is --distance right?")
    other = changed(folder, "other", "t-stepped-plate", ("samples: 128", "samples: 100"))
    refused("plate", other, file, 65, "not those of the air shot")
    refused("noise", folder / "t-sfcw.yaml", file, 65, "stepped frequency")
    assert file.read_bytes() == before
    return other


def steps_take(folder, tune, is_live):
    file = folder / f"{tune}.json"
    for step in ("air", "plate"):
        scene = folder / f"{tune}-stepped-{step}.yaml"
        if not is_live:
            run = calibrate(step, scene, file, "--json")
            assert run.returncode == 0 and json.loads(run.stdout)["step"] == step, run.stderr
            continue
        with gw.emulate(folder, scene, "--speed", "10") as emulator:
            run = calibrate(step, f"iio:ip:127.0.0.1:{emulator.port}", file)
            assert run.returncode == 0, run.stderr
    content = json.loads(file.read_text())
    schemas.check("calibration", content)
    assert content["hash"] == calibration.seal(content)
    return file


def strong(lines):
    return sorted((l for l in lines if l["alarm"]), key=lambda l: l["along_m"])


def calibrated_they_agree(folder, files):
    """Of what both hear: place, depth, score."""
    lane = {tune: folder / f"{tune}-sfcw.yaml" for tune in files}
    right = strong(gw.detect(lane["t"], "--all", "--calibration", files["t"]))
    plain = strong(gw.detect(lane["d"], "--all"))
    mended = strong(gw.detect(lane["d"], "--all", "--calibration", files["d"]))
    assert len(right) == len(mended) >= 3, (right, mended)
    for a, b in zip(right, mended):
        assert abs(a["along_m"] - b["along_m"]) <= 0.02 and abs(
            a["depth_m"] - b["depth_m"]) <= 0.01 and abs(b["score"] / a["score"] - 1) < 0.2, (a, b)
        assert b["calibration"] == json.loads(files["d"].read_text())["hash"]
    wrong = [max(abs(b["score"] / a["score"] - 1) for a in right
                 if abs(a["along_m"] - b["along_m"]) <= 0.1) for b in plain
             if any(abs(a["along_m"] - b["along_m"]) <= 0.1 for a in right)]
    assert max(wrong) > 0.5, "out of tune it heard the same"
    print("scores, calibrated against tuned:",
          " ".join(f"{b['score'] / a['score']:.2f}" for a, b in zip(right, mended)),
          "not calibrated, at most off by:", f"{max(wrong):.2f}")


def main():
    with gw.Folder() as folder:
        scenes_make(folder)
        other = bad_data_are_refused(folder)
        files = {"t": steps_take(folder, "t", False), "d": steps_take(folder, "d", True)}
        calibrated_they_agree(folder, files)

        run = subprocess.run([gw.GW, "detect", "--calibration", files["t"], other],
                             capture_output=True, text=True, timeout=gw.HANG_S)
        assert run.returncode == 78 and "not for this radar" in run.stderr, run
        run = calibrate("air", folder / "t-stepped-air.yaml", files["t"], "--json")
        assert json.loads(run.stdout)["removed"] == "plate", run
        assert "plate" not in json.loads(files["t"].read_text())


if __name__ == "__main__":
    main()
