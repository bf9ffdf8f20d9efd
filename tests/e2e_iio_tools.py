# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator under libiio's unmodified tools and under the real iiod."""
import shutil
import signal
import subprocess

import gw

for tool in ("iio_info", "iio_attr", "iio_readdev", "iio_genxml"):
    if not shutil.which(tool):
        gw.skip(f"{tool} is not installed (libiio-utils)")


def run(*arguments, hang_s=gw.HANG_S):
    return subprocess.run([str(a) for a in arguments], capture_output=True, timeout=hang_s)


def samples_read(uri, device, channels, n_bytes, block="16384"):
    """What iio_readdev writes until n_bytes are there."""
    with gw.Folder() as folder:
        out = folder / "out"
        with open(out, "wb") as file:
            tool = subprocess.Popen(["iio_readdev", "-u", uri, "-b", block, device, *channels],
                                    stdout=file, stderr=subprocess.DEVNULL)
            try:
                gw.wait_for("all samples", lambda: out.stat().st_size >= n_bytes or
                            tool.poll() is not None)
            finally:
                tool.send_signal(signal.SIGINT)
                tool.wait(timeout=gw.HANG_S)
        return out.read_bytes()


def scene_recorded(folder):
    done = run(gw.GW, "record", "--scene", gw.ROOT / "drivers/scenes/demo.yaml", folder / "demo")
    assert done.returncode == 0, done.stderr
    return folder / "demo.sigmf-collection"


with gw.Folder() as folder:
    collection = scene_recorded(folder)
    with gw.emulate(folder, collection, "--speed", "20") as emulator:
        uri = f"ip:127.0.0.1:{emulator.port}"
        info = run("iio_info", "-u", uri).stdout.decode()
        for text in ("gw-gpr", "gw-md", "gw-pose", "emulated: 1", "EMULATED",
                     "scan_length value: 512",
                     "tones value: 1600 4800 11200 24000", "label value: range_index"):
            assert text in info, (text, info)
        spacing = run("iio_attr", "-u", uri, "-d", "gw-gpr", "scan_spacing_m").stdout
        assert float(spacing.split()[-1].strip(b"\'")) == 0.02, spacing
        xml = run("iio_genxml", "-u", uri).stdout
        assert b"<context" in xml and b"gw-pose" in xml
        for device, channels, stream in (("gw-gpr", ["voltage0"], "gpr"),
                                         ("gw-md", ["voltage0", "voltage1"], "md")):
            want = (folder / f"demo-{stream}.sigmf-data").read_bytes()
            got = samples_read(uri, device, channels, len(want))
            assert got == want, (device, len(got), len(want))
            print(f"iio_readdev: {device}: {len(got)} bytes, the recording's")

charisma = gw.SHARED / "traces/charisma/Lab_specimen_data.DZT"
if charisma.exists():
    with gw.Folder() as folder, gw.emulate(folder, charisma, "--speed", "10") as emulator:
        want = charisma.read_bytes()[1024:]
        got = samples_read(f"ip:127.0.0.1:{emulator.port}", "gw-gpr", ["voltage0"], len(want))
        assert got == want, (len(got), len(want))

# the real iiod between: it listens on every interface, so it gets a network of its own
if not shutil.which("iiod") or run("unshare", "-n", "true").returncode != 0:
    gw.skip("iiod or a network namespace is not to be had: the real server was not put between")
done = subprocess.run(["unshare", "-n", "sh", "-c", "ip link set lo up && exec /usr/bin/python3 " +
                       str(gw.ROOT / "tests/iiod_between.py")], capture_output=True, text=True,
                      timeout=gw.HANG_S * 2)
print(done.stdout, done.stderr)
assert done.returncode == 0
