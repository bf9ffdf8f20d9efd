# SPDX-License-Identifier: GPL-3.0-or-later
"""The ground and the rows of each sensor as they are told, one record after the other: what follows
begins where what was before ended, and each row is told once. What does not is between the two
either a `gap` that says how many rows are lost, or a pass that goes back."""


class Ledger:
    def __init__(self):
        self.seq = None
        self.forget()

    def forget(self):
        """What comes does not go on what was."""
        self.end = {}  # of a sensor: place, row
        self.lost = {}  # rows since then, by the gap records
        self.holes = {}  # of a sensor: (from_m, to_m, rows) that gap records left

    def gap(self, data):
        sensor = data.get("sensor")
        if data["what"] != "samples":
            return
        if data["reason"] == "reconnected":
            self.end.pop(sensor, None)
            if sensor == "pose":
                self.end = {}
        elif sensor in self.end:
            self.lost[sensor] = self.lost.get(sensor, 0) + int(data["n"])

    def cover(self, data):
        sensor, first = data["sensor"], int(data["first_row"])
        lost = self.lost.pop(sensor, None)
        end_m, end_row = self.end.pop(sensor, (None, None))
        begin_m = data.get("from_m")
        if "reckoned_s" not in data:  # a place that was reckoned may be another when it is known
            self.end[sensor] = data.get("to_m"), first + int(data["n_rows"])
        if end_row is None:
            return
        if lost is None:
            assert first == end_row, \
                f"{sensor}: rows {end_row}..{first} are in none or two records: {data}"
        else:
            assert first >= end_row + lost, f"{sensor}: {lost} rows are lost and told: {data}"
        if begin_m is None or end_m is None or begin_m <= end_m:
            return
        assert lost is not None, f"{sensor}: {end_m}..{begin_m} m are in no record: {data}"
        self.holes.setdefault(sensor, []).append((end_m, begin_m, lost))

    def take(self, kind, data):
        """Of one stream, in the order of its numbers; what is missing in between is left out."""
        seq = int(data["seq"])
        if seq == 0:
            return  # it is outside of all numbers
        if self.seq is not None and seq != self.seq + 1 or \
                kind == "session" and data["event"] == "start":
            self.forget()
        self.seq = seq
        if kind == "gap":
            self.gap(data)
        elif kind == "coverage" and not data.get("standing"):
            self.cover(data)


def check(records):
    """(kind, data) of a stream from its beginning; returns the ledger."""
    ledger = Ledger()
    for kind, data in records:
        ledger.take(kind, data)
    return ledger
