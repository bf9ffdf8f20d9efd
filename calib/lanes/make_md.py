#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the metal-detector half of the lanes of make_lanes.py: same seed, same scene, same head height.

Multi-frequency continuous wave: 64 kS/s, two int16 channels (0 receive coil, 1 transmit current), tones 1.6, 4.8, 11.2
and 24 kHz. Concentric loops, exact loop fields, dipole targets with relaxation spectra, magnetically viscous soil,
coil imbalance that drifts, mains hum, impulses. Also writes the pose (100 Hz, int32 mm along track) and, kept apart,
every metal object's place. usage: make_md.py OUTDIR PREFIX FIRST_SEED COUNT LENGTH_M
"""
import sys, json, os
import numpy as np
from scipy.special import ellipk, ellipe
import make_lanes as L

FS, TONES, FRAME = 64000, np.array([1600., 4800., 11200., 24000.]), 0.01
AT, AR = 0.13, 0.10
W = 2 * np.pi * TONES
#         scale, c0 (ferrous < 0), relaxations (Hz, weight);  scale sets the in-air range
METAL = {'PMN-2': (2.2e-6, -.35, [(3e3, .6), (12e3, .4)]), 'PMN': (9e-6, -.25, [(900., .7), (6e3, .3)]), 'PMA-2': (4.5e-7, 0, [(9e3, .8), (30e3, .2)]),
         'M14': (2.6e-7, -.5, [(14e3, 1.)]), 'TM-62M': (2.2e-4, -.2, [(120., .6), (700., .4)]), 'TM-62P3': (4.5e-6, -.3, [(1.5e3, .6), (8e3, .4)]),
         'TM-57': (2.1e-4, -.2, [(100., .6), (800., .4)])}

def loop(a, r, z):
    """On-axis-normalised field (Hr, Hz) of a loop of radius a at distance r from the axis, height z."""
    r = np.maximum(r, 1e-6); q = (a + r) ** 2 + z ** 2; m = 4 * a * r / q; K, E = ellipk(m), ellipe(m)
    d = (a - r) ** 2 + z ** 2
    hz = (K + E * (a * a - r * r - z * z) / d) / (2 * np.pi * np.sqrt(q))
    hr = z / r * (-K + E * (a * a + r * r + z * z) / d) / (2 * np.pi * np.sqrt(q))
    return hr, hz

def spectrum(scale, c0, rel):
    s = c0 + sum(w * (1j * TONES / f) / (1 + 1j * TONES / f) for f, w in rel)
    return scale * s

def make(seed, length):
    g = L.scene(seed, length); rng = np.random.default_rng(seed ^ 0x5eed)
    x_tr = (np.arange(g['ntr']) + g['m0']) * L.STEP; x0 = x_tr[0]
    v = rng.uniform(.4, .6)
    T = (x_tr[-1] - x0) / v; nt = int(T * 100)
    t = np.arange(nt) / 100
    wob = .01 * np.sin(2 * np.pi * .21 * t + 1) / (2 * np.pi * .21)
    along = np.clip(v * (t + wob), 0, x_tr[-1] - x0)
    h = np.interp(x0 + along, x_tr, g['h']) + .005
    y = .03 * np.sin(2 * np.pi * .1 * t + rng.uniform(0, 6))
    metals = []
    for q in g['truth']:
        sc, c0, rel = METAL[q['name']]
        depth = q['depth'] + L.TARGETS[q['name']][1] * (.3 if q['cls'] == 'AT' and q['name'] != 'TM-62P3' else .45)
        metals.append((q['x'], rng.normal(0, .02), depth, spectrum(sc * rng.lognormal(0, .15), c0, rel), q['name']))
    for k, x, z, size in g['clutter']:
        if k != 'metal': continue
        ferr = rng.random() < .6
        sc = 7e-7 * (size / .01) ** 3 * rng.lognormal(0, .4)
        metals.append((x, rng.normal(0, .06), z, spectrum(sc, -.4 if ferr else 0, [(10 ** rng.uniform(2.8, 4.4), 1.)]), 'clutter'))
    R = np.zeros((4, nt), complex)
    for x, yy, depth, sp, _ in metals:
        dx, dy, z = x0 + along - x, y - yy, h + depth
        r = np.hypot(dx, dy)
        hr1, hz1 = loop(AT, r, z); hr2, hz2 = loop(AR, r, z)
        R += sp[:, None] * (hr1 * hr2 + 1.0 * hz1 * hz2)[None, :]
    chi0 = {'sand-dry': 3e-5, 'loam': 3e-4, 'gravelly': 1.2e-3, 'clay-moist': 6e-4}[str(g['soil'])] * rng.lognormal(0, .4)
    fd = rng.uniform(.01, .08)
    mod = np.interp(x0 + along, np.arange(len(g['surf'])) * L.D, L.gaussian_filter1d(np.random.default_rng(seed + 9).standard_normal(len(g['surf'])), .3 / L.D))
    mod = 1 + .12 * mod / mod.std()
    chi = chi0 * ((1 - fd * np.log(TONES / 5e3)) - 1j * fd * np.pi / 2)
    R += chi[:, None] * (mod * .012 * (1 + h / .08) ** -3)[None, :]
    drift = (1 - np.exp(-t / 40.)) * .02
    imb = 3e-4 * rng.uniform(.5, 1.5, 4) * np.exp(1j * rng.uniform(0, 6.28, 4))
    R += imb[:, None] * (1 + drift * rng.uniform(.3, 1, 4)[:, None] * np.exp(1j * rng.uniform(-.5, .5, 4))[:, None])
    n = int(nt * FS / 100); ts = np.arange(n) / FS
    amp = (1 + .01 * (1 - np.exp(-ts / 25.))) ; ph = .02 * (1 - np.exp(-ts / 30.))
    rx = np.zeros(n); tx = np.zeros(n); tf = (np.arange(nt) + .5) / 100
    weight = np.array([1., .8, .6, .45]); p0 = np.array([0, 1.1, 2.3, .7])
    for k in range(4):
        car = np.exp(1j * (W[k] * ts + p0[k] + ph))
        tx += amp * weight[k] * car.real
        r = np.interp(ts, tf, R[k].real) + 1j * np.interp(ts, tf, R[k].imag)
        rx += amp * weight[k] * (W[k] / W[0]) ** .5 * (r * 1j * car).real
    full = 6e-3
    rx = rx / full; tx = tx / 3.2
    rx += 2.5e-4 * rng.standard_normal(n)
    for k, a in ((1, 4e-3), (3, 1.5e-3), (5, 8e-4), (7, 3e-4)): rx += a * np.sin(2 * np.pi * 50.03 * k * ts + rng.uniform(0, 6))
    for _ in range(rng.poisson(T / 4)):
        i = rng.integers(n - 400); rx[i:i + 300] += rng.uniform(.01, .08) * np.exp(-np.arange(300) / 60) * np.sin(np.arange(300) * rng.uniform(.1, 2))
    tx += 1e-4 * rng.standard_normal(n)
    data = np.empty((n, 2), '<i2'); data[:, 0] = np.clip(np.round(rx * 30000), -32768, 32767); data[:, 1] = np.clip(np.round(tx * 30000), -32768, 32767)
    info = dict(tones_hz=TONES.tolist(), speed=float(v), soil=str(g['soil']), chi0=float(chi0), fd=float(fd))
    return data, np.round(along * 1000).astype('<i4'), info, [(m[0] - x0, m[4], m[2]) for m in metals if 0 <= m[0] - x0 <= along[-1]], R, along

def main():
    out, prefix, first, count, length = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    os.makedirs(out, exist_ok=True)
    for s in range(first, first + count):
        data, pose, info, metals, _, _ = make(s, length + L.WIN + 2 * L.STEP)
        n = f'{out}/{prefix}{s - first:02d}'
        data.tofile(n + '-md.sigmf-data'); pose.tofile(n + '-pose.sigmf-data')
        g = {'core:datatype': 'ri16_le', 'core:version': '1.0.0', 'core:sample_rate': FS, 'core:num_channels': 2,
             'core:description': 'metal detector: channel 0 receive coil, channel 1 transmit current', 'md:tones_hz': info['tones_hz']}
        json.dump({'global': g, 'captures': [{'core:sample_start': 0}], 'annotations': []}, open(n + '-md.sigmf-meta', 'w'), indent=1)
        json.dump({'global': {'core:datatype': 'ri32_le', 'core:version': '1.0.0', 'core:sample_rate': 100, 'core:num_channels': 1,
                              'core:description': 'distance along the lane, mm'}, 'captures': [{'core:sample_start': 0}], 'annotations': []},
                  open(n + '-pose.sigmf-meta', 'w'), indent=1)
        with open(n + '.metal.csv', 'w') as f:
            f.write('along_m,name,depth_m\n'); [f.write(f'{x:.3f},{nm},{d:.3f}\n') for x, nm, d in sorted(metals)]
        print(n, info, len(metals), 'metal objects', np.abs(data).max(0), flush=True)
if __name__ == '__main__':
    main()
