#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training lanes of a radar of stepped frequency for fit.py --stepped: scenes of five soils. With
--impulse the same ground under radars of impulses, for stages.py; with --wow these have amplifiers
that have not yet recovered from the direct wave.

usage: stepped.py [--impulse | --wow] GROUNDWATCH FOLDER [LANES]
"""
import pathlib
import subprocess
import sys

SEED, LENGTH_M = 6000, 40
SOILS = [  # eps_r, sigma_s_m, water_db_per_m
    (4, 0.001, 0), (6, 0.006, 0), (9, 0.01, 5), (14, 0.035, 25), (11, 0.02, 10)]
MINES = ["PMN", "PMN-2", "PMA-2", "M14", "TM-62M", "TM-62P3"]
SCENE = """\
name: stepped
seed: {seed}
length_m: {length}
sensors: [gpr]
soil: {{eps_r: {eps}, sigma_s_m: {sigma}, water_db_per_m: {water}, variation: 0.1, scatter: 0.05, \
roughness_m: {rough}}}
lift_off: {{mean_m: 0.05, rms_m: {lift}, correlation_m: 0.3}}
gpr: {{{radar}, scan_spacing_m: 0.02}}
noise: {{{noise}}}
clutter_per_m: {{stone: 0.3, root: 0.15, void: 0.1}}
rows:
"""
ROW = "  - {{name: {mine}, every_m: 8, from_m: {at}, jitter: 0.1, depth_least_m: {least}, " \
      "depth_most_m: 0.15}}\n"

STEPPED = ("waveform: sfcw, samples: 128, start_hz: 9.76e+8, step_hz: 8.063e+6",
           "time_jitter_samples: 0.005")
IMPULSE_SEED, CENTERS_HZ = 7600, ("1.2e+9", "1.5e+9", "1.8e+9", "1.35e+9")


def impulse(k):
    noise = f"time_jitter_samples: {(0.2, 0.35)[k % 2]}, interference_per_m: 0.05, " \
            f"interference_db: -30, gpr_db: {(-58, -62, -66)[k % 3]}"
    return f"center_hz: {CENTERS_HZ[k % 4]}", noise


def scene_make(k, kind):
    is_impulse = kind != "stepped"
    radar, noise = impulse(k) if is_impulse else STEPPED
    noise += ", wow_db: -30" if kind == "wow" else ""
    eps, sigma, water = SOILS[k % len(SOILS)]
    text = SCENE.format(seed=(IMPULSE_SEED if is_impulse else SEED) + k, length=LENGTH_M, eps=eps,
                        sigma=sigma, water=water, rough=0.005 * (k // 5 % 2),
                        lift=(0.006, 0.002)[k // 10 % 2], radar=radar, noise=noise)
    for n, mine in enumerate(MINES):
        text += ROW.format(mine=mine, at=1.2 + 1.25 * n, least=0.02)
    return text


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    program, folder = words[0], pathlib.Path(words[1])
    kind = next((word[2:] for word in sys.argv[1:] if word.startswith("--")), "stepped")
    seed = SEED if kind == "stepped" else IMPULSE_SEED
    for k in range(int(words[2]) if len(words) > 2 else 40):
        name = f"{kind}-{seed + k}"
        scene = folder / f"{name}.yaml"
        scene.write_text(scene_make(k, kind))
        subprocess.run([program, "record", "--scene", scene, scene.with_suffix("")], check=True,
                       stderr=subprocess.DEVNULL)
        print(scene.with_suffix(".sigmf-collection"))


if __name__ == "__main__":
    main()
