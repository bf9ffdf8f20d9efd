# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault of the emulator, seen by libiio's unmodified tools."""
import shutil
import signal
import struct
import subprocess

import gw

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"
ROW = struct.Struct("<I4xq")  # count0 and timestamp of gw-md
RATE_HZ = 64000

for tool in ("iio_info", "iio_attr", "iio_readdev"):
    if not shutil.which(tool):
        gw.skip(f"{tool} is not installed (libiio-utils)")


def tool(emulator, name, *arguments):
    """Exit status, standard output and error of a tool of libiio."""
    done = subprocess.run([name, "-u", f"ip:127.0.0.1:{emulator.port}", *map(str, arguments)],
                          capture_output=True, timeout=gw.HANG_S)
    return done.returncode, done.stdout, done.stderr.decode()


def attr(emulator, *arguments):
    """What iio_attr says; it tells of errors on either side."""
    _, out, err = tool(emulator, "iio_attr", *arguments)
    return out.decode() + err


def debug(emulator, name, *value, device="gw-md"):
    said = attr(emulator, "-D", device, name, *value)
    assert "ERROR" not in said, said
    return said.strip()


def samples(emulator, n_samples, *options, channels=("count0", "timestamp")):
    """What iio_readdev reads of gw-md before it ends by itself, and what it says."""
    _, out, err = tool(emulator, "iio_readdev", "-b", 6400, "-T", 1000, "-s", n_samples, *options,
                       "gw-md", *channels)
    return out, err


