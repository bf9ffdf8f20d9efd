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
CANCELED = -13  # of tool_source
CHARISMA = gw.SHARED / "traces/charisma/Lab_specimen_data.DZT"


def scene_recorded(folder):
    done = subprocess.run([gw.GW, "record", "--scene", str(SCENE), str(folder / "demo")],
                          capture_output=True, timeout=gw.HANG_S)
    assert done.returncode == 0, done.stderr
    return folder / "demo.sigmf-collection"


def samples_read(tier, device, channels, n_bytes):
    """What iio_readdev writes until n_bytes are there; and how many samples the emulator dropped
    because they were not taken: iio_readdev itself does not say."""
    out, n_dropped = tier.folder / f"{device}.raw", 0

    def is_over():
        nonlocal n_dropped
        n_dropped = int(tier.debug(device, "samples_dropped"))
        return n_dropped or out.stat().st_size >= n_bytes or tool.poll() is not None

    with open(out, "wb") as file:
        tool = subprocess.Popen([*tier.prefix, "stdbuf", "-o0", "iio_readdev", "-u", tier.uri, "-b",
                                 str(BLOCK), "-T", str(1000 * gw.HANG_S), device, *channels],
                                stdout=file, stderr=subprocess.DEVNULL)
        try:
            gw.wait_for("all samples", is_over)
        finally:
            tool.kill()  # it would wait for more
            tool.wait(timeout=gw.HANG_S)
    return out.read_bytes(), live.Losses(n_dropped, 0)


def tools_see_the_devices(make, folder):
    with make(SCENE) as tier:
        info = tier.run("iio_info", "-u", tier.uri).stdout.decode()
        for text in ("gw-gpr", "gw-md", "gw-pose", "emulated: 1", "scan_length value: 512",
                     "tones value: 1600 4800 11200 24000", "label value: range_index"):
            assert text in info, (text, info)
        spacing = tier.run("iio_attr", "-u", tier.uri, "-d", "gw-gpr", "scan_spacing_m").stdout
        assert float(spacing.split()[-1].strip(b"'")) == 0.02, spacing
        xml = tier.run("iio_genxml", "-u", tier.uri).stdout
        assert b"<context" in xml and b"gw-pose" in xml


def tools_read_their_samples(make, folder):
    collection = scene_recorded(folder)
    for device, channels in (("gw-gpr", ["voltage0"]), ("gw-md", ["voltage0", "voltage1"])):
        want = (folder / f"demo-{device[3:]}.sigmf-data").read_bytes()
        block = BLOCK * 2 * len(channels)

        def once(at):
            with make(collection, "--speed", at) as tier:
                whole = len(want) // block * block  # less than a block stays in between
                n_bytes = len(want) if tier.name == "emulator" else whole
                got, losses = samples_read(tier, device, channels, n_bytes)
                return (got, want[:n_bytes]), {device: losses}

        (got, told), lost = live.kept_up(once, "10")
        live.check_losses(lost)
        assert got == told, (device, len(got), len(told))


def rows_read(tier, kind, n, raw):
    """Blocks up to row n, and what is said to be missing before."""
    blocks, n_lost, n_breaks = [], 0, 0
    with Reader(f"iio:{tier.uri}", kind, "--raw", raw, prefix=tier.prefix) as reader:
        assert reader.next()["emulated"]
        while not blocks or blocks[-1]["row"] + blocks[-1]["n_rows"] < n:
            line = reader.next()
            if line["event"] == "status":
                n_breaks += 1
                break
            blocks.append(line)
            n_lost += line["n_lost"]
        reader.stop()
    return blocks, live.Losses(n_lost, 0, n_breaks)


