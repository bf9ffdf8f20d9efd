#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every record of one kind exactly once, by docs/messages.md alone: subscribe.py LIVE REPLAY [KIND]

Prints a record a line, and BLIND, LIVE, GAP and STREAM. Needs pyzmq.
"""
import json
import sys
import time

import zmq

live_at, replay_at, kind = (sys.argv[1:] + ["detection"])[:3]
context = zmq.Context()
live, replay = context.socket(zmq.SUB), context.socket(zmq.DEALER)
for topic in (f"v1/{kind}/", "v1/heartbeat/"):
    live.subscribe(topic.encode())
live.connect(live_at)
replay.connect(replay_at)
stream, due, have, asked, behind, heard = None, 1, {}, 0.0, None, 0.0  # due: the next number
blind = None


def tell(word, **what):
    print(json.dumps({"event": word, **what}), flush=True)


while True:
    now = time.monotonic()
    for socket in [s for s in (live, replay) if s.poll(20)]:
        *topic, body = socket.recv_multipart()
        data = json.loads(body)
        data = data.get("data", data)
        if topic and data["stream"] != stream:
            stream, due, have = data["stream"], 1, {}  # 1: from the journal's beginning
            tell("STREAM", stream=stream)
        if topic and b"/heartbeat/" in topic[0]:
            heard, newest = now, int(data["newest"].get(kind, 0))
            behind = (behind or now) if newest >= due else None
        elif topic and int(data["kind_seq"]) >= due:  # less: we have it
            have.setdefault(int(data["kind_seq"]), data)
        elif data.get("op") == "end" and int(data["oldest"]) > due:
            tell("GAP", first=due, last=int(data["oldest"]) - 1)
            due = int(data["oldest"])
    while due in have:
        tell("RECORD", data=have.pop(due))
        due += 1
    if (have or behind and now - behind > 0.3) and now - asked > 0.3:  # a hole: ask for it
        asked = now
        replay.send_json({"op": "replay", "stream": stream, "kind": kind, "from": str(due)})
    if blind is not (now - heard > 0.3):
        blind = now - heard > 0.3
        tell("BLIND" if blind else "LIVE")
