# SPDX-License-Identifier: GPL-3.0-or-later
"""The same through every way of libiio: emulator, real iiod, local backend, and both of these.

usage: e2e_tiers.py [TIER]...
"""
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import gw
import live
from iio_tiers import NAMES, Tier, missing
from source_tool import TOOL, Reader

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"
BLOCK = 16384  # samples
CHARISMA = gw.SHARED / "traces/charisma/Lab_specimen_data.DZT"


def scene_recorded(folder):
    done = subprocess.run([gw.GW, "record", "--scene", str(SCENE), str(folder / "demo")],
                          capture_output=True, timeout=gw.HANG_S)
    assert done.returncode == 0, done.stderr
    return folder / "demo.sigmf-collection"


def samples_read(tier, device, channels, n_bytes):
    """What iio_readdev writes until n_bytes are there."""
    out = tier.folder / f"{device}.raw"
    with open(out, "wb") as file:
        tool = subprocess.Popen([*tier.prefix, "iio_readdev", "-u", tier.uri, "-b", str(BLOCK),
                                 device, *channels], stdout=file, stderr=subprocess.DEVNULL)
        try:
            gw.wait_for("all samples", lambda: out.stat().st_size >= n_bytes or
                        tool.poll() is not None)
        finally:
            tool.send_signal(signal.SIGINT)
            tool.wait(timeout=gw.HANG_S)
    return out.read_bytes()


def tools_see_the_devices_and_their_samples(make, folder):
    collection = scene_recorded(folder)
    with make(collection, "--speed", "10") as tier:
        info = tier.run("iio_info", "-u", tier.uri).stdout.decode()
        for text in ("gw-gpr", "gw-md", "gw-pose", "emulated: 1", "scan_length value: 512",
                     "tones value: 1600 4800 11200 24000", "label value: range_index"):
            assert text in info, (text, info)
        spacing = tier.run("iio_attr", "-u", tier.uri, "-d", "gw-gpr", "scan_spacing_m").stdout
        assert float(spacing.split()[-1].strip(b"'")) == 0.02, spacing
        xml = tier.run("iio_genxml", "-u", tier.uri).stdout
        assert b"<context" in xml and b"gw-pose" in xml
        for device, channels, stream in (("gw-gpr", ["voltage0"], "gpr"),
                                         ("gw-md", ["voltage0", "voltage1"], "md")):
            want = (folder / f"demo-{stream}.sigmf-data").read_bytes()
            block = BLOCK * 2 * len(channels)
            if tier.name != "emulator":  # what is less than a block at the end stays in between
                want = want[:len(want) // block * block]
            got = samples_read(tier, device, channels, len(want))
            assert got == want, (device, len(got), len(want))


def rows_are_those_of_the_file(make, folder):
    """Every row, the same through a file and through libiio, in order, none lost."""
    recording, n_rows = folder / "radar.DZT", 300
    gw.dzt_make(recording, [[(7 * k * j + j * j) % 397 - 200 for j in range(512)]
                            for k in range(n_rows)])
    for which, kind, n, speed in ((recording, "gpr", n_rows, 2), (SCENE, "pose", 2220, 10)):
        offline, live = folder / f"{kind}.offline", folder / f"{kind}.live"
        assert subprocess.run([TOOL, f"file:{which}", kind, "--raw", str(offline)],
                              capture_output=True, timeout=gw.HANG_S).returncode == 0
        with make(which, "--speed", str(speed)) as tier:
            with Reader(f"iio:{tier.uri}", kind, "--raw", live, prefix=tier.prefix) as reader:
                assert reader.next()["emulated"]
                blocks = [reader.next("block")]
                while blocks[-1]["row"] + blocks[-1]["n_rows"] < n:
                    blocks.append(reader.next("block"))
                reader.stop()
        rows = [b["row"] + k for b in blocks for k in range(b["n_rows"])]
        assert rows == list(range(n)), (kind, rows[:9], len(rows))
        assert all(b["n_lost"] == 0 and b["epoch"] == 1 and not b["set_ns"] for b in blocks)
        assert [b["is_epoch"] for b in blocks] == [True] + [False] * (len(blocks) - 1)
        assert offline.read_bytes() == live.read_bytes(), kind


def whatever_goes_wrong_is_said_once(make, folder):
    """Lost, set, silent, gone: each said with its number or its cause; then it goes on."""
    with make(SCENE) as tier, Reader(f"iio:{tier.uri}", "md", prefix=tier.prefix) as reader:
        while reader.next("block")["row"] < 2 * 64000:
            pass
        tier.debug("gw-md", "fault", "kind=drop,samples=1000")
        gap = next(b for b in iter(reader.next, None) if b["n_lost"])
        assert gap["n_lost"] == 1000 and gap["is_gap"] and gap["epoch"] == 1, gap
        tier.debug("gw-md", "fault", "kind=clock,by=-1h")
        step = next(b for b in iter(reader.next, None) if b["set_ns"])
        assert step["set_ns"] == -3600 * 10**9, step
        assert abs(step["time_ns"] - gap["time_ns"]) < 60 * 10**9, (step, gap)
        for epoch in (2, 3):
            if epoch == 2:
                tier.debug("gw-md", "fault", "kind=silent")
            else:
                tier.lose()
            lost = reader.next("status")
            assert lost["status"] in (-10, -11) and "demo.yaml" in lost["text"], lost
            assert reader.is_silent(1), "told more than once"
            if epoch == 2:
                tier.debug("gw-md", "fault", "none")
            else:
                tier.find()
            block = reader.next()
            assert block["event"] == "block" and block["is_epoch"], block
            assert block["epoch"] == epoch, block
        tier.debug("gw-md", "fault", "kind=silent")
        reader.next("status")
        reader.process.send_signal(signal.SIGTERM)
        assert reader.next("status")["status"] == -13
        assert reader.process.wait(timeout=gw.HANG_S) == 74
        tier.debug("gw-md", "fault", "none")


def the_daemon_finds_what_is_in_the_file(make, folder):
    recordings = [(CHARISMA, "10")] if CHARISMA.exists() else []
    for recording, speed in (*recordings, (SCENE, "10")):
        offline = gw.detect(recording)
        n = sum(d["alarm"] for d in offline)
        assert n > 0

        def once(at):
            with make(recording, "--speed", at) as tier:
                return live.collect(tier.folder, f"iio:{tier.uri}", n, tier.prefix)

        found, lost = live.kept_up(once, speed)
        gw.assert_same_alarms(found, offline)
        assert all(v == (0, 0) for v in lost.values()), lost


CLAIMS = (tools_see_the_devices_and_their_samples, rows_are_those_of_the_file,
          whatever_goes_wrong_is_said_once, the_daemon_finds_what_is_in_the_file)


def tier_try(name):
    with gw.Folder() as folder:
        for claim in CLAIMS:
            (folder / claim.__name__).mkdir()
            made = []

            def make(recording, *options):
                inner = folder / claim.__name__ / str(len(made))
                inner.mkdir()
                made.append(inner)
                return Tier(name, inner, recording, *options)

            claim(make, folder / claim.__name__)
            print(f"{name}: {claim.__name__.replace('_', ' ')}", flush=True)


def main():
    for tool in ("iio_info", "iio_attr", "iio_readdev", "iio_genxml"):
        if not shutil.which(tool):
            gw.skip(f"{tool} is not installed (libiio-utils)")
    names = []
    for name in sys.argv[1:] or NAMES:
        why = missing(name)
        if why:
            print(f"skipped: {name}: {why}")
        else:
            names.append(name)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tier_try, names))


if __name__ == "__main__":
    main()