def rows_are_those_of_the_file(make, folder):
    """Every row, the same through a file and through libiio, in order, none lost."""
    recording, n_rows = folder / "radar.DZT", 300
    gw.dzt_make(recording, [[(7 * k * j + j * j) % 397 - 200 for j in range(512)]
                            for k in range(n_rows)])
    for which, kind, n, speed in ((recording, "gpr", n_rows, "2"), (SCENE, "pose", 2220, "10")):
        offline, raw = folder / f"{kind}.offline", folder / f"{kind}.live"
        assert subprocess.run([TOOL, f"file:{which}", kind, "--raw", str(offline)],
                              capture_output=True, timeout=gw.HANG_S).returncode == 0

        def once(at):
            with make(which, "--speed", at) as tier:
                blocks, losses = rows_read(tier, kind, n, raw)
                return blocks, {kind: losses}

        blocks, lost = live.kept_up(once, speed)
        live.check_losses(lost)
        rows = [b["row"] + k for b in blocks for k in range(b["n_rows"])]
        assert rows == list(range(n)), (kind, rows[:9], len(rows))
        assert all(b["epoch"] == 1 and not b["set_ns"] for b in blocks)
        assert [b["is_epoch"] for b in blocks] == [True] + [False] * (len(blocks) - 1)
        assert offline.read_bytes() == raw.read_bytes(), kind


class Followed:
    """What a reader says, held against what must hold of all of it: a break is said once, and the
    block after it begins the next epoch. A machine that stands still for a second makes a break
    too: more of them may come than were made here."""

    def __init__(self, reader):
        self.reader, self.n_breaks, self.is_broken = reader, 0, True
        assert reader.next()["event"] == "open"

    def next(self):
        line = self.reader.next()
        if line["event"] == "block":
            assert line["is_epoch"] == self.is_broken, line
            assert line["epoch"] == 1 + self.n_breaks, line
            self.is_broken = False
        elif line["status"] != CANCELED:
            assert line["status"] in (-10, -11) and "demo.yaml" in line["text"], line
            assert not self.is_broken, f"told more than once: {line}"
            self.is_broken, self.n_breaks = True, self.n_breaks + 1
        return line

    def until(self, is_wanted):
        return next(line for line in iter(self.next, None) if is_wanted(line))

    def block(self):
        return self.until(lambda line: line["event"] == "block")

    def told(self, tier, fault, key):
        """The first block that says a fault; a break swallows it, then it is made anew."""
        while True:
            tier.debug("gw-md", "fault", fault)
            line = self.until(lambda line: line["event"] == "status" or line[key])
            if line["event"] == "block":
                return line
            self.block()

    def broken(self, hold_s):
        """A break is told, and for a while nothing else."""
        self.until(lambda line: line["event"] == "status")
        gw.time.sleep(hold_s)
        n = self.reader.lines.qsize()
        for _ in range(n):
            self.next()


def gap_and_step(tier, followed):
    """Both of one epoch: between two the time may jump."""
    while True:
        gap = followed.told(tier, "kind=drop,samples=1000", "n_lost")
        step = followed.told(tier, "kind=clock,by=-1h", "set_ns")
        if gap["epoch"] == step["epoch"]:
            return gap, step


def whatever_goes_wrong_is_said_once(make, folder):
    """Lost, set, silent, gone: each said with its number or its cause; then it goes on."""
    with make(SCENE) as tier, Reader(f"iio:{tier.uri}", "md", prefix=tier.prefix) as reader:
        followed = Followed(reader)
        followed.until(lambda line: line["event"] == "block" and line["row"] >= 2 * 64000)
        gap, step = gap_and_step(tier, followed)
        assert gap["n_lost"] == 1000 and gap["is_gap"], gap
        assert step["set_ns"] == -3600 * 10**9, step
        assert abs(step["time_ns"] - gap["time_ns"]) < 60 * 10**9, (step, gap)
        tier.debug("gw-md", "fault", "kind=silent")
        followed.broken(1)
        tier.debug("gw-md", "fault", "none")
        followed.block()
        tier.lose()
        followed.broken(1)
        tier.find()
        followed.block()
        tier.debug("gw-md", "fault", "kind=silent")
        followed.broken(1)
        assert followed.n_breaks == 3 or gw.HAS_SANITIZERS and followed.n_breaks > 3, "not planned"
        reader.process.send_signal(signal.SIGTERM)
        followed.until(lambda line: line["event"] == "status" and line["status"] == CANCELED)
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
                return live.collect(tier.folder, f"iio:{tier.uri}", tier.emulator, n,
                                    prefix=tier.prefix)

        found, lost = live.kept_up(once, speed)
        live.check_losses(lost)
        gw.assert_same_alarms(found, offline)


CLAIMS = (tools_see_the_devices, tools_read_their_samples, rows_are_those_of_the_file,
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
