# SPDX-License-Identifier: GPL-3.0-or-later
"""The benches run, and what they write is what benches/README.md says: not how fast anything is. A
bench that fails is an error, writes no file and leaves nothing behind."""
import collections
import json
import os
import re
import subprocess
import sys

import gw

RUN = gw.ROOT / "benches" / "run.py"
PARTS = {"stage", "chain", "front", "scene", "system.floor", "system.latency", "system.rate",
         "score"}
# Where everything is slow, those that search whole lanes, as other tests do, are left out.
SHORT = {"stages": "stage", "chains": "chain", "floor": "system.floor"} \
    if gw.HAS_SANITIZERS else {}


def keys_documented():
    text = (gw.ROOT / "benches" / "README.md").read_text().partition("## Keys")[2]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {key: "median" in row[3] for row in rows for key in re.findall(r"`(\w+)`", row[1])}


def bench(folder, *arguments, **environment):
    (folder / "tmp").mkdir(exist_ok=True)
    run = subprocess.run([sys.executable, str(RUN), *map(str, arguments)], capture_output=True,
                         text=True, timeout=5 * gw.HANG_S,
                         env={**os.environ, "TMPDIR": str(folder / "tmp"), **environment})
    left = list((folder / "tmp").iterdir()) + list(folder.glob(".*"))
    assert not left, left
    return run


def every_part_runs_and_tells_what_is_documented(folder):
    run = bench(folder, "--quick", "--json", folder / "figures.jsonl", *SHORT)
    assert run.returncode == 0, run.stderr
    figures = [json.loads(line) for line in (folder / "figures.jsonl").read_text().splitlines()]
    assert [f["bench"] for f in figures] == [line.split()[0] for line in run.stdout.splitlines()]
    told, keys = set(), keys_documented()
    for f in figures:
        told |= {part for part in PARTS if f["bench"].startswith(part + ".") or f["bench"] == part}
        for key, value in f.items():
            stem = re.sub("_(least|most)$", "", key)
            assert key in keys or keys.get(stem), f"{key} of {f['bench']} is not documented"
            if keys.get(key):
                assert f[f"{key}_least"] <= value <= f[f"{key}_most"], f
        if "ratio" in f:
            assert f["ratio"] > 0 and re.search(r"\d (r2c|c2r|c2c \w+) \d+", f["beside"]), f
    wanted = set(SHORT.values()) or PARTS
    assert told == wanted, wanted ^ told


def transforms_of(figure):
    """How many of each kind go to a unit, of whatever size."""
    n = collections.Counter()
    for times, what in re.findall(r"([\d.]+) (r2c|c2r|c2c \w+) \d+", figure["beside"]):
        n[what] += float(times)
    return {what: round(times) for what, times in n.items()}


def the_transforms_of_a_chain_are_those_of_its_stages(folder):
    """align: a forward and two inverse ones a scan, but for the first; the wide band one of each
    kind; the chain has two forward and an analytic one more."""
    run = bench(folder, "--quick", "--json", folder / "figures.jsonl", "stages", "chains")
    assert run.returncode == 0, run.stderr
    figures = map(json.loads, (folder / "figures.jsonl").read_text().splitlines())
    beside = {f["bench"]: transforms_of(f) for f in figures}
    assert beside["stage.align"] == {"r2c": 1, "c2r": 2}
    assert beside["stage.wide"] == {"r2c": 1, "c2r": 1, "c2c backward": 1}
    assert beside["chain.gpr"] == {"r2c": 4, "c2r": 3, "c2c backward": 2}
    assert beside["stage.lockin"]["r2c"] == beside["chain.md"]["r2c"] == 2


def a_bench_that_fails_is_an_error(folder):
    (folder / "empty").mkdir()
    for part in ("stages", "latency", "rate", "accuracy"):
        run = bench(folder, "--quick", "--json", folder / "none.jsonl", part,
                    GW_BIN=str(folder / "empty" / "bin"))
        assert run.returncode == 1 and f"{part} failed" in run.stderr, run
        assert not (folder / "none.jsonl").exists()
    assert bench(folder, "--quick", "noise").returncode == 64
    assert bench(folder, "--json", folder / "no" / "file", "floor").returncode == 64


def one_that_is_interrupted_leaves_nothing(folder):
    tmp = folder / "tmp"
    process = subprocess.Popen([sys.executable, str(RUN), "latency"], stdout=subprocess.DEVNULL,
                               env={**os.environ, "TMPDIR": str(tmp)})
    gw.wait_for("the daemon", lambda: list(tmp.glob("*/journal.sqlite")))
    process.terminate()
    assert process.wait(gw.HANG_S) == 143
    assert not list(tmp.iterdir()), list(tmp.iterdir())


with gw.Folder() as folder:
    every_part_runs_and_tells_what_is_documented(folder)
    the_transforms_of_a_chain_are_those_of_its_stages(folder)
    a_bench_that_fails_is_an_error(folder)
    one_that_is_interrupted_leaves_nothing(folder)
