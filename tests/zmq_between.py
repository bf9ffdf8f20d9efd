# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad way between a gate and its clients: it drops, delays, duplicates, cuts and stalls messages.

usage: zmq_between.py PLAN LOG   (PLAN, a JSON file: {"seed": N, "gate": [LIVE, REPLAY],
                                  "clients": [LIVE, REPLAY], "rules": [RULE, ...]})

A RULE has a `kind` and a `flow`: `live` (gate to clients), `request`, `reply`, or `all`.

  drop       share              messages that never come
  duplicate  share              messages that come twice
  delay      share, by          messages that come later by a time drawn from by (s, [least, most]);
                                those behind them wait, unless order is `any`
  stall      at|every, for      nothing passes; then all that waited does, in order
  lag        at|every, for, to  a link that is too slow: messages come later and later, up to `to`
                                (s) at the end; then all that waited does
  cut        at|every, for      the clients' connection breaks, and what is sent meanwhile is lost

`of` limits a rule to some kinds of records (`heartbeat`, `detection`, ...). `at` counts from the
start (s); `every` [least, most] draws the times between one end and the next beginning.

What happens to a message follows from the seed and from what it is (a record's kind and number and
how often it was asked for; the how-manieth of its client), not from when it comes: the same
messages meet the same fate in every run. LOG: a JSON object a line for all that was done.
"""
import heapq
import itertools
import json
import os
import random
import signal
import sys
import time

import zmq

FLOWS = ("live", "request", "reply")
SHARED, TIMED = ("drop", "duplicate", "delay"), ("stall", "cut", "lag")
KEYS = {"drop": {"share"}, "duplicate": {"share"}, "delay": {"share", "by", "order"},
        "stall": {"at", "every", "for"}, "cut": {"at", "every", "for"},
        "lag": {"at", "every", "for", "to"}}


def rule_check(rule):
    """The rule, or a ValueError that names what is wrong."""
    kind = rule.get("kind")
    if kind not in KEYS:
        raise ValueError(f"kind {kind}: not one of {', '.join(KEYS)}")
    for key in rule.keys() - KEYS[kind] - {"kind", "flow", "of"}:
        raise ValueError(f"{kind}: {key}: no such key")
    if rule.get("flow") not in (*FLOWS, "all"):
        raise ValueError(f"{kind}: flow {rule.get('flow')}: not one of {', '.join(FLOWS)}, all")
    if kind in SHARED and not 0 < rule.get("share", 0) <= 1:
        raise ValueError(f"{kind}: share: a number in 0..1 is needed")
    if kind in TIMED and ("at" in rule) == ("every" in rule) or kind in TIMED and "for" not in rule:
        raise ValueError(f"{kind}: `at` or `every`, and `for` are needed")
    for key in {"delay": ("by",), "lag": ("to",)}.get(kind, ()):
        if key not in rule:
            raise ValueError(f"{kind}: `{key}` is needed")
    if kind == "cut" and rule["flow"] in ("request", "reply"):
        raise ValueError("cut: flow: `live`, or `all` for both connections")
    return rule


class Fates:
    """What befalls each message, and when the way is closed: by the seed alone."""

    def __init__(self, seed, rules):
        self.seed, self.rules = seed, [rule_check(rule) for rule in rules]
        self.windows = [list(self.windows_draw(k, r)) if r["kind"] in TIMED else []
                        for k, r in enumerate(self.rules)]

    def draw(self, number, what):
        return random.Random(f"{self.seed}/{number}/{what}")

    def windows_draw(self, number, rule, until_s=3600):
        """(begin, end), s after the start."""
        if "at" in rule:
            yield rule["at"], rule["at"] + rule["for"]
            return
        draw, at = self.draw(number, "windows"), 0
        while at < until_s:
            at += draw.uniform(*rule["every"])
            yield at, at + rule["for"]
            at += rule["for"]

    def applies(self, rule, flow, kind):
        return rule["flow"] in (flow, "all") and kind in rule.get("of", [kind])

    def of(self, flow, kind, what):
        """(dropped, copies, seconds late, order kept) of one message."""
        copies, late, kept = 1, 0.0, True
        for number, rule in enumerate(self.rules):
            if rule["kind"] not in SHARED or not self.applies(rule, flow, kind):
                continue
            draw = self.draw(number, f"{flow}/{what}")
            if draw.random() >= rule["share"]:
                continue
            if rule["kind"] == "drop":
                return True, 0, 0.0, True
            if rule["kind"] == "duplicate":
                copies = 2
            else:
                late += draw.uniform(*rule["by"])
                kept = kept and rule.get("order", "kept") == "kept"
        return False, copies, late, kept

    def closed_until(self, kind, flow, now):
        """End of the window of this kind that is open now; 0: none is."""
        ends = [end for rule, windows in zip(self.rules, self.windows)
                if rule["kind"] == kind and rule["flow"] in (flow, "all")
                for begin, end in windows if begin <= now < end]
        return max(ends, default=0)

    def lag(self, flow, now):
        """By how much (s) what comes now is late, for it comes through a link that is too slow."""
        return sum(rule["to"] * (now - begin) / (end - begin)
                   for rule, windows in zip(self.rules, self.windows)
                   if rule["kind"] == "lag" and rule["flow"] in (flow, "all")
                   for begin, end in windows if begin <= now < end)


class Way:
    def __init__(self, plan, log):
        self.plan, self.log = plan, log
        self.fates = Fates(plan["seed"], plan["rules"])
        self.context = zmq.Context()
        self.poller = zmq.Poller()
        self.gate_live = self.context.socket(zmq.XSUB)
        self.gate_live.linger = 0
        self.gate_live.connect(plan["gate"][0])
        self.poller.register(self.gate_live, zmq.POLLIN)
        self.live = self.router = None
        self.clients, self.seen = {}, {}  # connections to the gate; how often each came
        self.waiting, self.count = [], itertools.count()
        self.last_due = {}
        self.start = time.monotonic()

    def now(self):
        return time.monotonic() - self.start

    def tell(self, did, flow, what, **more):
        self.log.write(json.dumps({"t": time.monotonic_ns(), "did": did, "flow": flow,
                                   "what": what, **more}) + "\n")

    def bind(self, kind, endpoint):
        socket = self.context.socket(kind)
        socket.linger = 0
        socket.bind(endpoint)
        self.poller.register(socket, zmq.POLLIN)
        return socket

    def unbind(self, socket):
        self.poller.unregister(socket)
        socket.close(0)

    def connections_keep(self):
        """Cut what is to be cut now, and let clients in again afterwards."""
        for name, kind, flow in (("live", zmq.XPUB, "live"), ("router", zmq.ROUTER, "reply")):
            socket, now = getattr(self, name), self.now()
            is_cut = self.fates.closed_until("cut", flow, now) > 0
            if is_cut and socket:
                self.unbind(socket)
                setattr(self, name, None)
                while name == "router" and self.clients:  # they will come under other names
                    self.unbind(self.clients.popitem()[1])
                self.tell("cut", flow, "")
            elif not is_cut and not socket:
                setattr(self, name, self.bind(kind, self.plan["clients"][name == "router"]))
                self.tell("open", flow, "")

    def times_seen(self, what):
        self.seen[what] = self.seen.get(what, 0) + 1
        return self.seen[what]

    def pass_on(self, flow, kind, what, frames):
        """Decide; whatever passes goes through the queue, so that order is one rule for all."""
        is_dropped, copies, late, kept = self.fates.of(flow, kind, what)
        if is_dropped:
            self.tell("drop", flow, what)
            return
        now = self.now()
        lag = self.fates.lag(flow, now)
        due = max(now + late + lag, self.fates.closed_until("stall", flow, now))
        if kept:
            due = self.last_due[flow] = max(due, self.last_due.get(flow, 0))
        if due > now:
            self.tell("stall" if self.fates.closed_until("stall", flow, now) else
                      "lag" if lag else "delay", flow, what)
        if copies > 1:
            self.tell("duplicate", flow, what)
        for _ in range(copies):
            heapq.heappush(self.waiting, (due, next(self.count), flow, what, frames, now))

    def send(self, flow, what, frames, came):
        socket = {"live": self.live, "reply": self.router}.get(flow)
        if flow == "request":
            socket, frames = self.client(frames[0]), frames[1:]
        if not socket:
            self.tell("lost", flow, what)
            return
        socket.send_multipart(frames, zmq.DONTWAIT)
        self.tell("pass", flow, what, late=round(self.now() - came, 3))

    def due_send(self):
        while self.waiting and self.waiting[0][0] <= self.now():
            _, _, flow, what, frames, came = heapq.heappop(self.waiting)
            try:
                self.send(flow, what, frames, came)
            except zmq.ZMQError:  # who asked is gone, or takes nothing
                self.tell("lost", flow, what)

    def client(self, identity):
        """The gate shall know clients apart: a connection each."""
        if identity not in self.clients:
            self.clients[identity] = self.context.socket(zmq.DEALER)
            self.clients[identity].linger = 0
            self.clients[identity].connect(self.plan["gate"][1])
            self.poller.register(self.clients[identity], zmq.POLLIN)
        return self.clients[identity]

    def live_take(self, frames):
        kind = frames[0].decode().split("/")[1]
        number = json.loads(frames[1])["data"]["kind_seq"]
        what = f"{kind}/{number}"
        self.pass_on("live", kind, what, frames)

    def reply_take(self, identity, frames):
        if len(frames) == 2:
            kind = frames[0].decode().split("/")[1]
            what = f"{kind}/{json.loads(frames[1])['data']['kind_seq']}"
        else:
            kind = what = "end"
        what = f"{what}/{self.times_seen(what)}"
        self.pass_on("reply", kind, what, [identity, *frames])

    def turn(self):
        self.connections_keep()
        self.due_send()
        wait = min(self.waiting[0][0] - self.now(), 0.02) if self.waiting else 0.02
        for socket, _ in self.poller.poll(max(0, int(wait * 1000))):
            frames = socket.recv_multipart()
            if socket is self.live:  # a subscription, as the gate understands it
                self.gate_live.send_multipart(frames)
            elif socket is self.gate_live:
                self.live_take(frames)
            elif socket is self.router:
                what = f"request/{self.times_seen('request')}"
                self.pass_on("request", "request", what, frames)
            else:
                identity = next(i for i, s in self.clients.items() if s is socket)
                self.reply_take(identity, frames)
        self.due_send()


def main():
    with open(sys.argv[1]) as file:
        plan = json.load(file)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open(sys.argv[2], "w", buffering=1) as log:
        way = Way(plan, log)
        parent = os.getppid()
        while os.getppid() == parent:
            way.turn()


if __name__ == "__main__":
    main()
