# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: a clear message, the exit status of the contract, nothing lost."""
import socket
import struct
import subprocess

import gw


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    return done.returncode, done.stdout, done.stderr


def fails(status, words, *arguments):
    got, out, err = run(*arguments)
    assert got == status, (arguments, got, err)
    for word in words:
        assert word in err, (arguments, word, err)
    assert "AddressSanitizer" not in err


with gw.Folder() as folder:
    good = folder / "good.DZT"
    gw.dzt_make(good, [[(7 * k * j) % 200 - 100 for j in range(512)] for k in range(40)])
    assert run(gw.GW, "detect", good)[0] == 0

    empty = folder / "empty.DZT"
    empty.write_bytes(b"")
    fails(65, ["empty.DZT", "empty"], gw.GW, "detect", empty)
    cut = folder / "cut.DZT"
    cut.write_bytes(good.read_bytes()[:1500])
    fails(65, ["cut.DZT", "512 samples"], gw.GW, "detect", cut)
    foreign = folder / "foreign.DZT"
    foreign.write_bytes(b"\x89PNG\r\n" * 4000)
    fails(65, ["foreign.DZT"], gw.GW, "detect", foreign)
    unknown = folder / "notes.txt"
    unknown.write_text("not radar\n")
    fails(65, ["notes.txt"], gw.GW, "detect", unknown)
    fails(66, ["nowhere.DZT"], gw.GW, "detect", folder / "nowhere.DZT")
    fails(65, [str(folder)], gw.GW, "detect", folder)

    for field, at, value in (("rh_nsamp", 4, 0), ("rh_nsamp", 4, 65535), ("rh_bits", 6, 7),
                             ("rh_data", 2, 60000), ("rh_nchan", 52, 99)):
        bad = bytearray(good.read_bytes())
        struct.pack_into("<H", bad, at, value)
        lying = folder / f"lying-{at}-{value}.DZT"
        lying.write_bytes(bad)
        fails(65, [lying.name, field, str(value)], gw.GW, "detect", lying)
    ranged = bytearray(good.read_bytes())
    struct.pack_into("<f", ranged, 26, float("nan"))
    (folder / "nan.DZT").write_bytes(ranged)
    fails(65, ["nan.DZT", "range"], gw.GW, "detect", folder / "nan.DZT")

    # a good file after a bad one is still done, and the first failure's status is the run's
    got, out, _ = run(gw.GW, "detect", "--all", empty, good)
    assert got == 65 and "good.DZT" in out
    got, out, _ = run(gw.GW, "detect", "--all", "-j", "2", good, folder / "nowhere.DZT", empty)
    assert got == 66 and "good.DZT" in out

    fails(64, ["--far"], gw.GW, "detect", "--far", "x", good)
    fails(64, ["recording"], gw.GW, "detect")
    fails(64, ["unknown command"], gw.GW, "detecd")
    fails(65, ["GeoJSON", "WGS 84"], gw.GW, "detect", "--format", "geojson", good)

    config = folder / "gw.yaml"
    for text, words in (("detect:\n  far: 1\n", ["far"]),
                        ("detect:\n  far_per_m: fast\n", ["far_per_m"]),
                        ("detect:\n  far_per_m: -1\n", ["detect.far_per_m"]),
                        ("sources: 3\n", ["sources"]),
                        ("device: 'NOT GOOD'\n", ["device"])):
        config.write_text(text)
        fails(78, ["gw.yaml"] + words, gw.DAEMON, "-c", config, "--check-config")
        fails(78, ["gw.yaml"] + words, gw.GW, "detect", "-c", config, good)
    fails(78, ["nowhere.yaml", "configure it first"], gw.DAEMON, "-c", folder / "nowhere.yaml")
    config.write_text("detect:\n  far_per_m: 0.2\n")
    assert run(gw.DAEMON, "-c", config, "--check-config", "--source", f"file:{good}")[0] == 0

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        fails(74, [str(port), "in use"], gw.GW, "emulate", "--port", port, good)
        journal = ["--journal", folder / "j.sqlite"]
        ends = ["--live", f"ipc://{folder}/l", "--replay", f"ipc://{folder}/r"]
        fails(64, ["nonsense:x"], gw.DAEMON, "--source", "nonsense:x", *journal, *ends)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    fails(74, ["127.0.0.1", str(port)], gw.DAEMON, "--source", f"iio:ip:127.0.0.1:{port}",
          *journal, *ends)
    fails(66, ["nowhere"], gw.DAEMON, "--source", f"file:{folder}/nowhere.DZT", *journal, *ends)
print("every bad input was named, with its exit status")
