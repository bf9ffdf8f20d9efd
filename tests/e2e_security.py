# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has no key of the list gets no byte; who may only listen commands nothing."""
import ctypes
import functools
import json
import pathlib
import signal
import socket
import subprocess
import time
import uuid

import zmq

import gw
import schemas
import stand_in
from e2e_command import Hand

GROUNDWATCH, DAEMON = gw.GW, gw.DAEMON
TOOL_GATE = stand_in.TOOL.parent / "tool_gate"
context = stand_in.context
LISTEN_S = 1.5  # for what would come at least ten times a second


def run(*arguments):
    return subprocess.run([GROUNDWATCH, *map(str, arguments)], capture_output=True, text=True,
                          timeout=gw.HANG_S)


def keys(folder, *names):
    """Pairs for the daemon and its clients; who is named with a ! may command."""
    pairs = {}
    for name in ("daemon", *names):
        word = name.rstrip("!")
        assert run("keys", "create", folder / word).returncode == 0
        lines = dict(line.split(": ") for line in
                     (folder / word).read_text().splitlines() if not line.startswith("#"))
        pairs[word] = (lines["public"].encode(), lines["secret"].encode())
        if word not in ("daemon", "stranger"):
            options = ["--command"] if name.endswith("!") else []
            done = run("keys", "allow", folder / "clients", folder / f"{word}.pub", word, *options)
            assert done.returncode == 0, done.stderr
    return pairs


def told(watched):
    """What `watch --json` said."""
    for line in watched.stdout.splitlines():
        schemas.check_event(json.loads(line))
    return watched.returncode == 0 and '"event":"start"' in watched.stdout


