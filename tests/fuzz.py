# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reader of this repository under libFuzzer and the sanitizers, so many executions in all.

usage: fuzz.py BUILD RUNS SEED JOBS [TARGET...] -- BUILD: a folder built with GW_FUZZ; TARGET: npy,
dzt, ...; default: all readers. A finding's input is kept in BUILD/findings. Exit status: 0 all were
executed and nothing was found, 1 not so, 64 usage, 69 a target is not built.
"""
import pathlib
import re
import subprocess
import sys
import time

READERS = ("npy", "dzt", "mala", "dt1", "csv", "sigmf", "ids", "scene", "import")
ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = 2  # of a target, with seeds of their own: two processors end about at the same time
TOLD_S = 30


class Part:
    """One run of a target: its share of the executions, what it executed, how it ended."""

    def __init__(self, build, target, number, runs, seed):
        self.target, self.runs, self.seed = target, runs, seed
        self.name = f"{target}-{number}"
        self.program = build / "tests" / f"fuzz_{target}"
        self.kept, self.log = build / "findings", build / "findings" / f"{self.name}.log"
        self.grown = build / "findings" / "corpus" / self.name
        self.process = self.status = None
        self.done = 0

    def start(self):
        self.grown.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.program, f"-runs={self.runs}", f"-seed={self.seed}", "-timeout=10",
                 "-print_final_stats=1", f"-artifact_prefix={self.kept}/{self.name}-",
                 self.grown, ROOT / "tests" / "corpus" / self.target],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def look(self):
        """How far it is; True when it has ended."""
        text = self.log.read_text(errors="replace")
        total = re.findall(r"^stat::number_of_executed_units: *(\d+)", text, re.M)
        counts = total or re.findall(r"^#(\d+)\s", text, re.M)
        self.done = int(counts[-1]) if counts else 0
        self.status = self.process.poll()
        return self.status is not None

    def findings(self):
        return sorted(p for p in self.kept.glob(f"{self.name}-*") if p != self.log)

    def wrong(self):
        """What is wrong with how it ended; '' nothing."""
        kept = self.findings()
        if self.status or kept:
            words = [f"{self.name}: exit status {self.status} after {self.done} executions, seed "
                     f"{self.seed}: see {self.log}"]
            words += [f"  its input: {path}\n  again: {self.program} {path}" for path in kept]
            return "\n".join(words)
        if self.done < self.runs:
            return f"{self.name}: ended after {self.done} of {self.runs} executions: see {self.log}"
        return ""


def shares(build, targets, runs, seed):
    """So many executions, shared equally; the first few have one more."""
    n = len(targets) * PARTS
    counts = [runs // n + (k < runs % n) for k in range(n)]
    return [Part(build, targets[k % len(targets)], k // len(targets) + 1, counts[k],
                 seed + k // len(targets)) for k in range(n) if counts[k]]


def progress(parts, runs, begin):
    done, took = sum(part.done for part in parts), time.monotonic() - begin
    rate = done / max(took, 1e-3)
    busy = " ".join(part.name for part in parts if part.process and part.status is None)
    left = f"{max(runs - done, 0) / rate / 60:.0f} min left" if done else "beginning"
    print(f"fuzz: {done} of {runs} executions, {100 * done / runs:.1f} %, {rate:.0f}/s, {left}; "
          f"{busy}", flush=True)


def run(parts, runs, jobs):
    begin = told = time.monotonic()
    waiting, busy = list(parts), []
    try:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                busy.append(waiting.pop(0))
                busy[-1].start()
            time.sleep(0.2)
            for part in [part for part in busy if part.look()]:
                busy.remove(part)
                if part.wrong():
                    print(f"fuzz: {part.wrong()}", flush=True)
            if time.monotonic() - told >= TOLD_S:
                told = time.monotonic()
                progress(parts, runs, begin)
    finally:
        for part in busy:
            part.process.terminate()
            part.process.wait()
    progress(parts, runs, begin)


def main(build, runs, seed, jobs, *targets):
    build, runs, seed, jobs = pathlib.Path(build).resolve(), int(runs), int(seed), int(jobs)
    targets = targets or READERS
    parts = shares(build, targets, runs, seed)
    missing = sorted({str(part.program) for part in parts if not part.program.exists()})
    if missing:
        print(f"fuzz: not built: {', '.join(missing)}", file=sys.stderr)
        return 69
    (build / "findings").mkdir(exist_ok=True)
    old = [path for part in parts for path in part.findings()]
    if old:
        print(f"fuzz: inputs of earlier findings are still there, look at them and take them away "
              f"first: {' '.join(map(str, old))}", file=sys.stderr)
        return 1
    run(parts, runs, jobs)
    wrong = [part for part in parts if part.wrong()]
    for target in targets:
        mine = [part for part in parts if part.target == target]
        print(f"fuzz: {target}: {sum(part.done for part in mine)} executions, "
              f"{'NOT in order' if any(part in wrong for part in mine) else 'no finding'}")
    print(f"fuzz: {sum(part.done for part in parts)} executions in all, of {len(targets)} readers: "
          + (f"{len(wrong)} runs are NOT in order, told above" if wrong else "no finding"))
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 5 or not all(word.isdigit() for word in sys.argv[2:5]) or \
            int(sys.argv[2]) < 1 or int(sys.argv[4]) < 1:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
