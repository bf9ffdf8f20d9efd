# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures over ZeroMQ: as the schema says, whole and in order while somebody looks, none when
nobody does, and what they show is where the target lies."""
import collections
import struct

import gw
import schemas
import zmq

LANE_M = 3
SCENE = """name: scope
seed: 5
length_m: 3
speed: {mean_m_s: 0.5, wobble: 0}
targets: [{name: TM-62M, along_m: 2.0, depth_m: 0.08}]
"""


def rows_of(data, body):
    size = 1 if data["type"] == "i8" else 4
    assert len(body) == data["n_rows"] * data["n_columns"] * size, (data, len(body))
    values = struct.unpack(f"<{len(body) // size}{'b' if size == 1 else 'f'}", body)
    return [values[k:k + data["n_columns"]] for k in range(0, len(values), data["n_columns"])]


with gw.Folder() as folder:
    scene = folder / "scene.yaml"
    scene.write_text(SCENE)
    context = zmq.Context()
    viewer = context.socket(zmq.SUB)
    viewer.subscribe(b"v1/scope/")
    viewer.subscribe(b"v1/heartbeat/")
    viewer.connect(f"ipc://{folder}/live")
    cue = {}
    numbers, tone, power, lines = [], {}, collections.defaultdict(float), 0
    with gw.emulate(folder, scene) as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}"):
        place, silent = 0, 0
        while place < LANE_M - 0.1 and silent < 20:
            if not viewer.poll(500):
                silent += 1
                continue
            frames = viewer.recv_multipart()
            kind, event = schemas.check_message(frames)
            data = event["data"]
            if kind != "scope":
                place = data.get("along_m", place)
                continue
            numbers.append(int(data["kind_seq"]))
            at = round(data.get("to_m", -1), 1)
            if data.get("provisional", 0) > cue.get("provisional", 0):
                cue = data
            for row in rows_of(data, frames[2]):
                if data["sensor"] == "md":
                    tone[at] = max(tone.get(at, 0), row[0])
                else:
                    lines += 1
                    power[at] += sum(v * v for v in row[60:]) / len(row)
        viewer.unsubscribe(b"v1/scope/")
        while viewer.poll(500) and schemas.check_message(viewer.recv_multipart())[0] == "scope":
            pass
        late = 0
        for _ in range(10):  # a second of heartbeats
            late += (viewer.poll(500) and
                     schemas.check_message(viewer.recv_multipart())[0] == "scope")
    context.destroy(0)
assert len(numbers) > 50 and numbers == list(range(numbers[0], numbers[0] + len(numbers))), numbers
assert abs(max(tone, key=tone.get) - 2.0) <= 0.2 and max(tone.values()) > 0.5, tone
# The top's rim is the first to be heard, one scan later than it is sensed; a half past the middle.
assert cue["provisional"] > 0.5 and -0.21 <= cue["provisional_m"] - 2.0 <= 0.05, cue
assert lines > 100, lines
assert abs(max(power, key=power.get) - 2.0) <= 0.4, dict(power)
assert late == 0, late
print(f"{len(numbers)} pictures, none lost; tone {max(tone.values()):.2f} at "
      f"{max(tone, key=tone.get)} m; {lines} radar lines")
