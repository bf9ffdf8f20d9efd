# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of every play, whatever went wrong in it: check(evidence) names what does not.

  numbers   kind_seq is contiguous, but for what a gap record names
  samples   of each unbroken run of rows: covered, each once and without a hole; lost where a gap
            record says so; delivered = covered + the last rows that no more followed
  durable   what is sent as durable is in the journal by then
  once      each subscriber holds every record of the journal once and unaltered, or was told
  order     and in the order of its kind
  blind     a subscriber says BLIND in every silence, and is heard again no sooner than it ends
  eyes      nobody claims to search with a sensor, a core or a gate that stands still
  schema    every message that came at the gate is as docs/schemas say, by a foreign validator
  expect    the scenario's own: the trouble did happen
"""
import collections

import play_scenario

SECOND = 10 ** 9
SILENCE_S = 3.0  # ten times the 300 ms after which a subscriber is BLIND
OLD_S = 0.4  # a heartbeat that was so long on its way is no sign of life
GRACE_S = 1.5    # for a state; it is due after 0.05 to 0.5 s
EDGE_S = 0.5     # both ends of a silence are seen by another process, under any load
HOP_S = 0.010
GRID_S = 0.2  # from one place of the grid to the next, at a tenth of a metre a second
SILENT = ("stall", "silent", "mute", "restart")


def number_of(data, key):
    return int(data[key])


def told_gaps(e, what):
    return [r["data"] for r in e["journal"] if r["kind"] == "gap" and r["data"]["what"] == what]


def numbers(e):
    found = collections.defaultdict(list)
    for r in e["journal"]:
        found[r["data"]["stream"], r["kind"]].append(r["kind_seq"])
    named = {n for g in told_gaps(e, "records")
             for n in range(number_of(g, "from"), number_of(g, "to") + 1)}
    for (_, kind), have in found.items():
        for n in sorted(set(range(1, max(have) + 1)) - set(have)):
            if n not in named:
                yield f"{kind} {n} is not in the journal, and no gap record names it"
        for n, times in collections.Counter(have).items():
            if times > 1:
                yield f"{kind} {n} is {times} times in the journal"


class Run:
    """Rows of one sensor, counted on without a break."""

    def __init__(self, first):
        self.first = self.next = first
        self.covered = self.rest = self.lost = 0
        self.n_parts = 1


def run_cover(run, data, sensor, rest_most, pauses):
    """pauses: how often samples may have stopped; each ends what the chain had begun."""
    first, n = number_of(data, "first_row"), number_of(data, "n_rows")
    if 0 < first - run.next <= rest_most and pauses:
        pauses.pop()
        run.n_parts += 1
    elif first != run.next:
        word = "twice" if first < run.next else "not at all"
        span = f"{min(first, run.next)}..{max(first, run.next) - 1}"
        yield f"{sensor}: rows {span} are covered {word}"
    run.next = first + n
    run.covered += n


def run_lose(run, data, sensor, rest_most):
    first, last = number_of(data, "from"), number_of(data, "to")
    if last - first + 1 != number_of(data, "n"):
        yield f"{sensor}: a gap record of {data['n']} rows from {first} to {last}"
    if not 0 <= first - run.next <= rest_most:
        yield f"{sensor}: rows {run.next}..{first - 1} are neither covered nor lost"
    run.rest += first - run.next
    run.lost += last - first + 1
    run.next = last + 1
    run.n_parts += 1


def life_sum(runs, ending, sensor, rest_most):
    """Of one life of the daemon. ending: (last heartbeat, whether all was told by then)."""
    beat, is_whole = ending
    if not beat or sensor not in beat["sensors"]:
        return
    said = beat["sensors"][sensor]
    rows, lost = number_of(said, "rows"), number_of(said, "lost") + number_of(said, "dropped")
    covered, told = sum(r.covered for r in runs), sum(r.lost for r in runs)
    rest, most = rows - number_of(said, "dropped") - covered, rest_most * sum(
        r.n_parts for r in runs)
    if rest < 0 or (is_whole and rest > most):
        yield f"{sensor}: {rows} rows came, {covered} are covered: {rest} are not, {most} may be"
    if told > lost or (is_whole and told != lost):
        yield f"{sensor}: {lost} rows are lost, gap records name {told}"


def lives_of(e):
    """Of each life of the daemon: its records, and (its last heartbeat, whether it ended well)."""
    lives = []
    for r in e["journal"]:
        if r["kind"] == "session" and r["data"]["event"] == "start":
            lives.append([])
        if lives:
            lives[-1].append(r)
    starts = [t["t"] for t in e["timeline"] if t["what"] == "daemon started"] + [float("inf")]
    for life, begin, end in zip(lives, starts, starts[1:]):
        beats = [beat for beat in e["beats"] if begin < beat["t"] < end]
        killed = any(t["what"] == "daemon killed" and begin < t["t"] < end for t in e["timeline"])
        yield life, (beats[-1] if beats else None, not killed)


def sensor_samples(life, ending, sensor, rest_most, n_pauses):
    runs, pauses = [], [None] * n_pauses
    for r in life:
        data = r["data"]
        if data.get("sensor") != sensor:
            continue
        if r["kind"] == "gap" and data["reason"] == "reconnected":
            runs.append(Run(number_of(data, "from")))
        elif r["kind"] == "gap" and runs:
            yield from run_lose(runs[-1], data, sensor, rest_most)
        elif r["kind"] == "coverage" and not runs:
            runs.append(Run(0))
        if data.get("standing") and number_of(data, "n_rows"):
            yield f"{sensor}: a head that stands has {data['n_rows']} rows"
        if r["kind"] == "coverage" and not data.get("standing"):  # that has no rows
            yield from run_cover(runs[-1], data, sensor, rest_most, pauses)
    yield from life_sum(runs, ending, sensor, rest_most)


def samples(e):
    """A hop of the metal detector counts when it is followed by another: two may be left over. So
    may be scans by time at the end of a run, as far as the next place of the grid."""
    rate, scan_rate = e["rates"]["md"], e["rates"].get("gpr", 0)
    n_pauses = len(still_spans(e))
    for life, ending in lives_of(e):
        yield from sensor_samples(life, ending, "gpr", int(GRID_S * scan_rate), n_pauses)
        yield from sensor_samples(life, ending, "md", int(2 * HOP_S * rate), n_pauses)


def durable(e):
    for seen in e["audit"]:
        if seen["durable"] and not seen["journalled"]:
            what = "an alarm, " if seen["alarm"] else ""
            yield f"{what}{seen['kind']} {seen['kind_seq']} was sent as durable, not yet journalled"


def held_by(subscriber):
    return [ev for ev in subscriber["events"] if ev["event"] == "RECORD"]


def bare(data):
    return {k: v for k, v in data.items() if k != "durable"}


def quiet_newest(e):
    return next(t["newest"] for t in e["timeline"] if t["what"] == "quiet")


def once(e):
    due = {(r["data"]["stream"], r["kind"], r["kind_seq"]): r for r in e["journal"]}
    newest = quiet_newest(e)
    for name, s in e["subscribers"].items():
        held = collections.Counter()
        told = {(ev["kind"], n) for ev in s["events"] if ev["event"] == "GAP"
                for n in range(ev["first"], ev["last"] + 1)}
        for ev in held_by(s):
            data = ev["data"]
            key = data["stream"], ev["kind"], number_of(data, "kind_seq")
            if key[2] == 0:  # the gate's own word, outside of all numbers
                continue
            held[key] += 1
            if key in due and bare(due[key]["data"]) != bare(data):
                yield f"{name}: {key[1]} {key[2]} is another than the journal's"
            elif key not in due and data["durable"]:
                yield f"{name}: {key[1]} {key[2]}, durable, is in no journal"
        for key, times in held.items():
            if times > 1:
                yield f"{name}: {key[1]} {key[2]} came {times} times"
        for key, r in due.items():
            if r["seq"] <= newest and key[1] in s["spec"]["kinds"] and not held[key] and (
                    key[1:] not in told):
                yield f"{name}: {key[1]} {key[2]} neither came nor was it told as missing"


def order(e):
    for name, s in e["subscribers"].items():
        if s["spec"]["with"] == "pyzmq":  # it prints each as soon as it is there
            continue
        last = {}
        for ev in held_by(s):
            key, n = (ev["data"]["stream"], ev["kind"]), number_of(ev["data"], "kind_seq")
            if n and n < last.get(key, 0):
                yield f"{name}: {ev['kind']} {n} after {last[key]}"
            last[key] = max(n, last.get(key, 0))


def spans_between(times, least_s):
    return [(a, b) for a, b in zip(times, times[1:]) if b - a > least_s * SECOND]


def frozen_spans(e, what):
    return [(t["t"], t["t"] + (t["for"] + 1) * SECOND) for t in e["timeline"]
            if t["what"] == f"{what} stopped"]


def beats_at(e, name):
    """When heartbeats went to this subscriber that were not old."""
    if name not in e["ways"]:
        return [b["t"] for b in e["beats"]]
    return [x["t"] for x in e["ways"][name]
            if x["did"] == "pass" and x["flow"] == "live" and x["what"].startswith("heartbeat/")
            and x["late"] < OLD_S]


def silences(e):
    """(subscriber, which of its processes, its BLIND and LIVE, begin, end) of every silence."""
    for name, s in e["subscribers"].items():
        said = collections.defaultdict(list)
        for ev in s["events"]:
            if ev["event"] in ("BLIND", "LIVE"):
                said[ev.get("of")].append((ev["t"], ev["event"]))
        frozen = frozen_spans(e, name)
        for of, words in said.items():
            heard = next((t for t, word in words if word == "LIVE"), None)
            for a, b in spans_between(beats_at(e, name), SILENCE_S):
                if heard and a >= heard and not any(f < b and a < g for f, g in frozen):
                    yield name, of, words, a, b


def blind(e):
    for name, of, words, a, b in silences(e):
        who = f"{name} ({of})" if of else name
        state = next((word for t, word in reversed(words) if t <= a), "LIVE")
        within = [word for t, word in words if a < t < b - EDGE_S * SECOND]
        length = (b - a) / SECOND
        if "BLIND" not in [state, *within]:
            yield f"{who}: no BLIND in a silence of {length:.1f} s"
        if (within or [state])[-1] == "LIVE" and "BLIND" in within:
            yield f"{who}: heard again in the midst of a silence of {length:.1f} s"


def fault_spans(e):
    """(sensors, begin, end) of the emulator's planned silences; its clock starts at some time
    between the daemon's start and the first heartbeat."""
    started = next(t["t"] for t in e["timeline"] if t["what"] == "daemon started")
    begun = next(t["t"] for t in e["timeline"] if t["what"] == "begin")
    for fault in e["scenario"]["faults"]:
        keys = dict(part.split("=") for part in fault.split(","))
        if keys["kind"] in SILENT:
            at, length = (play_scenario.seconds(keys.get(k, "0s"), "faults") for k in ("at", "for"))
            device = keys.get("device", "").removeprefix("gw-")
            yield ([device] if device else None, begun + at * SECOND,
                   started + (at + length) * SECOND)


