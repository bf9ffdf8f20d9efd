# SPDX-License-Identifier: GPL-3.0-or-later
"""A service started as its unit file says, without a service manager: command, user, folders,
environment and limits are read from the file, and the manager's part of sd_notify is played."""
import re
import shlex
import shutil
import socket
import threading

import gw

SECONDS = {"": 1, "s": 1, "ms": 1e-3, "min": 60}


class Unit:
    def __init__(self, text):
        self.values = {}
        for line in text.splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.values.setdefault(key, []).append(value)

    def one(self, key, otherwise=None):
        values = self.values.get(key, [otherwise])
        assert len(values) == 1 and values[0] is not None, (key, values)
        return values[0]

    def folders_make(self, root):
        """RuntimeDirectory and StateDirectory, as the manager does before it starts."""
        owner = f"{self.one('User')}:{self.one('Group')}"
        for key, above in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib")):
            folder = f"{above}/{self.one(key)}"
            root.run("mkdir", "-p", folder)
            root.run("chown", owner, folder)
            root.run("chmod", self.one(f"{key}Mode", "0755"), folder)

    def folders_end(self, root):
        shutil.rmtree(root.at(f"run/{self.one('RuntimeDirectory')}"))

    def command(self):
        """Through a shell for the umask and setpriv for the rest."""
        assert self.one("CapabilityBoundingSet") == "" and self.one("NoNewPrivileges") == "yes"
        rights = [f"--reuid={self.one('User')}", f"--regid={self.one('Group')}", "--init-groups",
                  "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        return ["sh", "-c", f'umask {self.one("UMask")}; ulimit -n {self.one("LimitNOFILE")}; '
                'cd / && exec "$@"', "sh", "setpriv", *rights,
                *shlex.split(self.one("ExecStart"))]

    def environment(self):
        pairs = shlex.split(" ".join(self.values.get("Environment", [])))
        number, unit = re.fullmatch(r"([\d.]+)([a-z]*)", self.one("WatchdogSec")).groups()
        watchdog = {"WATCHDOG_USEC": str(round(float(number) * SECONDS[unit] * 1e6))}
        return {**dict(pair.split("=", 1) for pair in pairs), **watchdog}

    def start(self, root, log):
        return Service(self, root, log)


class Service:
    """The running service, and what it tells its manager."""

    def __init__(self, unit, root, log):
        self.unit, self.root, self.words = unit, root, []
        unit.folders_make(root)
        path = root.at("run/notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(0.2)
        self.is_read = True
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        path.chmod(0o777)
        self.program = root.program(unit.command(), log, {
            **unit.environment(), "NOTIFY_SOCKET": "/run/notify"})

    def read(self):
        """All the time, as a manager does: ten words that are not read, and the service waits."""
        while self.is_read:
            try:
                self.words.append(self.socket.recv(4096).decode())
            except TimeoutError:
                pass

    def hear(self, wanted, times=1):
        """Until it said a word so often."""
        gw.wait_for(wanted, lambda: self.words.count(wanted) >= times)

    def stop(self):
        status = self.program.stop()
        self.is_read = False
        self.reader.join()
        self.socket.close()
        self.root.at("run/notify").unlink()
        self.unit.folders_end(self.root)
        return status