def rows(out):
    return list(ROW.iter_unpack(out[:len(out) // ROW.size * ROW.size]))


def steps(values):
    return [b - a for a, b in zip(values, values[1:])]


def jumps(got):
    """Steps of the counter that are not 1."""
    return [step for step in steps([seq for seq, _ in got]) if step != 1]


def all_told(emulator, got, more=0):
    """What is missing was dropped by the emulator's ring (a busy machine reads late), or is `more`,
    the same as it says."""
    missing = sum(step - 1 for step in jumps(got) if step > 1)
    return missing == int(debug(emulator, "samples_dropped")) >= more


class Faulty:
    """The demo scene with a fault that is planned or, after its start, written."""

    def __init__(self, planned=None, written=None):
        self.folder = gw.Folder()
        options = ["--fault", planned] if planned else []
        self.emulator = gw.emulate(self.folder.__enter__(), SCENE, *options)
        if written:
            debug(self.emulator, "fault", written)

    def __enter__(self):
        return self.emulator

    def __exit__(self, failed, *_):
        if not failed:  # it goes on serving, and the fault was felt
            assert b"gw-md" in tool(self.emulator, "iio_info")[1]
            assert int(debug(self.emulator, "faults_acted")) >= 1
        self.emulator.stop()
        self.folder.__exit__()


def stall():
    with Faulty("at=500ms,kind=stall,for=4s") as emulator:
        out, err = samples(emulator, 10 * RATE_HZ)
        assert "Broken pipe (32)" in err, err
        assert 0 < len(out) < 2 * RATE_HZ * ROW.size
    with Faulty("at=300ms,kind=stall,for=800ms") as emulator:  # shorter than the tool's patience
        out, err = samples(emulator, RATE_HZ)
        assert "refill" not in err, err
        assert all_told(emulator, rows(out), 1), "the ring holds less than this stall"


def attribute():
    with Faulty(written="kind=attribute,for=3s") as emulator:
        assert debug(emulator, "fault") == "kind=attribute,for=3s,device=gw-md"
        said = attr(emulator, "-T", 500, "-d", "gw-md", "sampling_frequency")
        assert "Broken pipe (32)" in said and "64000" not in said, said
        gw.wait_for("its end", lambda: debug(emulator, "fault") == "none")
        assert "64000" in attr(emulator, "-d", "gw-md", "sampling_frequency")


def silent():
    with Faulty(written="at=300ms,kind=silent") as emulator:
        out, err = samples(emulator, 10 * RATE_HZ)
        assert "Connection timed out (110)" in err, err
        assert 0 < len(out) < 5 * RATE_HZ * ROW.size
        debug(emulator, "fault", "none")
        assert len(samples(emulator, 6400)[0]) == 6400 * ROW.size
        assert int(debug(emulator, "samples_dropped")) > 0


def late():
    """What comes late comes whole; the tool waits for it."""
    with Faulty(written="at=500ms,kind=late,by=300ms") as emulator:
        begun = gw.time.monotonic()
        out, err = samples(emulator, RATE_HZ)
        assert "refill" not in err, err
        assert gw.time.monotonic() - begun > 1.2, "a second of samples, at last 0.3 s late"
        assert all_told(emulator, rows(out)), jumps(rows(out))


def close():
    with Faulty("at=300ms,kind=close,bytes=100") as emulator:
        out, err = samples(emulator, 10 * RATE_HZ)
        assert "Broken pipe (32)" in err, err
        assert 0 < len(out) < 10 * RATE_HZ * ROW.size


def reset():
    with Faulty("at=300ms,kind=reset,bytes=100") as emulator:
        out, err = samples(emulator, 10 * RATE_HZ)
        assert "Connection reset by peer (104)" in err or "Broken pipe (32)" in err, err
        assert 0 < len(out) < 10 * RATE_HZ * ROW.size


def errno():
    for number, words in ((5, "Input/output error (5)"), (71, "Protocol error (71)"),
                          (32, "Broken pipe (32)")):
        with Faulty(f"at=300ms,kind=errno,errno={number}") as emulator:
            assert words in samples(emulator, 10 * RATE_HZ)[1]


def short():
    """Short chunks are put together by libiio: nothing changes but how they are sent."""
    with Faulty("kind=short,samples=77,device=gw-md") as emulator:
        out, err = samples(emulator, RATE_HZ)
        assert len(rows(out)) == RATE_HZ and "refill" not in err, err
        assert all_told(emulator, rows(out)), jumps(rows(out))


def drop():
    with Faulty("at=300ms,kind=drop,samples=777,device=gw-md") as emulator:
        got = rows(samples(emulator, RATE_HZ)[0])
        assert 778 in jumps(got) and all_told(emulator, got, 777), jumps(got)
        at = steps([seq for seq, _ in got]).index(778)
        assert abs(got[at + 1][1] - got[at][1] - 778e9 / RATE_HZ) < 2, got[at:at + 2]


def duplicate():
    with Faulty("at=300ms,kind=duplicate,samples=100") as emulator:
        got = rows(samples(emulator, RATE_HZ)[0])
        assert [step for step in jumps(got) if step < 1] == [-99], jumps(got)
        assert len(set(got)) == len(got) - 100, "the same samples, not others"


def clock():
    for by, seconds in (("1h", 3600), ("-2s", -2)):
        with Faulty(f"at=300ms,kind=clock,by={by}") as emulator:
            got = rows(samples(emulator, RATE_HZ)[0])
            assert all_told(emulator, got), jumps(got)
            leaps = [s for s in steps([time for _, time in got]) if abs(s) > 1.5e9]
            assert len(leaps) == 1 and abs(leaps[0] - seconds * 1e9) < 5e8, leaps


def union():
    """Another client's channels come along; iio_readdev picks its own out of them."""
    with Faulty("kind=union") as emulator:
        other = subprocess.Popen(["iio_readdev", "-u", f"ip:127.0.0.1:{emulator.port}", "-b",
                                  "640", "gw-md"], stdout=subprocess.DEVNULL)
        gw.wait_for("the other client", lambda: int(debug(emulator, "faults_acted")) >= 1)
        out, err = samples(emulator, 6400, channels=["count0"])
        got = [seq for seq, in struct.iter_unpack("<I", out)]
        assert "refill" not in err and len(got) >= 1600, (len(got), err)
        assert min(steps(got)) == 1 and steps(got).count(1) > len(got) / 2, got[:10]
        other.send_signal(signal.SIGINT)
        assert other.wait(timeout=gw.HANG_S) == 0


def restart():
    with Faulty(written="at=1s,kind=restart,for=2s") as emulator:
        out, err = samples(emulator, 10 * RATE_HZ)
        assert "refill" in err and 0 < len(out) < 10 * RATE_HZ * ROW.size, err
        err = tool(emulator, "iio_info")[2]
        assert "Connection refused" in err, err
        gw.wait_for("it to be back", lambda: b"gw-md" in tool(emulator, "iio_info")[1])
        again = rows(samples(emulator, 6400)[0])
        assert [seq for seq, _ in again] == list(range(6400)), again[0]


def mute():
    with Faulty(written="kind=mute,for=7s") as emulator:
        status, _, err = tool(emulator, "iio_info")  # its patience is 5 s
        assert status != 0 and "Unable to create" in err, err
        assert b"gw-md" in tool(emulator, "iio_info")[1], "answered when it is over"


def xml():
    with Faulty("at=0s,kind=xml,bytes=500,for=3s") as emulator:
        samples(emulator, 64)  # it begins with the first client
        status, out, err = tool(emulator, "iio_info")
        assert status != 0 and b"gw-md" not in out and "Unable to create" in err, (out, err)
        gw.wait_for("its end", lambda: b"gw-md" in tool(emulator, "iio_info")[1])


def refusals():
    with Faulty(written="kind=short") as emulator:
        assert "Invalid argument (22)" in attr(emulator, "-D", "gw-md", "fault", "kind=stal")
        assert "no such kind" in debug(emulator, "fault_refused")
        assert debug(emulator, "fault") == "kind=short,samples=1,device=gw-md"
        samples(emulator, 64)
        assert "Permission denied (13)" in attr(emulator, "-D", "gw-md", "faults_acted", "7")
    for fault, words in (("kind=stall,at=3", b"at: must be a time"), ("", b"KEY=VALUE")):
        done = subprocess.run([gw.GW, "emulate", "--fault", fault, str(SCENE)],
                              capture_output=True, timeout=gw.HANG_S)
        assert done.returncode == 64 and words in done.stderr, done
    with gw.Folder() as folder:
        gw.dzt_make(folder / "a.DZT", [[0] * 512] * 10)
        done = subprocess.run([gw.GW, "emulate", "--fault", "kind=drop,device=gw-md",
                               str(folder / "a.DZT")], capture_output=True, timeout=gw.HANG_S)
        assert done.returncode == 64 and b"gw-md is not there" in done.stderr, done


CLAIMS = (stall, attribute, silent, late, close, reset, errno, short, drop, duplicate, clock, union,
          restart, mute, xml)
known = subprocess.run([gw.GW, "emulate", "--help"], capture_output=True, text=True).stdout
known = [line.split()[0] for line in known[known.index("\nkind "):].splitlines()[2:]]
assert known == [claim.__name__ for claim in CLAIMS], known
for claim in CLAIMS:
    claim()
    print(f"{claim.__name__}: seen by libiio's tools, and over afterwards")
refusals()
