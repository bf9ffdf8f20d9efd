# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways of telling metal from magnetic ground, side by side: one tone, the ground's subspace as
theory has it, whitening by the whole lane's covariance, and the chain. Prints a table.

usage: heavy_soil.py [PART] -- of 1 km of blank ground and 1 km with 400 balls in each of three
soils (tests/balls.py); default 0.05.

All but the chain see the whole lane at once: cells of 1 cm less a median of 1.8 m, averaged over
9 cm. No impulses come in, of which they know nothing. Theory knows the receiver's nominal gain,
and not the 1 % by which each tone is off.
"""
import json
import sys

import balls
import gw

try:
    import numpy as np
    from scipy.ndimage import maximum_filter1d, median_filter, uniform_filter1d
    from scipy.stats import beta
except ImportError:
    gw.skip("python3-scipy is not installed")

gw.HANG_S = 1800  # much is computed in one go
CELL_M, PIECE_M, MU0, SIGMA = 0.01, 100, 4e-7 * np.pi, 5e6
SCENE = balls.SCENE.replace("impulses_per_m: 0.1", "impulses_per_m: 0")
SOILS, RATES, KEPT, TURNS = (20, 200, 1000), (0.006, 0.05), 0.6, 8


def parts_of(responses):
    return np.concatenate([responses.real, responses.imag], axis=-1)


def cells_of(recording, tones_hz):
    """[cells][2 tones]: over the nominal gain, which rises with the root of the frequency."""
    meta = json.loads(recording.with_name(f"{recording.name}-md.sigmf-meta").read_text())
    assert meta["global"]["core:datatype"] == "ri32_le", meta
    rows = np.fromfile(recording.with_name(f"{recording.name}-md.sigmf-data"), "<i4")
    rows = rows.reshape(-1, 2 * len(tones_hz)).astype(float)
    along = np.fromfile(recording.with_name(f"{recording.name}-pose.sigmf-data"), "<i4") / 1000
    cell = (along[:len(rows)] / CELL_M).astype(int)
    rows, counts = rows[:len(cell)], np.bincount(cell)
    sums = np.stack([np.bincount(cell, rows[:, c]) for c in range(rows.shape[1])], axis=1)
    sums = sums[counts > 0] / counts[counts > 0, None]
    responses = (sums[:, 0::2] + 1j * sums[:, 1::2]) / np.sqrt(tones_hz)
    y = parts_of(responses)
    y = y - median_filter(y, size=(181, 1), mode="nearest")
    return np.flatnonzero(counts) * CELL_M, uniform_filter1d(y, 9, axis=0)


def spectra_of(tones_hz):
    """Relaxations and permeable spheres, as in dsp/md_score.c."""
    found = []
    for tau in np.geomspace(0.3e-6, 1e-3, 16):
        x = 2j * np.pi * tones_hz * tau
        found.append(x / (1 + x))
    for mu in (20, 100):
        for radius in (1e-3, 2e-3, 4e-3, 1e-2):
            z = radius * np.sqrt(-2j * np.pi * tones_hz * MU0 * mu * SIGMA)
            e = np.exp(-2j * z)
            cot = 1j * (1 + e) / (1 - e)
            g = z * z / (1 - z * cot) - 1
            found.append((2 * mu - g) / (mu + g))
    return parts_of(np.array(found))


def theory(_, tones_hz):
    decades = np.log10(tones_hz / 1e4)
    ground = parts_of(np.array([1 + 0 * decades, -decades - 0.682j, 1j * tones_hz / 1e4]))
    q, _ = np.linalg.qr(ground.T)
    return np.eye(len(q)) - q @ q.T


def covariance(y, _):
    """R^-1/2 of those six tenths of the lane that lie nearest."""
    near = np.ones(len(y), bool)
    for _ in range(TURNS):
        value, vector = np.linalg.eigh(y[near].T @ y[near] / near.sum())
        white = vector / np.sqrt(value) @ vector.T
        distance = ((y @ white) ** 2).sum(axis=1)
        near = distance <= np.quantile(distance, KEPT)
    return white


def scores_of(y, tones_hz, white, has_spectra):
    v = y @ white
    if not has_spectra:
        return (v ** 2).sum(axis=1)
    d = spectra_of(tones_hz) @ white
    return ((v @ d.T) ** 2 / (d ** 2).sum(axis=1)).max(axis=1)


def peaks_of(along, score):
    is_peak = score == maximum_filter1d(score, 21)
    return [(float(a), float(s)) for a, s in zip(along[is_peak], score[is_peak])]


WAYS = {"one tone over a median": None, "theory, energy": (theory, False),
        "theory, spectra": (theory, True), "covariance, energy": (covariance, False),
        "covariance, spectra": (covariance, True)}


def ways_judge(recording, tones_hz):
    """Of each way places and scores."""
    along, y = cells_of(recording, tones_hz)
    found = {}
    for name, way in WAYS.items():
        n = len(tones_hz)
        score = (np.hypot(y[:, n // 2], y[:, n + n // 2]) if way is None else
                 scores_of(y, tones_hz, way[0](y, tones_hz), way[1]))
        found[name] = peaks_of(along, score)
    lines = gw.detect(recording.with_suffix(".sigmf-collection"), "--all")
    found["the chain"] = [(line["along_m"], line["score"]) for line in lines]
    return found


def piece(folder, chi, number, length, has_balls):
    name = f"soil-{chi}-{number}-{int(has_balls)}"
    rows = balls.ROWS.replace("every_m: 5", "every_m: 4") if has_balls else ""
    values = {"seed": 7000 + 1000 * number + chi + has_balls, "length": length, "chi": chi,
              "rows": rows}
    truth = balls.truth_of(folder, name, scene=SCENE, **values)
    scene = SCENE.format(form="output: iq", **values)
    tones = np.array(json.loads(scene[scene.index("tones_hz:") + 9:]), float)
    return ways_judge(folder / name, tones), truth


def soil_judge(folder, chi, length):
    """[way, ball, rate]: found, of how many."""
    blank, hits = {}, {}
    for number in range(max(1, round(length / PIECE_M))):
        metres = min(length, PIECE_M)
        for name, peaks in piece(folder, chi, number, metres, False)[0].items():
            blank.setdefault(name, []).extend(score for _, score in peaks)
        found, truth = piece(folder, chi, number, metres, True)
        for name, peaks in found.items():
            hits.setdefault(name, []).extend(
                (ball, max((s for a, s in peaks if abs(a - at) <= balls.REACH_M), default=0))
                for ball, at in truth)
    table = {}
    for name, scores in blank.items():
        ranked = sorted(scores, reverse=True)
        for rate in RATES:
            limit = ranked[min(int(rate * length), len(ranked) - 1)]
            for ball in balls.NAMES:
                above = [score > limit for kind, score in hits[name] if kind == ball]
                table[name, ball, rate] = (sum(above), len(above))
    return table


def told(found, n):
    low = beta.ppf(0.025, found, n - found + 1) if found else 0
    high = beta.ppf(0.975, found + 1, n - found) if found < n else 1
    return f"{found / n:.2f} ({low:.2f}–{high:.2f})"


def main():
    part = float(sys.argv[1]) if len(sys.argv) > 1 else 0.05
    length = 1000 * part
    rates = [rate for rate in RATES if rate * length >= 3] or RATES[-1:]
    print(f"{length:.0f} m of blank ground and as much with balls in each soil; "
          "Pd (95 % limits) of steel of 10 mm, aluminium of 6 mm")
    with gw.Folder() as folder:
        for chi in SOILS:
            table = soil_judge(folder, chi, length)
            print(f"\n| chi {chi}e-5 | " + " | ".join(
                f"{ball} at {rate}/m" for rate in rates for ball in balls.NAMES) + " |")
            print("|---" * (1 + len(rates) * len(balls.NAMES)) + "|")
            for name in dict.fromkeys(way for way, _, _ in table):
                print(f"| {name} | " + " | ".join(
                    told(*table[name, ball, rate]) for rate in rates for ball in balls.NAMES)
                    + " |", flush=True)
            for ball in balls.NAMES:  # the chain is chosen since no other finds more
                chain, n = table["the chain", ball, 0.05]
                most = max(table[name, ball, 0.05][0] for name in WAYS)
                assert chain >= most, (chi, ball, chain, most, n)


main()
