// SPDX-License-Identifier: GPL-3.0-or-later
// The records, by the ground they speak of: all that has WGS 84 in one frame, the rest in one frame
// for each session, for its metres count from where the session began.
// Every place becomes metres {x, y}: east and north of the first WGS 84 place, or across and along.

const EARTH_M = 6378137; // [WGS 84], equatorial radius: a sphere will do for a picture of a field
const PLACED = "WGS 84";

const number = (text) => BigInt(text || "0");

export class Ground {
  constructor() {
    this.sessions = []; // {seq, data}, by seq
    this.detections = new Map(); // id -> {data, seq, updates: [data], outcomes: [data]}
    this.coverage = [];
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
    if (kind === "coverage") this.coverage.push(data);
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
    const from = this.metres(data.from_lat, data.from_lon, data.from_m, 0);
    const to = this.metres(data.lat, data.lon, data.to_m, 0);
    return from && to ? { from, to } : null;
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
