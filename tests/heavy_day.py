# SPDX-License-Identifier: GPL-3.0-or-later
"""One day: a device is calibrated from nothing and checked, two lanes are searched while console,
map and log listen, an alarm is acknowledged and dug up, and the evening's figures come out of the
log. Every record is in the log exactly once."""
import json
import os
import sqlite3
import subprocess
import urllib.request
import uuid

import gw
import osgeo_find

SERIAL = "GW-DAY-1"
ORIGIN = {"lat": 39.6412, "lon": 46.5461, "heading_deg": 30}
SCENES = gw.ROOT / "drivers" / "scenes"


def run(*arguments, status=0):
    done = subprocess.run([gw.GW, *map(str, arguments)], capture_output=True, text=True,
                          timeout=4 * gw.HANG_S, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout
