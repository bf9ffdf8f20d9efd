# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the kernel's side of IIO: the emulator's devices under /sys and /dev, for libiio's
local backend.

Run as root in a mount namespace of its own: `iio_kernel.py PORT`. Mounts a /sys/bus and a /dev that
nobody else sees, writes the devices that the emulator at PORT describes, says "ready", and feeds
each device's FIFO as long as its buffer/enable is 1.

Unlike the kernel's a FIFO has no watermark, and poll wakes for every byte; a reader that is slow is
waited for, so that it is the emulator's ring that overflows.
"""
import fcntl
import os
import pathlib
import select
import socket
import stat
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree

DEVICES = pathlib.Path("/sys/bus/iio/devices")
NODES = ("null", "zero", "full", "random", "urandom", "tty", "shm", "pts", "fd", "stdin", "stdout",
         "stderr")
TURN_S = 0.005
F_SETPIPE_SZ = 1031


class Server:
    """One connection to the emulator, in the text protocol of iiod."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")

    def number(self):
        line = self.file.readline()
        if not line:
            raise ConnectionError("the emulator is gone")
        return int(line)

    def ask(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.number()

    def text(self, line):
        n = self.ask(line)
        if n < 0:
            raise OSError(-n, os.strerror(-n))
        return self.file.read(n + 1)[:n].rstrip(b"\0").decode()

    def chunk(self, line):
        """Bytes of the reply to READBUF."""
        self.socket.sendall(line.encode() + b"\r\n")
        wanted, got = int(line.split()[2]), b""
        while len(got) < wanted:
            n = self.number()
            if n <= 0:
                return got or n
            if not got:
                self.file.readline()  # the mask
            got += self.file.read(n)
        return got

    def close(self):
        self.file.close()
        self.socket.close()


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def folders_make(scratch):
    """/sys/bus, /dev and /etc of our own; what others need of them is still there."""
    mount("-t", "tmpfs", "tmpfs", "/sys/bus")
    DEVICES.mkdir(parents=True)
    dev = pathlib.Path(scratch)
    mount("-t", "tmpfs", "tmpfs", scratch)
    for name in NODES:
        was, now = pathlib.Path("/dev", name), dev / name
        if was.is_symlink():
            now.symlink_to(os.readlink(was))
        elif was.is_dir():
            now.mkdir()
            mount("--bind", str(was), str(now))
        elif was.exists():
            now.touch()
            mount("--bind", str(was), str(now))
    for name in ("etc", "etc-work"):
        (dev / name).mkdir()
    mount("-t", "overlay", "overlay", "-o",
          f"lowerdir=/etc,upperdir={dev}/etc,workdir={dev}/etc-work", "/etc")
    mount("--bind", scratch, "/dev")


def scan_name(channel):
    return f"in_{channel.get('id')}"


def device_make(server, device):
    """The tree of one device, as the kernel's ABI has it."""
    number = device.get("id")
    folder = DEVICES / number
    (folder / "scan_elements").mkdir(parents=True)
    (folder / "buffer").mkdir()
    (folder / "name").write_text(device.get("name") + "\n")
    for attribute in device.findall("attribute"):
        name = attribute.get("name")
        (folder / name).write_text(server.text(f"READ {number} {name}") + "\n")
    for channel in device.findall("channel"):
        scan = channel.find("scan-element")
        base = folder / "scan_elements" / scan_name(channel)
        base.with_name(base.name + "_en").write_text("0\n")
        base.with_name(base.name + "_index").write_text(scan.get("index") + "\n")
        base.with_name(base.name + "_type").write_text(scan.get("format") + "\n")
        for attribute in channel.findall("attribute"):
            name = attribute.get("name")
            value = server.text(f"READ {number} INPUT {channel.get('id')} {name}")
            (folder / attribute.get("filename")).write_text(value + "\n")
    for name, value in (("enable", "0"), ("length", "2"), ("watermark", "1")):
        (folder / "buffer" / name).write_text(value + "\n")
    os.mkfifo(f"/dev/{number}", 0o666)
    assert stat.S_ISFIFO(os.stat(f"/dev/{number}").st_mode)


def value_of(path):
    text = path.read_text().strip().strip("\0")
    return int(text) if text else 0


def mask_of(device):
    """The channels that are enabled, as OPEN wants them, and the bytes of a sample."""
    mask, step, largest = 0, 0, 1
    folder = DEVICES / device.get("id") / "scan_elements"
    channels = device.findall("channel")
    for channel in sorted(channels, key=lambda c: int(c.find("scan-element").get("index"))):
        if not value_of(folder / (scan_name(channel) + "_en")):
            continue
        scan = channel.find("scan-element")
        size = int(scan.get("format").split("/")[1].split(">")[0]) // 8
        mask |= 1 << int(scan.get("index"))
        step = (step + size - 1) // size * size + size
        largest = max(largest, size)
    return mask, step


def pipe_write(pipe, data, goes_on):
    """All of it, unless the buffer is disabled meanwhile."""
    while data and goes_on():
        if not select.select([], [pipe], [], 0.1)[1]:
            continue
        try:
            data = data[os.write(pipe, data):]
        except BlockingIOError:
            time.sleep(TURN_S)
    return not data


def stream(port, device):
    """From enable to disable: what the emulator gives goes into the FIFO."""
    number = device.get("id")
    buffer = DEVICES / number / "buffer"
    n_samples = max(1, value_of(buffer / "watermark"))
    n_buffers = max(1, value_of(buffer / "length") // n_samples)
    mask, step = mask_of(device)
    server = Server(port)
    server.ask(f"SET {number} BUFFERS_COUNT {min(n_buffers, 1024)}")
    if server.ask(f"OPEN {number} {n_samples} {mask:08x}") != 0:
        server.close()
        return
    pipe = os.open(f"/dev/{number}", os.O_WRONLY | os.O_NONBLOCK)
    fcntl.fcntl(pipe, F_SETPIPE_SZ, 1 << 16)
    try:
        def goes_on():
            return value_of(buffer / "enable") == 1

        while goes_on():
            got = server.chunk(f"READBUF {number} {n_samples * step}")
            if isinstance(got, bytes):
                pipe_write(pipe, got, goes_on)
            else:  # the device makes no samples: a kernel has no errors for that, nor time-outs
                server.ask(f"CLOSE {number}")
                server.ask(f"OPEN {number} {n_samples} {mask:08x}")
    finally:
        os.close(pipe)
        server.close()


def feed(port, device):
    enable = DEVICES / device.get("id") / "buffer" / "enable"
    while True:
        try:
            if value_of(enable) == 1:
                stream(port, device)
        except OSError:  # the reader or the emulator is gone; a kernel would go on, too
            pass
        time.sleep(TURN_S)


def main():
    port, scratch = int(sys.argv[1]), sys.argv[2]
    server = Server(port)
    context = xml.etree.ElementTree.fromstring(server.text("PRINT"))
    folders_make(scratch)
    for device in context.findall("device"):
        device_make(server, device)
    attributes = "".join(f"{a.get('name')} = {a.get('value')}\n"
                         for a in context.findall("context-attribute"))
    # so that what is emulated stays marked as such
    pathlib.Path("/etc/libiio.ini").write_text("[Context Attributes]\n" + attributes)
    for device in context.findall("device"):
        threading.Thread(target=feed, args=(port, device), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
