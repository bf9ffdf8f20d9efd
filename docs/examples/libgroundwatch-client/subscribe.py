# SPDX-License-Identifier: GPL-3.0-or-later
"""Each record of a kind once, as soon as it is there: python3 subscribe.py LIVE REPLAY [KIND]"""
import json, sys, time, zmq

live_at, replay_at, kind = (sys.argv[1:] + ["detection"])[:3]
live, replay = zmq.Context.instance().socket(zmq.SUB), zmq.Context.instance().socket(zmq.DEALER)
live.connect(live_at)
replay.connect(replay_at)
for topic in (kind, "heartbeat"):
    live.subscribe(f"v1/{topic}/")
stream, newest, due, have = None, 0, 1, set()  # due: least number that is not there; have: above it
heard, asked, blind, least = 0, 0, None, 2**63
while True:
    for socket in [s for s in (live, replay) if s.poll(20)]:
        data = (message := json.loads(socket.recv_multipart()[-1])).get("data", message)
        if socket is live and data["stream"] != stream:  # another journal: other numbers
            stream, due, have, least = data["stream"], 1, set(), 2**63
        if "newest" in data:  # a heartbeat
            newest = int(data["newest"].get(kind, 0))
            late = time.monotonic_ns() - int(data["clock_ns"])
            least = min(late, least + 20_000)  # clocks part by 200 ppm at most
            if late - least < 300_000_000:  # else it waited on its way: what it says is old
                sighted = data["state"] in ("SEARCHING", "ALARM", "DEGRADED")
                heard = time.monotonic() if sighted else 0
        elif (number := int(data.get("kind_seq", 0))) >= due and number not in have:
            have.add(number)  # else it is a duplicate
            print(json.dumps({"event": "RECORD", "data": data}), flush=True)
        elif (oldest := int(data.get("oldest", 0))) > due:  # what lies before is lost for good
            first, due = due, min(have | {oldest})
            print(json.dumps({"event": "GAP", "first": first, "last": due - 1}), flush=True)
        while due in have:
            have.remove(due)
            due += 1
    now, was = time.monotonic(), blind
    if newest >= due and now - asked > 0.3:  # some are missing: resume from there
        asked = now
        replay.send_json({"op": "replay", "stream": stream, "kind": kind, "from": str(due)})
    blind = now - heard > 0.3
    if blind != was:
        print(json.dumps({"event": "BLIND" if blind else "LIVE"}), flush=True)
