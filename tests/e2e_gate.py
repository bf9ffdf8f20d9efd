# SPDX-License-Identifier: GPL-3.0-or-later
"""groundwatch-gate under a stand-in core: nothing lost, nothing twice, no false heartbeat."""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import zmq

import schemas
from stand_in import GROUNDWATCH, HANG_S, Core, lines_of

context = zmq.Context()


class Watch:
    """`groundwatch watch --json`: the subscriber library in a process of its own."""

    def __init__(self, core, *options, live=None):
        self.process = subprocess.Popen(
            [GROUNDWATCH, "watch", "--json", "--live", live or core.live, "--replay", core.replay,
             *options], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.err = lines_of(self.process.stdout), lines_of(self.process.stderr)
        self.events = []

    def heard(self):
        line = self.err.get(timeout=HANG_S)
        while line is not None and "heard" not in line:
            line = self.err.get(timeout=HANG_S)
        assert line is not None

    def take(self, n, kind="detection"):
        """Until n records of the kind are there, in order, each once."""
        while sum(event["type"].split(".")[2] == kind for event in self.events) < n:
            line = self.out.get(timeout=HANG_S)
            assert line is not None, "watch ended"
            self.events.append(json.loads(line))
            schemas.check(self.events[-1]["type"].split(".")[2], self.events[-1])
        return [event["data"] for event in self.events if event["type"].split(".")[2] == kind]

    def end(self):
        """Nothing more may come. Returns what was said on standard error."""
        time.sleep(0.5)
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=HANG_S) == 0
        line = self.out.get(timeout=HANG_S)
        assert line is None, line
        said = list(iter(lambda: self.err.get(timeout=HANG_S), None))
        self.process.stdout.close()
        self.process.stderr.close()
        return said


def numbers(records):
    return [int(record["kind_seq"]) for record in records]


def subscribe(core):
    sub = context.socket(zmq.SUB)
    sub.linger = 0
    sub.subscribe(b"v1/")
    sub.connect(core.live)
    kind, _ = receive(sub)
    return sub, kind


def receive(sub):
    assert sub.poll(HANG_S * 1000), "silence"
    return schemas.check_message(sub.recv_multipart())


def ask(dealer, **request):
    """Records of the answer, and its last frame."""
    records = []
    dealer.send_json({**request, "id": "q"})
    schemas.check("request", {**request, "id": "q"})
    while True:
        assert dealer.poll(HANG_S * 1000), "no answer"
        frames = dealer.recv_multipart()
        if len(frames) == 1:
            reply = json.loads(frames[0])
            schemas.check("reply", reply)
            assert reply["id"] == "q"
            return records, reply
        records.append(schemas.check_message(frames)[1]["data"])


def dealer_open(core):
    dealer = context.socket(zmq.DEALER)
    dealer.linger = 0
    dealer.connect(core.replay)
    return dealer


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(pid):
    end = time.monotonic() + HANG_S
    while is_running(pid):
        assert time.monotonic() < end, "the gate goes on"
        time.sleep(0.02)


def killed_gates_lose_nothing_and_repeat_nothing(folder):
    core = Core(folder)
    core.do("durable 5")
    watch = Watch(core, "--history")
    watch.take(5)
    total = 5
    for turn in range(8):
        core.do("durable 7")
        if turn % 2:
            core.do("quiet 2")  # and the gate is killed before anything tells it of them
            total += 2
        core.gate_kill()
        core.do("loose 3")
        core.do("save")
        total += 10
    records = watch.take(total)
    assert numbers(records) == list(range(1, total + 1)), numbers(records)
    said = watch.end()
    assert not any("LOST" in line for line in said), said
    core.end()


