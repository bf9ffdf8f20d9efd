# SPDX-License-Identifier: GPL-3.0-or-later
"""A subscriber that keeps no count: what does not come is not asked for, and silence is not said.
It is there to be caught by the player. usage: play_careless.py LIVE"""
import json
import sys

import zmq

live = zmq.Context().socket(zmq.SUB)
live.subscribe(b"v1/")
live.connect(sys.argv[1])
print(json.dumps({"event": "LIVE"}), flush=True)
while True:
    topic, body = live.recv_multipart()[:2]
    kind = topic.decode().split("/")[1]
    if kind not in ("heartbeat", "scope"):
        print(json.dumps({"event": "RECORD", "kind": kind, "data": json.loads(body)["data"]}),
              flush=True)
