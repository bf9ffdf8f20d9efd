#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the corpora of the recording parsers beside itself: small files, sane and broken."""
import json
import pathlib
import struct
import zlib

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


def write(folder, name, data):
    (HERE / folder).mkdir(exist_ok=True)
    (HERE / folder / name).write_bytes(data)


def dt1(name, samples=64.0, width=2.0, hd=""):
    write("dt1", name, struct.pack("<25f", 1, 0, samples, 0, 0, width, *[0] * 19) + bytes(28)
          + hd.encode("latin-1"))


HD = """1234
Data Collected with a radar
2017-04-10
NUMBER OF TRACES   = 25
NUMBER OF PTS/TRC  = 64
TIMEZERO AT POINT  = 3.18
TOTAL TIME WINDOW  = 32.0
STEP SIZE USED     = 0.25
POSITION UNITS     = ft
NOMINAL FREQUENCY  = 500.00
ANTENNA SEPARATION = 0.5
SURVEY MODE        = Reflection
"""
dt1("sane", hd=HD)
dt1("wide", width=4.0, hd=HD.replace("= ft", "= m").replace("\n", "\r\n"))
dt1("no-hd")
dt1("cmp", hd=HD.replace("Reflection", "CMP"))
dt1("lies", hd=HD.replace("= 64", "= 65"))
dt1("units", hd=HD.replace("ft", "furlong \xe9").replace("32.0", "nan"))
dt1("huge", samples=1e9)
dt1("nan", samples=float("nan"), width=float("inf"))
write("dt1", "short", b"\0\0\x80?")

RAD = """SAMPLES:512
FREQUENCY:2426.187744
DISTANCE FLAG:1
TIME FLAG:0
TIME INTERVAL:0.1
DISTANCE INTERVAL:0.02
ANTENNAS:500_shielded
ANTENNA SEPARATION:0.180000
TIMEWINDOW:211.03
LAST TRACE:10
"""
write("mala", "sane", RAD.encode())
write("mala", "time", RAD.replace("DISTANCE FLAG:1", "DISTANCE FLAG:0")
      .replace("TIME FLAG:0", "TIME FLAG:1").encode())
write("mala", "lies", RAD.replace("512", "60000").encode())
write("mala", "windows", RAD.replace("211.03", "1e308").replace("\n", "\r\n").encode())
write("mala", "nameless", RAD.replace("500_shielded", "\xff").encode("latin-1"))
write("mala", "none", b"SAMPLES\nSAMPLES:\n:512\n")


def ids(name, *records, size=68, last=True):
    data = b"V\x03\0\0" + struct.pack("<I", size) + bytes(60)
    for tag, body in records:
        data += (tag.ljust(4, b"\0") + body).ljust(size, b" ")[:size]
    write("ids", name, data + ((b"R\0\0\0" + bytes(size - 4)) * 3 if last else b""))


H = bytes(8) + struct.pack("<I", 512) + bytes(32) + b"".join(
    b"%16.6E" % v for v in (2e8, 1e8, 1.2e-8, 1.2e-8, 260.4167, 3.84e-3, 4e-3))
ANTENNAS = ((b"ATX", b" 0.0 -0.09 0.0 3000"), (b"ARX", b" 0.0 -0.025 0.0 3000"))
ids("sane", (b"I", b"wall\0"), (b"C", b"05/03/22  10:40:34\r\n"), *ANTENNAS,
    (b"S", b"RT N_CHANNEL= 2"), (b"H\x15\4", H), size=1028)
ids("small", *ANTENNAS)
ids("headless", last=False)
ids("lies", size=65535)
ids("odd", size=67)


def npy(name, descr="<i2", order="False", shape="(3, 64)", version=1, length=None):
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"
    text = (text + " " * (-(len(text) + 11) % 64) + "\n").encode()
    form = "<H" if version == 1 else "<I"
    write("npy", name, b"\x93NUMPY" + bytes((version, 0))
          + struct.pack(form, len(text) if length is None else length) + text + bytes(384))


npy("sane")
npy("floats", ">f8", shape="(3, 2, 64)", version=2)
npy("complex", "<c16", version=3)
npy("fortran", "|u1", order="True")
npy("object", "|O")
npy("huge", shape="(99999999, 99999999, 99999999)")
npy("negative", shape="(-1, 64)")
npy("flat", shape="(192,)")
npy("length", length=65535)

ROW = ",".join(str(k * 7 % 31 - 15) for k in range(20))
write("csv", "sane", f"# scan_spacing_m: 0.02\n{ROW}\n{ROW}\n".encode())
write("csv", "decimal", (";".join(f"{k},5" for k in range(16)) + "\r\n").encode())
write("csv", "turned", b"# lines: samples\na\tb\n" + b"1e300\tnan\n" * 16)
write("csv", "ragged", f"{ROW}\n1,2\n".encode())
write("csv", "blanks", b" 1  2 -3e-5 0x10 inf\n" * 20)
write("csv", "keys", b"#\n#:\n# :1\n# sample_rate_hz:\n" + b"# x: y\n" * 40)
write("csv", "zero", b"1,2\0,3\n")
write("csv", "sweeps", b"".join(b"(%d)\n" % s + b"12 -7 \n" * 16 for s in range(3)))
write("csv", "sweeps-known", b"(0)\n" + b"1 2\n" * 128 + b"(1)\n1 2\n")
write("csv", "sweeps-ragged", b"(0)\n1 2\n(1)\n(2)\n3\n")


