# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's console on a terminal of 80x24 (tmux): what is seen, keys, how it ends."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

import gw
from publisher import Publisher


class Terminal:
    """A shell in tmux, on a server and a socket of its own."""

    def __init__(self, folder, name="tmux-256color", language="C.UTF-8"):
        self.socket = str(folder / "tmux")
        rc = folder / "shrc"
        rc.write_text("PS1='prompt> '\n")
        self.environment = {**os.environ, "LC_ALL": language, "ENV": str(rc)}
        self.environment.pop("TMUX", None)
        config = folder / "tmux.conf"
        config.write_text(f"set -g default-terminal {name}\nset -g escape-time 0\n")
        subprocess.run(["tmux", "-S", self.socket, "-u", "-f", str(config), "new-session", "-d",
                        "-x", "80", "-y", "24", "/bin/sh"], env=self.environment, check=True)

    def do(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, "-u", *arguments], env=self.environment,
                              check=True, capture_output=True, text=True).stdout

    def type(self, *keys):
        self.do("send-keys", *keys)

    def page(self, *options):
        return self.do("capture-pane", "-p", *options)

    def wait(self, *texts):
        """Until all texts stand on the page; returns it."""
        def found():
            page = self.page()
            return page if all(text in page for text in texts) else None
        try:
            return gw.wait_for(texts, found)
        except AssertionError:
            print(self.page())
            raise

    def pid(self):
        """Of the console."""
        shell = self.do("display-message", "-p", "#{pane_pid}").strip()
        return gw.wait_for("the console's process", lambda: next((
            int(pid) for pid in subprocess.run(["pgrep", "-P", shell, "-x", "groundwatch"],
                                               capture_output=True, text=True).stdout.split()),
            None))

    def end(self):
        self.do("kill-server")


def watch_command(live, replay, *options):
    return " ".join([gw.GW, "watch", "--live", live, "--replay", replay, "--by", "Anahit",
                     *options])


def restored(terminal):
    """The shell is back, on the screen that it had, echoing, with its cursor."""
    terminal.wait("prompt>")
    assert "a acknowledge" not in terminal.page()
    assert terminal.do("display-message", "-p", "#{alternate_on} #{cursor_flag}").split() == \
        ["0", "1"]
    terminal.type("stty -a", "Enter")
    page = terminal.wait("icanon")
    assert " -icanon" not in page and " -echo " not in page, page


def states_alarms_and_keys(folder, terminal):
    publisher = Publisher(folder)
    terminal.type(watch_command(publisher.live, publisher.replay), "Enter")
    page = terminal.wait("SEARCHING: ", "EMULATED", "a acknowledge", "MD  0.00", "GPR")
    assert len(page.splitlines()) == 24 and max(map(len, page.splitlines())) <= 80
    publisher.tone, publisher.state, publisher.along_m = 0.8, "ALARM", 3.2
    publisher.alarm("second", sensor="fused", along_m=4.5)
    publisher.alarm("first", depth_m=0.07, depth_sd_m=0.01)
    terminal.wait("ALARM: ", "3.20 m", "0.07", "gpr+md", "NEW", "head at    3.20 m", "MD  0.80")
    time.sleep(1)  # an alarm that came just now is not acknowledged
    terminal.type("a")
    terminal.wait("acknowledgement recorded", "ack: Anahit", "1 alarm to see to")
    request = publisher.requests[-1]
    assert (request["op"], request["detection"], request["by"]) == \
        ("acknowledge", "first", "Anahit"), request
    publisher.answers = False
    terminal.type("a")
    terminal.wait("NOT RECORDED: no answer")
    publisher.answers = True
    terminal.type("a")
    terminal.wait("acknowledgement recorded")
    assert publisher.requests[-1] == publisher.requests[-2], "another request for the same thing"
    publisher.state, publisher.reasons = "DEGRADED", ["not_moving"]
    terminal.wait("DEGRADED: the head stands still")
    publisher.is_odd, publisher.state, publisher.reasons = True, "PERFECT", []
    terminal.wait("BLIND: not known here: state PERFECT")
    publisher.state, publisher.is_odd = "SEARCHING", False
    terminal.type("?")
    terminal.wait("it is recorded that you saw it")
    terminal.type("x")
    terminal.wait("ALARMS")
    publisher.shows = False
    terminal.wait("no live signal: not known", "SEARCHING: ")
    publisher.end()
    terminal.wait("BLIND: nothing is heard", "place and speed not known", "gpr  not known")
    assert "safe" not in terminal.page().lower() and "clear" not in terminal.page().lower()
    terminal.type("q")
    restored(terminal)


