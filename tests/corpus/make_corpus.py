#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the corpora of the recording parsers beside itself: small files, sane and broken."""
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def dzt(name, samples=64, bits=16, data=1024, channels=1, range_ns=8.0, scans_per_m=50.0, antenna=b"400MHz"):
    head = bytearray(1024)
    struct.pack_into("<5H", head, 0, 0x0700, data, samples, bits, 0)
    struct.pack_into("<5f", head, 10, 100.0, scans_per_m, 0, 0, range_ns)
    struct.pack_into("<H", head, 52, channels)
    head[98:98 + len(antenna)] = antenna
    (HERE / "dzt" / name).write_bytes(bytes(head) + bytes(256))


dzt("u16")
dzt("u8", bits=8)
dzt("i32", bits=32, antenna=b"5106")
dzt("blocks", data=2)
dzt("two-channels", channels=2)
dzt("no-spacing", scans_per_m=0.0)
dzt("lies", samples=60000)
dzt("nan", range_ns=float("nan"))
(HERE / "dzt" / "short").write_bytes(b"\x00\x07")


def meta(name, kind, channels=1, captures=({"core:sample_start": 0},), **fields):
    base = {"core:version": "1.2.0", "core:datatype": "ri16_le", "core:num_channels": channels,
            "core:sample_rate": 64000, "gw:kind": kind}
    text = json.dumps({"global": {**base, **{k.replace("__", ":"): v for k, v in fields.items()}},
                       "captures": list(captures), "annotations": []})
    (HERE / "sigmf" / name).write_text(text)


meta("gpr", "gpr", gw__samples_per_scan=512, gw__scan_spacing_m=0.02, gw__center_hz=1.5e9)
meta("md", "md", 2, gw__tones_hz=[1600, 4800], gw__roles=["receive", "transmit_current"])
meta("pose", "pose", gw__fields=["along_mm"])
meta("gap", "pose", gw__fields=["along_mm"],
     captures=({"core:sample_start": 0, "core:global_index": 10, "core:datetime": "2026-01-02T03:04:05.5Z"},
               {"core:sample_start": 5, "core:global_index": 20}))
meta("lies", "gpr", gw__samples_per_scan=-3)
meta("sfcw", "gpr", gw__samples_per_scan=128, gw__waveform="sfcw", core__datatype="ci16_le",
     gw__channels=3, gw__start_hz=976e6, gw__step_hz=8.063e6, gw__scan_spacing_m=0.02)
meta("sfcw-real", "gpr", gw__samples_per_scan=128, gw__waveform="sfcw")
meta("pulse", "md", 2, gw__waveform="pi", gw__roles=["gate", "gate"],
     gw__gate_edges_s=[1e-5, 2e-5, 5e-5])
meta("pulse-lies", "md", 60, gw__waveform="pi", gw__roles=["gate"] * 60,
     gw__gate_edges_s=[1e-5 * (k + 1) for k in range(61)])
meta("responses", "md", 4, gw__tones_hz=[1600, 4800], gw__roles=["i0", "q0", "i1", "q1"])
(HERE / "sigmf" / "collection").write_text(json.dumps(
    {"collection": {"core:version": "1.2.0", "core:streams": [{"name": "a-gpr", "hash": "00"}]}}))
(HERE / "sigmf" / "broken").write_text('{"global": {"core:datatype"')


def picture(name, data, **members):
    text = json.dumps({"data": {"stream": "s", "kind_seq": "3", "durable": False, **members}})
    folder = HERE / "picture"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode() + b"\0" + data)


picture("gpr", bytes(range(0, 256, 4)) * 2, sensor="gpr", n_rows=2, n_columns=64, type="i8", channel=0,
        first_scan="7", from_ns=0.5, step_ns=0.2, from_m=1.0, to_m=1.02)
picture("md", struct.pack("<10f", *(0.1 * k for k in range(10))), sensor="md", n_rows=2, n_columns=5,
        type="f32", row_s=0.02, tones_hz=[2400, 19200])
picture("md-nan", struct.pack("<3f", float("nan"), float("inf"), -1e30), sensor="md", n_rows=1,
        n_columns=3, type="f32", tones_hz=[1e300])
picture("lies", b"1234", sensor="gpr", n_rows=1 << 62, n_columns=4, type="i8")
picture("alarm", b"", id="x", sensor="\x1b[2J", alarm=True, along_m=1e300, depth_m=-1e300,
        depth_sd_m=0.1, status="acknowledged", by="\u202e\u009b", score=1, far_per_m=1e-300)
picture("heartbeat", b"", state="DEGRADED", reasons=["stuck", "\x1b]0;"], along_m=-3, speed_m_s=1,
        sensors=[{"sensor": "md", "state": "x", "reasons": ["a" * 99], "age_ms": 1e300,
                  "lost": "1" * 99, "dropped": "2"}] * 9)
