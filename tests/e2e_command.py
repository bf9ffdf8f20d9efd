# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands to the real daemon: acknowledge, outcome, check; each recorded once, whatever dies."""
import json
import os
import pathlib
import shutil
import signal
import tempfile
import time
import uuid

import zmq

import e2e_messages as real
import schemas
import stand_in

OWN = {"stream", "seq", "kind_seq", "time_ns", "durable", "status", "by", "request"}


class Hand:
    """A foreign client of the replay endpoint."""

    def __init__(self, endpoint):
        self.dealer = real.context.socket(zmq.DEALER)
        self.dealer.linger = 0
        self.dealer.connect(endpoint)

    def ask(self, is_right=True, wait_s=1, **request):
        """The reply to a command; asked again while the gate is busy or being started."""
        end = time.monotonic() + real.HANG_S
        if is_right:
            schemas.check("request", request)
        while time.monotonic() < end:
            tag = str(uuid.uuid4())
            self.dealer.send_json({**request, "id": tag})
            while self.dealer.poll(wait_s * 1000):
                reply = json.loads(self.dealer.recv_multipart()[-1])
                if reply.get("id") == tag:
                    schemas.check("reply", reply)
                    if "ask again" in reply.get("reason", "") and wait_s == 1:
                        break
                    return reply
            time.sleep(0.05)
        raise AssertionError("no reply")

    def stream(self):
        """The one that the gate serves at present."""
        self.dealer.send_json({"op": "hello", "id": "h"})
        assert self.dealer.poll(real.HANG_S * 1000)
        return json.loads(self.dealer.recv())["stream"]

    def recorded(self, kind, **request):
        reply = self.ask(**request)
        assert reply["op"] == "recorded" and reply["kind"] == kind, reply
        assert reply["request"] == request["request"] and reply["durable"], reply
        return reply

    def refused(self, word, **request):
        reply = self.ask(False, **request)
        assert reply["op"] == "error" and word in reply["reason"], (word, reply)
        return reply


def alarm_of(ear):
    """The lane's alarm: live it may have been said before the ear was there."""
    end = time.monotonic() + real.HANG_S
    while time.monotonic() < end:
        ear.until(lambda kind, data: kind == "heartbeat")
        for event in ear.replayed():
            if event["data"].get("alarm"):
                return event["data"]
    raise AssertionError("no alarm")


def outcome(**members):
    return {"op": "outcome", "request": str(uuid.uuid4()), "by": "A. Deminer", "model": "PMN-2",
            **members}


def each_command_becomes_a_record(folder, hand, ear):
    alarm = alarm_of(ear)
    request = {"op": "acknowledge", "request": str(uuid.uuid4()), "by": "Ayşə",
               "detection": alarm["id"]}
    reply = hand.recorded("detection", **request)
    event = ear.until(lambda kind, data: kind == "detection" and "status" in data)
    data = event["data"]
    assert (data["seq"], data["kind_seq"]) == (reply["seq"], reply["kind_seq"])
    assert data["by"] == "Ayşə" and data["request"] == request["request"]
    assert data["status"] == "acknowledged"
    assert {k: v for k, v in data.items() if k not in OWN} == \
        {k: v for k, v in alarm.items() if k not in OWN}
    request = outcome(detection=alarm["id"], condition="live", marking="ПМН-2 12-87", year=1987,
                      depth_m=0.06, when="2026-11-24T12:00:00+04:00", note="fuze intact",
                      photo="img_0042.jpg")
    hand.recorded("outcome", **request)
    data = ear.until(lambda kind, data: kind == "outcome")["data"]
    assert data["along_m"] == alarm["along_m"] and data["marking"] == "ПМН-2 12-87", data
    request = outcome(lat=39.66, lon=46.56, placed="measured", detection=alarm["id"])
    hand.recorded("outcome", **request)
    data = ear.until(lambda kind, data: kind == "outcome" and "lat" in data)["data"]
    assert data["placed"] == "measured" and data["lat"] == 39.66
    request = {"op": "check", "request": str(uuid.uuid4()), "by": "B", "piece": "ball 10 mm",
               "result": "fail", "measured": {"amplitude_ratio": 1.2e-3}, "reason": "too weak",
               "expected": {"amplitude_ratio": 1.5e-3}, "tolerance": {"amplitude_ratio": 1e-4}}
    hand.recorded("check", **request)
    data = ear.until(lambda kind, data: kind == "check")["data"]
    assert data["result"] == "fail" and data["measured"] == {"amplitude_ratio": 1.2e-3}
    return alarm


def what_is_wrong_is_refused_and_makes_no_record(folder, hand, alarm):
    before = len(real.journal_read(folder))
    good = outcome()
    for word, change in (
            ("request", {"request": "1234"}), ("request", {"request": good["request"].upper()}),
            ("by", {"by": ""}), ("by", {"by": "x" * 65}), ("by", {"by": "a\nb"}), ("by", {"by": 7}),
            ("modle: not known", {"modle": "PMN"}), ("year", {"year": 1899}),
            ("year", {"year": 1987.0}), ("year", {"year": "1987"}), ("depth_m", {"depth_m": -0.1}),
            ("depth_m", {"depth_m": 11}), ("when", {"when": "2026-02-29T00:00:00Z"}),
            ("when", {"when": "2026-02-28 00:00:00Z"}), ("when", {"when": "2026-02-28T00:00:00"}),
            ("when", {"when": "1969-02-28T00:00:00Z"}), ("lat", {"lat": 91, "lon": 0}),
            ("lat and lon", {"lat": 40}), ("placed", {"placed": "measured"}),
            ("placed", {"placed": "guessed", "lat": 1, "lon": 1}), ("note", {"note": "n" * 1001}),
            ("none with this id", {"detection": str(uuid.uuid4())}), ("says", {"model": None})):
        request = {key: value for key, value in {**good, **change}.items() if value is not None}
        reply = hand.refused(word, **request)
        assert reply.get("request") == (request["request"] if word != "request" else None)
    hand.refused("detection", op="acknowledge", request=good["request"], by="B")
    hand.refused("result", op="check", request=good["request"], by="B", piece="ball")
    hand.refused("measured", op="check", request=good["request"], by="B", result="pass",
                 measured={"Bad Name": 1})
    hand.refused("measured", op="check", request=good["request"], by="B", result="pass",
                 measured={"a": "1"})
    kinds = [kind for _, kind, _, _ in real.journal_read(folder)[before:]]
    assert not set(kinds) & {"outcome", "check", "detection"}, kinds


