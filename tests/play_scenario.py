# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenarios of the player: YAML files as docs/testing.md describes them, checked in full."""
import pathlib
import re

import yaml

import zmq_between

KEYS = {"about": str, "seeds": list, "scene": str, "speed": (int, float), "loop": bool,
        "for": (str, int, float), "config": dict, "ways": dict, "subscribers": list, "faults": list,
        "events": list, "expect": dict}
PARTS = ("emulator", "daemon", "gate")
DEEDS = {"kill": PARTS, "stop": PARTS, "end": ("emulator", "daemon"),
         "start": ("emulator", "daemon")}
KINDS = ("detection", "health", "session", "coverage", "gap", "outcome", "check")
UNITS = {"ms": 1e-3, "s": 1.0, "min": 60.0}


class ScenarioError(Exception):
    """file: place: cause"""


def seconds(value, place):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|min)", str(value))
    if not found:
        raise ScenarioError(f"{place}: {value}: a time is a number and its unit: ms, s, min")
    return float(found[1]) * UNITS[found[2]]


def spans(value, place):
    """"200ms..1s" as [0.2, 1.0]; a single time is both."""
    ends = [seconds(v, place) for v in str(value).split("..")]
    if not 1 <= len(ends) <= 2 or ends[0] > ends[-1]:
        raise ScenarioError(f"{place}: {value}: LEAST..MOST")
    return [ends[0], ends[-1]]


def rule_load(rule, place):
    made = dict(rule)
    for key in {"at", "for", "to"} & rule.keys():
        made[key] = seconds(rule[key], f"{place}.{key}")
    for key in {"every", "by"} & rule.keys():
        made[key] = spans(rule[key], f"{place}.{key}")
    try:
        return zmq_between.rule_check(made)
    except ValueError as error:
        raise ScenarioError(f"{place}: {error}") from None


def keys_check(found, known, place):
    for key in found.keys() - set(known):
        raise ScenarioError(f"{place}: {key}: no such key")


def subscriber_load(subscriber, ways, place):
    keys_check(subscriber, ("name", "with", "way", "kinds"), place)
    made = {"way": None, "kinds": list(KINDS), **subscriber}
    if made.get("with") not in ("c", "pyzmq", "careless"):
        raise ScenarioError(f"{place}.with: {made.get('with')}: not one of c, pyzmq, careless")
    if made["way"] not in (None, *ways):
        raise ScenarioError(f"{place}.way: {made['way']}: no such way")
    if made["with"] == "c" and made["kinds"] != list(KINDS):
        raise ScenarioError(f"{place}.kinds: the C library takes all")
    for kind in made["kinds"]:
        if kind not in KINDS:
            raise ScenarioError(f"{place}.kinds: {kind}: no such kind")
    return made


def event_load(event, names, place):
    keys_check(event, ("at", "do", "what", "for"), place)
    deed, what = event.get("do"), event.get("what")
    if deed not in DEEDS or what not in (*DEEDS[deed], *(names if deed == "stop" else ())):
        raise ScenarioError(f"{place}: do {deed}, what {what}: no such deed")
    if (deed == "stop") != ("for" in event):
        raise ScenarioError(f"{place}: `for` belongs to `stop`, and to nothing else")
    made = {**event, "at": seconds(event.get("at"), f"{place}.at")}
    if deed == "stop":
        made["for"] = seconds(event["for"], f"{place}.for")
    return made


def load(path):
    """The scenario with times in seconds; ScenarioError."""
    path = pathlib.Path(path)
    try:
        raw = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path}: {error}") from None
    if not isinstance(raw, dict):
        raise ScenarioError(f"{path}: a mapping is needed")
    keys_check(raw, KEYS, path)
    for key, kind in KEYS.items():
        if key in raw and not isinstance(raw[key], kind):
            raise ScenarioError(f"{path}: {key}: of the wrong type")
    for key in ("for", "seeds", "subscribers"):
        if not raw.get(key):
            raise ScenarioError(f"{path}: {key}: is needed")
    s = {"about": "", "scene": "demo.yaml", "speed": 1, "loop": False, "config": {}, "ways": {},
         "faults": [], "events": [], "expect": {}, **raw, "name": path.stem}
    s["for"] = seconds(s["for"], f"{path}: for")
    s["ways"] = {name: [rule_load(r, f"{path}: ways.{name}[{k}]") for k, r in enumerate(rules)]
                 for name, rules in s["ways"].items()}
    s["subscribers"] = [subscriber_load(u, s["ways"], f"{path}: subscribers[{k}]")
                        for k, u in enumerate(s["subscribers"])]
    names = [u.get("name") for u in s["subscribers"]]
    if len(set(names)) < len(names) or None in names:
        raise ScenarioError(f"{path}: subscribers: each needs a name of its own")
    s["events"] = sorted((event_load(e, names, f"{path}: events[{k}]")
                          for k, e in enumerate(s["events"])), key=lambda e: e["at"])
    return s
