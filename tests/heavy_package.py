# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian packages in a bare Debian 12: lintian, installed by apt, the daemon started as its
unit says, keys, what others build on it,
and purged: nothing is left."""
import json
import shutil
import socket
import subprocess

import debian_root
import gw
from debian_root import CONFIG, EXAMPLE
from unit_file import Unit

SERVICE = "groundwatch"  # user and group


def lintian_finds_no_error(packages):
    done = subprocess.run(["lintian", "--fail-on", "error", "--allow-root", *packages],
                          capture_output=True, text=True, timeout=10 * gw.HANG_S)
    assert done.returncode == 0, done.stdout + done.stderr
    print(f"lintian: {len(packages)} packages, "
          f"{done.stdout.count('W: ')} warnings, no error")


def apt_installs_it_and_starts_nothing(root, packages):
    (package,) = root.packages_bring(p for p in packages if p.name.startswith("groundwatch_"))
    root.apt("install", package)
    assert "not certified" in root.run("groundwatch", "--help")
    assert root.run("dpkg", "--verify", "groundwatch") == ""
    assert root.running() == [], root.running()
    links = [p for p in root.at("etc/systemd").rglob("*") if "groundwatch" in p.name]
    assert not links, links
    about = root.run("stat", "-c", "%U:%G %a", "/etc/groundwatch").strip()
    assert about == "root:groundwatch 750", about
    debian_root.users_add(root)


def ended(root, unit, folder):
    """Exit status and words of a service that does not start."""
    service = unit.start(root, folder / "ended.log")
    status = service.program.process.wait(timeout=gw.HANG_S)
    service.stop()
    assert "READY=1" not in service.words
    return status, service.program.log.read_text()


def refused(root, unit, folder):
    """What it says; with its exit status it is not begun anew."""
    status, said = ended(root, unit, folder)
    assert str(status) in unit.one("RestartPreventExitStatus").split(), status
    return said


def without_a_configuration_it_says_why(root, unit, folder):
    said = refused(root, unit, folder)
    assert f"{CONFIG}: no such file: configure it first" in said, said


def check(root, status=0):
    return root.run("groundwatchd", "--check-config", "--config", CONFIG, user=SERVICE,
                    status=status)


def the_shipped_example_is_right(root):
    root.run("cp", EXAMPLE, CONFIG)
    assert check(root) == "the configuration is right\n"
    root.run("sed", "-i", "s/far_per_m: 0.1/far_per_m: -1/", CONFIG)
    said = check(root, status=78)
    assert f"{CONFIG}:" in said and "detect.far_per_m" in said, said


class Emulator:
    """In the root, as nobody that matters."""

    def __init__(self, root, folder):
        self.program = root.program(
            ["groundwatch", "emulate", "--loop", "--port-file", "/opt/test/port",
             "/usr/share/groundwatch/scenes/demo.yaml"], folder / "emulator.log", user="guest")
        port = root.at("opt/test/port")
        gw.wait_for("the emulator's port", lambda: port.exists() and port.read_text().strip())
        self.uri = f"iio:ip:127.0.0.1:{port.read_text().strip()}"


def a_member_of_its_group_sees_records_and_nobody_else(root):
    (first, *_) = debian_root.watched(root)
    assert first["data"]["durable"] and first["data"]["stream"], first
    said = root.run("groundwatch", "watch", "--json", user="guest", status=74)
    assert "/run/groundwatch/live: permission denied" in said and "group" in said, said


def started_as_the_unit_says_it_serves(root, unit, folder):
    service = unit.start(root, folder / "service.log")
    service.hear("WATCHDOG=1", times=4)
    service.hear("READY=1")
    modes = root.run("stat", "-c", "%n %U:%G %a", "/run/groundwatch/live",
                     "/var/lib/groundwatch/journal.sqlite").splitlines()
    assert modes == ["/run/groundwatch/live groundwatch:groundwatch 770",
                     "/var/lib/groundwatch/journal.sqlite groundwatch:groundwatch 640"], modes
    a_member_of_its_group_sees_records_and_nobody_else(root)
    pings = service.words.count("WATCHDOG=1")
    service.hear("WATCHDOG=1", times=pings + 8)  # goes on, with watch gone
    assert sorted(set(root.running())) == ["groundwatch", "groundwatch-gat", "groundwatchd"]
    assert service.stop() == 0, service.program.log.read_text()
    print(f"as the unit says: READY, then {service.words.count('WATCHDOG=1')} watchdog pings; "
          "watch saw coverage")


def a_device_of_the_kernel_is_refused_with_the_cure(root, unit, folder):
    """Files of root's, as the kernel makes them for a device."""
    device = root.at("sys/bus/iio/devices/iio:device0")
    for name, text in {"name": "gw-md", "sampling_frequency": "64000", "tones": "1600 4800",
                       "buffer/enable": "0", "buffer/length": "64"}.items():
        (device / name).parent.mkdir(parents=True, exist_ok=True)
        (device / name).write_text(f"{text}\n")
    for channel in range(2):
        (device / f"in_voltage{channel}_raw").write_text("1\n")
        for name, text in (("en", 0), ("index", channel), ("type", "le:s16/16>>0")):
            path = device / f"scan_elements/in_voltage{channel}_{name}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{text}\n")
    debian_root.configure(root, '"iio:local:"')
    status, said = ended(root, unit, folder)
    assert status == 74 and "let iiod serve them, and say iio:ip:127.0.0.1" in said, said
    shutil.rmtree(root.at("sys/bus"))


