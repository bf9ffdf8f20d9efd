# SPDX-License-Identifier: GPL-3.0-or-later
"""Each record of a kind once, in order, as it comes: python3 subscribe.py LIVE REPLAY [KIND]"""
import json, sys, time, zmq
live_at, replay_at, kind = (sys.argv[1:] + ["detection"])[:3]
live, replay = zmq.Context.instance().socket(zmq.SUB), zmq.Context.instance().socket(zmq.DEALER)
live.connect(live_at), replay.connect(replay_at)
live.subscribe(f"v1/{kind}/"), live.subscribe("v1/heartbeat/")
say = lambda event, **more: print(json.dumps({"event": event, **more}), flush=True)
due, sure, held, late, blind = 1, 1, {}, set(), None  # due: the next; sure: durable below
stream = run = fell = state = newest = heard = asked = again = tries = gone = 0
while True:
    ready, now = zmq.select([live, replay], [], [], 0.02)[0], time.monotonic()
    for socket in ready:
        data = (message := json.loads(socket.recv_multipart()[-1])).get("data", message)
        if socket is live and data["stream"] != stream:  # another journal: other numbers
            stream, sure, fell = data["stream"], 1, stream and (0, 0)
        if fell and now - fell[0] > 0.3:  # fewer than came before: numbers are used again
            due, held, late, gone, fell = min(fell[1] + 1, sure), {}, set(), 0, say("STREAM")
        if "newest" in data:  # a heartbeat; two clocks part by 200 ppm at most
            age, was, run = now - int(data["clock_ns"]) / 1e9, run, message["id"].rpartition("/")[0]
            if age < 0.3 + (least := min(age, least + 2e-5) if run == was else age):  # not old
                newest, heard, state = int(data["newest"].get(kind, 0)), now, data["state"]
                fell = None if newest >= due - 1 else fell or (now, newest)
        elif data.get("stream") == stream and ((n := int(data["kind_seq"])) >= due or n in late):
            held[n] = data  # else it is a duplicate
        elif data.get("op") == "end":  # below the oldest they are lost for good
            gone, again = int(data["oldest"]), now + (due <= asked) * (0.3 if newest >= due else 10)
        while (n := min(held, default=due + 1)) <= due:  # the next one, or one that comes late
            say("RECORD", data=(data := held.pop(n)))
            due, late, sure = due + (n == due), late - {n}, max(sure, (n + 1) * data["durable"])
    low = due if newest >= due else min(late, default=0)  # some are missing from there on
    if low and now > again and now - heard < 0.5:
        replay.send_json({"op": "replay", "stream": stream, "kind": kind, "from": str(low)})
        tries, asked, again = tries * (asked == due) + (low == due), due, now + 1
        if tries > 4 or low == due < gone:  # in vain: they are asked for again now and then
            low, due = due, min([gone if gone > due else newest + 1, *held])
            late = {n for n in late | set(range(low, due)) if n >= gone}
            say("GAP", first=low, last=due - 1)
    if blind != (blind := state not in ("SEARCHING", "ALARM", "DEGRADED") or now - heard > 0.3):
        say("BLIND" if blind else "LIVE")
