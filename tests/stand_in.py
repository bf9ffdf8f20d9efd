# SPDX-License-Identifier: GPL-3.0-or-later
"""tool_core, the core without sensors, and the gate that it keeps. For the e2e tests."""
import os
import pathlib
import queue
import signal
import subprocess
import threading

BIN = pathlib.Path(os.environ["GW_BIN"])
GATE, GROUNDWATCH = BIN / "groundwatch-gate", BIN / "groundwatch"
TOOL = BIN.parent / "tests" / "tool_core"
HANG_S = 60  # nothing here takes more than a few seconds


def lines_of(stream):
    """A queue of the stream's lines, read by a thread; None at its end."""
    lines = queue.Queue()

    def read():
        for line in stream:
            lines.put(line.rstrip("\n"))
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


class Core:
    def __init__(self, folder, journal="journal", live=None, replay=None):
        self.live = live or f"ipc://{folder}/live"
        self.replay = replay or f"ipc://{folder}/replay"
        self.process = subprocess.Popen(
            [TOOL, GATE, f"{folder}/{journal}", self.live, self.replay], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.err = lines_of(self.process.stdout), lines_of(self.process.stderr)
        self.gate = int(self.expect("gate").split()[1])

    def expect(self, word):
        line = self.out.get(timeout=HANG_S)
        assert line and line.startswith(word), (word, line)
        return line

    def error(self, text):
        """The next line of standard error that holds `text`."""
        while True:
            line = self.err.get(timeout=HANG_S)
            assert line is not None, f"no '{text}' on standard error"
            if text in line:
                return line

    def do(self, command):
        self.process.stdin.write(command + "\n")
        self.expect("done " + command.split()[0])

    def gate_kill(self):
        os.kill(self.gate, signal.SIGKILL)
        self.expect("ended -9")
        self.gate = int(self.expect("gate").split()[1])
        self.error("replay ")

    def end(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