def keys_are_made_by_root_for_the_service(root, unit, emulator, folder):
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    debian_root.configure(root, emulator.uri, "security: {secret_key: "
                          "/etc/groundwatch/daemon, clients: /etc/groundwatch/clients}\n")
    root.run("sed", "-i", "-E", f"s,^(live:).*,\\1 [tcp://127.0.0.1:{ports[0]}],;"
             f"s,^(replay:).*,\\1 [tcp://127.0.0.1:{ports[1]}],", CONFIG)
    assert "No such file" in check(root, status=78)

    def keys(*words, user=None, status=0):
        return root.run("groundwatch", "keys", *words, user=user, status=status)

    keys("create", "/etc/groundwatch/daemon")
    keys("create", "/opt/test/console", user="deminer")
    keys("allow", "/etc/groundwatch/clients", "/opt/test/console.pub", "console")
    assert "no such user" in keys("create", "--owner", "nobody-such", "/opt/k", status=64)
    assert "not permitted" in keys("create", "--owner", SERVICE, "/opt/test/k",
                                   user="deminer", status=74)
    assert not root.at("opt/test/k").exists()
    for said in (check(root, status=78), refused(root, unit, folder)):
        assert "/etc/groundwatch/daemon: Permission denied" in said and "--owner" in said, said
    root.run("rm", "/etc/groundwatch/daemon", "/etc/groundwatch/daemon.pub")
    keys("create", "--owner", SERVICE, "/etc/groundwatch/daemon")
    assert "Permission denied" in keys("show", "/etc/groundwatch/daemon", user="deminer",
                                       status=74)
    check(root)
    root.run("cp", "/etc/groundwatch/daemon.pub", "/opt/test/")
    service = unit.start(root, folder / "service.log")
    service.hear("READY=1")
    debian_root.watched(root, "--live", f"tcp://127.0.0.1:{ports[0]}", "--replay",
                        f"tcp://127.0.0.1:{ports[1]}", "--key", "/opt/test/console",
                        "--server-key", "/opt/test/daemon.pub")
    assert service.stop() == 0, service.program.log.read_text()


def purge_leaves_nothing(root, before):
    debian_root.users_remove(root)
    root.apt("remove", "groundwatch")
    assert root.at("var/lib/groundwatch/journal.sqlite").exists()  # only purge takes records
    root.apt("purge", "groundwatch")
    root.apt("autoremove", "--purge")
    left = debian_root.difference(before, root.inventory())
    assert not left, left


def others_build_on_it(root, packages, recording):
    """The example in C, with pkg-config and with CMake, from the -dev packages alone."""
    root.apt("install", *root.packages_bring(p for p in packages if p.name.startswith("lib")),
             "gcc", "libc6-dev", "pkg-config", "cmake", "make")
    source = "/usr/share/doc/libgroundwatch-dev/examples/alarms.c"
    root.at("opt/outside").mkdir()
    root.at("opt/outside/CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(outside LANGUAGES C)\n"
        "find_package(groundwatch REQUIRED)\n"
        f"add_executable(by-cmake {source})\n"
        "target_link_libraries(by-cmake PRIVATE groundwatch::groundwatch)\n")
    recording_copy(recording, root.at("opt/outside"))
    root.run("sh", "-c", f"cd /opt/outside && cc -o by-pkg-config {source} "
             "$(pkg-config --cflags --libs groundwatch) && cmake -B tree && cmake --build tree")
    wanted = [d for d in gw.detect(recording) if d["alarm"]]
    for program in ("by-pkg-config", "tree/by-cmake"):
        said = root.run(f"/opt/outside/{program}", f"/opt/outside/{recording.name}")
        found = [json.loads(line) for line in said.splitlines()]
        assert wanted and sorted(map(str, map(gw.key, found))) == sorted(
            map(str, map(gw.key, wanted))), said
    print(f"built outside, by pkg-config and by CMake: {len(wanted)} alarms as `detect` has them")


def recording_copy(recording, folder):
    for file in recording.parent.glob(f"{recording.name.split('.')[0]}*"):
        (folder / file.name).write_bytes(file.read_bytes())


def main():
    debian_root.possible_or_skip("lintian")
    with gw.Folder() as folder:
        packages = debian_root.packages_make(folder)
        lintian_finds_no_error(packages)
        root = debian_root.Root(folder)
        root.apt("update")
        before = root.inventory()
        apt_installs_it_and_starts_nothing(root, packages)
        unit = Unit(root.at("lib/systemd/system/groundwatchd.service").read_text())
        without_a_configuration_it_says_why(root, unit, folder)
        the_shipped_example_is_right(root)
        a_device_of_the_kernel_is_refused_with_the_cure(root, unit, folder)
        emulator = Emulator(root, folder)
        debian_root.configure(root, emulator.uri)
        started_as_the_unit_says_it_serves(root, unit, folder)
        keys_are_made_by_root_for_the_service(root, unit, emulator, folder)
        emulator.program.stop()
        purge_leaves_nothing(root, before)
        subprocess.run([gw.GW, "record", "--scene", gw.ROOT / "drivers/scenes/demo.yaml",
                        folder / "lane"], check=True, timeout=gw.HANG_S)
        others_build_on_it(root, packages, folder / "lane.sigmf-collection")


if __name__ == "__main__":
    main()
