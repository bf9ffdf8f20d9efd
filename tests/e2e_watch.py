# SPDX-License-Identifier: GPL-3.0-or-later
"""`groundwatch watch`: what people read, and the comparison with a lane's truth."""
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import tempfile

from stand_in import GROUNDWATCH, HANG_S, Core

TRUTH = """name,along_m,class,depth_m,diameter_m,colour
TM-62M,1.000,AT,0.10,0.32,green
PMN,3.000,AP,0.05,0.11,black
far,9.000,AP,0.05,0.11,black
"""


def watch(core, *options, **more):
    return subprocess.run([GROUNDWATCH, "watch", "--live", core.live, "--replay", core.replay,
                           *options], text=True, capture_output=True, timeout=HANG_S, **more)


def lane(core, covers, alarms):
    core.do("start")
    for sensor, start, end in covers:
        core.do(f"cover {sensor} {start} {end}")
    for sensor, at in alarms:
        core.do(f"alarm {sensor} {at}")


def compare(folder, covers, alarms, timeout="20"):
    """Exit status and table of a lane of 4 m."""
    truth = pathlib.Path(folder) / "truth.csv"
    truth.write_text(TRUTH)
    core = Core(folder)
    # A session before, which covered all and found all: it must not count.
    lane(core, (("gpr", 0, 5), ("md", 0, 5)), (("md", 1), ("md", 3)))
    lane(core, covers, alarms)
    result = watch(core, "--truth", truth, "--until", "4", "--timeout", timeout)
    core.end()
    table = result.stdout[result.stdout.index("   along m"):]
    return result.returncode, table, result.stderr


ALL = (("gpr", 0, 1.5), ("gpr", 1.52, 4.1), ("md", 0.01, 2), ("md", 2.02, 4.0))


def a_lane_that_was_sensed_end_to_end_is_a_success(folder):
    status, table, _ = compare(folder, ALL, (("md", 1.2), ("gpr", 2.0), ("gpr", 3.1)))
    assert status == 0, table
    lines = table.splitlines()
    assert lines[1].split() == ["1.000", "AT", "TM-62M", "0.100", "md", "+0.200"], lines[1]
    assert lines[2].split()[:6] == ["3.000", "AP", "PMN", "0.050", "gpr", "+0.100"], lines[2]
    assert "2 of 2 targets found" in table and "far" not in table
    assert "gpr    1 false alarms on 4.10 m searched" in table, table
    assert "md     0 false alarms on 4.00 m searched" in table, table


def an_alarm_too_far_off_finds_nothing(folder):
    status, table, error = compare(folder, ALL, (("md", 1.32), ("md", 3.22)))
    assert status == 74 and "0 of 2 targets" in table and table.count("NOT FOUND") == 2, table
    assert "md     2 false alarms" in table, table
    assert "not sensed end to end" in error, error


def a_hole_is_named(folder):
    covers = (("gpr", 0, 4.1), ("md", 0, 1), ("md", 1.2, 4.1))
    status, table, _ = compare(folder, covers, (("md", 1), ("gpr", 3)))
    assert status == 74 and "NOT SEARCHED: 1.00 .. 1.20 m" in table, table


def a_late_beginning_is_a_hole(folder):
    covers = (("gpr", 0, 4.1), ("md", 0.3, 4.1))
    status, table, _ = compare(folder, covers, (("md", 1), ("gpr", 3)))
    assert status == 74 and "NOT SEARCHED: 0.00 .. 0.30 m" in table, table


def a_sensor_that_stops_short_is_named(folder):
    covers = (("gpr", 0, 4.1), ("md", 0, 2.5))
    status, table, _ = compare(folder, covers, (("md", 1), ("gpr", 3)), timeout="2")
    assert status == 74 and "NOT SEARCHED: beyond 2.50 m" in table, table


def states_are_shown_and_silence_is_blind(folder):
    core = Core(folder)
    core.do("start")
    core.do("durable 1")
    process = subprocess.Popen(
        [GROUNDWATCH, "watch", "--live", core.live, "--replay", core.replay, "--history"],
        text=True, stdout=subprocess.PIPE)
    seen = ""
    for wanted in ("######## SEARCHING ########     gpr BLIND (no_device)   md SEARCHING",
                   ">> ALARM      md     at    0.01 m  score 10.0", "head at    1.25 m"):
        while wanted not in seen:
            line = process.stdout.readline()
            assert line, seen
            seen += line
    core.end()
    while "######## BLIND     ########  nothing is heard" not in seen:
        line = process.stdout.readline()
        assert line, seen
        seen += line
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=HANG_S) == 0
    process.stdout.close()
    assert "\033" not in seen, "colour where there is no terminal"
    assert "safe" not in seen.lower() and "clear" not in seen.lower()


def on_a_terminal(core, environment):
    main, other = pty.openpty()
    process = subprocess.Popen(
        [GROUNDWATCH, "watch", "--lines", "--live", core.live, "--timeout", "3"], stdout=other,
        env={**os.environ, "TERM": "xterm", **environment})
    os.close(other)
    seen = b""
    try:
        while True:
            seen += os.read(main, 4096)
    except OSError:
        pass  # its end
    os.close(main)
    assert process.wait(timeout=HANG_S) == 0
    return seen


def colour_is_for_terminals_that_want_it(folder):
    core = Core(folder)
    core.error("replay ")
    assert b"\033[1;97;44m" in on_a_terminal(core, {"NO_COLOR": ""})
    plain = on_a_terminal(core, {"NO_COLOR": "1"})
    assert b"SEARCHING" in plain and b"m ########" not in plain and b"\033[1" not in plain
    core.end()


def wrong_usage_is_told(folder):
    truth = pathlib.Path(folder) / "truth.csv"
    truth.write_text("along_m,diameter_m\n1.0,wide\n")
    ends = ["--live", f"ipc://{folder}/l", "--replay", f"ipc://{folder}/r"]
    for options, status, text in (
            (["--truth", "x"], 64, "go together"), (["--until", "-1"], 64, "above 0"),
            (["--live", "pgm://x"], 64, "expected"), (["--wat"], 64, "unknown option"),
            (["extra"], 64, "not expected"),
            (ends + ["--truth", f"{folder}/none", "--until", "1"], 66, "No such file"),
            (ends + ["--truth", str(truth), "--until", "1"], 65, "truth.csv:2:"),
            (["--live", ends[1], "--history"], 64, "need --replay")):
        result = subprocess.run([GROUNDWATCH, "watch", *options], text=True, capture_output=True,
                                timeout=HANG_S)
        assert result.returncode == status and text in result.stderr, (options, result)


def main():
    for scenario in (a_lane_that_was_sensed_end_to_end_is_a_success,
                     an_alarm_too_far_off_finds_nothing, a_hole_is_named,
                     a_late_beginning_is_a_hole, a_sensor_that_stops_short_is_named,
                     states_are_shown_and_silence_is_blind, colour_is_for_terminals_that_want_it,
                     wrong_usage_is_told):
        folder = tempfile.mkdtemp(prefix="gw-watch-")
        try:
            scenario(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"ok {scenario.__name__}", flush=True)


if __name__ == "__main__":
    main()
