# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format: a measured recording is opened, told of, gone through and played as a device."""
import json
import subprocess

import gw

TRACES = gw.SHARED / "traces"

# file: format, scans, channels, samples, counts, window ns, spacing m, centre Hz, words of notes
SAMPLES = {
    "charisma/Lab_specimen_data.DZT": ("GSSI DZT", 332, 1, 512, "u16", 8, 0.0084667, 1.6e9, []),
    "gprpy/FILE____032.DZT": ("GSSI DZT", 1040, 1, 512, "u16", None, None, 400e6, []),
    "gprpy/XLINE00.DT1": ("Sensors & Software DT1", 531, 1, 1500, "s16", 1200, 0.6096, 50e6, []),
    "rgpr/LINE00.DT1": ("Sensors & Software DT1", 223, 1, 1000, "s16", 400, 0.25, 100e6, []),
    "impdar/test_gssi.DZT": ("GSSI DZT", 345, 1, 2048, "s32", 2300, None, None,
                             ["5106", "spacing unknown", "test_gssi.DZG"]),
    "impdar/ten_col.rd3": ("MALA RD3/RD7", 10, 1, 512, "s16", 211.03, None, 500e6,
                           ["TIMEWINDOW", "ten_col.cor"]),
    "sfcw/walkway-iq.txt": ("stepped frequencies, text", 200, 1, 128, "cs16", None, 0.0213,
                            1.488e9, ["976 MHz in steps of 8.063 MHz", "change places"]),
    "sfcw/walkway.mat": ("MAT 5", 200, 1, 128, "cs32", None, 0.0213, 1.488e9, []),
    "impdar/rectangle_gprMax_Bscan.h5": ("HDF5 of gprMax", 85, 1, 1697, "s32", 2001.3, None, None,
                                         ["spacing unknown", "no frequency"]),
    "segy/Format1msb.sgy": ("SEG-Y", 414, 1, 75, "s16", 300, None, None, ["4000 is taken as ps"]),
    "segy/Format3lsb.sgy": ("SEG-Y", 414, 1, 75, "s16", 300, None, None, ["4000 is taken as ps"]),
    "segy/Format5msb.sgy": ("SEG-Y", 414, 1, 75, "s16", 300, None, None, ["4000 is taken as ps"]),
    "segy/Format8msb.sgy": ("SEG-Y", 414, 1, 75, "s8", 300, None, None, ["4000 is taken as ps"]),
    "segy/small.sgy": ("SEG-Y", 25, 1, 50, "s32", 200, None, None, ["no spacing: unknown"]),
    "ids/LID10001.dt": ("IDS .dt", 449, 1, 512, "s16", 12, 0.00384, 3e9, ["step 0.004"]),
}


def run(*arguments, **options):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, timeout=gw.HANG_S,
                          **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def near(value, wanted):
    return wanted is None or abs(value / wanted - 1) < 1e-3


def opens(name, wanted):
    form, scans, channels, samples, counts, window, spacing, center, notes = wanted
    got, out, err = run(gw.GW, "info", "--json", TRACES / name)
    assert got == 0, err
    about = json.loads(out)
    stream, = about["streams"]
    assert about["format"] == form, about
    assert (stream["rows"], stream["channels"], stream["samples"], stream["counts"]) == (
        scans, channels, samples, counts), stream
    assert near(stream.get("time_window_ns"), window), stream
    assert near(stream.get("scan_spacing_m"), spacing), stream
    assert near(stream.get("center_hz"), center), stream
    said = " ".join(stream["not_understood"])
    assert all(note in said for note in notes) and bool(said) == bool(notes), said
    got, out, err = run(gw.GW, "detect", "--all", TRACES / name)
    assert got == 0, (name, err)
    lines = [json.loads(line) for line in out.splitlines()]
    n_times = samples if counts[0] != "c" else 1 << 16  # steps become a scan in time
    assert all(0 <= line["scan"] < scans and 0 <= line["sample"] < n_times for line in lines)
    is_own = 0.8e9 <= (center or 0) <= 2.1e9 and 0 < (spacing or 0) <= 0.06
    assert lines and all(line.get("far_assumed", False) != is_own for line in lines), name
    assert ("far_per_m and alarm are those of radars" in err) != is_own, (name, err)
    assert all(line["depth_sd_m"] >= 0.015 for line in lines if "depth_m" in line), name
    alarms = [line["scan"] for line in lines if line["alarm"]]
    if "gprMax" in form:  # one hyperbola, its top under the middle
        assert len(alarms) <= 2 and any(abs(scan - 42) <= 8 for scan in alarms), lines
    if "DT1" in form:  # 50 and 100 MHz
        assert lines, "nothing was looked at"
    print(f"{name}: {form}, {len(lines)} candidates, {sum(x['alarm'] for x in lines)} alarms")


def plays(folder, name, wanted):
    """The emulator offers it as a device."""
    with gw.emulate(folder, TRACES / name) as emulator:
        got, out, err = run(gw.GW, "info", "--json", f"ip:127.0.0.1:{emulator.port}")
        assert got == 0, err
        device, = json.loads(out)["devices"]
        assert device["serves"] == ["gpr"], device
        assert int(device["attributes"]["scan_length"]) == wanted[3], device["attributes"]


def cut(folder, name, companions):
    """Files cut anywhere are refused with their name, or read as far as they go; never a crash."""
    data = (TRACES / name).read_bytes()
    base = folder / name.split("/")[1]
    for other in companions:
        (folder / other).write_bytes((TRACES / name).with_name(other).read_bytes())
    for size in (1, 40, 130, 1024, 1100, 5000, len(data) // 2, len(data) - 1):
        base.write_bytes(data[:size])
        got, out, err = run(gw.GW, "info", base)
        assert got in (0, 65) and (got == 0 or base.name in err), (name, size, got, err)
        assert got == 65 or "left out" in out or "holds" in out, (name, size, out)


def main():
    if not TRACES.exists():
        gw.skip(f"no {TRACES.name} beside the repository")
    for name, wanted in SAMPLES.items():
        opens(name, wanted)
    with gw.Folder() as folder:
        for name in ("gprpy/XLINE00.DT1", "ids/LID10001.dt", "impdar/ten_col.rd3"):
            plays(folder, name, SAMPLES[name])
        cut(folder, "gprpy/XLINE00.DT1", ["XLINE00.HD"])
        cut(folder, "ids/LID10001.dt", [])
        cut(folder, "impdar/ten_col.rd3", ["ten_col.rad"])
    print("played as devices; cut anywhere, refused or read as far as they go")


if __name__ == "__main__":
    main()
