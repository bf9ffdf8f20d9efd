# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: a clear message, the exit status of the contract, nothing lost."""
import json
import os
import pathlib
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


ID = "0f8fad5b-d9cb-469f-a165-70867728950e"  # of a detection that there is not


def not_files(folder, good):
    """A pipe nobody writes to, a device that never ends, a folder, a socket: refused at once, by
    whatever reads a file that a user names. What waits for one is caught by gw.HANG_S."""
    pipe, held = folder / "pipe.DZT", folder / "socket.DZT"
    os.mkfifo(pipe)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(held))
    (folder / "good.truth.csv").write_text("along_m,diameter_m\n0.1,0.1\n")
    for other in (pipe, held, folder, pathlib.Path("/dev/zero")):
        words = [str(other), "not a regular file"]
        for arguments in (("info", other), ("detect", other), ("emulate", other),
                          ("record", "--scene", other, folder / "out"),
                          ("score", "--detections", other, good),
                          ("calibrate", "check", "--source", good, "--file", folder / "none.json",
                           "--piece", other, "--no-publish")):
            fails(65, words, gw.GW, *arguments)
        for command in ("detect", "score"):
            fails(78, words, gw.GW, command, "--calibration", other, good)
        fails(74, words, gw.GW, "detect", "-c", other, good)
        fails(78, words, gw.DAEMON, "-c", other, "--check-config")
        fails(65, words, gw.GW, "log", "--output", folder / "l.ndjson", "--from", other)
        fails(65, words, gw.GW, "explain", ID, "--journal", other, good)
    fails(65, ["pipe.DZT", "not a regular file"], gw.DAEMON, "--source", f"file:{pipe}",
          "--journal", folder / "j.sqlite", "--live", f"ipc://{folder}/l", "--replay",
          f"ipc://{folder}/r")
    # by its ending alone each reader would take it
    for ending in ("DT1", "rd3", "rd7", "dt", "npy", "csv", "txt", "sgy", "h5", "mat", "yaml",
                   "sigmf-meta", "sigmf-data", "sigmf-collection"):
        os.mkfifo(folder / f"x.{ending}")
        fails(65, [f"x.{ending}", "not a regular file"], gw.GW, "info", folder / f"x.{ending}")
    listener.close()


def not_files_beside(folder, good):
    """The same of the files that belong to the one that is named."""
    (folder / "y.DT1").write_bytes(b"0" * 4096)
    (folder / "y.rd3").write_bytes(b"0" * 4096)
    (folder / "y.DZT").write_bytes(good.read_bytes())
    (folder / "y.sigmf-meta").write_text(json.dumps({
        "global": {"core:datatype": "ri16_le", "gw:kind": "pose", "core:sample_rate": 10,
                   "core:num_channels": 1, "gw:fields": ["along_mm"]}, "captures": []}))
    (folder / "y.jsonl").write_text("")
    for ending, asked, command in (("HD", "DT1", "info"), ("rad", "rd3", "info"),
                                   ("truth.csv", "DZT", "score"),
                                   ("sigmf-data", "sigmf-meta", "info")):
        os.mkfifo(folder / f"y.{ending}")
        fails(65, [f"y.{ending}", "not a regular file"], gw.GW, command, folder / f"y.{asked}")
    for ending in ("ndjson", "geojson", "gpkg"):
        os.mkfifo(folder / f"log.{ending}")
        fails(65, [f"log.{ending}", "not a regular file"], gw.GW, "log", "--output",
              folder / f"log.{ending}", "--from", folder / "y.jsonl")


def captures_lie(folder):
    """Where the data begin: beyond their end is refused, within them is told."""
    meta = {"global": {"core:datatype": "ri16_le", "gw:kind": "gpr", "gw:samples_per_scan": 128,
                       "core:num_channels": 1, "core:sample_rate": 2e10, "gw:scan_spacing_m": 0.02}}
    n_samples = 30 * 128
    (folder / "lie.sigmf-data").write_bytes(bytes(2 * n_samples))

    def told(start):
        path = folder / "lie.sigmf-meta"
        path.write_text(json.dumps({**meta, "captures": [{"core:sample_start": start}]}))
        got, out, err = run(gw.GW, "info", "--json", path)
        assert got in (0, 65), (start, got, err)
        return json.loads(out)["streams"][0]["not_understood"] if got == 0 else err
    assert told(0) == []
    note, = told(256)
    assert "core:sample_start is 256" in note, note
    for start in (n_samples, 10**15, 2**63 - 1):
        err = told(start)
        assert "lie.sigmf-meta: captures[0].core:sample_start" in err and str(start) in err, err
        fails(65, [str(start)], gw.GW, "detect", folder / "lie.sigmf-data")
    for start in (-1, 0.5, 1e15, "0", None):
        assert "captures[0].core:sample_start is not an index" in told(start), start


def headers_lie(folder):
    """Bytes before the first sample that are no samples: the rows are those without them; anywhere
    else, or beyond the end, they are refused."""
    channels = {"core:datatype": "ri16_le", "gw:kind": "gpr", "gw:samples_per_scan": 128,
                "core:num_channels": 1, "core:sample_rate": 2e10, "gw:scan_spacing_m": 0.02}
    rows = b"".join(struct.pack("<h", (k * k * 31 + 17 * j) % 3001 - 1500)
                    for k in range(120) for j in range(128))
    (folder / "plain.sigmf-data").write_bytes(rows)
    (folder / "plain.sigmf-meta").write_text(json.dumps({"global": channels, "captures": [{}]}))
    data, meta = folder / "header.sigmf-data", folder / "header.sigmf-meta"
    data.write_bytes(b"\x7f" * 77 + rows)

    def detected(captures, command="detect"):
        meta.write_text(json.dumps({"global": channels, "captures": captures}))
        return run(gw.GW, command, *(("--all",) if command == "detect" else ()), meta)
    plain = run(gw.GW, "detect", "--all", folder / "plain.sigmf-meta")[1]
    assert plain.count("\n") > 0
    got, out, err = detected([{"core:sample_start": 0, "core:header_bytes": 77}])
    assert got == 0 and out.replace("header.", "plain.") == plain, (err, out, plain)
    assert detected([{"core:header_bytes": 0}])[1].replace("header.", "plain.") != plain
    more = {"core:sample_start": 128, "core:global_index": 128}
    for captures, words in (
            ([{"core:header_bytes": 77}, {**more, "core:header_bytes": 2}],
             ["header.sigmf-meta: captures[1].core:header_bytes is 2"]),
            ([{"core:sample_start": 128, "core:header_bytes": 77}],
             ["header.sigmf-meta: captures[0].core:header_bytes is 77"]),
            ([{"core:header_bytes": len(rows) + 77}],
             ["header.sigmf-data: 0 bytes after captures[0].core:header_bytes hold not one row"]),
            *(([{"core:header_bytes": bad}], ["captures[0].core:header_bytes is not a number"])
              for bad in (-1, 0.5, "77", None, 2**63 - 1))):
        for command in ("detect", "info"):
            got, _, err = detected(captures, command)
            assert got == 65 and all(word in err for word in words), (captures, got, err)


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

    not_files(folder, good)
    not_files_beside(folder, good)
    captures_lie(folder)
    headers_lie(folder)

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
