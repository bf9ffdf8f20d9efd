#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: player.py [--seed N] [--keep FILE] SCENARIO...
       player.py --check FILE

Plays scenarios (docs/testing.md) with the real programs, for each of their seeds or the one that is
given, and checks what must hold of every play. --keep: what came to pass, as JSON; --check: judge
that again. Exit status 1 when something does not hold, 65 for a wrong scenario.
"""
import argparse
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("GW_ROOT", str(ROOT))
os.environ.setdefault("GW_BIN", str(ROOT / "build" / "bin"))
import play_check  # noqa: E402
import play_run  # noqa: E402
import play_scenario  # noqa: E402

SHOWN = 20


def judge(evidence):
    name, seed = evidence["scenario"]["name"], evidence["seed"]
    found = play_check.check(evidence)
    told = ", ".join(f"{n} {what}" for what, n in play_check.counts(evidence).items() if n)
    print(f"{name} seed {seed}: {told}: {'all holds' if not found else f'{len(found)} BROKEN'}",
          flush=True)
    for invariant, text in found[:SHOWN]:
        print(f"  {invariant:8} {text}")
    if found:
        print(evidence["log"][-3000:])
    return not found


def main():
    parser = argparse.ArgumentParser(usage=__doc__.partition("usage: ")[2])
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path)
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    if options.check:
        return 0 if judge(json.loads(options.check.read_text())) else 1
    try:
        scenarios = [play_scenario.load(path) for path in options.scenarios]
    except play_scenario.ScenarioError as error:
        print(f"player: {error}", file=sys.stderr)
        return 65
    good = True
    for scenario in scenarios:
        for seed in scenario["seeds"] if options.seed is None else [options.seed]:
            evidence = play_run.run(scenario, seed)
            if options.keep:
                options.keep.write_text(json.dumps(evidence))
            good = judge(evidence) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
