# SPDX-License-Identifier: GPL-3.0-or-later
"""What others build on an installed Groundwatch: a C program, a C++ program, a pyzmq subscriber.

Build and run as a stranger would, from an installed prefix alone: no path of this repository, no
library of the build.
"""
import atexit
import json
import os
import re
import signal
import subprocess
import sys

import gw
import publisher

cache = (gw.BIN.parent / "CMakeCache.txt").read_text()
if re.search(r"^GW_SANITIZE:STRING=.", cache, re.M):
    gw.skip("libraries with a sanitizer in them are not what others link to")

PACKAGES = ("libgroundwatch", "libgroundwatch-client")
EXAMPLES = gw.ROOT / "docs/examples"


def run(*arguments, **options):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                          timeout=10 * gw.HANG_S, **options)
    assert done.returncode == 0, (arguments, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def prefix_make(folder):
    prefix = folder / "prefix"
    run("cmake", "--install", gw.BIN.parent, "--prefix", prefix)
    (config,) = prefix.glob("lib/**/pkgconfig/groundwatch.pc")
    env = {**os.environ, "PKG_CONFIG_PATH": str(config.parent),
           "LD_LIBRARY_PATH": str(config.parent.parent)}
    return prefix, config.parent.parent, env


def exported(library):
    lines = run("nm", "-D", "--defined-only", library).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if " A " not in line}


def declared(folder):
    """Functions and objects of the headers: gw_NAME( at the head of a declaration, extern."""
    found = set()
    for header in folder.rglob("*.h"):
        text = re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.S)
        text = re.sub(r"#ifdef __cplusplus.*?#endif", " ", text, flags=re.S)
        text = re.sub(r"static inline[^{]*\{.*?\n\}", " ", text, flags=re.S)
        text = re.sub(r"\{[^{}]*\}", " ", re.sub(r"\{[^{}]*\}", " ", text))
        found |= set(re.findall(r"^[a-z][\w ]*[ *](gw_\w+)\(", text, re.M))
        found |= set(re.findall(r"^extern [\w ]*\b(gw_\w+);", text, re.M))
    return found


def all_and_only_what_the_headers_declare_is_exported(prefix, libraries):
    names = exported(libraries / "libgroundwatch.so") | exported(
        libraries / "libgroundwatch-client.so")
    headers = declared(prefix / "include/groundwatch")
    assert len(headers) > 40 and names == headers, names ^ headers
    for name in PACKAGES:
        said = run("readelf", "-d", libraries / f"{name}.so")
        assert f"[{name}.so.0]" in said, said


def nothing_of_the_build_is_left_in_what_is_installed(prefix):
    for path in [*prefix.rglob("*.pc"), *prefix.rglob("*.cmake"), *prefix.rglob("*.h")]:
        text = path.read_text()
        assert str(gw.ROOT) not in text and str(gw.BIN.parent) not in text, path


def recording_make(folder):
    scene = folder / "lane.yaml"
    text = (gw.ROOT / "drivers/scenes/demo.yaml").read_text()
    scene.write_text(text)
    run(gw.GW, "record", "--scene", scene, folder / "lane")
    return folder / "lane.sigmf-collection"


def place(line):
    return line["sensor"], line.get("scan"), line.get("sample"), round(line["score"], 4)


def the_same_alarms(text, recording):
    found = sorted((place(json.loads(line)) for line in text.splitlines()), key=str)
    wanted = sorted((place(d) for d in gw.detect(recording) if d["alarm"]), key=str)
    assert wanted and found == wanted, set(found) ^ set(wanted)


