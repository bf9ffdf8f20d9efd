# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of calibration share: the seal by a foreign program, scenes of a device, steps."""
import hashlib
import json
import math
import subprocess

import gw

SCENES = gw.ROOT / "drivers/scenes"


def real_text(value):
    """A number as docs/calibration.md says: C's %.17g, with .0 where it looks whole."""
    text = "%.17g" % value
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}"
    return text if "." in text else text + ".0"


def canonical(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{canonical(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(v) for v in value) + "]"
    return real_text(value) if isinstance(value, float) else json.dumps(value)


def seal(content):
    content = {k: v for k, v in content.items() if k != "hash"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def resealed(path, to, **changes):
    """A file as a later version of somebody's would be: other members, the right seal."""
    content = {**json.loads(path.read_text()), **changes}
    content["hash"] = seal(content)
    to.write_text(json.dumps(content))
    return to


def scenes_make(folder, device):
    """Every scene of the repository, and the demo lane, with one device."""
    folder.mkdir()
    for path in SCENES.glob("*.yaml"):
        text = path.read_text().replace("device_file: device.yaml", f"device_file: {device}.yaml")
        if path.stem == "demo":
            text = text.replace("length_m: 10", f"length_m: 10\ndevice_file: {device}.yaml")
        (folder / path.name).write_text(text)
    return folder


def calibrate(step, source, file, *options):
    return subprocess.run([gw.GW, "calibrate", step, "--source", str(source), "--file", str(file),
                           "--yes", *options], capture_output=True, text=True, timeout=gw.HANG_S)


def refused(step, source, file, status, *words, options=()):
    """The step is refused with the words, and the file stays as it was."""
    before = file.read_bytes() if file.exists() else None
    run = calibrate(step, source, file, *options)
    assert run.returncode == status, (step, run)
    for word in words:
        assert word in run.stderr, (word, run.stderr)
    assert (file.read_bytes() if file.exists() else None) == before, f"{step}: the file was changed"


def limits(k, n, confidence=0.95):
    """Clopper-Pearson, by halving on the binomial's own sums."""
    def below(p, top):
        return sum(math.comb(n, i) * p**i * (1 - p)**(n - i) for i in range(top + 1))

    def find(wanted, top):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle, top) > wanted else (low, middle)
        return low
    tail = (1 - confidence) / 2
    return (find(1 - tail, k - 1) if k else 0.0), (find(tail, k) if k < n else 1.0)
