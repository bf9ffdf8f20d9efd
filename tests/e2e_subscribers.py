# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python example and the C library, side by side at one stand-in for the gate: both say the
same of a core that comes back with fewer records, of a sender whose machine began anew, of records
that are lost and of those that come late after all."""
import gw
import publisher
from play_run import Subscriber

BOOTED_NS = 5 * 10**9  # on the clock of a machine that began just now


def words(subscriber):
    """What it says of itself, and the names of the records, each in the order they were said; the C
    program says them in two streams."""
    with subscriber.lock:
        events = [e for e in subscriber.events if e["event"] != "SAID" and
                  e.get("kind") in (None, "detection")]
    said = [f"GAP {e['first']}..{e['last']}" if e["event"] == "GAP" else e["event"]
            for e in events if e["event"] != "RECORD"]
    return said[said.index("LIVE"):] if "LIVE" in said else [], [
        f"{e['data']['kind_seq']} {e['data']['id']}" for e in events if e["event"] == "RECORD"]


def both_say(folder, play, wanted):
    stand_in = publisher.Publisher(folder)
    stand_in.kept = {}
    two = [Subscriber(spec, stand_in.live, stand_in.replay, folder)
           for spec in ({"with": name, "kinds": ["detection"]} for name in ("c", "pyzmq"))]

    def heard(*last):
        """The last word, the last record."""
        gw.wait_for(last, lambda: all(
            (*said[-1:], *records[-1:]) == last for said, records in map(words, two)))

    try:
        heard("LIVE")
        play(stand_in, heard)
        for one in two:
            gw.wait_for(f"{one.spec['with']}: {wanted}", lambda one=one: words(one) == wanted)
    finally:
        for one in two:
            one.end()
        stand_in.end()


def numbers_used_again(stand_in, heard):
    for number in range(1, 7):
        stand_in.alarm(f"old {number}")
    heard("LIVE", "6 old 6")
    stand_in.fall_back(3)
    heard("STREAM", "6 old 6")
    for number in range(4, 7):
        stand_in.alarm(f"new {number}")


def a_machine_that_began_anew(stand_in, heard):
    stand_in.alarm("before")
    heard("LIVE", "1 before")
    stand_in.speaks = False
    heard("BLIND", "1 before")
    stand_in.begin_anew(BOOTED_NS)
    stand_in.speaks = True
    heard("LIVE", "1 before")
    stand_in.alarm("after")


def a_hole_that_is_filled_late(stand_in, heard):
    stand_in.alarm("first")
    heard("LIVE", "1 first")
    stand_in.times = 0
    stand_in.alarm("lost")
    kept = stand_in.kept[2]
    stand_in.lose(1)
    stand_in.times = 1
    stand_in.alarm("third")
    heard("GAP 2..2", "3 third")
    stand_in.kept[2] = kept  # after all


def what_does_not_come_in_order(stand_in, _):
    for number in (1, 2, 3):
        stand_in.times = number != 2
        stand_in.alarm(str(number))  # 2 is there by replay only


def main():
    for play, *wanted in (
            (numbers_used_again, ["LIVE", "STREAM"],
             [*(f"{n} old {n}" for n in range(1, 7)), *(f"{n} new {n}" for n in range(4, 7))]),
            (a_machine_that_began_anew, ["LIVE", "BLIND", "LIVE"], ["1 before", "2 after"]),
            (a_hole_that_is_filled_late, ["LIVE", "GAP 2..2"], ["1 first", "3 third", "2 lost"]),
            (what_does_not_come_in_order, ["LIVE"], ["1 1", "2 2", "3 3"])):
        with gw.Folder() as folder:
            both_say(folder, play, tuple(wanted))
    print("the Python example and the library say the same")


if __name__ == "__main__":
    main()
