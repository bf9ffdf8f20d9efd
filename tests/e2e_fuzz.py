# SPDX-License-Identifier: GPL-3.0-or-later
"""`./dev fuzz`: executions are shared among the readers, a finding is kept and told, and nothing
that ended early passes for done. Stand-ins take the place of the libFuzzer programs."""
import os
import pathlib
import re
import subprocess
import sys

import gw

ROOT = pathlib.Path(os.environ["GW_ROOT"])
GOOD = """#!/bin/sh
echo "$@" >>"$0.calls"
runs=$(echo "$1" | tr -dc 0-9)
echo "#2 INITED cov: 1"
echo "stat::number_of_executed_units: $runs"
"""
CRASH = """#!/bin/sh
prefix=$(echo "$*" | sed 's/.*-artifact_prefix=\\([^ ]*\\).*/\\1/')
echo "#7 NEW cov: 1"
echo boo >"${prefix}crash-12ab"
exit 77
"""
SHORT = """#!/bin/sh
echo "stat::number_of_executed_units: 3"
"""


def stand_ins(build, **programs):
    for name, text in programs.items():
        path = build / "tests" / f"fuzz_{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


def fuzz(build, *arguments):
    run = subprocess.run([sys.executable, ROOT / "tests" / "fuzz.py", build, *map(str, arguments)],
                         capture_output=True, text=True, timeout=gw.HANG_S)
    return run.returncode, run.stdout, run.stderr


with gw.Folder() as build:
    stand_ins(build, npy=GOOD, dzt=GOOD, csv=GOOD)
    got, out, err = fuzz(build, 1001, 5, 2, "npy", "dzt", "csv")
    assert got == 0 and "1001 executions in all, of 3 readers: no finding" in out, (out, err)
    calls = [line for name in ("npy", "dzt", "csv")
             for line in (build / "tests" / f"fuzz_{name}.calls").read_text().splitlines()]
    runs = sorted(int(re.search(r"-runs=(\d+)", line)[1]) for line in calls)
    assert sum(runs) == 1001 and runs[-1] - runs[0] <= 1 and len(runs) == 6, calls
    seeds = sorted(re.search(r"-seed=(\d+)", line)[1] for line in calls)
    assert seeds == ["5"] * 3 + ["6"] * 3, calls
    assert all(str(ROOT / "tests" / "corpus") in line for line in calls), calls

    # a finding: the others go on, the input stays, and it is told how to run it again
    stand_ins(build, dzt=CRASH)
    got, out, err = fuzz(build, 600, 1, 2, "npy", "dzt", "csv")
    kept = build / "findings" / "dzt-1-crash-12ab"
    assert got == 1 and kept.read_text() == "boo\n", (out, err)
    assert f"again: {build.resolve()}/tests/fuzz_dzt {kept.resolve()}" in out, out
    assert "exit status 77 after 7 executions" in out and "dzt: 14 executions, NOT" in out, out
    assert "csv: 200 executions, no finding" in out, out

    # nothing is begun over it
    stand_ins(build, dzt=GOOD)
    got, out, err = fuzz(build, 600, 1, 2, "npy", "dzt", "csv")
    assert got == 1 and "dzt-1-crash-12ab" in err and not out, (out, err)
    for path in (build / "findings").glob("dzt-?-*"):
        path.unlink()
    assert fuzz(build, 600, 1, 2, "npy", "dzt", "csv")[0] == 0

    stand_ins(build, csv=SHORT)
    got, out, err = fuzz(build, 600, 1, 1, "npy", "csv")
    assert got == 1 and "csv-1: ended after 3 of 150 executions" in out, (out, err)

    got, out, err = fuzz(build, 600, 1, 1, "npy", "ids")
    assert got == 69 and "fuzz_ids" in err, (out, err)
    for wrong in (("x", 1, 1), (0, 1, 1), (1, 1, 0), (1, 1)):
        assert fuzz(build, *wrong)[0] == 64, wrong
for words in (["fuzz", "x"], ["fuzz", "0"], ["fuzz", "1", "2", "3"]):
    assert subprocess.run([ROOT / "dev", *words], capture_output=True).returncode == 64, words
told = subprocess.run([ROOT / "dev", "fuzz", "--help"], capture_output=True, text=True)
assert told.returncode == 0 and "10000000" in told.stdout and "findings" in told.stdout, told
print("fuzz: shared, findings kept and told, what ended early is not done")
