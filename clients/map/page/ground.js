// SPDX-License-Identifier: GPL-3.0-or-later
// The records, by the ground they speak of: all that has WGS 84 in one frame, the rest in one frame
// for each session, for its metres count from where the session began.
// Every place becomes metres {x, y}: east and north of the first WGS 84 place, or across and along.

const EARTH_M = 6378137; // [WGS 84], equatorial radius: a sphere will do for a picture of a field
const E2 = 0.00669437999014; // [WGS 84], but records say where on the ellipsoid
const PLACED = "WGS 84";

// A rectangle that no pass searched; without a place the daemon only says that it tells no more.
export const is_ground_gap = (kind, data) =>
  kind === "gap" && data.what === "ground" && Number.isFinite(data.from_m);

const number = (text) => BigInt(text || "0");

export class Ground {
  constructor() {
    this.sessions = []; // {seq, data}, by seq
    this.detections = new Map(); // id -> {data, seq, updates: [data], outcomes: [data]}
    this.coverage = [];
    this.gaps = []; // ground left between passes
    this.outcomes = [];
    this.waiting = new Map(); // detection's id -> outcomes that came before it
    this.origin = null;
    this.version = 0;
  }

  // True: a session came that earlier records may belong to; all is to be drawn anew.
  take(event) {
    const kind = event.type.split(".")[2];
    const data = event.data;
    this.version++;
    if (kind === "session" && data.event === "start") return this.session(data);
    if (kind === "detection") this.detection(data);
    if (kind === "coverage" && this.stretch(data)) this.coverage.push(data);
    if (is_ground_gap(kind, data)) this.gaps.push(data);
    if (kind === "outcome") this.outcome(data);
    return false;
  }

  session(data) {
    this.sessions.push({ seq: number(data.seq), data });
    this.sessions.sort((a, b) => (a.seq < b.seq ? -1 : 1));
    return true;
  }

  detection(data) {
    const known = this.detections.get(data.id);
    if (!known) {
      const outcomes = this.waiting.get(data.id) || [];
      this.waiting.delete(data.id);
      this.detections.set(data.id, { data, seq: number(data.seq), updates: [], outcomes });
    } else if (data.status) {
      known.updates.push(data);
      // What a later pass made of it: never less than it was.
      if (data.status === "updated") known.data = data;
    }
  }

  outcome(data) {
    const of = data.detection && this.detections.get(data.detection);
    if (of) of.outcomes.push(data);
    else if (data.detection)
      this.waiting.set(data.detection, [...(this.waiting.get(data.detection) || []), data]);
    this.outcomes.push(data);
  }

  session_of(data) {
    const seq = number(data.seq);
    let found = 0;
    this.sessions.forEach((session, k) => { if (session.seq <= seq) found = k + 1; });
    return found;
  }

  frame_of(data) {
    return Number.isFinite(data.lat) ? PLACED : `session ${this.session_of(data)}, metres`;
  }

  frames() {
    const all = new Set(this.coverage.map((data) => this.frame_of(data)));
    for (const one of this.detections.values()) all.add(this.frame_of(one.data));
    return [...all];
  }

  // Metres of a place; null: unknown.
  metres(lat, lon, along_m, cross_m) {
    if (Number.isFinite(lat) && Number.isFinite(lon)) {
      this.origin = this.origin || { lat, lon };
      const radian = Math.PI / 180;
      return {
        x: (lon - this.origin.lon) * radian * EARTH_M * Math.cos(this.origin.lat * radian),
        y: (lat - this.origin.lat) * radian * EARTH_M,
      };
    }
    return Number.isFinite(along_m) ? { x: cross_m || 0, y: along_m } : null;
  }

  place(data) {
    return this.metres(data.lat, data.lon, data.along_m, data.cross_m);
  }

  // {from, to} of a coverage record; null: its place is unknown.
  stretch(data) {
    const from = this.metres(data.from_lat, data.from_lon, data.from_m, data.cross_m);
    const to = this.metres(data.lat, data.lon, data.to_m, data.cross_m);
    return from && to ? { from, to } : null;
  }

  lane_of(data) {
    const session = this.session_of(data);
    return session ? this.sessions[session - 1].data.origin : undefined;
  }

  // A gap is told in the lane's frame; on the earth where the session knows where that begins.
  gap_frame(data) {
    return this.lane_of(data) ? PLACED : `session ${this.session_of(data)}, metres`;
  }

  // Its corners, metres.
  gap_ring(data) {
    const lane = this.lane_of(data);
    const corners = [[data.from_m, data.from_cross_m], [data.to_m, data.from_cross_m],
      [data.to_m, data.to_cross_m], [data.from_m, data.to_cross_m]];
    return corners.map(([along, cross]) => {
      if (!lane) return this.metres(NaN, NaN, along, cross);
      const radian = Math.PI / 180;
      const turn = lane.heading_deg * radian;
      const root = Math.sqrt(1 - E2 * Math.sin(lane.lat * radian) ** 2);
      const north = along * Math.cos(turn) - cross * Math.sin(turn);
      const east = along * Math.sin(turn) + cross * Math.cos(turn);
      return this.metres(lane.lat + north / (EARTH_M * (1 - E2) / root ** 3) / radian,
        lane.lon + east / (EARTH_M / root * Math.cos(lane.lat * radian)) / radian, along, cross);
    });
  }
}

// Indications within reach_m of this one in the same frame, nearest first: what else speaks of it.
export function near(ground, one, reach_m) {
  const here = ground.place(one.data);
  const frame = ground.frame_of(one.data);
  const found = [];
  if (!here) return found;
  for (const other of ground.detections.values()) {
    if (other === one || ground.frame_of(other.data) !== frame) continue;
    const there = ground.place(other.data);
    if (!there) continue;
    const distance_m = Math.hypot(there.x - here.x, there.y - here.y);
    if (distance_m <= reach_m) found.push({ other, distance_m });
  }
  return found.sort((a, b) => a.distance_m - b.distance_m);
}
