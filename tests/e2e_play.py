# SPDX-License-Identifier: GPL-3.0-or-later
"""The player itself: it sees what is broken, its bad ways do what they say and by seed, and a wrong
scenario is refused by name. (The shipped scenarios are tests of their own: e2e.play_NAME.)"""
import collections
import copy
import json
import subprocess
import sys
import time

import zmq

import gw
import play_check
import play_run
import play_scenario
import zmq_between

PLAYS = gw.ROOT / "tests" / "plays"
CARELESS = """seeds: [1]
for: 8s
ways: {bad: [{flow: live, kind: drop, share: 0.5}, {flow: live, kind: stall, at: 2s, for: 4s}]}
subscribers: [{name: careless, with: careless, way: bad}, {name: near, with: c}]
"""


def broken(evidence):
    return {invariant for invariant, _ in play_check.check(evidence)}


def records_of(evidence, kind):
    return [r for r in evidence["journal"] if r["kind"] == kind]


def events_of(evidence, word):
    return [ev for ev in evidence["subscribers"]["near"]["events"] if ev["event"] == word]


def plant_hole_in_the_journal(e):
    e["journal"].remove(records_of(e, "coverage")[3])


def plant_row_covered_twice(e):
    data = records_of(e, "coverage")[4]["data"]
    data["first_row"] = str(int(data["first_row"]) - 1)


def plant_row_neither_covered_nor_lost(e):
    data = [r["data"] for r in records_of(e, "coverage") if r["data"]["sensor"] == "gpr"][-1]
    data["n_rows"] = str(int(data["n_rows"]) - 1)


def plant_loss_that_is_not_told(e):
    e["beats"][-1]["sensors"]["md"]["lost"] = "7"


def plant_alarm_sent_before_it_was_journalled(e):
    next(seen for seen in e["audit"] if seen["alarm"])["journalled"] = False


def plant_record_that_never_came(e):
    e["subscribers"]["near"]["events"].remove(events_of(e, "RECORD")[5])


def plant_record_that_came_twice(e):
    event = events_of(e, "RECORD")[5]
    events = e["subscribers"]["near"]["events"]
    events.insert(events.index(event), event)


def plant_record_that_was_altered(e):
    next(ev for ev in events_of(e, "RECORD") if ev["kind"] == "detection")["data"]["score"] = 1.5


def plant_record_of_no_journal(e):
    event = copy.deepcopy(events_of(e, "RECORD")[5])
    event["data"]["kind_seq"] = "4711"
    e["subscribers"]["near"]["events"].append(event)


def plant_records_out_of_order(e):
    events = e["subscribers"]["near"]["events"]
    found = [k for k, ev in enumerate(events) if ev.get("kind") == "coverage"][2:4]
    events[found[0]], events[found[1]] = events[found[1]], events[found[0]]


def plant_silence_without_blind(e):
    begin = e["beats"][20]["t"]
    e["beats"] = [b for b in e["beats"] if not begin < b["t"] < begin + 4 * play_check.SECOND]


def plant_claim_while_the_device_stands_still(e):
    e["timeline"].append({"t": e["beats"][30]["t"], "what": "emulator stopped", "for": 4})


def plant_message_that_breaks_its_schema(e):
    auditor = play_run.Auditor(gw.ROOT)
    auditor.frames = [[b"v1/gap/x/", json.dumps({"type": "org.groundwatch.gap.v1"}).encode()]]
    e["schema"] = auditor.schema_breaks()


def plant_trouble_that_never_happened(e):
    e["scenario"]["expect"]["dropped"] = 1


def plant_daemon_that_failed(e):
    e["timeline"][-1]["status"] = 70


PLANTS = {plant_hole_in_the_journal: "numbers", plant_row_covered_twice: "samples",
          plant_row_neither_covered_nor_lost: "samples", plant_loss_that_is_not_told: "samples",
          plant_alarm_sent_before_it_was_journalled: "durable",
          plant_record_that_never_came: "once", plant_record_that_came_twice: "once",
          plant_record_that_was_altered: "once", plant_record_of_no_journal: "once",
          plant_records_out_of_order: "order", plant_silence_without_blind: "blind",
          plant_claim_while_the_device_stands_still: "eyes",
          plant_message_that_breaks_its_schema: "schema",
          plant_trouble_that_never_happened: "expect", plant_daemon_that_failed: "expect"}


