# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare Debian 12 in a folder, to install packages in: made once (bare_root.sh), copied for each
test, removed after it. What runs in it ends with the test."""
import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess

import gw
import schemas

KEPT = gw.BIN.parent / "bare_root"
ENTER = ('mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"')
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/",
               "DEBIAN_FRONTEND": "noninteractive", "TERM": "dumb"}
# What the tools for packages and users keep for themselves: books, caches, backups, a lock.
BOOKS = (*(f"etc/{name}-" for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid")),
         "run/adduser", "var/log", "var/cache", "var/lib/dpkg", "var/lib/apt", "etc/ld.so.cache",
         "proc", "dev", "sys")
CONFIG = "/etc/groundwatch/groundwatch.yaml"
EXAMPLE = "/usr/share/doc/groundwatch/examples/groundwatch.yaml"
USERS = ("etc/passwd", "etc/group", "etc/shadow", "etc/gshadow")


def possible_or_skip(*programs):
    cache = (gw.BIN.parent / "CMakeCache.txt").read_text()
    if re.search(r"^GW_SANITIZE:STRING=.", cache, re.M):
        gw.skip("packages with a sanitizer in them are not what others install")
    if os.geteuid() != 0:
        gw.skip("a root of its own takes root")
    for program in ("debootstrap", "cpack", "dpkg-deb", *programs):
        if not shutil.which(program):
            gw.skip(f"{program} is not installed")
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"],
                      stderr=subprocess.DEVNULL).returncode:
        gw.skip("no namespaces of its own here")


def packages_make(folder):
    """All packages of this build, by CPack."""
    done = subprocess.run(["cpack", "-G", "DEB", "-B", folder / "packages"], cwd=gw.BIN.parent,
                          capture_output=True, text=True, timeout=10 * gw.HANG_S)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    found = sorted((folder / "packages").glob("*.deb"))
    assert len(found) == 5, found
    return found


class Root:
    def __init__(self, folder):
        KEPT.mkdir(exist_ok=True)
        with open(KEPT / "lock", "w") as lock:  # tests of the same build run at the same time
            fcntl.flock(lock, fcntl.LOCK_EX)
            subprocess.run([gw.ROOT / "tests/bare_root.sh", KEPT], check=True,
                           timeout=10 * gw.HANG_S)
        self.path = folder / "root"
        subprocess.run(["cp", "-a", KEPT / "base", self.path], check=True)

    def enter(self, *command, own_processes=True):
        spaces = ["--mount", "--pid", "--fork", "--kill-child"] if own_processes else ["--mount"]
        return ["unshare", *spaces, "sh", "-c", ENTER, str(self.path), *map(str, command)]

    def run(self, *command, status=0, user=None, hang_s=10 * gw.HANG_S):
        """What it said, on both ways."""
        done = subprocess.run(self.enter(*as_user(user, command)), text=True, timeout=hang_s,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=ENVIRONMENT)
        assert done.returncode == status, (command, done.returncode, done.stdout[-3000:])
        return done.stdout

    def program(self, command, log, env=(), user=None):
        """A gw.Program whose process is the command's own."""
        return gw.Program(self.enter(*as_user(user, command), own_processes=False), log,
                          env={**ENVIRONMENT, **dict(env)})

    def at(self, path):
        return self.path / str(path).lstrip("/")

    def apt(self, *arguments):
        return self.run("apt-get", "-q", "-y", "--no-install-recommends", *arguments)

    def packages_bring(self, files):
        """Where apt finds the package files, as its arguments."""
        self.at("opt/packages").mkdir(exist_ok=True)
        return [f"/opt/packages/{shutil.copy(file, self.at('opt/packages')) and file.name}"
                for file in files]

    def running(self):
        """Names of the processes that have this folder as their root."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.path.samefile(process / "root", self.path):
                    found.append((process / "comm").read_text().strip())
            except OSError:  # it ended, or is the kernel's
                pass
        return found

    def inventory(self):
        """Every file but the package managers' books, with owner and mode; what /etc holds; who is
        known; what is installed."""
        found = {}
        for folder, folders, files in os.walk(self.path):
            inside = pathlib.Path(folder).relative_to(self.path)
            folders[:] = [f for f in folders if str(inside / f) not in BOOKS]
            for name in folders + files:
                path = inside / name
                if str(path) not in BOOKS:
                    found[str(path)] = described(self.path / path, str(path).startswith("etc/"))
        for path in USERS:
            found[path] = sorted(self.at(path).read_text().splitlines())
        found["packages"] = self.run("dpkg-query", "-W", "-f", "${Package} ${Status}\n")
        return found


def as_user(user, command):
    if not user:
        return command
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--pdeathsig=TERM",
            *command)


def described(path, with_content):
    about = path.lstat()
    text = f"{stat.filemode(about.st_mode)} {about.st_uid}:{about.st_gid}"
    if with_content and stat.S_ISREG(about.st_mode):
        text += " " + hashlib.sha256(path.read_bytes()).hexdigest()
    return text


def difference(before, after):
    keys = before.keys() | after.keys()
    return {k: (before.get(k), after.get(k)) for k in sorted(keys)
            if before.get(k) != after.get(k)}


def users_add(root):
    """deminer belongs to the daemon's group, guest does not; both may write to /opt/test."""
    for user in ("deminer", "guest"):
        root.run("useradd", "--user-group", "--no-create-home", user)
    root.run("adduser", "--quiet", "deminer", "groundwatch")
    root.run("mkdir", "-m", "777", "/opt/test")


def users_remove(root):
    for user in ("deminer", "guest"):
        root.run("userdel", user)
    root.run("rm", "-r", "/opt/test", "/opt/packages")


def configure(root, uri, more=""):
    """The shipped example, with another source."""
    text = root.at(EXAMPLE).read_text()
    assert "iio:ip:192.168.2.1" in text
    root.at(CONFIG).write_text(text.replace("iio:ip:192.168.2.1", uri) + more)


def watched(root, *options, user="deminer", after=0):
    """What `watch` gives as JSON, until there is coverage beyond the number `after`."""
    seen = root.at("opt/test/seen")
    seen.touch()
    seen.chmod(0o666)
    out = root.program(["sh", "-c", 'exec "$@" >/opt/test/seen', "sh", "groundwatch", "watch",
                        "--json", *options], root.path.parent / "watch.log", user=user)
    try:
        return gw.wait_for("records", lambda: [
            event for line in seen.read_text().splitlines(keepends=True) if line.endswith("\n")
            if (event := schemas.check_event(json.loads(line)))["type"].endswith("coverage.v1")
            and int(event["data"]["kind_seq"]) > after])
    finally:
        out.stop()
        seen.unlink()