def a_lossy_way_is_made_whole_by_replay(folder):
    core = Core(folder)
    proxy_in, proxy_out = context.socket(zmq.SUB), context.socket(zmq.PUB)
    proxy_in.subscribe(b"")
    proxy_in.connect(core.live)
    proxy_out.bind(f"ipc://{folder}/lossy")
    stop, dropped, draw = threading.Event(), [0], random.Random(7)

    def run():
        while not stop.is_set():
            if proxy_in.poll(20):
                frames = proxy_in.recv_multipart()
                if draw.random() < 0.4:
                    dropped[0] += 1
                else:
                    proxy_out.send_multipart(frames)

    thread = threading.Thread(target=run)
    thread.start()
    watch = Watch(core, "--history", live=f"ipc://{folder}/lossy")
    watch.heard()
    for turn in range(10):
        core.do("durable 20")
        core.do("loose 5")
    records = watch.take(250)
    assert numbers(records) == list(range(1, 251)), numbers(records)
    assert dropped[0] > 50, dropped
    said = watch.end()
    assert not any("LOST" in line for line in said), said
    stop.set()
    thread.join()
    proxy_in.close(0)
    proxy_out.close(0)
    core.end()


def a_stranger_who_joins_gets_what_comes_next(folder):
    core = Core(folder)
    core.do("durable 4")
    watch = Watch(core)
    watch.heard()
    core.do("durable 3")
    assert numbers(watch.take(3)) == [5, 6, 7]
    watch.end()
    core.end()