def next_time(e, t, what):
    return next((x["t"] for x in e["timeline"] if x["t"] > t and x["what"] == what), None)


def deed_spans(e):
    """(sensors, begin, end) while a program stood still or was gone."""
    for t in e["timeline"]:
        what, _, deed = t["what"].partition(" ")
        if deed == "stopped" and what in ("emulator", "daemon", "gate"):
            yield None, t["t"], t["t"] + t["for"] * SECOND
        elif deed in ("killed", "ended") and what in ("emulator", "daemon"):
            again = next_time(e, t["t"], f"{what} started")
            last = e["beats"][-1]["t"] if what == "daemon" else next_time(e, t["t"], "daemon gone")
            yield None, t["t"], again or last


def still_spans(e):
    """Those long enough to be judged."""
    return [s for s in [*fault_spans(e), *deed_spans(e)]
            if s[2] and s[2] - s[1] > (GRACE_S + 0.5) * SECOND]


def eyes(e):
    for sensors, a, b in still_spans(e):
        at = (a - e["timeline"][0]["t"]) / SECOND
        for beat in e["beats"]:
            if not a + GRACE_S * SECOND < beat["t"] < b:
                continue
            states = [beat["sensors"][s]["state"] for s in sensors] if sensors else [beat["state"]]
            if set(states) != {"BLIND"}:
                yield (f"{'/'.join(sensors or ['all'])} stood still at {at:.1f} s, and "
                       f"{(beat['t'] - a) / SECOND:.1f} s later a heartbeat said {states[0]}")
                break


