# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/tool_source.c, run and read."""
import json
import queue
import signal
import subprocess
import threading

import gw

TOOL = str(gw.BIN.parent / "tests" / "tool_source")


class Reader:
    """tool_source, line by line."""

    def __init__(self, uri, kind, *options, prefix=()):
        self.process = subprocess.Popen([*prefix, TOOL, uri, kind, *map(str, options)], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.lines = queue.Queue()
        threading.Thread(target=self.take, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def take(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def next(self, event=None, hang_s=gw.HANG_S):
        """The next line; of this event, others passed over."""
        while True:
            line = self.lines.get(timeout=hang_s)
            if event in (None, line["event"]):
                return line

    def is_silent(self, seconds):
        try:
            self.lines.get(timeout=seconds)
            return False
        except queue.Empty:
            return True

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=gw.HANG_S)

    def rest(self):
        self.process.wait(timeout=gw.HANG_S)
        gw.time.sleep(0.1)
        return [self.lines.get() for _ in range(self.lines.qsize())]
