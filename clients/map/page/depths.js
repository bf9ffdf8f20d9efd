// SPDX-License-Identifier: GPL-3.0-or-later
// How deep what is named would have been found where the head was last, with a probability of 0.9.
const NAMES = { ball_10mm_m: "10 mm ball", plastic_112mm_m: "112 mm plastic",
  at_320mm_m: "steel mine of 320 mm" };
const SENSORS = { md: "metal detector", gpr: "radar" };
const UNKNOWN = { ball: "no ball was calibrated", waveform: "not known of such a device",
  speed: "the wave's speed is only assumed", ground: "ground unlike any that is known",
  height: "the head's height", learning: "too little was seen",
  model: "fitted to other scores" };

export class Depths {
  constructor(element) {
    this.element = element;
    this.newest = {}; // reference of each sensor
  }

  take(data) {
    this.newest[data.sensor] = data.state === "BLIND" ? undefined : data.reference;
  }

  draw(is_blind) {
    const text = is_blind ? "" : Object.entries(this.newest).map(part).filter(Boolean).join("; ");
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}

function part([sensor, reference]) {
  if (!reference) return "";
  const known = Object.entries(NAMES).filter(([key]) => key in reference)
    .map(([key, name]) => `${name} to ${Math.round(100 * reference[key])} cm`);
  const why = UNKNOWN[reference.unknown] || reference.unknown;
  return `${SENSORS[sensor] || sensor}: ${known.join(", ") || `depth unknown: ${why}`}`;
}
