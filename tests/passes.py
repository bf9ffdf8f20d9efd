# SPDX-License-Identifier: GPL-3.0-or-later
"""Several passes over a lane as one recording, for the tests of ground between them."""
import json
import subprocess

import gw

PASS = """name: pass
seed: {seed}
length_m: {length}
sensors: [md]
speed: {{mean_m_s: 0.6, wobble: 0.1, sway_m: {sway}, aside_m: {aside}}}
md: {{output: iq}}
pose: {{cross: 1}}
"""


def joined(folder, passes, more=""):
    """One recording of passes that were recorded one after the other."""
    for k, values in enumerate(passes):
        scene = folder / f"{k}.yaml"
        scene.write_text(PASS.format(**values) + more)
        subprocess.run([gw.GW, "record", "--scene", scene, folder / f"pass{k}"], check=True,
                       capture_output=True, timeout=gw.HANG_S)
    for kind in ("md", "pose"):
        data = b"".join((folder / f"pass{k}-{kind}.sigmf-data").read_bytes()
                        for k in range(len(passes)))
        (folder / f"pass0-{kind}.sigmf-data").write_bytes(data)
        meta = folder / f"pass0-{kind}.sigmf-meta"
        text = json.loads(meta.read_text())
        text["global"].pop("core:sha512", None)
        meta.write_text(json.dumps(text))
    collection = folder / "pass0.sigmf-collection"
    text = json.loads(collection.read_text())
    for stream in text["collection"]["core:streams"]:
        stream.pop("hash", None)
    collection.write_text(json.dumps(text))
    return collection
