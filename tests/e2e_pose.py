# SPDX-License-Identifier: GPL-3.0-or-later
"""The pose is lost for 4 s, and the head stands still for 12 s. Without the pose the search goes on
by time: the mine that lies there alarms, the state is DEGRADED, and each record of that ground says
so, until the pose is back. While the head stands each sensor says so once a second, without
ground."""
import gw

LOST_S, FOR_S = 4, 4
SCENE = """name: pose
seed: 5
length_m: 16
speed: {mean_m_s: 0.8, wobble: 0, stops: [{along_m: 9.5, for_s: 12}]}
gpr: {scan_rate_hz: 60}
targets: [{name: TM-62M, along_m: 1.6, depth_m: 0.08}, {name: TM-62M, along_m: 4.6, depth_m: 0.08},
          {name: TM-62M, along_m: 13, depth_m: 0.08}]
"""


def reckoned_check(records, detections):
    by_time = [c for c in records if "reckoned_s" in c]
    assert {c["sensor"] for c in by_time} == {"md"}, by_time  # each scan tells its own place
    for c in records:
        assert ("no_pose" in c["reasons"]) >= ("reckoned_s" in c), c
        assert c["state"] != "SEARCHING" or "reckoned_s" not in c, c
    assert all(0 < c["reckoned_s"] < FOR_S + 2 for c in by_time), by_time
    # begun where the head was, and gone on at its speed
    first = min(c["from_m"] for c in by_time)
    assert abs(first - 0.8 * LOST_S) < 0.4, first
    mine = [d for d in detections if abs(d["along_m"] - 4.6) < 0.3 and d["alarm"]]
    assert {"md", "gpr", "fused"} <= {d["sensor"] for d in mine}, detections
    assert all(("reckoned_s" in d) == (d["sensor"] != "gpr") for d in mine), mine
    assert all(0 < d.get("reckoned_s", 1) < FOR_S + 2 for d in mine), mine
    others = [d for d in detections if d["alarm"] and min(abs(d["along_m"] - x)
                                                          for x in (1.6, 13)) < 0.3]
    assert {"md", "gpr", "fused"} <= {d["sensor"] for d in others}, detections
    assert not any("reckoned_s" in d for d in others), others


def standing_check(records):
    still = [c for c in records if c.get("standing")]
    assert len([c for c in still if c["sensor"] == "md"]) >= 2, still
    assert len([c for c in still if c["sensor"] == "gpr"]) >= 2, still
    for c in still:
        assert "not_moving" in c["reasons"] and c["state"] == "DEGRADED", c
        assert c["n_rows"] == "0" and c["from_m"] == c["to_m"] and c["speed_m_s"] == 0, c
        assert abs(c["to_m"] - 9.5) < 0.1, c
    for sensor in ("md", "gpr"):  # ground that the pose placed is claimed once
        ground = sorted((c["from_m"], c["to_m"]) for c in records if c["sensor"] == sensor
                        and not c.get("standing") and "reckoned_s" not in c)
        for (_, end), (begin, _) in zip(ground, ground[1:]):
            assert begin >= end - 1e-6, (sensor, ground)


with gw.Folder() as folder:
    scene = folder / "pose.yaml"
    scene.write_text(SCENE)
    with gw.emulate(folder, scene, "--fault",
                    f"at={LOST_S}s,kind=silent,for={FOR_S}s,device=gw-pose") as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
        subscriber = gw.Subscriber(folder)
        gw.wait_for("the loss", lambda: "no_pose" in
                    ((subscriber.take().heartbeat or {}).get("reasons", [])))
        assert subscriber.heartbeat["state"] in ("DEGRADED", "ALARM"), subscriber.heartbeat
        gw.wait_for("the last mine", lambda: any(
            d["alarm"] and d["sensor"] == "fused" and d.get("along_m", 0) > 12.7
            for d in subscriber.take().records.get("detection", [])))
        assert daemon.stop() == 0, daemon.log.read_text()
        detections = subscriber.take().records["detection"]
        records = gw.placed(subscriber.records["coverage"])
        subscriber.close()
reckoned_check(records, detections)
standing_check(records)
print(f"{sum('reckoned_s' in c for c in records)} records by time, "
      f"{sum(bool(c.get('standing')) for c in records)} of a head that stood")
