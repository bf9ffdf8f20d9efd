# SPDX-License-Identifier: GPL-3.0-or-later
"""What `groundwatch watch --wav` lets be heard, judged by a DFT of its own."""
import array
import cmath
import math
import pathlib
import signal
import subprocess
import time
import wave

import gw
from publisher import Publisher

RATE = 48000
SIREN_HZ = (960, 720)


def samples_read(path):
    """All samples; the header must say how many there are."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        n = file.getnframes()
        samples = array.array("h", file.readframes(n))
    assert len(samples) == n and path.stat().st_size == 44 + 2 * n, (n, path.stat().st_size)
    return samples


def power(samples, hz):
    """Of one frequency, Hann window, full scale sine: 1."""
    n = len(samples)
    turn = cmath.exp(-2j * math.pi * hz / RATE)
    total, at = 0j, 1 + 0j
    for k, x in enumerate(samples):
        total += x * (1 - math.cos(2 * math.pi * k / n)) * at
        at *= turn
    return abs(total * 2 / n / 32767) ** 2


def siren(samples):
    """In a quarter of a second, or a little more, one of the two tones holds most of the time."""
    return max(power(samples, hz) for hz in SIREN_HZ) > 0.01


def pitch(samples):
    """The strongest of the metal detector's pitches: 220 Hz and 2.5 octaves up, in semitones."""
    return max((220 * 2 ** (k / 12) for k in range(31)), key=lambda hz: power(samples, hz))


def ticks(samples):
    """Times of bursts at 3200 Hz, in steps of 10 ms."""
    found, was = [], False
    for at in range(0, len(samples) - 480, 480):
        block = samples[at:at + 480]
        is_one = max(block) > 500 and power(block, 3200) > 1e-4
        if is_one and not was:
            found.append(at / RATE)
        was = is_one
    return found


def watch(live, replay, folder, *options):
    return gw.Program([gw.GW, "watch", "--live", live, "--replay", replay, "--wav",
                       folder / "heard.wav", *options], folder / "watch.log")


def the_tone_follows_the_signal(folder):
    publisher = Publisher(folder)
    steps = (0.2, 0.5, 0.8, 1.0)
    heard, start = [], None
    with watch(publisher.live, publisher.replay, folder) as program:
        start = time.monotonic()
        time.sleep(1)
        for tone in steps:
            publisher.tone = tone
            time.sleep(2)
            heard.append(time.monotonic() - start - 0.8)
        publisher.tone = 0.0
        time.sleep(2.5)
        assert program.stop() == 0
    publisher.end()
    samples = samples_read(folder / "heard.wav")
    # From the end, for when the file began within the first step is not known.
    length, end = len(samples) / RATE, heard[-1] + 0.8 + 2.5
    pitches = [pitch(samples[int((at + length - end) * RATE):][:RATE // 5]) for at in heard]
    assert pitches == sorted(set(pitches)), pitches
    assert pitches[-1] > 1200 and pitches[0] < 300, pitches
    times = ticks(samples[len(samples) - 2 * RATE:])
    assert len(times) == 2 and abs(times[1] - times[0] - 1) < 0.03, times
    assert not siren(samples[len(samples) - RATE // 4:])


def alarms_are_heard_and_silence_is_a_siren_also_when_muted(folder):
    for options in ((), ("--mute",)):
        publisher = Publisher(folder)
        with watch(publisher.live, publisher.replay, folder, *options) as program:
            time.sleep(2)
            publisher.alarm("one")
            time.sleep(1)
            publisher.end()
            time.sleep(2)
            assert program.stop(signal.SIGINT) == 0
        samples = samples_read(folder / "heard.wav")
        last = samples[len(samples) - RATE:]
        for at in range(0, RATE, RATE // 4):
            assert siren(last[at:at + RATE // 4]), (options, at)
        before = samples[len(samples) - 3 * RATE:len(samples) - 2 * RATE]
        two_notes = max(power(before[at:at + 2400], 880) for at in range(0, RATE - 2400, 1200))
        assert (two_notes > 1e-3) == (not options), (options, two_notes)
        folder.joinpath("heard.wav").unlink()


def a_killed_writer_leaves_a_whole_file(folder):
    publisher = Publisher(folder)
    with watch(publisher.live, publisher.replay, folder) as program:
        time.sleep(2.2)
        program.stop(signal.SIGKILL)
    publisher.end()
    path = folder / "heard.wav"
    with wave.open(str(path)) as file:  # its lengths are at most half a second behind
        n = file.getnframes()
    assert RATE < n <= (path.stat().st_size - 44) // 2 <= n + RATE // 2, (n, path.stat().st_size)


def what_cannot_be_heard_is_told(folder):
    for options, status, text in (
            (("--sound-device", "no_such_device"), 66, "no_such_device"),
            (("--wav", folder / "none" / "x.wav"), 74, "none/x.wav"), (("--mute",), 64, "--mute")):
        run = subprocess.run([gw.GW, "watch", "--live", f"ipc://{folder}/l", *map(str, options)],
                             capture_output=True, text=True, timeout=gw.HANG_S)
        assert run.returncode == status and text in run.stderr, (options, run)
        assert "\n" not in run.stderr.strip(), run.stderr


def slides(samples):
    """Somewhere the tone is on its way up: 400..550 Hz, where no other sound has its pitch."""
    return any(power(samples[at:at + 2400], hz) > 1e-3 for at in range(0, len(samples) - 2400, 2400)
               for hz in range(400, 551, 25))


def a_lane_and_the_death_of_its_sensors_are_heard(folder):
    """The whole chain, then the emulator dies; first with all sounds, then muted."""
    subprocess.run([gw.GW, "record", "--scene", str(gw.ROOT / "drivers/scenes/demo.yaml"),
                    str(folder / "lane")], check=True, timeout=gw.HANG_S, capture_output=True)
    for options in ((), ("--mute",)):
        at = folder / f"run{len(options)}"
        at.mkdir()
        emulator = gw.emulate(at, folder / "lane.sigmf-collection")
        with gw.daemon(at, f"iio:ip:127.0.0.1:{emulator.port}"), \
                watch(f"ipc://{at}/live", f"ipc://{at}/replay", at, *options) as program:
            subscriber = gw.Subscriber(at)
            gw.wait_for("an alarm of the metal detector", lambda: any(
                one["sensor"] == "md" and one["alarm"]
                for one in subscriber.take().records.get("detection", ())))
            time.sleep(1)
            emulator.stop(signal.SIGKILL)
            gw.wait_for("BLIND", lambda: subscriber.take().heartbeat["state"] == "BLIND")
            time.sleep(2)
            subscriber.close()
            assert program.stop() == 0
        samples = samples_read(at / "heard.wav")
        last = samples[len(samples) - RATE:]
        assert all(siren(last[k:k + RATE // 4]) for k in range(0, RATE, RATE // 4)), options
        assert len(ticks(samples)) >= 2, "no tick while it searched"
        assert slides(samples) == (not options), (options, "the tone of the live signal")


def main():
    for scenario in (the_tone_follows_the_signal,
                     alarms_are_heard_and_silence_is_a_siren_also_when_muted,
                     a_killed_writer_leaves_a_whole_file, what_cannot_be_heard_is_told,
                     a_lane_and_the_death_of_its_sensors_are_heard):
        with gw.Folder() as folder:
            scenario(pathlib.Path(folder))
        print(f"ok {scenario.__name__}", flush=True)


if __name__ == "__main__":
    main()
