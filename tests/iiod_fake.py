# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of the iiod 0.24 protocol with one radar, which can be told to misbehave."""
import socket
import struct
import threading
import time

LENGTH = 16  # samples a scan
CHANNELS = (("voltage0", "antenna0", "le:s16/16&gt;&gt;0"), ("count0", "range_index",
            "le:u16/16&gt;&gt;0"), ("count1", "scan_seq", "le:u32/32&gt;&gt;0"))
STEP = 8


def sample(scan, index, count=None):
    count = (scan * 31 + index * 7) % 200 - 100 if count is None else count
    return struct.pack("<hHI", count, index, scan)


def scan_bytes(scan):
    return b"".join(sample(scan, index) for index in range(LENGTH))


def scans(*numbers):
    return b"".join(scan_bytes(n) for n in numbers)


class Fake:
    """streams: for each OPEN in turn, a list of what READBUF gets: bytes of samples, or a function
    of (connection, bytes wanted) that answers itself. After the last it falls silent."""

    def __init__(self, streams, attributes=None, late_s=0, late_from=1, channels=CHANNELS,
                 name="gw-gpr"):
        self.name = name
        self.attributes = {"scan_length": str(LENGTH), "sampling_frequency": str(LENGTH * 100),
                           "prf": "100", "scan_spacing_m": "0.02"}
        self.attributes.update(attributes or {})
        self.streams, self.channels = list(streams), channels
        self.late_s, self.late_from, self.n_read = late_s, late_from, 0
        self.n_contexts = self.n_opened = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_ended = False
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_ended = True
        self.listener.close()

    def uri(self):
        return f"iio:ip:127.0.0.1:{self.port}"

    def accept(self):
        while not self.is_ended:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection, connection.makefile("rb") as lines:
                pending = []
                for line in lines:
                    words = line.decode().split()
                    if words and not self.answer(connection, words, pending):
                        return
        except OSError:
            pass

    def xml(self):
        elements = "".join(
            f'<channel id="{name}" type="input"><scan-element index="{k}" format="{form}" />'
            f'<attribute name="label" filename="{name}_label" /></channel>'
            for k, (name, _, form) in enumerate(self.channels))
        attributes = "".join(f'<attribute name="{name}" />' for name in self.attributes)
        return ('<?xml version="1.0" encoding="utf-8"?><context name="network" version-major="0" '
                'version-minor="24" version-git="v0.24" description="a fake"><device '
                f'id="iio:device0" name="{self.name}">{elements}{attributes}</device></context>')

    def answer(self, connection, words, pending):
        command = words[0].upper()
        if command == "EXIT":
            return False
        if command == "PRINT":
            self.n_contexts += 1
            xml = self.xml().encode()
            connection.sendall(b"%d\n%s\n" % (len(xml), xml))
        elif command == "READ":
            self.attribute_answer(connection, words)
        elif command == "OPEN":
            self.n_opened += 1
            pending[:] = self.streams.pop(0) if self.streams else []
            connection.sendall(b"0\n")
        elif command == "READBUF":
            self.readbuf_answer(connection, int(words[2]), pending)
        else:
            connection.sendall(b"0\n")
        return True

    def attribute_answer(self, connection, words):
        self.n_read += 1
        if self.n_read >= self.late_from:
            time.sleep(self.late_s)
        labels = {name: label for name, label, _ in self.channels}
        value = labels.get(words[3]) if words[2] == "INPUT" else self.attributes[words[2]]
        connection.sendall(b"%d\n%s\0\n" % (len(value) + 1, value.encode()))

    def readbuf_answer(self, connection, wanted, pending):
        if not pending:  # silent, until the client goes away
            while not self.is_ended and connection.recv(1, socket.MSG_PEEK):
                time.sleep(0.05)
            return
        if callable(pending[0]):
            pending.pop(0)(connection, wanted)
            return
        part, pending[0] = pending[0][:wanted], pending[0][wanted:]
        if not pending[0]:
            pending.pop(0)
        connection.sendall(b"%d\n00000007\n%s" % (len(part), part))
        if len(part) < wanted:
            connection.sendall(b"0\n")  # a short one
