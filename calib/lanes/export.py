#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write lanes made by make_lanes.py and make_md.py as SigMF recordings with the project's gw: fields, one collection a lane.
usage: export.py FROM_DIR TO_DIR PREFIX FIRST COUNT"""
import json, os, sys, shutil, hashlib
src, dst, prefix, first, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
os.makedirs(dst, exist_ok=True)
EXT = [{'name': 'gw', 'version': '1.0.0', 'optional': True}]
def sha(p): return hashlib.sha512(open(p, 'rb').read()).hexdigest()
def meta(path, g, ann=()):
    json.dump({'global': {'core:version': '1.2.0', **g, 'core:sha512': sha(path + '.sigmf-data'), 'core:extensions': EXT},
               'captures': [{'core:sample_start': 0}], 'annotations': list(ann)}, open(path + '.sigmf-meta', 'w'), indent=2)
for k in range(first, first + count):
    n = f'{prefix}{k:02d}'; m = json.load(open(f'{src}/{n}.sigmf-meta')); g = m['global']['gpr']; streams = []
    out = f'{dst}/{n}-gpr'; shutil.copy(f'{src}/{n}.sigmf-data', out + '.sigmf-data')
    meta(out, {'core:datatype': 'ri16_le', 'core:num_channels': 1, 'core:sample_rate': 1 / g['dt'],
               'core:description': 'Impulse GPR along one lane: 2-D full-wave simulation in random soil, through a modelled front end',
               'gw:kind': 'gpr', 'gw:waveform': 'impulse', 'gw:channels': 1, 'gw:samples_per_scan': 512, 'gw:scan_spacing_m': 0.02,
               'gw:center_hz': round(g['fc'], -7), 'gw:soil': g['soil'], 'gw:transmit_receive_offset_m': 0.06}, m['annotations'])
    streams.append(n + '-gpr')
    for kind in ('md', 'pose'):
        f = f'{src}/{n}-{kind}'
        if not os.path.exists(f + '.sigmf-data'): continue
        out = f'{dst}/{n}-{kind}'; shutil.copy(f + '.sigmf-data', out + '.sigmf-data')
        if kind == 'md':
            meta(out, {'core:datatype': 'ri16_le', 'core:num_channels': 2, 'core:sample_rate': 64000,
                       'core:description': 'Multi-frequency metal detector along the same lane (modelled)', 'gw:kind': 'md', 'gw:waveform': 'cw',
                       'gw:tones_hz': [1600, 4800, 11200, 24000], 'gw:roles': ['receive', 'transmit_current'], 'gw:coil_radius_m': 0.13})
        else:
            meta(out, {'core:datatype': 'ri32_le', 'core:num_channels': 1, 'core:sample_rate': 100,
                       'core:description': 'Distance along the lane', 'gw:kind': 'pose', 'gw:fields': ['along_mm']})
        streams.append(n + '-' + kind)
    shutil.copy(f'{src}/{n}.truth.csv', f'{dst}/{n}.truth.csv')
    if os.path.exists(f'{src}/{n}.metal.csv'): shutil.copy(f'{src}/{n}.metal.csv', f'{dst}/{n}.metal.csv')
    json.dump({'collection': {'core:version': '1.2.0', 'core:description': f'lane {n}', 'core:extensions': EXT,
               'core:streams': [{'name': s, 'hash': sha(f'{dst}/{s}.sigmf-meta')} for s in streams]}}, open(f'{dst}/{n}.sigmf-collection', 'w'), indent=2)
