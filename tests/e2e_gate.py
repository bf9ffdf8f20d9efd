# SPDX-License-Identifier: GPL-3.0-or-later
"""groundwatch-gate under a stand-in core: nothing lost, nothing twice, no false heartbeat."""
import random
import threading

import zmq

from stand_in import (Core, HANG_S, Watch, context, numbers, receive, subscribe, wait_gone, run)


def killed_gates_lose_nothing_and_repeat_nothing(folder):
    core = Core(folder)
    core.do("durable 5")
    watch = Watch(core, "--history")
    watch.take(5)
    total = 5
    for turn in range(8):
        core.do("durable 7")
        if turn % 2:
            core.do("quiet 2")  # and the gate is killed before anything tells it of them
            total += 2
        core.gate_kill()
        core.do("loose 3")
        core.do("save")
        total += 10
    records = watch.take(total)
    assert numbers(records) == list(range(1, total + 1)), numbers(records)
    said = watch.end()
    assert not any("LOST" in line for line in said), said
    core.end()


def a_lossy_way_is_made_whole_by_replay(folder):
    core = Core(folder)
    proxy_in, proxy_out = context.socket(zmq.SUB), context.socket(zmq.PUB)
    proxy_in.subscribe(b"")
    proxy_in.connect(core.live)
    proxy_out.bind(f"ipc://{folder}/lossy")
    stop, dropped, draw = threading.Event(), [0], random.Random(7)

    def run():
        while not stop.is_set():
            if proxy_in.poll(20):
                frames = proxy_in.recv_multipart()
                if draw.random() < 0.4:
                    dropped[0] += 1
                else:
                    proxy_out.send_multipart(frames)

    thread = threading.Thread(target=run)
    thread.start()
    watch = Watch(core, "--history", live=f"ipc://{folder}/lossy")
    watch.heard()
    for turn in range(10):
        core.do("durable 20")
        core.do("loose 5")
    records = watch.take(250)
    assert numbers(records) == list(range(1, 251)), numbers(records)
    assert dropped[0] > 50, dropped
    said = watch.end()
    assert not any("LOST" in line for line in said), said
    stop.set()
    thread.join()
    proxy_in.close(0)
    proxy_out.close(0)
    core.end()


def a_stranger_who_joins_gets_what_comes_next(folder):
    core = Core(folder)
    core.do("durable 4")
    watch = Watch(core)
    watch.heard()
    core.do("durable 3")
    assert numbers(watch.take(3)) == [5, 6, 7]
    watch.end()
    core.end()


def a_killed_core_is_blind_then_silent_and_the_gate_ends(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    watch = Watch(core)
    watch.heard()
    gate = core.gate
    core.do("quiet 3")  # journalled, and not yet said
    core.process.kill()
    seen = []
    while not seen or seen[-1][0] != "heartbeat" or seen[-1][1]["state"] != "BLIND":
        kind, event = receive(sub)
        seen.append((kind, event["data"]))
    kinds = [kind for kind, _ in seen]
    assert kinds.count("detection") == 3, kinds
    assert seen[-1][1]["reasons"] == ["core"] and seen[-1][1]["newest"]["detection"] == "3"
    assert seen[-2][0] == "health" and seen[-2][1]["state"] == "BLIND", seen[-2]
    assert all(sensor["state"] == "BLIND" for sensor in seen[-1][1]["sensors"])
    wait_gone(gate)
    assert not sub.poll(300), "something after the last word"
    core.error("the core is gone or hangs: BLIND")
    watch.take(3)
    assert watch.take(1, "health")[0]["reasons"] == ["core"]
    said = watch.end()
    assert any("BLIND" in line and "nothing is heard" in line for line in said), said
    sub.close()
    core.end()


def a_hanging_core_is_blind_and_heard_again_when_it_goes_on(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    core.do("hang")
    while True:
        kind, event = receive(sub)
        if kind == "heartbeat" and event["data"]["state"] == "BLIND":
            break
    assert event["data"]["reasons"] == ["core"]
    core.expect("ended 70")
    assert not sub.poll(300)
    core.process.stdin.write("beat\n")
    core.expect("gate")
    core.expect("done")
    assert receive(sub)[1]["data"]["state"] == "SEARCHING"
    sub.close()
    core.end()


def a_clean_stop_says_stopped_last(folder):
    core = Core(folder)
    sub, _ = subscribe(core)
    core.process.stdin.write("durable 2\nstop\n")
    seen = []
    while not seen or seen[-1][1]["state"] != "BLIND" or seen[-1][0] != "heartbeat":
        kind, event = receive(sub)
        seen.append((kind, {"state": "", **event["data"]}))
    kinds = [kind for kind, _ in seen if kind != "heartbeat"]
    assert kinds == ["detection", "detection", "session", "health"], kinds
    assert seen[-1][1]["reasons"] == ["stopped"] and seen[-1][1]["newest"]["session"] == "1"
    wait_gone(core.gate)
    assert not sub.poll(300)
    said = list(iter(lambda: core.err.get(timeout=HANG_S), None))
    assert not any("core is gone" in line for line in said), said
    sub.close()
    core.end()


def a_new_journal_is_a_new_stream(folder):
    core = Core(folder)
    watch = Watch(core)
    watch.heard()
    core.do("durable 3")
    watch.take(3)
    core.do("renew")
    core.do("durable 2")
    records = watch.take(5)
    assert numbers(records) == [1, 2, 3, 1, 2], numbers(records)
    assert records[0]["stream"] != records[4]["stream"]
    assert any("another stream" in line for line in watch.end())
    core.end()


def a_report_that_comes_late_does_not_turn_time_back(folder):
    """The journal shows what was committed before the core can report it: a slow disk."""
    core = Core(folder)
    watch = Watch(core, "--history")
    watch.heard()
    core.do("durable 2")
    core.do("ahead 3")
    sub, _ = subscribe(core)
    for _ in range(10):  # for longer than a subscriber waits before it believes another stream
        kind, event = receive(sub)
        assert kind == "heartbeat" and event["data"]["newest"]["detection"] == "5", event
    core.do("durable 1")
    assert numbers(watch.take(6)) == [1, 2, 3, 4, 5, 6]
    said = watch.end()
    assert not any("another stream" in line for line in said), said
    sub.close()
    core.end()


if __name__ == "__main__":
    run(killed_gates_lose_nothing_and_repeat_nothing, a_lossy_way_is_made_whole_by_replay,
        a_stranger_who_joins_gets_what_comes_next,
        a_killed_core_is_blind_then_silent_and_the_gate_ends,
        a_hanging_core_is_blind_and_heard_again_when_it_goes_on, a_clean_stop_says_stopped_last,
        a_new_journal_is_a_new_stream, a_report_that_comes_late_does_not_turn_time_back)