def what_is_planted_is_seen():
    evidence = play_run.run(play_scenario.load(PLAYS / "calm.yaml"), 1)
    assert play_check.check(evidence) == []
    for plant, invariant in PLANTS.items():
        spoilt = copy.deepcopy(evidence)
        plant(spoilt)
        assert invariant in broken(spoilt), (plant.__name__, play_check.check(spoilt))
    assert set(PLANTS.values()) == {i.__name__ for i in play_check.INVARIANTS}


def a_careless_subscriber_is_caught(folder):
    (folder / "careless.yaml").write_text(CARELESS)
    run = subprocess.run([sys.executable, gw.ROOT / "tests" / "player.py", "--keep",
                          folder / "kept.json", folder / "careless.yaml"], capture_output=True,
                         text=True, timeout=5 * gw.HANG_S)
    assert run.returncode == 1, run
    evidence = json.loads((folder / "kept.json").read_text())
    found = play_check.check(evidence)
    assert {text.partition(":")[0] for _, text in found} == {"careless"}, found
    assert {invariant for invariant, _ in found} == {"once", "blind"}, found


def fates_follow_from_the_seed_alone():
    rules = [{"flow": "live", "kind": "drop", "share": 0.3},
             {"flow": "live", "kind": "delay", "share": 0.3, "by": [0.1, 0.2]},
             {"flow": "all", "kind": "cut", "every": [1, 3], "for": 0.5}]
    numbers = [f"detection/{n}" for n in range(300)]

    def fates(seed, order):
        way = zmq_between.Fates(seed, rules)
        return {what: way.of("live", "detection", what) for what in order}, way.windows
    assert fates("7", numbers) == fates("7", reversed(numbers))
    assert fates("7", numbers)[0] != fates("8", numbers)[0]
    assert fates("7", numbers)[1] != fates("8", numbers)[1]
    dropped = sum(fate[0] for fate in fates("7", numbers)[0].values())
    assert 55 <= dropped <= 125, dropped  # 90 of 300, 4 sigma


class Gate:
    """The gate's two sockets, and a way with a client behind it."""

    def __init__(self, folder, name, rules, seed="1"):
        self.context, self.folder, self.log = zmq.Context(), folder, folder / f"{name}.log"
        ends = [[f"ipc://{folder}/{name}.{side}.{e}" for e in ("live", "replay")]
                for side in ("gate", "client")]
        self.live = self.socket(zmq.XPUB, ends[0][0], True)
        self.replay = self.socket(zmq.ROUTER, ends[0][1], True)
        plan = folder / f"{name}.plan"
        plan.write_text(json.dumps({"seed": seed, "gate": ends[0], "clients": ends[1],
                                    "rules": rules}))
        self.way = gw.Program([sys.executable, zmq_between.__file__, plan, self.log],
                              folder / f"{name}.err")
        self.client = self.socket(zmq.SUB, ends[1][0], False)
        self.client.subscribe(b"v1/")
        self.dealer = self.socket(zmq.DEALER, ends[1][1], False)
        assert self.live.poll(gw.HANG_S * 1000) and self.live.recv() == b"\1v1/"

    def socket(self, kind, endpoint, is_server):
        socket = self.context.socket(kind)
        socket.linger = 0
        (socket.bind if is_server else socket.connect)(endpoint)
        return socket

    def send(self, numbers, kind="detection"):
        for n in numbers:
            self.live.send_multipart([f"v1/{kind}/x/".encode(),
                                      json.dumps({"data": {"kind_seq": str(n)}}).encode()])

    def take(self, n, milliseconds=gw.HANG_S * 1000):
        found = []
        while len(found) < n and self.client.poll(milliseconds):
            found.append(int(json.loads(self.client.recv_multipart()[1])["data"]["kind_seq"]))
        return found

    def did(self, what):
        found = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [x["what"] for x in found if x["did"] == what]

    def end(self):
        self.way.stop()
        assert not self.way.log.read_text(), self.way.log.read_text()
        self.context.destroy(0)


