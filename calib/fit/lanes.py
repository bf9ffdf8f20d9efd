# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the radar's training lanes: full-wave scans over random soils, with truth.

usage: lanes.py LIBRARY FOLDER FIRST_SEED COUNT

LIBRARY is fdtd.c as a shared object. A seed is a lane of 8 m: SEED-gpr.sigmf-data and -meta,
SEED.sigmf-collection, SEED.truth.csv. The draws have one fixed order, so a seed is always the same
ground. Two dimensions: targets and clutter are cylinders, weakened towards three dimensions. No
mine, soil or antenna of this is a measured one.
"""
import ctypes
import hashlib
import json
import pathlib
import sys

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

CELL = 2.5e-3  # m
TIME_STEP = 0.99 * CELL / (299792458.0 * np.sqrt(2))
EVERY, SAMPLES, COMPUTED = 4, 512, 400  # later samples hold noise only
SPACING, LENGTH = 0.02, 8.0
AIR, DEPTH, WINDOW, OFFSET = 0.14, 0.30, 0.70, 0.06  # m; the window moves with the antennas
N_AIR, N_Z, N_WINDOW = int(AIR / CELL), int(AIR / CELL) + int(DEPTH / CELL), int(WINDOW / CELL)
FRONT = int((WINDOW / 2) / SPACING) + 1  # scans that the window needs before the first
EDGE = 12 + 2  # cells that the absorbing layers take

SOILS = {  # relative permittivity, S/m, deviation of the former, pieces of clutter a metre; share
    "sand-dry": (3.4, 1e-3, .10, 1.0, .25), "loam": (6.0, 6e-3, .30, 1.6, .35),
    "gravelly": (5.0, 3e-3, .30, 4.0, .25), "clay-moist": (9.0, 2.0e-2, .45, 1.6, .15)}
TARGETS = {  # diameter, height, m; permittivity of the case; share
    "PMN-2": (.120, .054, 2.9, .22), "PMN": (.112, .056, 3.0, .16), "PMA-2": (.068, .061, 2.6, .16),
    "M14": (.056, .040, 2.8, .14), "TM-62M": (.320, .102, None, .12),
    "TM-62P3": (.320, .110, 2.7, .12), "TM-57": (.316, .108, None, .08)}
LARGE = {"TM-62M", "TM-62P3", "TM-57"}
CLUTTER = ["stone"] * 5 + ["root"] * 2 + ["void", "metal", "metal", "wet", "wet"]
SIZES = {"stone": (.02, .09), "root": (.008, .03), "void": (.02, .06), "metal": (.004, .016),
         "wet": (.08, .3)}
METAL = 1e5  # S/m


class Setup(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in
                ("nx", "nz", "from_x", "to_x", "at_z", "n_steps", "every")]
    _fields_ += [("cell_m", ctypes.c_double), ("step_s", ctypes.c_double)]


class Ground:
    """Permittivity and conductivity of a lane, [N_Z][nx], and what lies in it."""

    def __init__(self, eps, sigma):
        self.eps, self.sigma = eps, sigma
        self.zz, self.xx = np.mgrid[0:eps.shape[0], 0:eps.shape[1]]

    def copy(self):
        return Ground(self.eps.copy(), self.sigma.copy())

    def target_put(self, name, x, top):
        diameter, height, case, _ = TARGETS[name]
        dx, z = np.abs(self.xx * CELL - x), (self.zz - N_AIR) * CELL - top
        body = (dx < diameter / 2) & (z >= 0) & (z < height)
        if case is None:
            self.eps[body], self.sigma[body] = 3.0, METAL
            return
        self.eps[body], self.sigma[body] = case, 1e-4
        self.eps[(dx < diameter / 2 - .006) & (z >= .4 * height) & (z < height - .005)] = 2.9
        self.eps[(dx < .35 * diameter) & (z >= .12 * height) & (z < .30 * height)] = 1.0
        if name in ("PMN", "PMN-2"):
            half = .0035 if name == "PMN-2" else .006
            self.sigma[(dx < half) & (np.abs(z - .5 * height) < .0035)] = METAL

    def clutter_put(self, kind, x, depth, size, rng):
        turn = rng.uniform(0, np.pi)
        x0, z0 = self.xx * CELL - x, (self.zz - N_AIR) * CELL - depth
        u, v = x0 * np.cos(turn) + z0 * np.sin(turn), -x0 * np.sin(turn) + z0 * np.cos(turn)
        aspect = rng.uniform(.5, 1.0)
        body = (u / (size / 2)) ** 2 + (v / (aspect * size / 2)) ** 2 < 1
        body &= self.zz >= N_AIR
        if kind == "stone":
            self.eps[body], self.sigma[body] = rng.uniform(5.5, 8.5), 1e-3
        elif kind == "root":
            self.eps[body], self.sigma[body] = rng.uniform(12, 20), .03
        elif kind == "void":
            self.eps[body], self.sigma[body] = 1.0, 0
        elif kind == "metal":
            self.sigma[body] = METAL
        elif kind == "wet":
            self.eps[body] *= 1.35
            self.sigma[body] *= 2


def field_draw(rng, shape):
    total = np.zeros(shape)
    for scale, weight in ((.008, .6), (.025, .8), (.12, .6)):
        part = gaussian_filter(rng.standard_normal(shape), (scale * .6 / CELL, scale / CELL),
                               mode="wrap")
        total += weight * part / part.std()
    return total / total.std()


def surface_draw(rng, nx):
    """Height of the surface, + down, and its rms."""
    rms = rng.uniform(.002, .007)
    parts = [gaussian_filter1d(rng.standard_normal(nx), length / CELL, mode="wrap")
             for length in (.035, .25)]
    return sum(part / part.std() * rms for part in parts), rms


def soil_draw(rng, nx):
    names = list(SOILS)
    soil = str(rng.choice(names, p=[SOILS[name][4] for name in names]))
    eps0, sigma0, deviation = SOILS[soil][:3]
    eps, sigma = np.ones((N_Z, nx)), np.zeros((N_Z, nx))
    field = field_draw(rng, (N_Z - N_AIR + 40, nx))
    surface, rms = surface_draw(rng, nx)
    crust = 1 - .15 * np.exp(-np.maximum((np.arange(N_Z) - N_AIR) * CELL, 0) / .05)
    for i in range(nx):
        top = N_AIR + int(round(surface[i] / CELL))
        column = field[max(0, 20 + top - N_AIR):, i][:N_Z - top]
        eps[top:, i] = (eps0 + deviation * column) * crust[top:]
        sigma[top:, i] = sigma0
    return soil, Ground(np.maximum(eps, 1.0), sigma), surface, rms


def clutter_draw(rng, soil, length):
    drawn = []
    for _ in range(rng.poisson(SOILS[soil][3] * length)):
        kind = CLUTTER[rng.integers(len(CLUTTER))]
        sizes = {name: rng.uniform(*limits) for name, limits in SIZES.items()}
        drawn.append((kind, rng.uniform(.1, length - .1), rng.uniform(.01, .25), sizes[kind]))
    return drawn


def targets_draw(rng, length):
    """At least 0.9 m apart."""
    places, n = [], max(1, rng.poisson(length / 1.7))
    for _ in range(400):
        x = rng.uniform(.6, length - .6)
        if all(abs(x - other) > .9 for other in places):
            places.append(x)
        if len(places) == n:
            break
    names, drawn = list(TARGETS), []
    for x in sorted(places):
        name = names[rng.choice(len(names), p=np.array([TARGETS[m][3] for m in names]))]
        depth = rng.uniform(.03, .16) if name in LARGE else rng.uniform(.005, .11)
        drawn.append({"x": x, "name": name, "depth": depth, "diameter": TARGETS[name][0],
                      "class": "AT" if name in LARGE else "AP", "share": rng.uniform(.35, .7)})
    return drawn


def height_draw(rng, n_scans, is_hand):
    walk = gaussian_filter1d(rng.standard_normal(n_scans + 400), .30 / SPACING)
    walk = walk[200:200 + n_scans]
    walk = walk / walk.std() * (.009 if is_hand else .002)
    return np.clip(rng.uniform(.035, .06) + walk, .02, .09)


class Scanner:
    def __init__(self, library, center_hz):
        self.library = library
        t = np.arange(SAMPLES * EVERY) * TIME_STEP - 1.0 / center_hz
        a = (np.pi * center_hz * t) ** 2
        self.source = ((1 - 2 * a) * np.exp(-a)).astype(np.float32)

    def scan(self, ground, first, at_z):
        half = int(OFFSET / 2 / CELL)
        setup = Setup(N_WINDOW, N_Z, N_WINDOW // 2 - half, N_WINDOW // 2 + half, at_z,
                      COMPUTED * EVERY, EVERY, CELL, TIME_STEP)
        arrays = [np.ascontiguousarray(part[:, first:first + N_WINDOW], np.float32)
                  for part in (ground.eps, ground.sigma)]
        out = np.zeros(SAMPLES, np.float32)
        pointer = ctypes.POINTER(ctypes.c_float)
        if not self.library.gw_fdtd_scan(ctypes.byref(setup), *(array.ctypes.data_as(pointer)
                                         for array in (*arrays, self.source, out))):
            raise MemoryError
        return out


def front_end(rng, scans, is_hand):
    """Jitter, gain, drift, noise and interference of a receiver; 16 bits."""
    n, t = len(scans), np.arange(SAMPLES)
    scans = scans / np.abs(scans).max()
    jitter = rng.normal(0, .35 if is_hand else .2, n)
    turn = np.exp(-1j * np.outer(jitter, np.arange(SAMPLES + 1) * np.pi / SAMPLES))
    scans = np.fft.irfft(np.fft.rfft(scans, 2 * SAMPLES, axis=1) * turn, axis=1)[:, :SAMPLES]
    gain = 1 + .01 * rng.standard_normal(n)
    gain += .04 * np.cumsum(rng.standard_normal(n)) / np.sqrt(n)
    noise = 10 ** (-rng.uniform(56, 66) / 20)
    offset = .01 * np.cumsum(rng.standard_normal(n)) / np.sqrt(n)
    scans = scans * gain[:, None] + offset[:, None] + .004 * np.sin(2 * np.pi * t / 900 + 1)
    scans += noise * rng.standard_normal(scans.shape)
    for _ in range(rng.poisson(2)):
        first, length = rng.integers(n), rng.integers(2, 12)
        some = scans[first:first + length]
        level = 10 ** (-rng.uniform(36, 48) / 20)
        tone = 2 * np.pi * rng.uniform(.01, .09) * t
        some += level * np.sin(tone + rng.uniform(0, 6, (len(some), 1)))
    return np.clip(np.round(scans * 20000), -32768, 32767).astype("<i2")


def lane_make(library, seed):
    rng = np.random.default_rng(seed)
    length = LENGTH + WINDOW + 2 * SPACING
    soil, bare, surface, _ = soil_draw(rng, int(length / CELL))
    weaker = rng.uniform(.2, .5)  # of small clutter: from two dimensions to three
    clutter, targets = clutter_draw(rng, soil, length), targets_draw(rng, length)
    cluttered = bare.copy()
    for kind, x, depth, size in clutter:
        if all(abs(x - t["x"]) >= t["diameter"] / 2 + size / 2 + .01 for t in targets):
            cluttered.clutter_put(kind, x, depth, size, rng)
    cluttered.eps = np.maximum(cluttered.eps, 1.0)
    mined = cluttered.copy()
    for t in targets:
        mined.target_put(t["name"], t["x"],
                         max(t["depth"], .002) + surface[int(t["x"] / CELL)])
    center_hz = rng.uniform(1.2, 1.8) * 1e9
    is_hand = bool(rng.random() < .5)
    places = (np.arange(int(length / SPACING) - 2 * FRONT) + FRONT) * SPACING
    heights = height_draw(rng, len(places), is_hand)
    scanner, smooth = Scanner(library, center_hz), gaussian_filter1d(surface, .15 / CELL)
    scans = np.zeros((len(places), SAMPLES), np.float32)
    for k, at in enumerate(places):
        first = int(round(at / CELL)) - N_WINDOW // 2
        at_z = N_AIR + int(round((smooth[int(at / CELL)] - heights[k]) / CELL))
        at_z = int(np.clip(at_z, EDGE, N_AIR - 3))
        near = [t for t in targets if abs(t["x"] - at) < WINDOW / 2 + t["diameter"] / 2]
        scans[k] = scanner.scan(bare, first, at_z)
        if near or any(abs(c[1] - at) < WINDOW / 2 + c[3] / 2 for c in clutter):
            with_clutter = scanner.scan(cluttered, first, at_z)
            scans[k] += weaker * (with_clutter - scans[k])
        if near:
            scans[k] += near[0]["share"] * (scanner.scan(mined, first, at_z) - with_clutter)
    for t in targets:
        t["along"] = t["x"] - places[0]
    return front_end(rng, scans, is_hand), targets, soil, center_hz


def sha512(path):
    return hashlib.sha512(path.read_bytes()).hexdigest()


def lane_write(folder, seed, lane):
    counts, targets, soil, center_hz = lane
    extensions = [{"name": "gw", "version": "1.0.0", "optional": True}]
    data = folder / f"{seed}-gpr.sigmf-data"
    counts.tofile(data)
    meta = data.with_suffix(".sigmf-meta")
    meta.write_text(json.dumps({
        "global": {"core:version": "1.2.0", "core:datatype": "ri16_le", "core:num_channels": 1,
                   "core:sample_rate": 1 / (TIME_STEP * EVERY), "core:sha512": sha512(data),
                   "core:description": "Simulated training lane", "core:extensions": extensions,
                   "gw:kind": "gpr", "gw:waveform": "impulse", "gw:channels": 1,
                   "gw:samples_per_scan": SAMPLES, "gw:scan_spacing_m": SPACING,
                   "gw:center_hz": round(center_hz, -7), "gw:soil": soil,
                   "gw:transmit_receive_offset_m": OFFSET},
        "captures": [{"core:sample_start": 0}], "annotations": []}, indent=1))
    rows = [f"{t['along']:.3f},{t['class']},{t['name']},{t['depth']:.3f},{t['diameter']}"
            for t in targets if 0 <= t["along"] < len(counts) * SPACING]
    (folder / f"{seed}.truth.csv").write_text(
        "\n".join(["along_m,class,name,depth_m,diameter_m", *rows, ""]))
    (folder / f"{seed}.sigmf-collection").write_text(json.dumps({"collection": {
        "core:version": "1.2.0", "core:description": f"lane {seed}", "core:extensions": extensions,
        "core:streams": [{"name": meta.stem, "hash": sha512(meta)}]}}, indent=1))


def main():
    library, folder, first, count = ctypes.CDLL(sys.argv[1]), *sys.argv[2:]
    for seed in range(int(first), int(first) + int(count)):
        lane_write(pathlib.Path(folder), seed, lane_make(library, seed))
        print(f"lane {seed}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