def answer(name, magic=0x31495747, refused=0, axes=(6.4e10, 0.02, 0, 0, 0, 0, 0), notes=b""):
    write("import", name, struct.pack("<6IQ7d", magic, refused, 1, 64, 0, 16, 640, *axes)
          + b"why\0".ljust(240, b"\0") + notes.ljust(1024, b"\0") + bytes(4096))


answer("sane")
answer("refused", refused=1)
answer("magic", magic=7)
answer("nan", axes=(float("nan"), -1, float("inf"), 0, 0, 0, 0))
answer("endless", notes=b"x" * 1024)


def segy(name, samples=32, traces=8, form=3, order=">", interval=250, extended=0, promised=None):
    """Foreign parsers' own files: tests/e2e_import.py."""
    binary = bytearray(400)
    struct.pack_into(order + "H", binary, 16, interval)
    struct.pack_into(order + "H", binary, 20, samples if promised is None else promised)
    struct.pack_into(order + "H", binary, 24, form)
    struct.pack_into(order + "h", binary, 304, extended)
    data = b"\x40" * 3200 + bytes(binary)
    for k in range(traces):
        head = bytearray(240)
        struct.pack_into(order + "h", head, 70, -100)
        struct.pack_into(order + "i", head, 72, 2 * k)
        values = [k * 100 + n for n in range(samples)]
        data += bytes(head) + struct.pack(f"{order}{samples}{'h' if form == 3 else 'f'}", *values)
    write("foreign", name + ".sgy", data)


segy("sane")
segy("little", order="<")
segy("float", form=5, interval=1)
segy("format", form=99)
segy("samples-none", promised=0)
segy("samples-huge", promised=65535)
segy("extended", extended=32767)
segy("extended-none", extended=-1)
segy("traces-none", traces=0)
write("foreign", "short.sgy", b"C 1")


def element(kind, data):
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def matrix(name, rows, columns, values, imaginary=None, promised=None):
    flags = element(6, struct.pack("<II", 6 | (0x800 if imaginary else 0), 0))
    dims = element(5, struct.pack("<ii", *(promised or (rows, columns))))
    parts = [values] + ([imaginary] if imaginary else [])
    return element(14, flags + dims + element(1, name.encode())
                   + b"".join(element(9, struct.pack(f"<{len(v)}d", *v)) for v in parts))


def mat(name, *elements, version=0x0100):
    write("foreign", name + ".mat", b"MATLAB 5.0".ljust(124) + struct.pack("<H", version) + b"IM"
          + b"".join(elements))


ROWS, COLUMNS = 32, 8
WAVE = [100.0 * c + r for c in range(COLUMNS) for r in range(ROWS)]
TIMES, PLACES = [0.25 * k for k in range(ROWS)], [0.02 * k for k in range(COLUMNS)]
AXES = matrix("t", 1, ROWS, TIMES), matrix("x", COLUMNS, 1, PLACES)
mat("sane", matrix("data", ROWS, COLUMNS, WAVE), *AXES)
mat("steps", matrix("f", 1, ROWS, [1e9 + 1e7 * k for k in range(ROWS)]),
    matrix("s21", ROWS, COLUMNS, WAVE, WAVE), matrix("x", 1, COLUMNS, PLACES))
packed = zlib.compress(matrix("data", ROWS, COLUMNS, WAVE))
mat("packed", struct.pack("<II", 15, len(packed)) + packed, *AXES)
mat("packed-broken", struct.pack("<II", 15, len(packed)) + packed[:40] + b"\xff" * (len(packed) - 40))
bomb = zlib.compress(struct.pack("<II", 14, 1 << 30) + bytes(1 << 20), 9)
mat("bomb", struct.pack("<II", 15, len(bomb)) + bomb)
mat("dimensions", matrix("data", ROWS, COLUMNS, WAVE, promised=(1 << 30, 1 << 30)))
mat("negative", matrix("data", ROWS, COLUMNS, WAVE, promised=(-5, COLUMNS)))
mat("more", matrix("data", ROWS, COLUMNS, WAVE, promised=(ROWS, 100)))
mat("cut", matrix("data", ROWS, COLUMNS, WAVE)[:500])
mat("line", *AXES)
mat("hdf5", version=0x0200)
write("foreign", "short.mat", b"MATLAB 5.0")


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
meta("header", "pose", gw__fields=["along_mm"],
     captures=({"core:sample_start": 0, "core:header_bytes": 77}, {"core:sample_start": 5, "core:global_index": 20}))
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