def any_size(folder, terminal):
    publisher = Publisher(folder)
    terminal.type(watch_command(publisher.live, publisher.replay), "Enter")
    terminal.wait("SEARCHING: ", "MD")
    for width, height in ((132, 50), (200, 24), (30, 8), (80, 24)):
        terminal.do("resize-window", "-x", str(width), "-y", str(height))
        terminal.wait("SEARCHING")
        time.sleep(0.3)
        lines = terminal.page().splitlines()
        assert any("SEARCHING" in line for line in lines[:2]), lines
        if height >= 24:
            assert "a acknowledge" in lines[height - 1], lines
    publisher.end()
    terminal.type("q")
    restored(terminal)


def strings_cannot_drive_the_terminal(folder, terminal):
    publisher = Publisher(folder)
    terminal.type(watch_command(publisher.live, publisher.replay), "Enter")
    terminal.wait("SEARCHING: ")
    publisher.is_odd = True
    publisher.alarm("\x1b[2J", sensor="\x1b]0;x\x07", along_m=1.25, status="\x9b31m\x1bc",
                    by="\u202e\x1b[5;5Hevil")
    publisher.sensors = [publisher.sensor("\x1b[H\x1b[2J", "\x1b[31m", ["\x1b[7mreversed"])]
    page = terminal.wait("1.25 m", "?]0;x?", "?31m?c: ??[5;5Hev", "?[H?[2J: ?[7mreversed")
    assert "SEARCHING" in page.splitlines()[1], page
    publisher.end()
    terminal.type("q")
    restored(terminal)


def signals_and_crashes_leave_a_sound_terminal(folder, terminal):
    publisher = Publisher(folder)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT):
        terminal.type("reset; " + watch_command(publisher.live, publisher.replay), "Enter")
        terminal.wait("SEARCHING: ")
        os.kill(terminal.pid(), number)
        gw.wait_for(f"the end after {number}", lambda: "prompt>" in terminal.page())
        restored(terminal)
    publisher.end()


def plain_terminals_are_enough(folder, terminal):
    publisher = Publisher(folder)
    publisher.tone = 1.0
    terminal.type(watch_command(publisher.live, publisher.replay), "Enter")
    page = terminal.wait("SEARCHING: ", "MD  1.00 ################", "####")
    assert page.isascii(), page
    publisher.end()
    terminal.wait("BLIND: ")
    terminal.type("q")
    restored(terminal)


def acknowledge_one(terminal):
    """As the screen says: while alarms come, look and press again."""
    def is_recorded():
        terminal.type("a")
        time.sleep(1)
        return "acknowledgement recorded" in terminal.page()
    gw.wait_for("an acknowledgement", is_recorded)


def a_daemon_whose_sensors_die(folder, terminal):
    """The whole chain; the emulator plays a lane with targets, then dies."""
    recording = folder / "lane"
    subprocess.run([gw.GW, "record", "--scene", str(gw.ROOT / "drivers/scenes/demo.yaml"),
                    str(recording)], check=True, timeout=gw.HANG_S, capture_output=True)
    emulator = gw.emulate(folder, f"{recording}.sigmf-collection")
    with gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}"):
        terminal.type(watch_command(f"ipc://{folder}/live", f"ipc://{folder}/replay"), "Enter")
        terminal.wait(" md ", "NEW")
        acknowledge_one(terminal)
        if os.environ.get("GW_CONSOLE_PICTURE"):
            pathlib.Path(os.environ["GW_CONSOLE_PICTURE"]).write_text(terminal.page("-e"))
        emulator.stop(signal.SIGKILL)
        terminal.wait("BLIND: ")
        terminal.type("q")
        restored(terminal)
        subscriber = gw.Subscriber(folder)
        gw.wait_for("a heartbeat", lambda: subscriber.take().heartbeat)
        seen = [one for one in subscriber.replay("detection") if one.get("status")]
        subscriber.close()
    assert {(one["status"], one["by"]) for one in seen} == {("acknowledged", "Anahit")}, seen


def main():
    if not shutil.which("tmux"):
        gw.skip("tmux is not installed")
    for scenario, name, language in (
            (states_alarms_and_keys, "tmux-256color", "C.UTF-8"),
            (any_size, "tmux-256color", "C.UTF-8"),
            (strings_cannot_drive_the_terminal, "tmux-256color", "C.UTF-8"),
            (signals_and_crashes_leave_a_sound_terminal, "tmux-256color", "C.UTF-8"),
            (plain_terminals_are_enough, "vt100", "C"),
            (a_daemon_whose_sensors_die, "tmux-256color", "C.UTF-8")):
        with gw.Folder() as folder:
            terminal = Terminal(folder, name, language)
            try:
                scenario(pathlib.Path(folder), terminal)
            finally:
                terminal.end()
        print(f"ok {scenario.__name__}", flush=True)


if __name__ == "__main__":
    main()