def a_request_that_comes_again_makes_no_second_record(folder, daemon, hand, alarm):
    request = outcome(detection=alarm["id"], note="once")
    first = hand.recorded("outcome", **request)
    same = ("stream", "seq", "kind_seq", "request")
    for kill in (None, daemon.gate, None):
        if kill:
            os.kill(kill(), signal.SIGKILL)
        again = hand.recorded("outcome", **request)
        assert [again[k] for k in same] == [first[k] for k in same], (first, again)
    hand.refused("another command", op="acknowledge", request=request["request"], by="C",
                 detection=alarm["id"])
    return request, first


def the_gate_dies_while_a_command_is_on_its_way(folder, daemon, hand):
    """Whatever happens between, the client asks until it is told, and there is one record."""
    requests = []
    for k in range(12):
        request = outcome(note=f"storm {k}")
        hand.dealer.send_json({**request, "id": "x"})
        if k % 3 == 0:
            os.kill(daemon.gate(), signal.SIGKILL)
            time.sleep(0.05 * (k % 2))
        hand.recorded("outcome", **request)
        requests.append(request["request"])
    held = [event["data"]["request"] for _, kind, _, event in real.journal_read(folder)
            if kind == "outcome"]
    assert all(held.count(request) == 1 for request in requests), held


def what_is_not_on_the_disk_yet_is_said_so(folder):
    """While the disk fails, a record is published at once; a core that says nothing is told of."""
    core = stand_in.Core(folder)
    hand = Hand(core.replay)
    core.do("durable 3")
    request = outcome(detection="d")
    reply = hand.ask(wait_s=real.HANG_S, **request)
    assert reply["op"] == "error" and "no answer of the core" in reply["reason"], reply
    core.do("obey loose")
    first = hand.ask(**request)
    assert first["op"] == "recorded" and first["durable"] is False, first
    again = hand.ask(**request)
    assert (again["seq"], again["durable"]) == (first["seq"], False), again
    core.do("obey durable")
    reply = hand.ask(op="acknowledge", request=str(uuid.uuid4()), by="B", detection="d")
    assert reply["durable"] is True and reply["kind_seq"] == "4", reply
    before, end = hand.stream(), time.monotonic() + real.HANG_S
    core.do("renew")
    while hand.stream() == before:  # the gate hears of it with the core's next report
        assert time.monotonic() < end, "the gate stays with the old stream"
        time.sleep(0.05)
    hand.refused("none with this id", **outcome(detection="d"))
    core.end()


def tcp_without_a_key_takes_no_command(hand):
    hand.refused("plain tcp", **outcome())
    hand.dealer.send_json({"op": "hello", "id": "h"})
    assert hand.dealer.poll(real.HANG_S * 1000)
    assert json.loads(hand.dealer.recv())["op"] == "hello"


def main():
    daemon = None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gw-command-"))
    try:
        recording = real.recording_write(folder / "lane")
        port = real.context.socket(zmq.ROUTER)
        number = port.bind_to_random_port("tcp://127.0.0.1")
        port.close(0)
        tcp = f"tcp://127.0.0.1:{number}"
        ear = real.Ear(folder)
        daemon = real.Daemon(folder, recording, "--replay", tcp)
        hand = Hand(f"ipc://{folder}/replay")
        alarm = each_command_becomes_a_record(folder, hand, ear)
        what_is_wrong_is_refused_and_makes_no_record(folder, hand, alarm)
        request, first = a_request_that_comes_again_makes_no_second_record(folder, daemon, hand,
                                                                          alarm)
        the_gate_dies_while_a_command_is_on_its_way(folder, daemon, hand)
        tcp_without_a_key_takes_no_command(Hand(tcp))
        ear.until(lambda kind, data: kind == "heartbeat" and data["newest"]["outcome"] == "15")
        daemon.end(signal.SIGKILL)
        ear.until(lambda kind, data: kind == "heartbeat" and data["reasons"] == ["core"])
        daemon = real.Daemon(folder, recording, "--replay", tcp)
        ear.until(lambda kind, data: kind == "heartbeat" and data["reasons"] != ["core"])
        again = hand.recorded("outcome", **request)
        assert again["seq"] == first["seq"], (first, again)
        assert daemon.end(signal.SIGTERM) == 0
        events = real.journal_check(folder)
        uuids = [event["data"]["request"] for event in events if "request" in event["data"]]
        assert len(uuids) == len(set(uuids)) == 17, len(uuids)
        stand = folder / "stand-in"
        stand.mkdir()
        what_is_not_on_the_disk_yet_is_said_so(stand)
    finally:
        if daemon:
            daemon.process.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