def a_way_drops_and_doubles_the_same_ones_in_every_run(folder):
    rules = [{"flow": "live", "kind": "drop", "share": 0.3},
             {"flow": "live", "kind": "duplicate", "share": 0.3}]
    came = []
    for turn, seed in enumerate("112"):
        gate = Gate(folder, f"same{turn}", rules, seed)
        gate.send(range(100))
        gate.send([100], "health")
        gw.wait_for("the last", lambda: "health/100" in gate.did("pass") + gate.did("drop"))
        dropped, doubled = gate.did("drop"), gate.did("duplicate")
        expected = [n for n in range(100) for _ in range(
            0 if f"detection/{n}" in dropped else 1 + (f"detection/{n}" in doubled))]
        assert gate.take(len(expected)) == expected
        came.append(expected)
        gate.end()
    assert came[0] == came[1] != came[2]


def a_way_stalls_and_keeps_the_order(folder):
    gate = Gate(folder, "stall", [{"flow": "live", "kind": "stall", "at": 0, "for": 2},
                                  {"flow": "live", "kind": "delay", "share": 0.5,
                                   "by": [0.05, 0.2]}])
    gate.send(range(50))
    gw.wait_for("all to be held", lambda: len(gate.did("stall")) + len(gate.did("delay")) >= 50)
    assert gate.take(50) == list(range(50))
    gate.end()


def a_cut_way_comes_back(folder):
    gate = Gate(folder, "cut", [{"flow": "all", "kind": "cut", "at": 1, "for": 1}])
    gate.send([1])
    assert gate.take(1) == [1]
    gw.wait_for("the cut", lambda: gate.did("cut"))
    gate.send([2])
    gw.wait_for("what is lost", lambda: gate.did("lost") == ["detection/2"])
    gw.wait_for("the way back", lambda: len(gate.did("open")) == 4)
    number = 2
    while not gate.take(1, 300):  # the client needs a moment to connect again
        number += 1
        gate.send([number])
    gate.dealer.send(b"{}")
    assert gate.replay.poll(gw.HANG_S * 1000)
    gate.replay.send_multipart([gate.replay.recv_multipart()[0], b"{}"])
    assert gate.dealer.poll(gw.HANG_S * 1000)
    gate.end()


def wrong_scenarios_are_refused_by_name(folder):
    wrong = {"for: 1": "for: 1: a time", "seeds: []": "seeds: is needed", "speeed: 2": "speeed",
             "events: [{at: 1s, do: kiss, what: gate}]": "events[0]",
             "events: [{at: 1s, do: stop, what: gate}]": "`for` belongs",
             "ways: {a: [{flow: live, kind: drop, share: 2}]}": "ways.a[0]: drop: share",
             "ways: {a: [{flow: live, kind: cut, for: 1s}]}": "`at` or `every`",
             "subscribers: [{name: x, with: c, way: none}]": "subscribers[0].way: none",
             "subscribers: {": "wrong.yaml"}
    path = folder / "wrong.yaml"
    for line, cause in wrong.items():
        base = {"seeds": "seeds: [1]", "for": "for: 1s",
                "subscribers": "subscribers: [{name: n, with: c}]"}
        base[line.partition(":")[0]] = line
        path.write_text("\n".join(base.values()))
        run = subprocess.run([sys.executable, gw.ROOT / "tests" / "player.py", path],
                             capture_output=True, text=True, timeout=gw.HANG_S)
        assert run.returncode == 65 and cause in run.stderr and str(path) in run.stderr, run


def every_shipped_scenario_is_whole():
    seen = collections.Counter()
    for path in PLAYS.glob("*.yaml"):
        scenario = play_scenario.load(path)
        assert scenario["expect"] and scenario["about"], path
        seen.update(rule["kind"] for rules in scenario["ways"].values() for rule in rules)
        seen.update(f"{e['do']} {e['what']}" for e in scenario["events"])
    assert set(zmq_between.KEYS) <= set(seen), seen


with gw.Folder() as folder:
    begin = time.monotonic()
    fates_follow_from_the_seed_alone()
    a_way_drops_and_doubles_the_same_ones_in_every_run(folder)
    a_way_stalls_and_keeps_the_order(folder)
    a_cut_way_comes_back(folder)
    wrong_scenarios_are_refused_by_name(folder)
    every_shipped_scenario_is_whole()
    what_is_planted_is_seen()
    a_careless_subscriber_is_caught(folder)
    print(f"the player sees what is broken ({time.monotonic() - begin:.0f} s)")
