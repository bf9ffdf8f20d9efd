// SPDX-License-Identifier: GPL-3.0-or-later
// What the page may say of the state at this instant. Whatever is not known, or was not renewed,
// is BLIND. Pure: times are given.

export const BLIND_MS = 300;
const RANKS = ["BLIND", "DEGRADED", "SEARCHING", "ALARM"];
const MEANINGS = {
  BLIND: "nothing is known of the ground: STOP",
  DEGRADED: "searching with less than all of it",
  SEARCHING: "searching; no indication does not mean no mine",
  ALARM: "something is indicated here",
};
const REASONS = {
  starting: "starting, no sample has come yet: wait",
  no_samples: "samples stopped coming: check cable and supply",
  no_device: "the device is gone, trying again: check cable",
  learning: "has not seen enough ground yet: sweep on",
  not_moving: "the head stands still: sweep on",
  no_pose: "the place along the lane is unknown",
  samples_lost: "samples were lost: sweep this stretch again",
  clipped: "the input is saturated: away from large metal",
  stuck: "the input does not change: sensor at fault",
  journal: "records cannot be written: disk full?",
  gate: "the network side is down: being restarted",
  one_sensor: "one sensor of several is blind",
  core: "the sensing process is gone or hangs: restart",
  stopped: "the daemon was stopped",
  overload: "samples come faster than they are processed",
  calibration: "calibration expired or of another device",
  late: "samples come late: what is heard lies behind",
  clock: "a clock was set, or two do not agree",
  uncovered: "the head moves, its ground is not searched",
  no_fix: "the receiver has no place on the earth",
  tone_lost: "a tone of the metal detector is gone: stop",
  reference_lost: "the metal detector sends nothing: stop",
  reference_drifts: "the metal detector's current has changed",
  too_high: "the head is held too high: lower it, go back",
  too_fast: "the head moves too fast: slow down, go back",
  recording: "the recording is not whole, or was not written",
  unfused: "too many candidates to fuse them all",
  mesh: "a metal mesh lies below: weak metal is not heard",
  row: "like metal lies in an equal row: some may be missed",
};

// A beat of the server ("t_ms" of its clock), as it came at now_ms of the page's clock.
export class Watch {
  constructor() {
    this.beat = null;
    this.came_ms = -Infinity;
    this.offset_ms = Infinity; // least of (page's clock - server's clock)
    this.is_open = false;
  }

  open() {
    this.is_open = true;
    this.beat = null;
    this.offset_ms = Infinity; // another server, another clock
  }

  close() {
    this.is_open = false;
    this.beat = null;
  }

  take(beat, now_ms) {
    this.beat = beat;
    this.came_ms = now_ms;
    this.offset_ms = Math.min(this.offset_ms, now_ms - beat.t_ms);
  }

  // {word, meaning, reasons: [text]}
  read(now_ms) {
    const blind = (reason) => ({ word: "BLIND", meaning: MEANINGS.BLIND, reasons: [reason] });
    if (!this.is_open) return blind("`groundwatch map` is not reached: does it run?");
    if (!this.beat) return blind("this page has heard nothing yet");
    if (now_ms - this.came_ms > BLIND_MS) return blind("the map's server fell silent");
    if (now_ms - this.beat.t_ms - this.offset_ms > BLIND_MS)
      return blind("what comes is late: this browser cannot keep up");
    const heartbeat = this.beat.heartbeat;
    if (!this.beat.live || !heartbeat) return blind("nothing is heard from the daemon");
    if (!RANKS.includes(heartbeat.state)) return blind(`unknown state ${heartbeat.state}`);
    const word = heartbeat.state;
    return { word, meaning: MEANINGS[word], reasons: reasons(heartbeat) };
  }
}

function reasons(heartbeat) {
  const of_sensors = (heartbeat.sensors || []).flatMap((sensor) =>
    (sensor.reasons || []).map((word) => `${sensor.sensor}: ${REASONS[word] || word}`));
  const said = new Set((heartbeat.sensors || []).flatMap((sensor) => sensor.reasons || []));
  const others = (heartbeat.reasons || []).filter((word) => !said.has(word));
  return [...of_sensors, ...others.map((word) => REASONS[word] || word)];
}
