# SPDX-License-Identifier: GPL-3.0-or-later
"""The libiio source against emulator and misbehaving servers: the same rows, every loss, no lie."""
import json
import signal
import socket
import subprocess

import gw
from iiod_fake import LENGTH, Fake, sample, scan_bytes, scans
from source_tool import TOOL, Reader

def radar_make(path, n_scans, first=0):
    gw.dzt_make(path, [[(7 * (k + first) * j + j * j) % 397 - 200 for j in range(512)]
                       for k in range(n_scans)])
    return path


def run(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def rows_of(lines):
    return [b["row"] + k for b in lines if b["event"] == "block" for k in range(b["n_rows"])]


def same_rows(recording, kind, n_rows, speed):
    """Every row of a recording, the same through a file and through libiio, in order, none lost."""
    with gw.Folder() as folder, gw.emulate(folder, recording, "--speed", speed) as emulator:
        offline, live = folder / "offline", folder / "live"
        assert run(f"file:{recording}", kind, "--raw", offline)[0] == 0
        with Reader(f"iio:ip:127.0.0.1:{emulator.port}", kind, "--raw", live) as reader:
            assert reader.next()["emulated"]
            blocks = [reader.next("block")]
            while blocks[-1]["row"] + blocks[-1]["n_rows"] < n_rows:
                blocks.append(reader.next("block"))
            reader.stop()
        assert rows_of(blocks) == list(range(n_rows))
        assert all(b["n_lost"] == 0 and b["epoch"] == 1 for b in blocks)
        assert [b["is_epoch"] for b in blocks] == [True] + [False] * (len(blocks) - 1)
        assert all(a["time_ns"] < b["time_ns"] for a, b in zip(blocks, blocks[1:]))
        assert offline.read_bytes() == live.read_bytes()[:len(offline.read_bytes())]
        assert len(offline.read_bytes()) == len(live.read_bytes())
        print(f"{kind}: {n_rows} rows through libiio as in the file, none lost")
        return blocks


def restarted():
    """The same recording comes back: said once, then a new epoch. Another one: refused for good."""
    with gw.Folder() as folder:
        recording = radar_make(folder / "a.DZT", 3000)
        other = radar_make(folder / "b.DZT", 3000, 5)
        emulator = gw.emulate(folder, recording)
        port = str(emulator.port)
        with Reader(f"iio:ip:127.0.0.1:{port}", "gpr") as reader:
            assert reader.next("block")["epoch"] == 1
            for epoch in (2, 3):
                emulator.stop(signal.SIGKILL)
                lost = reader.next("status")
                assert lost["status"] in (-10, -11) and "a.DZT" in lost["text"], lost
                assert reader.is_silent(1), "told more than once"
                emulator = gw.emulate(folder, recording, "--port", port)
                block = reader.next()
                assert block["event"] == "block", block
                assert block["epoch"] == epoch and block["is_epoch"], block
                assert not reader.next("block")["is_epoch"]
            emulator.stop(signal.SIGKILL)
            reader.next("status")
            emulator = gw.emulate(folder, other, "--port", port)
            for _ in range(2):
                refused = reader.next("status")
                assert refused["status"] == -3 and "another device" in refused["text"], refused
                assert "b.DZT" in refused["text"], refused
            assert reader.process.wait(timeout=gw.HANG_S) == 65
        emulator.stop()
    print("killed emulator: the same recording is a new epoch, another one is refused by name")


def ended():
    """A recording at its end falls silent: said once, then quiet, and it can be cancelled."""
    with gw.Folder() as folder:
        recording = radar_make(folder / "short.DZT", 30)
        with gw.emulate(folder, recording, "--speed", "10") as emulator:
            with Reader(f"iio:ip:127.0.0.1:{emulator.port}", "gpr") as reader:
                blocks = [reader.next("block")]
                while blocks[-1]["row"] < 29:
                    blocks.append(reader.next("block"))
                lost = reader.next()
                assert lost["status"] == -11 and "no samples" in lost["text"], lost
                assert reader.is_silent(6), "a silent device is told again and again"
                reader.process.send_signal(signal.SIGTERM)
                assert reader.next()["status"] == -13
                assert reader.process.wait(timeout=gw.HANG_S) == 74
    print("silent device: told once; cancelled while it waits")


def refusals():
    with gw.Folder() as folder:
        recording = radar_make(folder / "a.DZT", 300)
        with gw.emulate(folder, recording) as emulator:
            uri = f"iio:ip:127.0.0.1:{emulator.port}"
            for options, status, words in (
                    (["md"], 66, "no device named gw-md"),
                    (["gpr", "--device", "ad9999"], 66, "no device named ad9999"),
                    (["gpr", "--channels", "voltage3"], 65, "no input channel 'voltage3'"),
                    (["gpr", "--channels", "timestamp"], 65, "timestamp"),
                    (["md", "--device", "gw-gpr"], 65, "tones")):
                got, lines = run(uri, *options)
                assert got == status and words in lines[0]["text"] and uri in lines[0]["text"], (
                    got, lines)
            with Reader(uri, "gpr", "--device", "iio:device0", "--channels", "voltage0") as reader:
                assert reader.next()["event"] == "open"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    got, lines = run(f"iio:ip:127.0.0.1:{port}", "gpr")
    assert got == 74 and str(port) in lines[0]["text"] and "refused" in lines[0]["text"], lines
    with socket.create_server(("127.0.0.1", 0)) as mute:
        got, lines = run(f"iio:ip:127.0.0.1:{mute.getsockname()[1]}", "gpr")
        assert got == 74 and "does not answer" in lines[0]["text"], lines
    print("unknown devices and channels, closed and mute ports: refused by name")


def fake_read(streams, n_events, options=(), **fake_options):
    """What comes of a fake radar: the first n_events lines after the opening."""
    with Fake(streams, **fake_options) as fake, Reader(fake.uri(), "gpr", *options) as reader:
        opened = reader.next()
        assert opened["event"] == "open", opened
        return [reader.next() for _ in range(n_events)]


def losses():
    """Whatever is missing or comes twice is counted, and only that."""
    torn = scans(0, 1) + scan_bytes(2)[:40] + scan_bytes(4)[64:] + scans(5, 6)
    lines = fake_read([[torn]], 4)
    assert rows_of(lines) == [0, 1, 5, 6], lines
    assert [b["n_lost"] for b in lines] == [0, 0, 3, 0], lines
    assert lines[2]["is_gap"] and not lines[3]["is_gap"]
    lines = fake_read([[scans(0, 1, 2, 1, 2, 3)]], 4)
    assert rows_of(lines) == [0, 1, 2, 3] and not any(b["n_lost"] for b in lines), lines
    lines = fake_read([[scans(500, 501, 0, 1)]], 4)
    assert rows_of(lines) == [500, 501, 0, 1], lines
    assert [b["epoch"] for b in lines] == [1, 1, 2, 2], lines
    assert [b["is_epoch"] for b in lines] == [True, False, True, False], lines
    lines = fake_read([[scan_bytes(7)[48:] + scans(8)]], 1)
    assert rows_of(lines) == [8] and lines[0]["n_lost"] == 0, lines
    wrapped = scans(2**32 - 1, 0, 1)
    lines = fake_read([[wrapped]], 3)
    assert rows_of(lines) == [2**32 - 1, 2**32, 2**32 + 1], lines
    lines = fake_read([[scan_bytes(0)[:24], scan_bytes(0)[24:] + scan_bytes(1)[:8],
                        scan_bytes(1)[8:]]], 2)
    assert rows_of(lines) == [0, 1], lines  # short refills
    print("holes, torn scans, repetitions, counters that wrap or begin afresh: counted")


def qualities():
    flat = b"".join(sample(1, index, 5) for index in range(LENGTH))
    rail = b"".join(sample(2, index, -32768 if index == 3 else index) for index in range(LENGTH))
    same = b"".join(sample(3 + k, index, index * 3) for k in range(9) for index in range(LENGTH))
    lines = fake_read([[scans(0) + flat + rail + same]], 12)
    assert rows_of(lines) == list(range(12))
    assert [b["row"] for b in lines if b["is_stuck"]] == [1, 10, 11], lines
    assert [b["row"] for b in lines if b["is_clipped"]] == [2], lines
    print("flat, repeated and clipped scans: flagged")


def misbehaviour():
    """A server that breaks, lies or stalls: said with its cause, and made anew."""
    def hang_up(connection, _):
        connection.shutdown(socket.SHUT_RDWR)

    def nothing(connection, _):
        connection.sendall(b"0\n00000007\n")

    def fewer_channels(connection, wanted):
        connection.sendall(b"%d\n00000001\n%s" % (wanted, bytes(wanted)))

    def broken(connection, _):
        connection.sendall(b"-5\n")

    def stalled(connection, _):
        connection.sendall(b"-110\n")

    for act, status, words in ((hang_up, -10, "connection broke"), (nothing, -10, "no samples"),
                               (fewer_channels, -10, "rotocol"), (broken, -10, "nput/output"),
                               (stalled, -11, "no samples")):
        lines = fake_read([[scans(0), act], [scans(9)]], 3)
        assert [e["event"] for e in lines] == ["block", "status", "block"], (act, lines)
        assert lines[1]["status"] == status and words in lines[1]["text"], (act, lines)
        assert lines[2]["epoch"] == 2 and lines[2]["is_epoch"] and lines[2]["row"] == 9, lines
    half = b"".join(sample(k, index) for k in range(400) for index in range(LENGTH // 2))
    for stream, words in ((half * 10, "no scan is whole"), (scans(*[0] * 4000), "repeats itself")):
        pieces = [pace(stream[k:k + 16 * LENGTH]) for k in range(0, len(stream), 16 * LENGTH)]
        lines = fake_read([pieces], 2 if "repeats" in words else 1)
        assert lines[-1]["status"] == -10 and words in lines[-1]["text"], lines
    longer = b"".join(sample(k // 20, k % 20) for k in range(200))
    lines = fake_read([[longer]], 2)  # the first scan looks right until its 17th sample comes
    assert lines[1]["status"] == -3 and "longer than scan_length" in lines[1]["text"], lines
    print("broken, lying and stalled servers: said with the cause, and made anew")


def pace(part):
    def send(connection, wanted):
        gw.time.sleep(0.01)
        connection.sendall(b"%d\n00000007\n%s" % (wanted, (part * 2)[:wanted]))
    return send


def stale_attributes():
    """After a late answer the control socket gives old values: none of them may be believed."""
    with Fake([[scans(0)]], late_s=6, late_from=2) as fake:
        got, lines = run(fake.uri(), "gpr")
        assert got == 74 and "cannot be read" in lines[0]["text"], (got, lines)
    print("late attribute: refused, not mistaken for another")


def formats():
    floating = (("voltage0", "antenna0", "le:f32/32&gt;&gt;0"),
                ("count0", "range_index", "le:u16/16&gt;&gt;0"),
                ("count1", "scan_seq", "le:u32/32&gt;&gt;0"))
    with Fake([], channels=floating) as fake:
        got, lines = run(fake.uri(), "gpr")
        assert got == 65 and "floating point" in lines[0]["text"], lines
    big = (("voltage0", "antenna0", "be:s12/16&gt;&gt;4"),
           ("count0", "range_index", "le:u16/16&gt;&gt;0"),
           ("count1", "scan_seq", "le:u32/32&gt;&gt;0"))
    with gw.Folder() as folder:
        data = b"".join((((index * 100 - 800) * 16 + 9) & 0xffff).to_bytes(2, "big") +
                        sample(0, index)[2:] for index in range(LENGTH))
        with Fake([[data]], channels=big) as fake, \
                Reader(fake.uri(), "gpr", "--raw", folder / "raw") as reader:
            reader.next("block")
            reader.stop()
            counts = memoryview((folder / "raw").read_bytes()).cast("i").tolist()
        assert counts == [index * 100 - 800 for index in range(LENGTH)], counts
    print("floating point: refused; big-endian and shifted samples: converted")


with gw.Folder() as folder:
    blocks = same_rows(radar_make(folder / "radar.DZT", 300), "gpr", 300, "5")
    assert [b["place_mm"] for b in blocks] == [round(b["row"] * 1000 / 118.11) for b in blocks]
    assert not any(b["is_stuck"] or b["is_clipped"] for b in blocks)
same_rows(gw.ROOT / "drivers/scenes/demo.yaml", "md", 1420435, "20")
same_rows(gw.ROOT / "drivers/scenes/demo.yaml", "pose", 2220, "20")
restarted()
ended()
refusals()
losses()
qualities()
misbehaviour()
stale_attributes()
formats()
