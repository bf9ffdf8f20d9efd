#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make GPR evaluation lanes by full-wave 2-D FDTD (fdtd.c) in random soils, with truth.

Each lane is written as LANE.sigmf-data (int16 little-endian, 512 samples a trace) + LANE.sigmf-meta with the
truth as annotations, and LANE.truth.csv. Build fdtd.c first:
gcc -O3 -march=native -ffast-math -shared -fPIC -o libfdtd.so fdtd.c -lm
usage: make_lanes.py OUTDIR PREFIX FIRST_SEED COUNT [LENGTH_M] [--so LIB]
"""
import ctypes, json, sys, os
import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

D = 2.5e-3
DT = 0.99 * D / (299792458.0 * np.sqrt(2))
DEC, NS, NSIM = 4, 512, 400    # samples beyond NSIM hold noise only
STEP = 0.02
AIR, SOIL = 0.14, 0.30           # metres above mean surface / below
WIN = 0.70                       # window that moves with the antenna
OFFSET = 0.06                    # tx-rx separation
lib = None

def ricker(fc, n):
    t = np.arange(n) * DT - 1.0 / fc
    a = (np.pi * fc * t) ** 2
    return ((1 - 2 * a) * np.exp(-a)).astype(np.float32)

def field(rng, shape, scales, std):
    out = np.zeros(shape)
    for s, w in scales:
        g = gaussian_filter(rng.standard_normal(shape), (s * 0.6 / D, s / D), mode='wrap')
        out += w * g / g.std()
    return std * out / out.std()

TARGETS = {  # name: (diameter, height, builder)
    'PMN-2':   (0.120, 0.054), 'PMN': (0.112, 0.056), 'PMA-2': (0.068, 0.061), 'M14': (0.056, 0.040),
    'TM-62M':  (0.320, 0.102), 'TM-62P3': (0.320, 0.110), 'TM-57': (0.316, 0.108),
}
AT = {'TM-62M', 'TM-62P3', 'TM-57'}

def put_target(eps, sig, name, x, ztop, nair):
    dia, h = TARGETS[name]
    nz, nx = eps.shape
    zz, xx = np.mgrid[0:nz, 0:nx]
    X = (xx * D - x); Z = (zz - nair) * D - ztop
    body = (np.abs(X) < dia / 2) & (Z >= 0) & (Z < h)
    if name in ('TM-62M', 'TM-57'):
        eps[body] = 3.0; sig[body] = 1e5
        return
    shell = {'PMN-2': 2.9, 'PMN': 3.0, 'PMA-2': 2.6, 'M14': 2.8, 'TM-62P3': 2.7}[name]
    eps[body] = shell; sig[body] = 1e-4
    fill = (np.abs(X) < dia / 2 - 0.006) & (Z >= 0.4 * h) & (Z < h - 0.005)
    eps[fill] = 2.9
    gap = (np.abs(X) < 0.35 * dia) & (Z >= 0.12 * h) & (Z < 0.30 * h)
    eps[gap] = 1.0
    if name in ('PMN', 'PMN-2'):
        pin = (np.abs(X) < 0.0035 if name == 'PMN-2' else np.abs(X) < 0.006) & (np.abs(Z - 0.5 * h) < 0.0035)
        sig[pin] = 1e5

def put_clutter(eps, sig, kind, x, z, size, rng, nair):
    nz, nx = eps.shape
    zz, xx = np.mgrid[0:nz, 0:nx]
    th = rng.uniform(0, np.pi); X0 = xx * D - x; Z0 = (zz - nair) * D - z
    X = X0 * np.cos(th) + Z0 * np.sin(th); Z = -X0 * np.sin(th) + Z0 * np.cos(th)
    asp = rng.uniform(0.5, 1.0)
    m = (X / (size / 2)) ** 2 + (Z / (asp * size / 2)) ** 2 < 1
    m &= (zz >= nair)
    if kind == 'stone': eps[m] = rng.uniform(5.5, 8.5); sig[m] = 1e-3
    elif kind == 'root': eps[m] = rng.uniform(12, 20); sig[m] = 0.03
    elif kind == 'void': eps[m] = 1.0; sig[m] = 0
    elif kind == 'metal': sig[m] = 1e5
    elif kind == 'wet': eps[m] *= 1.35; sig[m] *= 2

def scene(seed, length):
    """Everything random about a lane but its radar noise, in one fixed order of draws."""
    rng = np.random.default_rng(seed)
    nx = int(length / D); nair = int(AIR / D); nz = nair + int(SOIL / D)
    soil = rng.choice(['sand-dry', 'loam', 'gravelly', 'clay-moist'], p=[.25, .35, .25, .15])
    e0, s0, estd = {'sand-dry': (3.4, 1e-3, .10), 'loam': (6.0, 6e-3, .30), 'gravelly': (5.0, 3e-3, .30),
                    'clay-moist': (9.0, 2.0e-2, .45)}[soil]
    eps = np.ones((nz, nx)); sig = np.zeros((nz, nx))
    f = field(rng, (nz - nair + 40, nx), [(.008, .6), (.025, .8), (.12, .6)], 1.0)
    surf_rms = rng.uniform(.002, .007)
    g = gaussian_filter1d(rng.standard_normal(nx), .035 / D, mode='wrap'); g2 = gaussian_filter1d(rng.standard_normal(nx), .25 / D, mode='wrap')
    surf = g / g.std() * surf_rms + g2 / g2.std() * surf_rms          # + = down
    dry = 1 - 0.15 * np.exp(-np.maximum((np.arange(nz) - nair) * D, 0) / .05)  # dry crust
    for i in range(nx):
        j0 = nair + int(round(surf[i] / D))
        eps[j0:, i] = (e0 + estd * f[max(0, 20 + j0 - nair):, i][:nz - j0]) * dry[j0:]
        sig[j0:, i] = s0
    eps = np.maximum(eps, 1.0); soil_e, soil_s = eps.copy(), sig.copy()
    alpha_c = float(rng.uniform(.2, .5))       # 2-D to 3-D spreading of small clutter
    # clutter
    clutter = []
    dens = {'sand-dry': 1.0, 'loam': 1.6, 'gravelly': 4.0, 'clay-moist': 1.6}[soil]
    kinds = (['stone'] * 5 + ['root'] * 2 + ['void', 'metal', 'metal', 'wet', 'wet'])
    for _ in range(rng.poisson(dens * length)):
        k = kinds[rng.integers(len(kinds))]
        size = {'stone': rng.uniform(.02, .09), 'root': rng.uniform(.008, .03), 'void': rng.uniform(.02, .06),
                'metal': rng.uniform(.004, .016), 'wet': rng.uniform(.08, .3)}[k]
        clutter.append((k, rng.uniform(.1, length - .1), rng.uniform(.01, .25), size))
    # targets, at least 0.9 m apart
    n = max(1, rng.poisson(length / 1.7)); xs = []
    for _ in range(400):
        x = rng.uniform(.6, length - .6)
        if all(abs(x - y) > .9 for y in xs): xs.append(x)
        if len(xs) == n: break
    truth = []
    names = list(TARGETS); w = np.array([.22, .16, .16, .14, .12, .12, .08])
    for x in sorted(xs):
        nm = names[rng.choice(len(names), p=w)]
        top = rng.uniform(.03, .16) if nm in AT else rng.uniform(.005, .11)
        truth.append(dict(x=float(x), name=nm, depth=float(top), diameter=TARGETS[nm][0], cls='AT' if nm in AT else 'AP',
                          alpha=float(rng.uniform(.35, .7))))
    for c in clutter:
        if any(abs(c[1] - t['x']) < t['diameter'] / 2 + c[3] / 2 + .01 for t in truth): continue
        put_clutter(eps, sig, c[0], c[1], c[2], c[3], rng, nair)
    eps = np.maximum(eps, 1.0)
    bg_e, bg_s = eps.copy(), sig.copy()
    for t in truth:
        i = int(t['x'] / D); put_target(eps, sig, t['name'], t['x'], max(t['depth'], .002) + surf[i], nair)
    # antenna path
    fc = rng.uniform(1.2, 1.8) * 1e9
    hand = rng.random() < .5
    m0 = int((WIN / 2) / STEP) + 1; ntr = int(length / STEP) - 2 * m0
    walk = gaussian_filter1d(rng.standard_normal(ntr + 400), .30 / STEP)[200:200 + ntr]; walk = walk / walk.std() * (.009 if hand else .002)
    h = np.clip(rng.uniform(.035, .06) + walk, .02, .09)
    return dict(locals())

def make(seed, length):
    g = scene(seed, length)
    rng, eps, sig, bg_e, bg_s, soil_e, soil_s = (g[k] for k in ('rng', 'eps', 'sig', 'bg_e', 'bg_s', 'soil_e', 'soil_s'))
    surf, truth, clutter, alpha_c, nair, nz, h, ntr, m0, fc, hand = (g[k] for k in ('surf', 'truth', 'clutter', 'alpha_c', 'nair', 'nz', 'h', 'ntr', 'm0', 'fc', 'hand'))
    soil, e0, s0, surf_rms = (g[k] for k in ('soil', 'e0', 's0', 'surf_rms'))
    nw = int(WIN / D); src = ricker(fc, NS * DEC)
    B = np.zeros((ntr, NS), np.float32); buf = np.zeros(NS, np.float32)
    fp = ctypes.POINTER(ctypes.c_float)
    def run(e, s, i0, jz, buf):
        E = np.ascontiguousarray(e[:, i0:i0 + nw], np.float32); S = np.ascontiguousarray(s[:, i0:i0 + nw], np.float32)
        sx = nw // 2 - int(OFFSET / 2 / D); rx = nw // 2 + int(OFFSET / 2 / D)
        if lib.ascan(nw, nz, ctypes.c_double(D), ctypes.c_double(DT), E.ctypes.data_as(fp), S.ctypes.data_as(fp), sx, jz, rx, jz,
                  src.ctypes.data_as(fp), NSIM * DEC, DEC, buf.ctypes.data_as(fp)):
            raise MemoryError('no memory for the grid')
        return buf.copy()
    pos = (np.arange(ntr) + m0) * STEP
    for k in range(ntr):
        i0 = int(round(pos[k] / D)) - nw // 2
        local = gaussian_filter1d(surf, .15 / D)[int(pos[k] / D)]
        jz = nair + int(round((local - h[k]) / D)); jz = int(np.clip(jz, NPML + 2, nair - 3))
        near = [t for t in truth if abs(t['x'] - pos[k]) < WIN / 2 + t['diameter'] / 2]
        s = b = run(soil_e, soil_s, i0, jz, buf)
        if any(abs(c[1] - pos[k]) < WIN / 2 + c[3] / 2 for c in clutter) or near:
            c = run(bg_e, bg_s, i0, jz, buf); b = s + alpha_c * (c - s)
        if near:
            b = b + near[0]['alpha'] * (run(eps, sig, i0, jz, buf) - c)
        B[k] = b
    # front end: gain, drift, jitter, noise, RFI, ADC
    peak = np.abs(B).max(); B = B / peak
    t = np.arange(NS)
    jit = rng.normal(0, .35 if hand else .2, ntr)
    spec = np.fft.rfft(B, 2 * NS, axis=1); w = np.arange(NS + 1) * np.pi / NS
    B = np.fft.irfft(spec * np.exp(-1j * np.outer(jit, w)), 2 * NS, axis=1)[:, :NS]
    gain = 1 + .01 * rng.standard_normal(ntr) + .04 * np.cumsum(rng.standard_normal(ntr)) / np.sqrt(ntr)
    nf = 10 ** (-rng.uniform(56, 66) / 20)
    dc = .01 * np.cumsum(rng.standard_normal(ntr)) / np.sqrt(ntr)
    B = B * gain[:, None] + dc[:, None] + .004 * np.sin(2 * np.pi * t / 900 + 1)[None, :] + nf * rng.standard_normal(B.shape)
    for _ in range(rng.poisson(2)):
        a = rng.integers(ntr); L = rng.integers(2, 12)
        B[a:a + L] += 10 ** (-rng.uniform(36, 48) / 20) * np.sin(2 * np.pi * rng.uniform(.01, .09) * t + rng.uniform(0, 6, (len(B[a:a + L]), 1)))
    q = np.clip(np.round(B * 20000), -32768, 32767).astype('<i2')
    meta = dict(seed=seed, soil=str(soil), eps=float(e0), sigma=float(s0), fc=float(fc), handheld=bool(hand), surf_rms=float(surf_rms),
                alpha_clutter=alpha_c, noise_db=float(20 * np.log10(nf)), traces=int(ntr), samples=NS, dt=DT * DEC, step=STEP, x0=float(pos[0]), length=float(ntr * STEP))
    return q, truth, clutter, meta

NPML = 12
def main():
    global lib
    a = [x for x in sys.argv[1:] if not x.startswith('--')]
    so = [x.split('=')[1] for x in sys.argv if x.startswith('--so=')]
    lib = ctypes.CDLL(so[0] if so else 'libfdtd.so')
    out, prefix, first, count = a[0], a[1], int(a[2]), int(a[3]); length = float(a[4]) if len(a) > 4 else 10.0
    os.makedirs(out, exist_ok=True)
    for s in range(first, first + count):
        q, truth, clutter, m = make(s, length + WIN + 2 * STEP)
        n = f'{out}/{prefix}{s - first:02d}'
        q.tofile(n + '.sigmf-data')
        ann = [{'core:sample_start': int(round((t['x'] - m['x0']) / STEP)) * NS, 'core:sample_count': NS, 'core:label': t['name'],
                'core:comment': f"{t['cls']} depth {t['depth']*100:.1f} cm"} for t in truth if 0 <= t['x'] - m['x0'] < m['length']]
        json.dump({'global': {'core:datatype': 'ri16_le', 'core:version': '1.0.0', 'core:sample_rate': 1 / m['dt'],
                              'core:description': 'GPR lane, 2-D FDTD; 512 samples a trace, one trace every 0.02 m', 'gpr': m},
                   'captures': [{'core:sample_start': 0}], 'annotations': ann}, open(n + '.sigmf-meta', 'w'), indent=1)
        with open(n + '.truth.csv', 'w') as f:
            f.write('along_m,class,name,depth_m,diameter_m\n')
            for t in truth:
                if 0 <= t['x'] - m['x0'] < m['length']:
                    f.write(f"{t['x']-m['x0']:.3f},{t['cls']},{t['name']},{t['depth']:.3f},{t['diameter']}\n")
        print(n, m['soil'], f"{m['noise_db']:.0f}dB", len(truth), 'targets', flush=True)
if __name__ == '__main__':
    main()
