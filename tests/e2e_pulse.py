# SPDX-License-Identifier: GPL-3.0-or-later
"""Pulse induction over red soil, 100 m: the balls alarm, and blank ground seldom does. Kilometres
of it: heavy_pulse.py."""
import pulse_trial

LENGTH_M, F = 100, 0.1
MOST = 30  # 20 are within a factor of 2 of F; more than 30 of 20 come once in 70 (Poisson)

blank, best = pulse_trial.run(LENGTH_M, 31)
n_heard, n_false = sum(d is not None and d["alarm"] for d in best), sum(d["alarm"] for d in blank)
print(f"{n_heard} of {len(best)} balls; {n_false} false alarms on {LENGTH_M} m of blank ground")
assert n_heard >= len(best) - 1 and n_false <= MOST
