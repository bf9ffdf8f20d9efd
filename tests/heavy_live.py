# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten lanes of radar, metal detector and pose through emulator, libiio, daemon and ZeroMQ: exactly
the records of `groundwatch detect` on the collection, each with all its members."""
import json

import gw
import live

OF_A_FILE = {"recording"}
OF_A_RECORD = {"id", "recording", "stream", "seq", "kind_seq", "time_ns", "durable", "emulated",
               "hash", "epoch"}


def texts(lines, but):
    return sorted(json.dumps({k: v for k, v in line.items() if k not in but}, sort_keys=True)
                  for line in lines)


lanes = sorted((gw.SHARED / "lanes").glob("lane-0?.sigmf-collection"))
if not lanes:
    gw.skip("shared/lanes is not here")
for lane in lanes:
    offline = gw.detect(lane)
    assert {line["sensor"] for line in offline} == {"gpr", "md", "fused"}
    found, lost = live.play(lane, "10", sum(line["alarm"] for line in offline))
    live.check_losses(lost)
    a, b = texts(found, OF_A_RECORD), texts(offline, OF_A_FILE)
    assert a == b, "\n".join(sorted(set(a) ^ set(b))[:4])
    print(f"{lane.name}: {len(found)} records, all members the same live and offline")
