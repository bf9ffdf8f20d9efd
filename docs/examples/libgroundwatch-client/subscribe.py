# SPDX-License-Identifier: GPL-3.0-or-later
"""Each record of a kind once, as soon as it is there: python3 subscribe.py LIVE REPLAY [KIND]"""
import json, sys, time

import zmq

live_at, replay_at, kind = (sys.argv[1:] + ["detection"])[:3]
live, replay = zmq.Context.instance().socket(zmq.SUB), zmq.Context.instance().socket(zmq.DEALER)
live.connect(live_at)
replay.connect(replay_at)
for topic in (kind, "heartbeat"):
    live.subscribe(f"v1/{topic}/")
stream, newest, due, have = None, 0, 1, set()  # due: least number that is not there; have: above it
heard = asked = time.monotonic()
state, shown = "BLIND", None

while True:
    for socket in [s for s in (live, replay) if s.poll(20)]:
        data = json.loads(socket.recv_multipart()[-1])
        data = data.get("data", data)  # the end of a replay has none
        if socket is live and data["stream"] != stream:  # another journal: other numbers
            stream, due, have = data["stream"], 1, set()
        if "newest" in data:  # a heartbeat
            heard, state, newest = time.monotonic(), data["state"], int(data["newest"].get(kind, 0))
        elif (number := int(data.get("kind_seq", 0))) >= due and number not in have:
            have.add(number)  # else it is a duplicate
            print("RECORD", json.dumps(data), flush=True)
        elif int(data.get("oldest", 0)) > due:  # what lies before it is lost for good
            print("GAP", *sorted({*range(due, int(data["oldest"]))} - have), flush=True)
            due = int(data["oldest"])
        while due in have:
            have.remove(due)
            due += 1
    now = time.monotonic()
    if newest >= due and now - asked > 0.3:  # some are missing: resume from there
        asked = now
        replay.send_json({"op": "replay", "stream": stream, "kind": kind, "from": str(due)})
    is_known = now - heard < 0.3 and state in ("SEARCHING", "ALARM", "DEGRADED")
    if shown != (shown := state if is_known else "BLIND"):  # silence, and any other word
        print(shown, flush=True)
