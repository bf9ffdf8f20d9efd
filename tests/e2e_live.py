# SPDX-License-Identifier: GPL-3.0-or-later
"""Recording -> emulator -> libiio -> daemon -> ZeroMQ gives what `detect` gives on the file."""
import gw
import live

SCENE = gw.ROOT / "drivers/scenes/demo.yaml"
CHARISMA = gw.SHARED / "traces/charisma/Lab_specimen_data.DZT"
LANE = gw.SHARED / "lanes/lane-10.sigmf-collection"


def check(recording, speeds):
    offline = gw.detect(recording)
    n = sum(d["alarm"] for d in offline)
    assert n > 0
    for speed in speeds:
        found, lost = live.play(recording, speed, n)
        live.check_losses(lost)
        gw.assert_same_alarms(found, offline)
        print(f"{recording.name} at {speed} times real time: the same {n} alarms, nothing lost")


check(SCENE, ["10"])
if not CHARISMA.exists():
    gw.skip("shared/traces is not here: the measured trace and the lane were not played")
check(CHARISMA, ["1", "10"])
check(LANE, ["10"])
