# SPDX-License-Identifier: GPL-3.0-or-later
"""One list of requests to the emulator and to the real iiod: equal replies, but for what is listed.

The real one is asked twice: in front of an emulator, and on libiio's local backend, whose files and
FIFOs iio_kernel.py feeds. Both demultiplex (-D), as the emulator does.
"""
import os
import re
import select
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import gw
from iio_tiers import Tier, missing

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"
LATER_S = 0.3  # a reply is over when nothing has come for so long

# In this order, to one connection each. A payload follows its line.
REQUESTS = [line.encode() if isinstance(line, str) else line for line in (
    "PRINT\r\n", "print\n", "Print\r\n", "VERSION\r\n", "HELP\r\n", "ZPRINT\r\n", "BINARY\r\n",
    "FOO\r\n", "\r\n", "\n", " \r\n", b"\x01\xff\x80\r\n", "TIMEOUT 1000\r\n", "timeout 1000\r\n",
    "TIMEOUT\r\n", "TIMEOUT abc\r\n", "TIMEOUT -1\r\n", "TIMEOUT 1000 1000\r\n",
    "READ\r\n", "READ iio:device1 tones\r\n", "READ gw-md tones\r\n", "READ nosuch tones\r\n",
    "READ iio:device1 nosuch\r\n", "READ iio:device1\r\n", "read iio:device1 tones\n",
    "READ iio:device1 INPUT voltage0 label\r\n", "READ iio:device1 INPUT voltage0\r\n",
    "READ iio:device1 INPUT voltage0 nosuch\r\n", "READ iio:device1 OUTPUT voltage0 label\r\n",
    "READ iio:device1 INPUT voltage9 label\r\n", "READ iio:device1 INPUT timestamp\r\n",
    "READ iio:device1 DEBUG samples_dropped\r\n", "READ iio:device1 DEBUG\r\n",
    "READ iio:device1 DEBUG nosuch\r\n", "READ iio:device1 BUFFER\r\n",
    "READ iio:device1 BUFFER nosuch\r\n", "READ iio:device1 tones tones\r\n",
    b"WRITE iio:device1 tones 2\r\nx\0", b"WRITE iio:device1 nosuch 2\r\nx\0",
    b"WRITE iio:device1 INPUT voltage0 label 2\r\nx\0",
    b"WRITE iio:device1 INPUT voltage9 label 2\r\nx\0",
    b"WRITE iio:device1 DEBUG fault 5\r\nnone\0", b"WRITE iio:device1 DEBUG fault 4\r\nboo\0",
    b"WRITE iio:device1 BUFFER nosuch 2\r\nx\0", "WRITE iio:device1 tones\r\n",
    "GETTRIG iio:device1\r\n", "GETTRIG nosuch\r\n", "SETTRIG iio:device1\r\n",
    "SETTRIG iio:device1 trigger0\r\n", "SET iio:device1 BUFFERS_COUNT 8\r\n",
    "SET iio:device1 BUFFERS_COUNT 0\r\n", "SET iio:device1 NOSUCH 8\r\n",
    "SET nosuch BUFFERS_COUNT 8\r\n", "READBUF iio:device1 64\r\n", "WRITEBUF iio:device1 16\r\n",
    "WRITEBUF nosuch 16\r\n", "CLOSE iio:device1\r\n",
    "OPEN nosuch 4 0000000f\r\n", "OPEN iio:device1 4\r\n", "OPEN iio:device1 4 0\r\n",
    "OPEN iio:device1 4 00000000\r\n", "OPEN iio:device1 4 000000000000000f\r\n",
    "OPEN iio:device1 4 0000000f\r\n", "READBUF iio:device1 64\r\n", "READBUF iio:device1 32\r\n",
    "READBUF iio:device1 128\r\n", "READBUF iio:device1 100\r\n", "READBUF iio:device1 3\r\n",
    "READBUF iio:device1 0\r\n", "READBUF nosuch 64\r\n", "READBUF iio:device0 64\r\n",
    b"WRITEBUF iio:device1 16\r\n" + bytes(16), "VERSION\r\n",
    "READ iio:device1 tones\r\n", "SET iio:device1 BUFFERS_COUNT 8\r\n", "CLOSE iio:device0\r\n",
    "CLOSE iio:device1\r\n", "CLOSE iio:device1\r\n", "OPEN iio:device1 4 00000004\r\n",
    "READBUF iio:device1 16\r\n", "OPEN iio:device1 4 0000000f\r\n", "CLOSE iio:device1\r\n",
    "CLOSE nosuch\r\n", "EXIT\r\n")]


def samples_hide(reply):
    """The bytes of samples are another moment's: their number stays."""
    shown, rest, is_first = b"", reply, True
    while rest:
        line, _, rest = rest.partition(b"\n")
        shown += line + b"\n"
        if not re.fullmatch(rb"\d+", line):
            return reply
        if is_first and int(line):
            mask, _, rest = rest.partition(b"\n")
            shown += mask + b"\n"
            is_first = False
        n = min(int(line), len(rest))
        shown += b"<%d bytes>" % n
        rest = rest[n:]
    return shown


def talk(send, read):
    """Replies to all requests; "" after the end of the connection."""
    replies = []
    for request in REQUESTS:
        send(request)
        reply, wait_s = b"", 3
        while True:
            got = read(wait_s)
            if not got:
                break
            reply += got
            wait_s = LATER_S
        if request.startswith(b"READBUF"):
            reply = samples_hide(reply)
        replies.append(reply)
    return replies


def emulator_ask():
    with gw.Folder() as folder, gw.emulate(folder, SCENE) as emulator:
        connection = socket.create_connection(("127.0.0.1", emulator.port))

        def read(wait_s):
            return connection.recv(65536) if select.select([connection], [], [], wait_s)[0] else b""

        replies = talk(connection.sendall, read)
        connection.close()
    return replies


