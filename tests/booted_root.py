# SPDX-License-Identifier: GPL-3.0-or-later
"""A root of debian_root.py that has booted: systemd as its first process, by systemd-nspawn, with
this machine's network and none of its other processes."""
import pathlib
import subprocess

import debian_root
import gw


class Booted(debian_root.Root):
    """The same root; run, program and apt go to the running system."""

    def __init__(self, root, log):
        self.path = root.path
        self.machine = gw.Program(
            ["systemd-nspawn", "--quiet", "--boot", "--directory", self.path, "--register=no",
             "--keep-unit", "--resolv-conf=off", "--timezone=off", "--console=pipe"], log)
        self.first = gw.wait_for("its first process, or its end", self.first_find)
        if self.first > 0:
            gw.wait_for("the boot", lambda: self.state() in ("running", "degraded"))

    def first_find(self):
        """-1 when this machine lets no other boot."""
        if self.machine.process.poll() is not None:
            return -1
        pid = self.machine.process.pid
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        return None

    def enter(self, *command, own_processes=True):
        return ["nsenter", f"--target={self.first}", "--all", "--root", "--wd", *map(str, command)]

    def state(self):
        return subprocess.run(self.enter("systemctl", "is-system-running"), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()

    def show(self, name):
        """A property of the service."""
        return self.run("systemctl", "show", "--value", "--property", name,
                        "groundwatchd").strip()

    def end(self):
        return self.machine.stop()