def schema(e):
    if not e["n_messages"]:
        yield "no message came"
    yield from e["schema"]


def counts(e):
    did = collections.Counter(x["did"] for log in e["ways"].values() for x in log)
    kinds = collections.Counter(r["kind"] for r in e["journal"])
    alarms = sum(r["kind"] == "detection" and r["data"]["alarm"] for r in e["journal"])
    told = [ev for s in e["subscribers"].values() for ev in s["events"]]
    lost = sum(number_of(g, "n") for g in told_gaps(e, "samples"))
    return {"records": len(e["journal"]), "alarms": alarms, "coverage": kinds["coverage"],
            "gaps": kinds["gap"], "lost_rows": lost,
            "lives": sum(t["what"] == "daemon started" for t in e["timeline"]),
            "dropped": did["drop"], "duplicated": did["duplicate"], "delayed": did["delay"],
            "stalled": did["stall"], "lagged": did["lag"], "cuts": did["cut"],
            "lost_in_cuts": did["lost"],
            "blind": sum(ev["event"] == "BLIND" for ev in told), "silences": len(list(silences(e))),
            "still": len(still_spans(e))}


def expect(e):
    found = counts(e)
    for key, least in e["scenario"]["expect"].items():
        if found[key] < least:
            yield f"{key}: {found[key]}, at least {least} were expected"
    for t in e["timeline"]:
        if t["what"].endswith(" gone") and t["status"] not in (0, -9):
            yield f"{t['what']} with status {t['status']}: {e['log'][-500:]}"


INVARIANTS = (numbers, samples, durable, once, order, blind, eyes, schema,
              expect)


def check(e):
    """[(invariant, what does not hold)]"""
    return [(invariant.__name__, text) for invariant in INVARIANTS for text in invariant(e)]
