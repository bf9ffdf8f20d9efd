# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests good, wrong and many, garbage, endpoints in use: the gate stands, the core goes on."""
import json
import pathlib
import random
import socket
import time

import zmq

import schemas
from stand_in import (Core, HANG_S, Watch, ask, context, dealer_open, is_running, numbers,
                      receive, subscribe, run)


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
    for reply in replies:
        schemas.check("reply", reply)
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


if __name__ == "__main__":
    run(replay_is_bounded_and_goes_on_where_it_ended,
        wrong_requests_are_answered_and_floods_are_not_served,
        garbage_on_the_sockets_does_no_harm, a_message_without_end_ends_at_most_the_gate,
        an_endpoint_in_use_is_refused_and_its_owner_not_disturbed,
        tcp_on_the_loopback_serves_as_well, the_schemas_refuse_what_is_wrong)
