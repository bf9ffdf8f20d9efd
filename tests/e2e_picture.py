# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures: groundwatch info in characters and as PNG, and what detect --png draws."""
import os
import pty
import struct
import subprocess

import gw
from image import image_read, points_of

RED, YELLOW = (230, 40, 40), (200, 150, 0)
HEAD, PANEL = 22, 34 + 280 + 34


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    return done.returncode, done.stdout, done.stderr


def wave(n, at):
    """A short pulse."""
    return [int(9000 * (1 - 2 * ((k - at) / 6) ** 2) * 2.718 ** -(((k - at) / 6) ** 2))
            for k in range(n)]


def lane(path):
    """A wire under scan 150 of 300, 8.5 mm apart: a hyperbola."""
    scans = []
    for k in range(300):
        range_m = (0.12 ** 2 + ((k - 150) / 118.11) ** 2) ** 0.5
        direct, echo = wave(512, 60), wave(512, 60 + range_m / 0.06 * 64)
        scans.append([a + b // 4 + (k * 7919 + n * 104729) % 41 for n, (a, b) in
                      enumerate(zip(direct, echo))])
    gw.dzt_make(path, scans)


def info_pictures(folder, trace):
    got, out, _ = run(gw.GW, "info", trace)
    assert got == 0 and "picture" not in out  # not a terminal
    got, out, _ = run(gw.GW, "info", "--picture", trace)
    lines = out.split("picture", 1)[1].splitlines()[1:]
    assert got == 0 and len(lines) == 21 and all(len(line) <= 80 for line in lines), out
    assert lines[0].startswith("     0 |") and lines[1].startswith("    ns |"), lines[:2]
    assert lines[20].split() == ["0", "2.54", "m"], lines[20]
    peaks = [line.index("@") for line in lines[:20] if "@" in line]
    assert any(abs(at - 44) <= 3 for at in peaks), lines  # the middle of the lane

    parent, child = pty.openpty()
    with subprocess.Popen([gw.GW, "info", trace], stdout=child) as program:
        os.close(child)
        text = b""
        while True:
            try:
                text += os.read(parent, 65536)
            except OSError:
                break
        assert program.wait(timeout=gw.HANG_S) == 0 and b"picture" in text and b" m\r\n" in text

    target = folder / "trace.png"
    got, _, err = run(gw.GW, "info", "--json", "--png", target, trace)
    width, height, rows = image_read(target)
    assert got == 0 and (width, height) == (1000, HEAD + 2 * PANEL), (err, width, height)
    assert len({point for row in rows for point in row}) > 100, "shades"
    got, _, err = run(gw.GW, "info", "--png", target, trace, trace)
    assert got == 64 and "--png" in err
    got, _, err = run(gw.GW, "info", "--png", folder / "nowhere/x.png", trace)
    assert got == 74 and "nowhere/x.png" in err
    print("info: in characters, on a terminal without being asked, and as PNG")


def detect_pictures(folder, trace):
    got, out, err = run(gw.GW, "detect", "--png", folder / "pictures", trace)
    assert got == 0, err
    assert out == run(gw.GW, "detect", trace)[1], "a picture changes no decision"
    width, height, rows = image_read(folder / "pictures/lane.DZT.png")
    assert (width, height) == (1000, HEAD + 3 * PANEL)
    reds = points_of(rows, RED)
    for panel in range(3):
        top = HEAD + 34 + panel * PANEL
        inside = [x for x, y in reds if top <= y < top + 280]
        assert inside, f"no alarm on panel {panel}"
        assert any(abs(x - (56 + 450)) < 40 for x in inside), inside
    scene = gw.ROOT / "drivers/scenes/demo.yaml"
    assert run(gw.GW, "detect", "--png", folder / "pictures", scene)[0] == 0
    rows = image_read(folder / "pictures/demo.yaml.png")[2]
    assert points_of(rows, (60, 130, 255)) and points_of(rows, (40, 160, 90)), "md, fused"
    alone = folder / "alone.yaml"
    alone.write_text("name: alone\nseed: 5\nlength_m: 2\nsensors: [md]\n")
    got, _, err = run(gw.GW, "detect", "--png", folder / "none", alone)
    assert got == 0 and "alone.yaml: no picture is made" in err, (got, err)
    numbers = struct.pack("<12800h", *([k % 97 for k in range(128)] * 100))
    (folder / "two.npy").write_bytes(
        b"\x93NUMPY\1\0v\0" + b"{'descr': '<i2', 'fortran_order': False, 'shape': (50, 2, 128), }"
        .ljust(117) + b"\n" + numbers)
    got, _, err = run(gw.GW, "detect", "--png", folder / "two", folder / "two.npy")
    assert got == 0, err
    assert {p.name for p in (folder / "two").iterdir()} == {"two.npy-ch0.png", "two.npy-ch1.png"}
    print("detect: raw, processed and focused, with marks on each")


with gw.Folder() as where:
    lane(where / "lane.DZT")
    info_pictures(where, where / "lane.DZT")
    detect_pictures(where, where / "lane.DZT")