def iiod_ask(tier, *options):
    program = subprocess.Popen([*tier.prefix, "iiod", "-D", "-i", *options], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def send(request):
        try:
            program.stdin.write(request)
            program.stdin.flush()
        except BrokenPipeError:
            pass

    def read(wait_s):
        there = select.select([program.stdout], [], [], wait_s)[0]
        return os.read(program.stdout.fileno(), 65536) if there else b""

    replies = talk(send, read)
    program.kill()
    program.wait()
    return replies


def show(reply):
    return str(reply if len(reply) < 200 else reply[:90] + b"..." + reply[-90:])


def document(reply):
    """What the context's document says, without its name."""
    n, _, text = reply.partition(b"\n")
    assert int(n) == len(text) - 1 and text.endswith(b"\n"), show(reply)
    return re.sub(rb'<context name="\w+"', b"<context", text)


def kernel_document(reply):
    """The same of the local backend: no debug attributes, no order, nothing of this machine."""
    text = re.sub(rb"<debug-attribute [^>]*>(?!<!)", b"", document(reply))
    text = re.sub(rb'description="[^"]*"', b"", text)
    text = re.sub(rb'<context-attribute name="(local,kernel|uri)"[^>]*>', b"", text)
    return sorted(re.findall(rb"<[^>]*>", text))


def values(reply):
    """Of all attributes: each a length and its bytes, filled up to a multiple of four."""
    rest, found = reply.partition(b"\n")[2], []
    while len(rest) > 4:
        n = int.from_bytes(rest[:4], "big")
        found.append(rest[4:4 + n])
        rest = rest[4 + (n + 3) // 4 * 4:]
    return sorted(found)


# Where a reply differs: from (front, local, or both), request, why, and what the real one replies,
# or a function of a reply that is the same for both.
STRICT = "stricter on purpose: a client that does this is wrong, and is to see it"
FAKE = "the kernel's files are plain ones here: they take whatever is written"
NO_DEBUG = "the emulator's debug attributes are its own"
DIFFERENCES = [
    ("front", rb"(PRINT|print)\s+", "the name is that of the backend behind", document),
    ("local", rb"(PRINT|print)\s+", "name, order and debug attributes are the backend's",
     kernel_document),
    ("both", rb"HELP\s+", "the emulator names only what it has", lambda reply: reply[:30]),
    ("both", rb"\x01\xff\x80\s+", "iiod passes over what is no text; here it is a wrong line",
     b""),
    ("both", rb"TIMEOUT (abc|-1)\s+", STRICT, b"0\n"),
    ("front", rb"WRITE iio:device1 tones\s+", "iiod takes the word for a length of 0", b"-13\n"),
    ("both", rb"READBUF iio:device1 100\s+", "iiod cuts the last sample; here it is never half",
     b"64\n0000000f\n<64 bytes>36\n<36 bytes>"),
    ("both", rb"SET iio:device1 BUFFERS_COUNT 8\s+", "while open iiod says 0 and changes nothing",
     b"0\n"),
    ("both", rb"OPEN iio:device1 4 0000000f\s+", STRICT, b"0\n"),
    ("local", rb"READ iio:device1\s+", "the order is that of a folder, what fills up is chance",
     values),
    ("local", rb"READ iio:device1 DEBUG samples_dropped\s+", NO_DEBUG, b"-2\n"),
    ("local", rb"READ iio:device1 DEBUG\s+", NO_DEBUG, b"0\n\n"),
    ("local", rb"WRITE iio:device1 DEBUG .*", NO_DEBUG, b"-2\n"),
    ("local", rb"WRITE iio:device1 (tones|nosuch|INPUT voltage0 label|BUFFER nosuch) 2\s.*", FAKE,
     b"2\n"),
    ("local", rb"READ iio:device1 tones\s+", FAKE, b"2\nx\0\n"),
    ("local", rb"WRITEBUF iio:device1 16\s.*", "nobody takes what is written into the FIFO",
     b"0\n-110\n"),
]


def difference_of(which, request, ours, real):
    """The listed difference that explains it; None: none does."""
    for entry in DIFFERENCES:
        place, pattern, _, how = entry
        if place in ("both", which) and re.fullmatch(pattern, request, re.S):
            if how(ours) == how(real) if callable(how) else real == how:
                return entry
    return None


def compare(which, ours, real):
    used = []
    for request, a, b in zip(REQUESTS, ours, real):
        if a == b:
            continue
        entry = difference_of(which, request, a, b)
        assert entry, f"{which}: {request}: the emulator {show(a)}, iiod {show(b)}"
        used.append(entry)
    unused = [e for e in DIFFERENCES if e[0] in ("both", which) and e not in used]
    assert not unused, f"{which}: no such difference any more: {[e[1] for e in unused]}"
    n = len(REQUESTS)
    print(f"{which}: {n} requests, {n - len(used)} replies equal, {len(used)} differ as listed")


def tier_ask(name):
    why = missing(name) or ("" if shutil.which("iiod") else "iiod is not installed")
    if why:
        print(f"skipped: {name}: {why}")
        return None
    with gw.Folder() as folder, Tier(name, folder, SCENE) as tier:
        return iiod_ask(tier, *(["-u", tier.uri] if name == "emulator" else []))


def main():
    with ThreadPoolExecutor(3) as pool:
        ours, front, local = (pool.submit(emulator_ask), pool.submit(tier_ask, "emulator"),
                              pool.submit(tier_ask, "local"))
    if front.result():
        compare("front", ours.result(), front.result())
    if local.result():
        compare("local", ours.result(), local.result())


if __name__ == "__main__":
    main()