def a_program_built_with_pkg_config_finds_what_detect_finds(folder, env, recording):
    source = EXAMPLES / "libgroundwatch/alarms.c"
    flags = run("pkg-config", "--cflags", "--libs", "groundwatch", env=env).split()
    run("cc", "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", source, *flags, "-o",
        folder / "alarms", env=env)
    the_same_alarms(run(folder / "alarms", recording, env=env), recording)
    static = run("pkg-config", "--static", "--libs", "groundwatch", env=env).split()
    static = ["-l:libgroundwatch.a" if f == "-lgroundwatch" else f for f in static]
    cflags = run("pkg-config", "--cflags", "groundwatch", env=env).split()
    run("cc", "-std=c17", *cflags, source, *static, "-o", folder / "alarms-static", env=env)
    needs = run("ldd", folder / "alarms-static")
    assert "libgroundwatch" not in needs, needs
    the_same_alarms(run(folder / "alarms-static", recording), recording)


def a_program_built_with_cmake_finds_what_detect_finds(folder, prefix, env, recording):
    tree = folder / "tree"
    run("cmake", "-S", gw.ROOT / "tests/outside", "-B", tree, f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DEXAMPLE={EXAMPLES / 'libgroundwatch/alarms.c'}", env=env)
    run("cmake", "--build", tree, env=env)
    the_same_alarms(run(tree / "alarms", recording, env=env), recording)
    return tree / "listen"


def a_bad_file_is_told_by_name(folder, env):
    bad = folder / "bad.dzt"
    bad.write_bytes(b"no recording")
    done = subprocess.run([folder / "alarms", bad], capture_output=True, text=True,
                          timeout=gw.HANG_S, env=env)
    assert done.returncode == 65 and "bad.dzt" in done.stderr, done


def the_examples_are_short():
    """As long as is promised, comments and all."""
    for name, most in (("libgroundwatch/alarms.c", 30), ("libgroundwatch-client/subscribe.py", 40)):
        assert len((EXAMPLES / name).read_text().splitlines()) <= most, name


class Stranger(gw.Program):
    """docs/examples' pyzmq subscriber."""

    def __init__(self, folder, kind):
        self.out = folder / f"stranger-{kind}.jsonl"
        self.to = open(self.out, "wb")
        self.stop_signal = signal.SIGTERM
        self.log = folder / f"stranger-{kind}.log"
        self.process = subprocess.Popen(
            [sys.executable, EXAMPLES / "libgroundwatch-client/subscribe.py",
             f"ipc://{folder}/live", f"ipc://{folder}/replay", kind],
            stdout=self.to, stderr=open(self.log, "wb"), stdin=subprocess.DEVNULL)
        atexit.register(self.process.kill)

    def events(self):
        whole = self.out.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def numbers(self):
        """kind_seq of the records, in the order they were printed."""
        return [int(e["data"]["kind_seq"]) for e in self.events() if e["event"] == "RECORD"]

    def words(self):
        """All that is no record: BLIND, LIVE, and the numbers of gaps."""
        return [f"GAP {e['first']} {e['last']}" if e["event"] == "GAP" else e["event"]
                for e in self.events() if e["event"] != "RECORD"]

    def says(self, word):
        gw.wait_for(word, lambda: self.words() and self.words()[-1] == word)


def a_subscriber_drops_what_it_has_and_asks_for_what_it_missed(folder):
    """Of a stand-in: duplicates, records that are lost on the way, and some that are lost for
    good."""
    stand_in = publisher.Publisher(folder)
    stand_in.kept = {}
    try:
        with Stranger(folder, "detection") as stranger:
            stranger.says("LIVE")
            for times in (1, 2, 0, 0, 1, 2):  # 3 and 4 do not come by themselves
                stand_in.times = times
                stand_in.alarm()
            gw.wait_for("all of them", lambda: sorted(stranger.numbers()) == [1, 2, 3, 4, 5, 6])
            assert "3" in [request["from"] for request in stand_in.requests], stand_in.requests
            stand_in.times, stand_in.kept = 0, None
            for _ in range(2):
                stand_in.alarm()  # 7 and 8: lost for good
            stand_in.times, stand_in.kept = 1, {}
            stand_in.alarm()
            gw.wait_for("the gap", lambda: "GAP 7 8" in stranger.words())
            stand_in.times = 2
            stand_in.alarm()
            gw.wait_for("the last", lambda: 10 in stranger.numbers())
            assert sorted(stranger.numbers()) == [1, 2, 3, 4, 5, 6, 9, 10], stranger.numbers()
            assert stranger.words().count("GAP 7 8") == 1, stranger.words()
    finally:
        stand_in.end()


def a_subscriber_is_blind_when_it_is_told_or_hears_nothing(folder):
    stand_in = publisher.Publisher(folder)
    try:
        with Stranger(folder, "detection") as stranger:
            stranger.says("LIVE")
            stand_in.state = "BLIND"  # the heartbeats go on
            stranger.says("BLIND")
            stand_in.state = "ALARM"
            stranger.says("LIVE")
            stand_in.is_odd, stand_in.state = True, "RESTING"  # no word of this version
            stranger.says("BLIND")
            stand_in.state, stand_in.is_odd = "SEARCHING", False
            stranger.says("LIVE")
            stand_in.speaks = False
            gw.wait_for("BLIND, though records come", lambda: (
                stand_in.alarm(), stranger.words()[-1] == "BLIND")[1])
            stand_in.speaks = True
            stranger.says("LIVE")
            words = stranger.words()
            assert words[words.index("LIVE"):] == [
                "LIVE", "BLIND", "LIVE", "BLIND", "LIVE", "BLIND", "LIVE"], words
    finally:
        stand_in.end()


def a_subscriber_by_the_documents_alone_holds_all(folder, listen, env):
    """It comes late, and the gate dies under it; in the end it has each record once."""
    with gw.emulate(folder, folder / "lane.sigmf-collection", "--loop") as emulator:
        with gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
            gw.wait_for("the sockets", lambda: (folder / "live").exists())
            subscriber = gw.Subscriber(folder)
            gw.wait_for("records before the stranger comes",
                        lambda: len(subscriber.take().records.get("coverage", [])) > 5)
            assert "heard" in run(listen, f"ipc://{folder}/live", env=env)
            with Stranger(folder, "coverage") as stranger:
                gw.wait_for("the beginning of the journal", lambda: 1 in stranger.numbers())
                gate_signal(daemon.process.pid, signal.SIGSTOP)
                stranger.says("BLIND")
                gate_signal(daemon.process.pid, signal.SIGKILL)
                seen = len(subscriber.take().records["coverage"])
                gw.wait_for("more records after the gate was begun anew", lambda: len(
                    subscriber.take().records["coverage"]) > seen + 5)
                newest = int(subscriber.heartbeat["newest"]["coverage"])
                gw.wait_for("all of them", lambda: newest in stranger.numbers())
                assert stranger.words()[-1] != "BLIND", stranger.words()
                daemon.stop()
                stranger.says("BLIND")
                numbers, words = stranger.numbers(), stranger.words()
            subscriber.close()
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), numbers
    assert not [word for word in words if word.startswith("GAP")], words


def gate_signal(daemon_pid, number):
    (gate,) = run("pgrep", "-P", str(daemon_pid), "-f", "groundwatch-gate").split()
    os.kill(int(gate), number)


def main():
    with gw.Folder() as folder:
        the_examples_are_short()
        a_subscriber_drops_what_it_has_and_asks_for_what_it_missed(folder)
        a_subscriber_is_blind_when_it_is_told_or_hears_nothing(folder)
        prefix, libraries, env = prefix_make(folder)
        all_and_only_what_the_headers_declare_is_exported(prefix, libraries)
        nothing_of_the_build_is_left_in_what_is_installed(prefix)
        recording = recording_make(folder)
        a_program_built_with_pkg_config_finds_what_detect_finds(folder, env, recording)
        listen = a_program_built_with_cmake_finds_what_detect_finds(folder, prefix, env, recording)
        a_bad_file_is_told_by_name(folder, env)
        a_subscriber_by_the_documents_alone_holds_all(folder, listen, env)


if __name__ == "__main__":
    main()
