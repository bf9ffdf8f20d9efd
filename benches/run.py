#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: run.py [--json FILE] [--quick] [PART...]

Runs the benches and prints a table. PART: stages chains fronts scenes floor latency rate accuracy;
all when none is given. --json: the same figures, an object a line, its keys as benches/README.md
lists them; the file is written when all parts have gone well. --quick: every part, but too short
to measure.
Exit status 1 when a part fails.
"""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("GW_ROOT", str(ROOT))
os.environ.setdefault("GW_BIN", str(ROOT / "build" / "bin"))
import system  # noqa: E402

PROGRAMS = system.gw.BIN.parent / "benches"


def program(name, pairs, data=system.DEMO):
    def run(quick):
        arguments = [str(PROGRAMS / name), str(data), *(["1"] if quick else [str(pairs)])]
        done = subprocess.run(arguments, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{name}: exit status {done.returncode}: {done.stderr.strip()}")
        for line in done.stdout.splitlines():
            yield json.loads(line)
    return run


PARTS = {"stages": program("bench_stages", 11), "chains": program("bench_chains", 11),
         "fronts": program("bench_fronts", 5, ROOT / "drivers/scenes"),
         "scenes": program("bench_scenes", 5, ROOT / "drivers/scenes"), "floor": system.floor,
         "latency": system.latency, "rate": system.rate, "accuracy": system.accuracy}


def span(figures, name, digits):
    return (f"{figures[name]:.{digits}f} ({figures[name + '_least']:.{digits}f} .. "
            f"{figures[name + '_most']:.{digits}f})")


def work_text(f):
    fast = f"; {f['times_real_time']:.0f} times real time" if "times_real_time" in f else ""
    return (f"{f['us']:8.2f} us a {f['unit']:6} {f['beside_us']:8.2f} us FFTW   x "
            f"{span(f, 'ratio', 2):24} {f['beside']}{fast}")


def text_of(f):
    kind = f["bench"].rpartition(".")[0]
    if kind in ("stage", "chain"):
        return work_text(f)
    if kind == "front":
        return (f"searched {span(f, 'searched_times', 1)} times as fast as it is walked, "
                f"{f['lane_s']:.0f} s")
    if kind == "scene":
        return (f"computed {span(f, 'computed_times', 1)} times as fast as it is walked, "
                f"{f['lane_s']:.0f} s")
    if kind == "system.latency":
        return (f"{span(f, 'local_ms', 1)} ms to the local alarm and {span(f, 'late_ms', 1)} ms to "
                f"its arrival from the row that brings it out, {f['n']} records; "
                f"that row comes {f['ground_ms']:.0f} ms of lane after the target's own; beside it "
                f"1 ms of sleep was late by {span(f, 'sleep_late_ms', 3)} ms, one ipc message took "
                f"{span(f, 'ipc_ms', 3)} ms")
    if f["bench"] == "system.floor":
        return (f"1 ms of sleep late by {span(f, 'sleep_late_ms', 3)} ms, one ipc message "
                f"{span(f, 'ipc_ms', 3)} ms")
    if f["bench"] == "system.rate":
        return (f"lossless at {f['speed']:g} times real time: {f['scans_per_s']} scans/s and "
                f"{f['md_rows_per_s']} MD rows/s; beyond: {f['limit']}")
    return (f"{f['on']}: Pd {f['pd']:.2f} [{f['pd_low']:.2f}, {f['pd_high']:.2f}] "
            f"({f['found']} of {f['targets']}), {f['false_per_m']:.3f} false alarms/m "
            f"[{f['false_per_m_low']:.3f}, {f['false_per_m_high']:.3f}]")


def file_write(path, figures):
    """Whole or not at all."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "w") as file:
            file.writelines(json.dumps(f) + "\n" for f in figures)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def options_parse():
    parser = argparse.ArgumentParser(usage=__doc__.partition("usage: ")[2])
    parser.error = lambda text: parser.exit(64, f"bench: {text}\n")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"{part}: no such part")
    if options.json and not options.json.parent.is_dir():
        parser.error(f"{options.json}: no such folder")
    return options


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    options = options_parse()
    figures, failed = [], []
    for name in options.parts or PARTS:
        try:
            for found in PARTS[name](options.quick):
                figures.append(found)
                print(f"{found['bench']:22} {text_of(found)}", flush=True)
        except (OSError, RuntimeError, AssertionError, KeyError, ValueError,
                subprocess.SubprocessError) as error:
            failed.append(name)
            print(f"bench: {name} failed: {error}", file=sys.stderr)
    if failed:
        return 1
    if options.json:
        file_write(options.json, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
