# SPDX-License-Identifier: GPL-3.0-or-later
"""What foreign libraries parse: in a process behind walls, whose end is a message and status 65."""
import json
import pathlib
import random
import shutil
import signal
import subprocess

import gw

CORPUS = gw.ROOT / "tests/corpus/foreign"
IMPORT = gw.BIN / "groundwatch-import"
TOOL = gw.BIN.parent / "tests/tool_hdf5"


def info(path, program=gw.GW):
    done = subprocess.run([program, "info", "--json", path], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    return done.returncode, done.stdout, done.stderr


def read(path):
    got, out, err = info(path)
    assert got == 0, (path, err)
    return json.loads(out)["streams"][0]


def refused(path, word, program=gw.GW):
    got, out, err = info(path, program)
    assert got == 65 and path.name in err and word in err and not out, (path, got, out, err)
    return err


def near(value, wanted):
    return abs(value / wanted - 1) < 1e-6


def sane_files(folder):
    for name in ("sane", "little", "float"):
        stream = read(CORPUS / f"{name}.sgy")
        assert (stream["rows"], stream["samples"], stream["counts"]) == (8, 32, "s16"), stream
        assert near(stream["scan_spacing_m"], 0.02), stream
        assert near(stream["time_window_ns"], 8 if name != "float" else 32), stream
        assert any("taken as" in note for note in stream["not_understood"])
    for name in ("sane", "packed"):
        stream = read(CORPUS / f"{name}.mat")
        assert (stream["rows"], stream["samples"]) == (8, 32), stream
        assert near(stream["time_window_ns"], 8) and near(stream["scan_spacing_m"], 0.02), stream
    stream = read(CORPUS / "steps.mat")
    assert stream["waveform"] == "sfcw" and near(stream["band_hz"][0], 1e9), stream
    for kind, channels, scans in (("sane", 1, 20), ("receivers", 2, 20), ("ascan", 1, 1)):
        path = folder / f"{kind}.h5"
        subprocess.run([TOOL, path, kind], check=True, timeout=gw.HANG_S)
        stream = read(path)
        assert (stream["rows"], stream["channels"], stream["samples"]) == (scans, channels, 64)
        assert near(stream["scan_spacing_m"], 0.02) and near(stream["time_window_ns"], 3.2), stream
    print("SEG-Y of both orders, MAT plain and packed, gprMax of several receivers: read")


def broken_files(folder):
    words = {"format.sgy": "format 99", "samples-none.sgy": "0 samples", "short.sgy": "headers",
             "samples-huge.sgy": "samples", "extended.sgy": "byte", "extended-none.sgy": "byte",
             "traces-none.sgy": "byte", "packed-broken.mat": "unpacked", "bomb.mat": "flags",
             "dimensions.mat": "numbers", "negative.mat": "numbers", "cut.mat": "cut",
             "more.mat": "3200 numbers",
             "line.mat": "no matrix", "hdf5.mat": "MAT 5", "short.mat": "shorter"}
    for name, word in words.items():
        refused(CORPUS / name, word)
    known = set(words) | {"sane.sgy", "little.sgy", "float.sgy", "sane.mat", "packed.mat",
                          "steps.mat"}
    assert {p.name for p in CORPUS.iterdir()} == known
    for kind, word in (("deep", "gprMax"), ("shape", "shape"), ("text", ""), ("bare", "gprMax")):
        path = folder / f"{kind}.h5"
        subprocess.run([TOOL, path, kind], check=True, timeout=gw.HANG_S)
        refused(path, word)
    print("broken files: refused, each with its name and the reason")


def mutated_files(folder):
    """Whatever is in the file: read or refused, and never a crash of ours."""
    dice, ends = random.Random(5), {0: 0, 65: 0}
    for source in (CORPUS / "sane.sgy", CORPUS / "packed.mat", CORPUS / "steps.mat",
                   folder / "sane.h5", folder / "receivers.h5"):
        good = source.read_bytes()
        path = folder / f"mutant{source.suffix}"
        for _ in range(40):
            data = bytearray(good)
            for _ in range(dice.randrange(1, 9)):
                data[dice.randrange(min(len(data), 4000))] = dice.choice(
                    (0, 1, 0x7f, 0x80, 0xff, dice.randrange(256)))
            path.write_bytes(data[:dice.choice((len(data), len(data), dice.randrange(len(data))))])
            got, _, err = info(path)
            assert got in ends and (got == 0 or path.name in err), (source, got, err)
            ends[got] += 1
    assert ends[65] > 20, ends
    print(f"mutated files: {ends[0]} read, {ends[65]} refused")


def child_of_trouble(folder):
    """Programs in the place of groundwatch-import."""
    bin_ = folder / "bin"
    bin_.mkdir()
    program = bin_ / "groundwatch"
    shutil.copy(gw.GW, program)
    good = folder / "good.sgy"
    shutil.copy(CORPUS / "sane.sgy", good)
    refused(good, "not there", program)
    cases = (("kill -SEGV $$", "died of it"), ("exit 3", "status 3"),
             ("exec 1>&-; exec sleep 100", "too long"),
             ("head -c 100000 /dev/zero", "nonsense"), ("yes", "nonsense"),
             (f"head -c 3000 {folder}/answer", "without an answer"),
             ("exec sleep 100", "silent for 30 s"))
    done = subprocess.run([IMPORT, "segy"], stdin=open(good), capture_output=True,
                          timeout=gw.HANG_S)
    (folder / "answer").write_bytes(done.stdout)
    for script, word in cases:
        (bin_ / "groundwatch-import").write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        (bin_ / "groundwatch-import").chmod(0o755)
        print(refused(good, word, program).strip().rsplit(": ", 1)[1])
    answer = bytearray(done.stdout)
    answer[8:16] = b"\xff" * 8  # channels and samples
    (folder / "answer").write_bytes(answer)
    (bin_ / "groundwatch-import").write_text(f"#!/bin/sh\nexec /bin/cat {folder}/answer\n")
    refused(good, "samples", program)


def walls(folder):
    """The process has its filter and its limits before it parses."""
    good = (CORPUS / "sane.sgy").read_bytes()
    long = folder / "long.sgy"
    long.write_bytes(good + good[3600:] * 99)  # more than a pipe holds: it waits, answer in hand
    with open(long, "rb") as file, subprocess.Popen([IMPORT, "segy"], stdin=file,
                                                    stdout=subprocess.PIPE) as child:
        status = pathlib.Path(f"/proc/{child.pid}/status")
        gw.wait_for("the filter", lambda: "Seccomp:\t2" in status.read_text())
        limits = pathlib.Path(f"/proc/{child.pid}/limits").read_text()
        assert "Max cpu time              10 " in limits, limits
        child.send_signal(signal.SIGKILL)
    assert subprocess.run([IMPORT], capture_output=True, timeout=gw.HANG_S).returncode == 64
    print("walls: a filter of system calls, limits of time and memory")


with gw.Folder() as where:
    sane_files(where)
    broken_files(where)
    mutated_files(where)
    walls(where)
    child_of_trouble(where)
