# SPDX-License-Identifier: GPL-3.0-or-later
"""The package in a bare Debian 12 that has booted, with its own systemd: the service by systemctl,
its watchdog, wrong configurations, a device that comes late, upgrade, removal and purge."""
import booted_root
import debian_root
import gw


def active(system):
    return system.show("ActiveState") == "active"


def nothing_is_begun_by_the_installation(system, package):
    system.apt("install", package)
    assert system.show("ActiveState") == "inactive"
    assert system.run("systemctl", "is-enabled", "groundwatchd", status=1) == "disabled\n"


def without_a_configuration_starting_it_fails_aloud(system):
    said = system.run("systemctl", "start", "groundwatchd", status=1)
    assert "systemctl status groundwatchd" in said, said
    said = system.run("systemctl", "status", "groundwatchd", status=3)
    assert f"{debian_root.CONFIG}: no such file: configure it first" in said, said
    assert system.show("NRestarts") == "0" and system.show("ActiveState") == "failed"


def configured_and_enabled_it_runs(system, uri):
    debian_root.users_add(system)
    debian_root.configure(system, uri)
    system.run("systemctl", "enable", "--now", "groundwatchd")
    assert active(system)
    (first, *_) = debian_root.watched(system)
    gw.wait_for("the state as its status", lambda: system.show("StatusText") == "SEARCHING")
    return int(first["data"]["kind_seq"])


def a_daemon_that_hangs_is_ended_and_begun_anew(system, after):
    """Stopped, it sends no watchdog ping; the manager aborts it."""
    before, restarts = system.show("MainPID"), int(system.show("NRestarts"))
    system.run("sh", "-c", f"kill -STOP {before}")
    gw.wait_for("another one", lambda: system.show("MainPID") not in (before, "0")
                and active(system))
    assert int(system.show("NRestarts")) > restarts
    assert "Watchdog timeout" in system.run("journalctl", "--unit", "groundwatchd")
    debian_root.watched(system, after=after)


def a_wrong_configuration_is_not_tried_again(system, uri):
    debian_root.configure(system, uri, "detekt: {}\n")
    system.run("systemctl", "restart", "groundwatchd", status=1)
    assert (system.show("ActiveState"), system.show("ExecMainStatus")) == ("failed", "78")
    assert f"{debian_root.CONFIG}:" in system.run("journalctl", "--unit", "groundwatchd")


def a_device_that_comes_late_is_waited_for(system, folder):
    """With nobody at its address the service is begun again and again, until somebody is."""
    with gw.emulate(folder, gw.ROOT / "drivers/scenes/demo.yaml") as emulator:
        port = str(emulator.port)
    debian_root.configure(system, f"iio:ip:127.0.0.1:{port}")
    system.run("systemctl", "restart", "groundwatchd", status=1)
    gw.wait_for("three tries", lambda: int(system.show("NRestarts")) >= 3)
    assert "Connection refused" in system.run("journalctl", "--unit", "groundwatchd")
    emulator = gw.emulate(folder, gw.ROOT / "drivers/scenes/demo.yaml", "--loop", "--port", port)
    gw.wait_for("the service", lambda: active(system))
    return emulator


def an_upgrade_keeps_it_running_with_the_new_programs(system, package):
    before, records = system.show("MainPID"), newest(system)
    system.apt("install", "--reinstall", package)
    assert active(system) and system.show("MainPID") != before
    debian_root.watched(system, after=records)


def newest(system):
    return int(debian_root.watched(system)[-1]["data"]["kind_seq"])


def processes(system):
    return system.run("sh", "-c", "pgrep -a -r D,R,S,T groundwatch || :")


def removed_it_keeps_records_and_purged_nothing(system, package, before):
    system.apt("remove", "groundwatch")
    assert system.show("ActiveState") == "inactive"
    assert processes(system) == "", processes(system)
    assert system.at("var/lib/groundwatch/journal.sqlite").exists()
    system.apt("install", package)
    system.run("systemctl", "start", "groundwatchd")
    assert active(system)
    debian_root.users_remove(system)
    system.apt("purge", "groundwatch")
    assert processes(system) == "", processes(system)
    system.apt("autoremove", "--purge")
    left = debian_root.difference(before, system.inventory())
    assert not left, left


def scenario(system, packages, folder):
    before = system.inventory()
    (package,) = system.packages_bring(p for p in packages if p.name.startswith("groundwatch_"))
    nothing_is_begun_by_the_installation(system, package)
    without_a_configuration_starting_it_fails_aloud(system)
    with gw.emulate(folder, gw.ROOT / "drivers/scenes/demo.yaml", "--loop") as emulator:
        uri = f"iio:ip:127.0.0.1:{emulator.port}"
        after = configured_and_enabled_it_runs(system, uri)
        a_daemon_that_hangs_is_ended_and_begun_anew(system, after)
        a_wrong_configuration_is_not_tried_again(system, uri)
    with a_device_that_comes_late_is_waited_for(system, folder):
        an_upgrade_keeps_it_running_with_the_new_programs(system, package)
        removed_it_keeps_records_and_purged_nothing(system, package, before)
    print("systemd: enabled, running, hung and begun anew, upgraded, removed, purged")


def main():
    debian_root.possible_or_skip("systemd-nspawn")
    with gw.Folder() as folder:
        packages = debian_root.packages_make(folder)
        root = debian_root.Root(folder)
        root.apt("update")
        root.apt("install", "systemd", "procps")
        system = booted_root.Booted(root, folder / "boot.log")
        if system.first < 0:
            gw.skip(f"no system boots here: {system.machine.log.read_text().strip()[-200:]}")
        try:
            scenario(system, packages, folder)
        finally:
            system.end()


if __name__ == "__main__":
    main()