def port_free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Secured:
    """tool_core with a gate on tcp with keys."""

    def __init__(self, folder, gate=stand_in.GATE):
        self.live, self.replay = (f"tcp://127.0.0.1:{port_free()}" for _ in range(2))
        self.process = subprocess.Popen(
            [stand_in.TOOL, gate, folder / "journal", self.live, self.replay, "--secret-key",
             folder / "daemon", "--clients", folder / "clients", "--live", f"ipc://{folder}/live",
             "--replay", f"ipc://{folder}/replay"], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.err = (stand_in.lines_of(self.process.stdout),
                              stand_in.lines_of(self.process.stderr))
        self.gate = int(self.expect("gate").split()[1])
        for _ in range(2):
            self.error("replay ")

    expect, error, do, end = (stand_in.Core.expect, stand_in.Core.error, stand_in.Core.do,
                              stand_in.Core.end)


def subscriber(endpoint, own=None, server=None):
    sub = context.socket(zmq.SUB)
    sub.linger = 0
    sub.subscribe(b"")
    if own:
        sub.curve_publickey, sub.curve_secretkey, sub.curve_serverkey = *own, server
    sub.connect(endpoint)
    return sub


def received(sub, checks):
    """checks: it is a message of the gate's."""
    frames = sub.recv_multipart()
    if checks:
        schemas.check_message(frames)
    return frames


def heard(sub, seconds=LISTEN_S, checks=True):
    """Messages that came in that time, or the first one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if sub.poll(50):
            return [received(sub, checks)]
    return []


def drain(sub, checks=True):
    """What has come already."""
    while sub.poll(0):
        received(sub, checks)


def gets_nothing(*subs):
    end = time.monotonic() + LISTEN_S
    while time.monotonic() < end:
        for sub in subs:
            assert not sub.poll(10), sub.recv_multipart()
    for sub in subs:
        sub.close(0)


def asks_in_vain(endpoint, own=None, server=None):
    dealer = context.socket(zmq.DEALER)
    dealer.linger = 0
    if own:
        dealer.curve_publickey, dealer.curve_secretkey, dealer.curve_serverkey = *own, server
    dealer.connect(endpoint)
    dealer.send_json({"op": "hello"})
    assert not dealer.poll(int(LISTEN_S * 1000)), dealer.recv_multipart()
    dealer.close(0)


def raw_bytes(endpoint, greeting):
    """What a plain TCP client gets: what it says, then silence until the gate closes."""
    host, port = endpoint[6:].split(":")
    got = b""
    with socket.create_connection((host, int(port)), timeout=5) as s:
        s.sendall(greeting)
        try:
            while chunk := s.recv(4096):
                got += chunk
                if len(got) == 64 and greeting[12:16] == b"NULL":
                    # READY of a SUB, then a subscription to everything
                    s.sendall(b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB\x00\x01\x01")
        except (TimeoutError, ConnectionResetError):
            pass
    return got


def the_measure_itself_sees_a_server_that_lets_strangers_in(folder):
    """libzmq's CURVE without a handler: the control of all that follows."""
    pairs = keys(folder, "stranger")
    alone = zmq.Context()
    pub = alone.socket(zmq.XPUB)
    pub.linger = 0
    pub.curve_server, (pub.curve_publickey, pub.curve_secretkey) = 1, pairs["daemon"]
    port = pub.bind_to_random_port("tcp://127.0.0.1")
    sub = subscriber(f"tcp://127.0.0.1:{port}", pairs["stranger"], pairs["daemon"][0])
    end = time.monotonic() + gw.HANG_S
    while time.monotonic() < end and not sub.poll(10):
        pub.send(b"leak")
    assert sub.recv() == b"leak"
    sub.close(0)
    pub.close(0)
    alone.term()


def strangers_get_no_byte(folder):
    pairs = keys(folder, "stranger", "map")
    server = pairs["daemon"][0]
    core = Secured(folder)
    known = subscriber(core.live, pairs["map"], server)
    assert heard(known, gw.HANG_S)
    wrong = (pairs["map"][0], pairs["stranger"][1])
    gets_nothing(subscriber(core.live), subscriber(core.live, pairs["stranger"], server),
                 subscriber(core.live, wrong, server),
                 subscriber(core.live, pairs["map"], pairs["stranger"][0]))
    asks_in_vain(core.replay)
    asks_in_vain(core.replay, pairs["stranger"], server)
    asks_in_vain(core.replay, pairs["map"], pairs["stranger"][0])
    start = b"\xff" + bytes(8) + b"\x7f\x03"
    for mechanism in (b"NULL", b"PLAIN", b"CURVE"):
        got = raw_bytes(core.live, start + b"\x00" + mechanism.ljust(20, b"\0") + bytes(32))
        # ZMTP: a greeting of 64 bytes that holds signature, version, mechanism, and no more
        assert len(got) <= 64 and b"v1/" not in got and b"{" not in got, got
    assert heard(known), "the known one is served no more"
    assert core.error("refused")
    known.close(0)
    core.end()


def a_doorman_who_is_gone_lets_nobody_in(folder):
    pairs = keys(folder, "stranger", "map")
    server = pairs["daemon"][0]
    tool = subprocess.Popen([TOOL_GATE, "--door", folder / "daemon", folder / "clients"], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, bufsize=1)
    try:
        endpoint = tool.stdout.readline().split()[1]
        known = subscriber(endpoint, pairs["map"], server)
        assert heard(known, gw.HANG_S, False)  # what is said there is no message
        gets_nothing(subscriber(endpoint, pairs["stranger"], server))
        tool.stdin.write("end\n")
        assert tool.stdout.readline() == "ended\n"
        drain(known, False)
        assert heard(known, checks=False), "who was in stays in: the publisher does send"
        gets_nothing(subscriber(endpoint, pairs["stranger"], server), subscriber(endpoint),
                     subscriber(endpoint, pairs["map"], server))
        known.close(0)
    finally:
        tool.kill()
        tool.wait()


def doorman_thread(pid):
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "doorman":
            return int(task.name)
    raise AssertionError("no doorman")


def a_gate_whose_doorman_stands_still_is_replaced(folder):
    pairs = keys(folder, "stranger", "map")
    server = pairs["daemon"][0]
    core = Secured(folder, TOOL_GATE)
    known = subscriber(core.live, pairs["map"], server)
    assert heard(known, gw.HANG_S)
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.tgkill(core.gate, doorman_thread(core.gate), signal.SIGUSR1) == 0
    gets_nothing(subscriber(core.live, pairs["stranger"], server))
    core.error("doorman")
    core.expect("ended 70")
    core.expect("gate")
    for _ in range(2):
        core.error("replay ")
    drain(known)
    assert heard(known, gw.HANG_S), "the new gate serves who is on the list"
    known.close(0)
    core.end()


def hand(endpoint, own=None, server=None):
    one = Hand.__new__(Hand)
    one.dealer = context.socket(zmq.DEALER)
    one.dealer.linger = 0
    if own:
        one.dealer.curve_publickey, one.dealer.curve_secretkey, one.dealer.curve_serverkey = \
            *own, server
    one.dealer.connect(endpoint)
    return one


def outcome(note):
    return {"op": "outcome", "request": str(uuid.uuid4()), "by": "A", "note": note}


def a_key_commands_only_with_the_right(folder):
    """With the real daemon: its replay is on ipc and on tcp with keys."""
    pairs = keys(folder, "stranger", "map", "console!")
    server = pairs["daemon"][0]
    live, replay = (f"tcp://127.0.0.1:{port_free()}" for _ in range(2))
    (folder / "gw.yaml").write_text(
        f"live: ['ipc://{folder}/live', '{live}']\nreplay: ['ipc://{folder}/replay', '{replay}']\n"
        f"journal: {folder}/journal.sqlite\n"
        f"security: {{secret_key: {folder}/daemon, clients: {folder}/clients}}\n")
    recording = folder / "lane"
    gw.dzt_make(recording.with_suffix(".DZT"), [[0] * 512] * 20)
    daemon = gw.Program([DAEMON, "-c", folder / "gw.yaml", "--source",
                         f"file:{recording.with_suffix('.DZT')}", "--stay"], folder / "daemon.log")
    with daemon:
        watch = [GROUNDWATCH, "watch", "--json", "--live", live, "--replay", replay, "--history",
                 "--key", folder / "map", "--server-key", folder / "daemon.pub", "--timeout", "3"]
        gw.wait_for("the gate", lambda: daemon.said("replay tcp") and
                    daemon.log.read_text().count("groundwatch-gate: replay") == 2)
        watched = subprocess.run(watch, capture_output=True, text=True, timeout=gw.HANG_S)
        assert told(watched), watched
        hand(replay, pairs["map"], server).refused("may not command", **outcome("no"))
        hand(replay, pairs["console"], server).recorded("outcome", **outcome("by key"))
        hand(f"ipc://{folder}/replay").recorded("outcome", **outcome("by file"))
        asks_in_vain(replay, pairs["stranger"], server)
        who_is_added_comes_in_and_who_is_removed_goes(folder, pairs, live, replay, daemon)
        assert daemon.stop() == 0, daemon.log.read_text()
    secret = pairs["daemon"][1]
    assert secret not in daemon.log.read_bytes()
    assert secret not in pathlib.Path(folder / "journal.sqlite").read_bytes()


def who_is_added_comes_in_and_who_is_removed_goes(folder, pairs, live, replay, daemon):
    server, listing = pairs["daemon"][0], folder / "clients"
    sub = subscriber(live, pairs["stranger"], server)
    assert not heard(sub)
    assert run("keys", "allow", listing, folder / "stranger.pub", "late").returncode == 0
    assert heard(sub, gw.HANG_S), "added while the gate runs"
    console = hand(replay, pairs["console"], server)
    console.recorded("outcome", **outcome("before"))
    lines = listing.read_text().splitlines()
    listing.write_text("\n".join(line for line in lines if " late" not in line) + "\n")
    gw.wait_for("the end of all connections", lambda: daemon.said("taken off the list"))
    gw.wait_for("the next gate", lambda:
                daemon.log.read_text().count("groundwatch-gate: replay") == 4)
    drain(sub)
    gets_nothing(sub)
    console.recorded("outcome", **outcome("after"))
    listing.write_text("nonsense\n")
    gw.wait_for("the broken list", lambda: daemon.said("nobody new comes in"))
    console.refused("may not command", **outcome("broken list"))
    gets_nothing(subscriber(live, pairs["map"], server))
    listing.write_text("\n".join(line for line in lines if " late" not in line) + "\n")
    console = hand(replay, pairs["console"], server)
    gw.wait_for("the list again", lambda: daemon.log.read_text().count("read again") >= 3)
    console.recorded("outcome", **outcome("list again"))


def an_address_of_ipv6_is_served(folder):
    keys(folder, "map")
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
    except OSError:
        print("no IPv6 here")
        return
    live, replay = (f"tcp://[::1]:{port_free()}" for _ in range(2))
    (folder / "gw.yaml").write_text(
        f"live: ['{live}']\nreplay: ['{replay}']\njournal: {folder}/journal.sqlite\n"
        f"security: {{secret_key: {folder}/daemon, clients: {folder}/clients}}\n")
    gw.dzt_make(folder / "lane.DZT", [[0] * 512] * 20)
    with gw.Program([DAEMON, "-c", folder / "gw.yaml", "--source", f"file:{folder}/lane.DZT",
                     "--stay"], folder / "daemon.log"):
        watched = run("watch", "--json", "--history", "--live", live, "--replay", replay, "--key",
                      folder / "map", "--server-key", folder / "daemon.pub", "--timeout", "3")
        assert told(watched), watched


def with_path(scenario):
    @functools.wraps(scenario)
    def call(folder):
        scenario(pathlib.Path(folder))
    return call


if __name__ == "__main__":
    scenarios = (the_measure_itself_sees_a_server_that_lets_strangers_in, strangers_get_no_byte,
                 a_doorman_who_is_gone_lets_nobody_in,
                 a_gate_whose_doorman_stands_still_is_replaced, a_key_commands_only_with_the_right,
                 an_address_of_ipv6_is_served)
    stand_in.run(*map(with_path, scenarios))