def a_killed_core_is_blind_then_silent_and_the_gate_ends(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    watch = Watch(core)
    watch.heard()
    gate = core.gate
    core.do("quiet 3")  # journalled, and not yet said
    core.process.kill()
    seen = []
    while not seen or seen[-1][0] != "heartbeat" or seen[-1][1]["state"] != "BLIND":
        kind, event = receive(sub)
        seen.append((kind, event["data"]))
    kinds = [kind for kind, _ in seen]
    assert kinds.count("detection") == 3, kinds
    assert seen[-1][1]["reasons"] == ["core"] and seen[-1][1]["newest"]["detection"] == "3"
    assert seen[-2][0] == "health" and seen[-2][1]["state"] == "BLIND", seen[-2]
    assert all(sensor["state"] == "BLIND" for sensor in seen[-1][1]["sensors"])
    wait_gone(gate)
    assert not sub.poll(300), "something after the last word"
    core.error("the core is gone or hangs: BLIND")
    watch.take(3)
    assert watch.take(1, "health")[0]["reasons"] == ["core"]
    said = watch.end()
    assert any("BLIND" in line and "nothing is heard" in line for line in said), said
    sub.close()
    core.end()


def a_hanging_core_is_blind_and_heard_again_when_it_goes_on(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    core.do("hang")
    while True:
        kind, event = receive(sub)
        if kind == "heartbeat" and event["data"]["state"] == "BLIND":
            break
    assert event["data"]["reasons"] == ["core"]
    core.expect("ended 70")
    assert not sub.poll(300)
    core.process.stdin.write("beat\n")
    core.expect("gate")
    core.expect("done")
    assert receive(sub)[1]["data"]["state"] == "SEARCHING"
    sub.close()
    core.end()


def a_clean_stop_says_stopped_last(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    core.process.stdin.write("durable 2\nstop\n")
    seen = []
    while not seen or seen[-1][1]["state"] != "BLIND" or seen[-1][0] != "heartbeat":
        kind, event = receive(sub)
        seen.append((kind, {"state": "", **event["data"]}))
    kinds = [kind for kind, _ in seen if kind != "heartbeat"]
    assert kinds == ["detection", "detection", "session", "health"], kinds
    assert seen[-1][1]["reasons"] == ["stopped"] and seen[-1][1]["newest"]["session"] == "1"
    wait_gone(core.gate)
    assert not sub.poll(300)
    said = list(iter(lambda: core.err.get(timeout=HANG_S), None))
    assert not any("core is gone" in line for line in said), said
    sub.close()
    core.end()


def a_new_journal_is_a_new_stream(folder):
    core = Core(folder)
    watch = Watch(core)
    watch.heard()
    core.do("durable 3")
    watch.take(3)
    core.do("renew")
    core.do("durable 2")
    records = watch.take(5)
    assert numbers(records) == [1, 2, 3, 1, 2], numbers(records)
    assert records[0]["stream"] != records[4]["stream"]
    assert any("another stream" in line for line in watch.end())
    core.end()


def replay_is_bounded_and_goes_on_where_it_ended(folder):
    core = Core(folder)
    core.do("durable 700")
    core.do("loose 20")
    dealer = dealer_open(core)
    _, hello = ask(dealer, op="hello")
    assert hello["newest"]["detection"] == "720"
    stream, start, all_of_them, turns = hello["stream"], "1", [], 0
    while True:
        records, end = ask(dealer, op="replay", stream=stream, kind="detection", **{"from": start})
        assert sum(len(json.dumps(record)) for record in records) <= 256 << 10
        all_of_them += records
        start, turns = end["next"], turns + 1
        if not end["more"]:
            break
    assert numbers(all_of_them) == list(range(1, 721)) and turns > 1
    assert [record["durable"] for record in all_of_them] == [True] * 700 + [False] * 20
    records, end = ask(dealer, op="replay", stream=stream, kind="any", max=3,
                       **{"from": "699", "to": "9"*18})
    assert [int(record["seq"]) for record in records] == [699, 700, 701] and end["more"]
    records, end = ask(dealer, op="replay", stream=stream, kind="detection",
                       **{"from": "5", "to": "6"})
    assert numbers(records) == [5, 6] and end == {
        "op": "end", "id": "q", "kind": "detection", "next": "7", "oldest": "1", "more": False}
    _, end = ask(dealer, op="replay", stream=stream, kind="check", **{"from": "1"})
    assert end["oldest"] == "0" and end["next"] == "1"
    other = "00000000-0000-4000-8000-000000000000"
    assert ask(dealer, op="replay", stream=other, kind="any", **{"from": "1"})[1]["op"] == "error"
    _, status = ask(dealer, op="status")
    assert status["clients"] == 1 and status["published"] == "720"
    dealer.close()
    core.end()


def wrong_requests_are_answered_and_floods_are_not_served(folder):
    core = Core(folder)
    dealer = dealer_open(core)
    for frames in ([b""], [b"\x00\xff"], [b"{}"], [b'{"op":"hello"}', b"x"], [b"a"] * 50,
                   [b'{"op":"replay"}'], [b"[" * 4000]):
        dealer.send_multipart(frames)
        assert dealer.poll(HANG_S * 1000)
        reply = json.loads(dealer.recv())
        schemas.check("reply", reply)
        assert reply["op"] == "error", (frames[:1], reply)
    for _ in range(1000):
        dealer.send(b'{"op":"status"}')
    replies = []
    while dealer.poll(500):
        replies.append(json.loads(dealer.recv()))
    refused = sum(reply["op"] == "error" for reply in replies)
    assert 150 < len(replies) < 1000 and refused, (len(replies), refused)
    time.sleep(0.2)
    assert ask(dealer, op="hello")[1]["op"] == "hello"
    assert is_running(core.gate)
    dealer.close()
    core.end()


def garbage_on_the_sockets_does_no_harm(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    draw = random.Random(3)
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16) + bytes(32)
    for path in ("live", "replay"):
        for k in range(100):
            raw = socket.socket(socket.AF_UNIX)
            raw.connect(f"{folder}/{path}")
            try:
                raw.sendall((greeting if k % 2 else b"") + draw.randbytes(draw.randrange(1, 2000)))
            except OSError:
                pass  # it hung up on us
            raw.close()
    big = dealer_open(core)
    big.send(bytes(1 << 20))
    talker = context.socket(zmq.XSUB)
    talker.linger = 0
    talker.connect(core.live)
    for k in range(200):
        talker.send(draw.randbytes(draw.randrange(0, 200)))
    core.do("durable 2")
    found = 0
    while found < 2:
        found += receive(sub)[0] == "detection"
    dealer = dealer_open(core)
    assert ask(dealer, op="hello")[1]["op"] == "hello"
    assert is_running(core.gate)
    for one in (sub, big, talker, dealer):
        one.close()
    core.end()


def a_message_without_end_ends_at_most_the_gate(folder):
    core = Core(folder)
    core.error("replay ")
    if "268435456" not in pathlib.Path(f"/proc/{core.gate}/limits").read_text():
        print("not shown: memory is not limited under a sanitizer")
        core.end()
        return
    watch = Watch(core, "--history")
    watch.heard()
    raw = socket.socket(socket.AF_UNIX)
    raw.connect(f"{folder}/replay")
    raw.settimeout(HANG_S)
    ready = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
    try:
        raw.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16) + bytes(32))
        raw.recv(64, socket.MSG_WAITALL)
        raw.sendall(b"\x04" + bytes([len(ready)]) + ready)
        raw.recv(64)
        for k in range(200000):  # 800 MB at most, were it all kept
            raw.sendall(b"\x03" + (4000).to_bytes(8, "big") + bytes(4000))
        raise AssertionError("the gate keeps whatever it is sent")
    except OSError:
        pass  # it hung up on us
    raw.close()
    core.process.stdin.write("durable 3\n")
    while core.expect("") != "done durable":
        pass  # the gate ended and began again, if the connection was not dropped in time
    assert numbers(watch.take(3)) == [1, 2, 3]
    watch.end()
    core.end()


def an_endpoint_in_use_is_refused_and_its_owner_not_disturbed(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    second = Core(folder, journal="other")
    second.expect("ended 74")
    second.error("already served by another gate")
    receive(sub)
    second.end()
    sub.close()
    core.end()
    taken = socket.create_server(("127.0.0.1", 0))
    third = Core(folder, live=f"tcp://127.0.0.1:{taken.getsockname()[1]}")
    third.expect("ended 74")
    third.error("already in use")
    third.end()
    taken.close()


def tcp_on_the_loopback_serves_as_well(folder):
    core = Core(folder, live="tcp://127.0.0.1:0", replay="tcp://127.0.0.1:0")
    core.live = core.error("live ").split()[-1]
    core.replay = core.error("replay ").split()[-1]
    watch = Watch(core, "--history")
    core.do("durable 3")
    assert numbers(watch.take(3)) == [1, 2, 3]
    watch.end()
    core.end()


def the_schemas_refuse_what_is_wrong(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    core.do("durable 1")
    seen = {}
    while len(seen) < 2:
        kind, event = receive(sub)
        seen[kind] = event
    for kind, path, value in (
            ("detection", ["data", "seq"], 1), ("detection", ["data", "seq"], "01"),
            ("detection", ["data", "score"], "10"), ("detection", ["data", "sensor"], "nose"),
            ("detection", ["data", "more"], 1), ("detection", ["time"], "2026-11-24T09:36:34Z"),
            ("detection", ["type"], "org.groundwatch.coverage.v1"), ("detection", ["id"], "1"),
            ("detection", ["data", "unlikely"], True), ("detection", ["data", "depth_sd_m"], 0.1),
            ("heartbeat", ["data", "state"], "SAFE"), ("heartbeat", ["data", "durable"], True),
            ("heartbeat", ["data", "reasons"], ["because"]), ("heartbeat", ["data", "newest"], {}),
            ("heartbeat", ["specversion"], "0.3"), ("heartbeat", ["Data"], {})):
        wrong = json.loads(json.dumps(seen[kind]))
        at = wrong
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = value
        assert list(schemas.validator(kind).iter_errors(wrong)), (kind, path, value)
    for kind in seen:
        for key in seen[kind]["data"]:
            if key in ("along_m", "sample"):
                continue
            wrong = json.loads(json.dumps(seen[kind]))
            del wrong["data"][key]
            assert list(schemas.validator(kind).iter_errors(wrong)), (kind, key)
    sub.close()
    core.end()


def main():
    for scenario in (killed_gates_lose_nothing_and_repeat_nothing,
                     a_lossy_way_is_made_whole_by_replay,
                     a_stranger_who_joins_gets_what_comes_next,
                     a_killed_core_is_blind_then_silent_and_the_gate_ends,
                     a_hanging_core_is_blind_and_heard_again_when_it_goes_on,
                     a_clean_stop_says_stopped_last,
                     a_new_journal_is_a_new_stream,
                     replay_is_bounded_and_goes_on_where_it_ended,
                     wrong_requests_are_answered_and_floods_are_not_served,
                     garbage_on_the_sockets_does_no_harm,
                     a_message_without_end_ends_at_most_the_gate,
                     an_endpoint_in_use_is_refused_and_its_owner_not_disturbed,
                     tcp_on_the_loopback_serves_as_well,
                     the_schemas_refuse_what_is_wrong):
        if len(sys.argv) > 1 and sys.argv[1] not in scenario.__name__:
            continue
        folder = tempfile.mkdtemp(prefix="gw-gate-")
        start = time.monotonic()
        try:
            scenario(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"ok {scenario.__name__} ({time.monotonic() - start:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
