# SPDX-License-Identifier: GPL-3.0-or-later
"""groundwatch info: what recordings and libiio contexts hold, and the way to name them."""
import json
import subprocess

import gw
from iiod_fake import CHANNELS, Fake

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"


def info(*arguments):
    done = subprocess.run([gw.GW, "info", *map(str, arguments)], capture_output=True,
                          timeout=gw.HANG_S)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def told(*arguments):
    got, out, err = info("--json", *arguments)
    assert got == 0, err
    return [json.loads(line) for line in out.splitlines()]


def recordings(folder):
    trace = folder / "trace.DZT"
    gw.dzt_make(trace, [[(k * j) % 91 for j in range(512)] for k in range(40)])
    scene, radar = told(SCENE, f"file:{trace}")
    assert [s["kind"] for s in scene["streams"]] == ["gpr", "md", "pose"]
    assert all(s["emulated"] and len(s["sha512"]) == 128 for s in scene["streams"])
    assert scene["streams"][1]["tones_hz"] == [1600, 4800, 11200, 24000]
    assert scene["streams"][1]["roles"] == ["receive", "transmit_current"]
    assert scene["streams"][2]["fields"] == ["along_mm"]
    stream, = radar["streams"]
    assert radar["format"] == "GSSI DZT" and not stream["emulated"]
    assert (stream["rows"], stream["samples"], stream["counts"], stream["marks"]) == (
        40, 512, "u16", 2)
    assert abs(stream["time_window_ns"] - 8) < 1e-6 and abs(stream["length_m"] * 118.11 - 40) < 1e-3
    assert "scale_v" in stream["unknown"] and stream["not_understood"] == []
    strange = folder / "strange.DZT"
    gw.dzt_make(strange, [[j % 50 for j in range(512)]] * 4, antenna=b"XYZZY", scans_per_m=0)
    stream, = told(strange)[0]["streams"]
    assert any("XYZZY" in note for note in stream["not_understood"]), stream
    assert "scan spacing or rate" in stream["unknown"]
    got, out, _ = info(strange)
    assert got == 0 and "XYZZY" in out and "40 scans" not in out and "4 scans" in out

    # the first failure's status, after all were tried
    (folder / "empty.DZT").write_bytes(b"")
    got, out, err = info(folder / "nowhere.DZT", folder / "empty.DZT", trace)
    assert got == 66 and "nowhere.DZT" in err and "empty" in err and "40 scans" in out, (got, err)
    got, out, _ = info(folder / "empty.DZT", folder / "nowhere.DZT", trace)
    assert got == 65
    assert info()[0] == 64 and info("--nonsense", trace)[0] == 64 and info("--help")[0] == 0
    print("recordings: what they hold, what is unknown, what was not understood")


def configuration_check(folder, text):
    """The daemon's own parser takes the printed lines."""
    path = folder / "gw.yaml"
    path.write_text(text)
    done = subprocess.run([gw.DAEMON, "-c", path, "--print-config"], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert done.returncode == 0, (text, done.stderr)
    return done.stdout


def emulated(folder):
    with gw.emulate(folder, SCENE) as emulator:
        address = f"ip:127.0.0.1:{emulator.port}"
        about, same = told(address, f"iio:{address}")
        assert about == same
        assert about["attributes"]["emulated"] == "1"
        assert [d["serves"] for d in about["devices"]] == [["gpr"], ["md"], ["pose"]]
        assert [d["name"] for d in about["devices"]] == ["gw-gpr", "gw-md", "gw-pose"]
        printed = configuration_check(folder, about["configuration"])
        assert printed.count(address) == 3 and "device: gw" not in printed
        got, out, _ = info(address)
        assert got == 0 and about["configuration"] in out and "serves as" in out
    got, _, err = info(address)
    assert got == 74 and address in err, err
    assert info("iio:nonsense:1")[0] == 64
    print("emulator: all its devices serve")


def foreign(folder):
    """A front end with names of its own."""
    channels = (("voltage2_i", "", "le:s16/16&gt;&gt;0"),) + CHANNELS[1:]
    with Fake([], channels=channels, name="ad7768 \xe9") as fake:
        about, = told(fake.uri())
        device, = about["devices"]
        assert device["serves"] == ["gpr"]
        assert "tones" in device["not"]["md"] or "voltage0" in device["not"]["md"], device
        assert "positionrelative0" in device["not"]["pose"], device
        printed = configuration_check(folder, about["configuration"])
        assert "voltage2_i" in printed and "ad7768 \xe9" in printed and "gpr" in printed, printed
    rest = CHANNELS[1:]
    cases = (({"channels": (("voltage0", "", "le:f32/32&gt;&gt;0"), *rest)}, "floating"),
             ({"channels": (("voltage0", "", "le:s16/16X512&gt;&gt;0"), *rest)}, "repeats"),
             ({"channels": (CHANNELS[0], CHANNELS[2])}, "range_index"),
             ({"attributes": {"sampling_frequency": "0"}}, "sampling_frequency"),
             ({"attributes": {"scan_length": "99999"}}, "scan_length"))
    for options, word in cases:
        with Fake([], name="front", **options) as fake:
            about, = told(fake.uri())
            device, = about["devices"]
            assert device["serves"] == [] and word in device["not"]["gpr"], (word, device)
            assert "configuration" not in about
            got, out, _ = info(fake.uri())
            assert got == 0 and "no device here would serve" in out and word in out
    with Fake([], attributes={"prf": "\x1b[2J"}) as fake:
        assert "\x1b" not in info(fake.uri())[1]
    print("foreign front ends: named by configuration, or the reason why they do not serve")


with gw.Folder() as folder:
    recordings(folder)
    emulated(folder)
    foreign(folder)
