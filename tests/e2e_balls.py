# SPDX-License-Identifier: GPL-3.0-or-later
"""Eight tones over red soil, a short stretch: blank ground is quiet, steel is heard,
and a step of the ground from 20 to 1000e-5 is no row of alarms.
tests/heavy_balls.py has the figures."""
import balls
import gw

with gw.Folder() as folder:
    rates, _, heard = balls.soil_measure(folder, 200, 60, 40)
    assert rates[0.1] <= 0.3, rates  # 18 of 60 m; the chain before had 120
    assert heard["ball-10mm"] >= 0.9, heard
    assert balls.step_measure(folder, 9001) <= 1
