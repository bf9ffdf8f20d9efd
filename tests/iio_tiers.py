# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways by which samples of the emulator reach a client, behind one interface.

emulator    client -> emulator
iiod        client -> real iiod -> emulator, in a network namespace of its own
local       client -> libiio's local backend -> files and FIFOs that iio_kernel.py feeds from the
            emulator, in a mount namespace of its own
local-iiod  client -> real iiod -> its local backend -> the same, in both namespaces

`prefix` leads a command to where `uri` is known. Faults are always the emulator's.
"""
import os
import shutil
import signal
import subprocess

import gw

NAMES = ("emulator", "iiod", "local", "local-iiod")
IIOD_PORT = 30431  # in a network of its own


def missing(name):
    """Why a tier cannot be here; "" when it can."""
    needs = {"emulator": [], "iiod": ["-n"], "local": ["-m"], "local-iiod": ["-n", "-m"]}[name]
    if "iiod" in name and not shutil.which("iiod"):
        return "iiod is not installed"
    if needs and os.geteuid() != 0:
        return "namespaces are made as root only"
    if needs and subprocess.run(["unshare", *needs, "true"], capture_output=True).returncode != 0:
        return "a namespace may not be made here"
    if "local" in name:
        there = ("mount -t tmpfs tmpfs /sys/bus && mkdir /sys/bus/u /sys/bus/w && "
                 "mount -t overlay -o lowerdir=/etc,upperdir=/sys/bus/u,workdir=/sys/bus/w o /etc")
        if subprocess.run(["unshare", "-m", "sh", "-c", there], capture_output=True).returncode:
            return "file systems may not be mounted here"
    return ""


class Tier:
    def __init__(self, name, folder, recording, *options):
        self.name, self.folder, self.programs = name, folder, []
        self.prefix, self.iiod, self.kernel = [], None, None
        if "iiod" in name:
            self.network_make()
        self.outer = list(self.prefix)  # where the emulator is
        self.emulator = gw.emulate(folder, recording, *options, prefix=self.prefix)
        self.address = f"ip:127.0.0.1:{self.emulator.port}"
        self.uri = self.address
        if "local" in name:
            self.kernel_make()
            self.uri = "local:"
        if "iiod" in name:
            self.behind = self.uri
            self.iiod_start()
            self.uri = f"ip:127.0.0.1:{IIOD_PORT}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.iiod:
            self.iiod.stop()
        self.emulator.stop()
        for program in reversed(self.programs):
            program.stdin.close()
            program.wait(timeout=gw.HANG_S)

    def started(self, command, **options):
        """A process that says one line and ends with its input."""
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   **options)
        self.programs.append(program)
        assert program.stdout.readline(), command
        return program

    def network_make(self):
        holder = self.started(["unshare", "-n", "sh", "-c",
                               "ip link set lo up && echo ready && exec cat"])
        self.prefix = ["nsenter", "-t", str(holder.pid), "-n", "--"]

    def kernel_make(self):
        scratch = self.folder / "dev"
        scratch.mkdir()
        self.kernel = self.started([*self.prefix, "unshare", "-m", "/usr/bin/python3",
                                    str(gw.ROOT / "tests/iio_kernel.py"), str(self.emulator.port),
                                    str(scratch)])
        spaces = ["-n", "-m"] if self.prefix else ["-m"]
        self.prefix = ["nsenter", "-t", str(self.kernel.pid), *spaces, "--"]

    def iiod_start(self):
        # SIGKILL: at SIGTERM iiod tries for a minute to reach Avahi
        self.iiod = gw.Program([*self.prefix, "iiod", "-u", self.behind, "-p", IIOD_PORT],
                               self.folder / "iiod.log", signal.SIGKILL)
        gw.wait_for("iiod", lambda: self.run("iio_info", "-u", f"ip:127.0.0.1:{IIOD_PORT}")
                    .returncode == 0)

    def run(self, *command, **options):
        return subprocess.run([*self.prefix, *map(str, command)], capture_output=True,
                              timeout=gw.HANG_S, **options)

    def debug(self, device, attribute, *value):
        """The emulator's debug attribute, read or written."""
        done = subprocess.run([*self.outer, "iio_attr", "-u", self.address, "-D", device, attribute,
                               *value], capture_output=True, text=True, timeout=gw.HANG_S)
        assert done.stdout and "ERROR" not in done.stdout, done
        return done.stdout.strip()

    def lose(self):
        """The nearest server goes away; with the local backend the samples stay away."""
        if self.iiod:
            self.iiod.stop()
        elif self.kernel:
            self.kernel.send_signal(signal.SIGSTOP)
        else:
            self.debug("gw-md", "fault", "kind=restart,at=200ms,for=3s")

    def find(self):
        if self.iiod:
            self.iiod_start()
        elif self.kernel:
            self.kernel.send_signal(signal.SIGCONT)
