# SPDX-License-Identifier: GPL-3.0-or-later
"""Manual pages, completion, unit and the example configuration say what the programs do."""
import os
import re
import shutil
import socket
import subprocess

import gw

MAN = gw.ROOT / "docs/man"
OPTION = re.compile(r"(?<![\w-])(--?[a-zA-Z][a-z-]*)")
COMPLETION = gw.ROOT / "packaging/completion.bash"


def text_of(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert done.returncode == 0, done
    return done.stdout


def commands():
    found = re.findall(r"^  ([a-z]{2,}) +[a-z]", text_of(gw.GW, "--help"), re.M)
    assert "detect" in found and "watch" in found
    return found


def programs():
    """Page and what prints the help."""
    pages = [("groundwatch.1", [gw.GW]), ("groundwatchd.8", [gw.DAEMON]),
             ("groundwatch-gate.8", [str(gw.BIN / "groundwatch-gate")])]
    return pages + [(f"groundwatch-{c}.1", [gw.GW, c]) for c in commands()]


def options(program):
    return set(OPTION.findall(text_of(*program, "--help"))) - {"-"}


def every_page_is_understood_by_scdoc():
    if not shutil.which("scdoc"):
        print("skipped: what scdoc makes of the pages: it is not installed")
        return
    for page in sorted(MAN.glob("*.scd")):
        done = subprocess.run(["scdoc"], stdin=open(page), capture_output=True, timeout=gw.HANG_S)
        assert done.returncode == 0 and done.stdout, (page.name, done.stderr)


def every_option_of_every_help_is_in_its_page():
    for page, program in programs():
        text = (MAN / f"{page}.scd").read_text().replace("\\", "")
        missing = {o for o in options(program) if not re.search(rf"{o}(?![a-z-])", text)}
        assert not missing, f"{page}: {missing}"


def every_option_of_a_page_is_in_the_help():
    for page, program in programs():
        text = (MAN / f"{page}.scd").read_text()
        heads = re.findall(r"^\*--?[a-zA-Z].*$", text, re.M)
        known = options(program) | {"--help", "-h", "--version"}
        for option in OPTION.findall(" ".join(heads).replace("*", " ")):
            assert option in known, f"{page}: {option}"


def every_command_is_on_the_first_page():
    text = (MAN / "groundwatch.1.scd").read_text()
    for command in commands():
        assert f"*{command}*\n" in text, command


def every_key_of_the_configuration_is_in_its_page():
    text = (MAN / "groundwatch.yaml.5.scd").read_text()
    for key in re.findall(r"\bKEY\w*|CYAML_FIELD_\w+\(\s*\"(\w+)\"",
                          (gw.ROOT / "drivers/config.c").read_text()):
        assert not key or f"*{key}*" in text, key


def every_reason_is_known_to_all_who_show_it():
    words = re.findall(r'^    X\(\w+, +\d+, "(\w+)"', (gw.ROOT / "daemon/state.h").read_text(),
                       re.M)
    assert "starting" in words and "uncovered" in words, words
    for place, form in (("docs/schemas/common.json", '"%s"'), ("docs/blind.md", "| `%s` |"),
                        ("clients/console/words.c", '{"%s", '),
                        ("clients/map/page/state.js", '  %s: "')):
        text = (gw.ROOT / place).read_text()
        for word in words:
            assert form % word in text, (place, word)


def the_example_configuration_is_right():
    example = gw.ROOT / "docs/groundwatch.example.yaml"
    assert "right" in text_of(gw.DAEMON, "--check-config", "--config", example)
    with gw.Folder() as folder:
        all_of_it = re.sub(r"^#(?=[a-z_]+:|  \S|    \w+:)", "", example.read_text(), flags=re.M)
        all_of_it = all_of_it.replace("/etc/groundwatch/daemon", f"{folder}/daemon")
        all_of_it = all_of_it.replace("/etc/groundwatch/clients", f"{folder}/clients")
        text_of(gw.GW, "keys", "create", folder / "daemon")
        text_of(gw.GW, "keys", "create", folder / "client")
        text_of(gw.GW, "keys", "allow", folder / "clients", folder / "client.pub", "somebody")
        (folder / "all.yaml").write_text(all_of_it)
        assert "origin:" in all_of_it.splitlines() and "security:" in all_of_it.splitlines()
        assert "right" in text_of(gw.DAEMON, "--check-config", "--config", folder / "all.yaml")


def complete(*words):
    script = (f"source {COMPLETION}; COMP_WORDS=({' '.join(words)}); "
              f"COMP_CWORD={len(words) - 1}; _groundwatch groundwatch \"${{COMP_WORDS[-1]}}\"; "
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True,
                          timeout=gw.HANG_S,
                          env={**os.environ, "PATH": f"{gw.BIN}:{os.environ['PATH']}"})
    assert done.returncode == 0, done
    return set(done.stdout.split())


def completion_knows_commands_and_options():
    assert set(commands()) <= complete("groundwatch", "''")
    assert complete("groundwatch", "det") == {"detect"}
    for command in commands():
        wanted = {o for o in options([gw.GW, command]) if o.startswith("--")}
        assert wanted <= complete("groundwatch", command, "--"), command
    assert complete("groundwatch", "keys", "cr") == {"create"}


def the_service_manager_is_told():
    """READY once, when the gate serves; WATCHDOG as long as it lives; STOPPING at the end."""
    with gw.Folder() as folder:
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        told.bind(str(folder / "notify"))
        told.settimeout(gw.HANG_S)
        env = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "2000000"}
        env.pop("WATCHDOG_PID", None)
        scene = gw.ROOT / "drivers/scenes/demo.yaml"
        daemon = gw.Program([gw.DAEMON, "--source", f"file:{scene}", "--stay", "--live",
                             f"ipc://{folder}/live", "--replay", f"ipc://{folder}/replay",
                             "--journal", folder / "journal.sqlite"], folder / "log", env=env)
        with daemon:
            words = []
            while words.count("WATCHDOG=1") < 4 or "READY=1" not in words:
                words.append(told.recv(4096).decode())
            assert (folder / "live").exists()
            daemon.process.send_signal(daemon.stop_signal)
            while "STOPPING=1" not in words:
                words.append(told.recv(4096).decode())
            assert daemon.stop() == 0
        told.close()
    assert words.count("READY=1") == 1, words
    assert words[0].startswith("STATUS=BLIND") or words[0] == "WATCHDOG=1", words[:3]


def the_unit_is_understood_and_hardened():
    if not shutil.which("systemd-analyze"):
        print("skipped: the unit: systemd-analyze is not installed")
        return
    text = (gw.ROOT / "packaging/groundwatchd.service.in").read_text()
    with gw.Folder() as folder:
        unit = folder / "groundwatchd.service"
        unit.write_text(text.replace("@CMAKE_INSTALL_PREFIX@", str(gw.BIN.parent)))
        done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20",
                               unit], capture_output=True, text=True, timeout=gw.HANG_S)
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


def main():
    every_command_is_on_the_first_page()
    every_page_is_understood_by_scdoc()
    every_option_of_every_help_is_in_its_page()
    every_option_of_a_page_is_in_the_help()
    every_key_of_the_configuration_is_in_its_page()
    every_reason_is_known_to_all_who_show_it()
    the_example_configuration_is_right()
    completion_knows_commands_and_options()
    the_service_manager_is_told()
    the_unit_is_understood_and_hardened()


if __name__ == "__main__":
    main()
