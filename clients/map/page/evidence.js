// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of one indication, in words. Texts of messages go into text nodes only.
import { near } from "./ground.js";

const NEAR_M = 0.25;
const SENSORS = { gpr: "radar", md: "metal detector", fused: "both sensors together" };

const fixed = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : null);
const withUnit = (value, digits, unit) => {
  const text = fixed(value, digits);
  return text === null ? null : `${text} ${unit}`;
};

export function title(data) {
  const depth = Number.isFinite(data.depth_m) ? `, ${fixed(data.depth_m * 100, 0)} cm deep` : "";
  const along = Number.isFinite(data.along_m) ? ` at ${fixed(data.along_m, 2)} m` : "";
  return `${SENSORS[data.sensor] || data.sensor}${along}${depth}`;
}

function depth(data) {
  if (!Number.isFinite(data.depth_m)) return "unknown";
  const sd = Number.isFinite(data.depth_sd_m) ? ` ± ${fixed(data.depth_sd_m * 100, 1)} cm` : " cm";
  const speed = fixed(data.speed_m_per_ns, 3);
  return `${fixed(data.depth_m * 100, 1)}${sd}${speed ? `, at ${speed} m/ns` : ""}`;
}

function place(data) {
  const parts = [];
  if (Number.isFinite(data.lat)) parts.push(`${data.lat.toFixed(7)}°, ${data.lon.toFixed(7)}°`);
  if (data.placed) parts.push(`(${data.placed})`);
  if (Number.isFinite(data.along_m)) parts.push(`${fixed(data.along_m, 3)} m along`);
  if (Number.isFinite(data.cross_m)) parts.push(`${fixed(data.cross_m, 3)} m across`);
  return parts.join(" ") || "unknown";
}

function amplitude(data) {
  if (!Number.isFinite(data.amplitude)) return null;
  const phase = withUnit(data.phase_deg, 1, "°");
  const tone = withUnit(data.tone_hz / 1000, 1, "kHz");
  return `${data.amplitude.toExponential(3)} ${data.amplitude_unit || ""}` +
    `${phase ? `, ${phase}` : ""}${tone ? ` at ${tone}` : ""}`;
}

const METALS = {
  ferrous: "magnetic", non_ferrous: "not magnetic", unsure: "magnetic or not: unsure",
};

function metal(data) {
  if (!data.metal) return null;
  const share = withUnit(100 * data.ferrous_probability, 0, "%");
  return `${METALS[data.metal] || data.metal} (${share} magnetic)`;
}

function below(data) {
  if (!Number.isFinite(data.coil_distance_m)) return null;
  const sd = withUnit(100 * data.coil_distance_sd_m, 0, "cm");
  return `${withUnit(100 * data.coil_distance_m, 0, "cm")} ± ${sd}, ${data.depth_class}`;
}

function samples(data) {
  const parts = [];
  if (Number.isInteger(data.scan)) parts.push(`scan ${data.scan}, channel ${data.channel}`);
  if (Number.isInteger(data.sample)) parts.push(`sample ${data.sample}`);
  if (Number.isInteger(data.epoch)) parts.push(`epoch ${data.epoch}`);
  return parts.join(", ") || null;
}

export function rows(data) {
  return [
    ["what", data.alarm ? "ALARM" : "candidate, raised no alarm"],
    ["seen by", SENSORS[data.sensor] || data.sensor],
    ["evidence", data.evidence],
    ["fusion", data.unlikely ? "unlikely, as scrap is; the metal detector's alarm stands" : null],
    ["place", place(data)],
    ["measured within", withUnit(data.accuracy_m, 2, `m, 95 in 100; fix ${data.fix}`)],
    ["depth", depth(data)],
    ["score", fixed(data.score, 2)],
    ["false alarms at this score", withUnit(data.far_per_m, 3, "expected a metre")],
    ["response", amplitude(data)],
    ["metal", metal(data)],
    ["under the coils", below(data)],
    ["raw data", samples(data)],
    ["recording", data.recording],
    ["its hash", data.hash],
    ["calibration", data.calibration],
    ["emulated", data.emulated ? "yes: no real ground" : null],
    ["written to disk", data.durable ? "yes" : "NOT YET"],
    ["time", new Date(Number(BigInt(data.time_ns) / 1000000n)).toISOString()],
    ["identity", data.id],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
}

function line(parent, tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

function told(update) {
  if (update.status === "updated") return `found again, pass ${update.passes}`;
  if (update.status === "closed") return "closed";
  return `${update.status} by ${update.by}`;
}

function table(parent, entries) {
  const made = document.createElement("table");
  for (const [name, value] of entries) {
    const row = made.insertRow();
    line(row, "th", name);
    line(row, "td", String(value));
  }
  parent.append(made);
}

function outcome_text(data) {
  const depth_text = withUnit(data.depth_m * 100, 0, "cm deep");
  return [data.model || "no model said", data.condition, data.marking, data.year, depth_text,
    data.note, `by ${data.by}`, data.when].filter(Boolean).join(", ");
}

export function show(box, ground, one, choose) {
  box.replaceChildren();
  line(box, "h2", `Evidence: ${title(one.data)}`);
  for (const update of one.updates) line(box, "p", told(update), "update");
  for (const data of one.outcomes) line(box, "p", `dug up: ${outcome_text(data)}`, "outcome");
  table(box, rows(one.data));
  const others = near(ground, one, NEAR_M);
  line(box, "h3", others.length ? `Within ${NEAR_M} m of it` : `Nothing else within ${NEAR_M} m`);
  for (const { other, distance_m } of others) {
    const text = `${title(other.data)}, score ${fixed(other.data.score, 2)}, ` +
      `${fixed(distance_m * 100, 0)} cm off${other.data.alarm ? ", ALARM" : ""}`;
    const button = line(box, "button", text, other.data.alarm ? "alarm" : "");
    button.addEventListener("click", () => choose(other.data.id));
  }
}
