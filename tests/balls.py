# SPDX-License-Identifier: GPL-3.0-or-later
"""A metal detector of eight tones over magnetic soil: balls of steel and aluminium, and blank
ground. What is found at a rate of false alarms that blank ground itself gives."""
import concurrent.futures
import csv
import subprocess

import gw

NAMES = ("ball-10mm", "aluminium-6mm")
PIECE_M = 100
REACH_M = 0.155  # an alarm so near is of the ball
SCENE = """name: balls
seed: {seed}
length_m: {length}
sensors: [md]
soil: {{chi: {chi}e-5, chi_drop_per_decade: 0.05, variation: 0.2, drop_variation: 0.01}}
lift_off: {{mean_m: 0.05, rms_m: 0.01, correlation_m: 0.15}}
speed: {{mean_m_s: 0.5, wobble: 0.1, sway_m: 0}}
{rows}noise: {{md_ball_db: -20, transmit_counts: 1, hum_counts: 60, impulses_per_m: 0.1}}
md:
  {form}
  coil_radius_m: 0.125
  receive_radius_m: 0.125
  gain_error: 0.01
  tones_hz: [1000, 1900, 3700, 7100, 13600, 26100, 50100, 96100]
"""
ROW = ("  - {{name: {}, every_m: 5, from_m: {}, jitter: 0.2, depth_least_m: 0.03, "
       "depth_most_m: 0.13}}\n")
ROWS = "rows:\n" + ROW.format(NAMES[0], 2.5) + ROW.format(NAMES[1], 5)


def truth_of(folder, name, scene=SCENE, **values):
    """Places of the balls: of the same scene with a device that costs nothing to compute."""
    file = folder / f"{name}-truth.yaml"
    file.write_text(scene.format(form="output: iq", **values))
    subprocess.run([gw.GW, "record", "--scene", file, folder / name], check=True,
                   capture_output=True)
    with open(folder / f"{name}.truth.csv", encoding="utf-8") as file:
        return [(row["name"], float(row["along_m"])) for row in csv.DictReader(file)]


def piece(folder, chi, number, length, has_balls):
    """Candidates of a piece of lane, and the best score at each ball."""
    name = f"{chi}-{number}-{'balls' if has_balls else 'blank'}"
    values = {"seed": 1000 * number + chi + has_balls, "length": length, "chi": chi,
              "rows": ROWS if has_balls else ""}
    scene = folder / f"{name}.yaml"
    scene.write_text(SCENE.format(form="rate_hz: 256000", **values))
    lines = gw.detect(scene, "--all")
    scores = []
    for ball, at in truth_of(folder, name, **values) if has_balls else []:
        near = [line["score"] for line in lines if abs(line["along_m"] - at) <= REACH_M]
        scores.append((ball, max(near, default=0)))
    return lines, scores


def step_measure(folder, seed):
    """Alarms within 3 m of a step from 20 to 1000e-5, at 0.02 a square metre."""
    at = 7
    step = f"drop_variation: 0.01, steps: [{{from_m: {at}, chi: 1000e-5}}]}}"
    text = SCENE.format(form="rate_hz: 256000", seed=seed, length=2 * at, chi=20, rows="")
    assert "drop_variation: 0.01}" in text
    scene = folder / f"step-{seed}.yaml"
    scene.write_text(text.replace("drop_variation: 0.01}", step))
    lines = gw.detect(scene, "--all")
    assert max(line["along_m"] for line in lines) > at + 3, "the ground beyond was not searched"
    return sum(line["far_per_m"] <= 0.006 and abs(line["along_m"] - at) <= 3 for line in lines)


def soil_measure(folder, chi, blank_m, balls_m):
    """Blank ground's alarms a metre at F = 0.05, 0.1, 0.5, and Pd at 0.02 false alarms a square
    metre (swath 0.3 m) and at 0.05 a metre."""
    parts = [(n, PIECE_M, False) for n in range(max(1, blank_m // PIECE_M))]
    parts += [(n, PIECE_M, True) for n in range(max(1, balls_m // PIECE_M))]
    if blank_m < PIECE_M:
        parts = [(0, blank_m, False), (0, balls_m, True)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda part: piece(folder, chi, *part), parts))
    blank = [line for (lines, _), part in zip(done, parts) if not part[2] for line in lines]
    balls = [ball for _, found in done for ball in found]
    ranked = sorted((line["score"] for line in blank), reverse=True)
    rates = {f: sum(line["far_per_m"] <= f for line in blank) / blank_m for f in (0.05, 0.1, 0.5)}
    pd = {}
    for false_a_m in (0.006, 0.05):
        limit = ranked[min(int(false_a_m * blank_m), len(ranked) - 1)]
        for name in NAMES:
            found = [score > limit for ball, score in balls if ball == name]
            pd[name, false_a_m] = sum(found) / len(found)
    heard = {}
    for name in NAMES:
        far_of = sorted((line["score"] for line in blank if line["alarm"]))
        limit = far_of[0] if far_of else ranked[0]
        found = [score >= limit for ball, score in balls if ball == name]
        heard[name] = sum(found) / len(found)
    print(f"chi {chi}e-5, {blank_m} m blank, {len(balls)} balls: alarms a metre of blank ground "
          + ", ".join(f"{rate:.3f} at F {f}" for f, rate in rates.items()))
    for name in NAMES:
        print(f"  {name}: Pd {pd[name, 0.006]:.2f} at 0.02 false alarms/m2, "
              f"{pd[name, 0.05]:.2f} at 0.05/m, {heard[name]:.2f} heard at F 0.1")
    return rates, pd, heard
