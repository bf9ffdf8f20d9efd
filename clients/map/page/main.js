// SPDX-License-Identifier: GPL-3.0-or-later
// Messages in, page out. The state is read anew twenty times a second: time alone ends SEARCHING.
import { Chart } from "./chart.js";
import { Depths } from "./depths.js";
import { show, title } from "./evidence.js";
import { Ground, is_ground_gap } from "./ground.js";
import { Strip, Waterfall, unpack } from "./live.js";
import { Watch } from "./state.js";

const STATE_MS = 50;
const DRAW_MS = 100;
const STALE_MS = 500;
const AGAIN_MS = 1000;
const ALARMS_SHOWN = 200;
const element = (id) => document.getElementById(id);

const watch = new Watch();
let ground = new Ground();
let chosen = null;
const chart = new Chart(element("map"), ground, choose);
const waterfall = new Waterfall(element("waterfall"), element("radar-note"));
const strip = new Strip(element("strip"), element("metal-note"));
const depths = new Depths(element("depths"));
const counts = { got: 0, next: 0, first: 0, lost: 0, unkept: 0, pictures: 0 };
let is_all_dirty = false; // frames or sessions changed
let is_list_dirty = false;
let picture_next = 0;
let calibration = "";
let known_frames = new Set();
let items = new Map(); // alarm's id -> its line in the list

function choose(id) {
  chosen = id;
  const one = ground.detections.get(id);
  if (!one) return;
  show(element("evidence"), ground, one, choose);
  chart.mark(id);
}

function record_take(message) {
  counts.got++;
  if (message.t === "gap") return;
  if (message.t === "stream") return;
  const { event } = message;
  const { data } = event;
  const kind = event.type.split(".")[2];
  if (ground.take(event)) is_all_dirty = true;
  if (data.calibration && data.seq !== "0") calibration = data.calibration;
  if (kind === "coverage") depths.take(data);
  const is_placed = kind === "detection" || (kind === "coverage" && ground.stretch(data));
  if (is_placed && !known_frames.has(ground.frame_of(data))) is_all_dirty = true;
  else if (kind === "coverage") chart.coverage(data);
  if (is_ground_gap(kind, data) && !is_all_dirty) chart.gap(data);
  const id = kind === "detection" ? data.id : data.detection;
  if (!id || !ground.detections.has(id)) return;
  is_list_dirty = true;
  if (!is_all_dirty) chart.detection(ground.detections.get(id));
  if (id === chosen) choose(id);
}

function text_take(text, now_ms) {
  const message = JSON.parse(text);
  if (message.t !== "beat") return record_take(message);
  Object.assign(counts, { next: message.next, first: message.first, lost: message.lost,
    unkept: message.unkept });
  watch.take(message, now_ms);
}

function picture_take(buffer, now_ms) {
  const picture = unpack(buffer);
  const { sensor, kind_seq } = picture.head;
  const serial = Number(kind_seq);
  if (picture_next && serial > picture_next) counts.pictures += serial - picture_next;
  picture_next = serial + 1;
  (sensor === "gpr" ? waterfall : strip).take(picture, now_ms);
}

function connect() {
  const socket = new WebSocket(`ws://${location.host}/feed`, "groundwatch-map");
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    ground = new Ground(); // all of it comes again
    chart.ground = ground;
    Object.assign(counts, { got: 0, pictures: 0 });
    picture_next = 0;
    is_all_dirty = true;
    watch.open();
  };
  socket.onmessage = ({ data }) => {
    const now_ms = performance.now();
    if (typeof data === "string") text_take(data, now_ms);
    else picture_take(data, now_ms);
  };
  socket.onclose = () => {
    watch.close();
    setTimeout(connect, AGAIN_MS);
  };
}

// The newest frame, unless another was chosen by hand.
function frames_draw() {
  const frames = ground.frames();
  known_frames = new Set(frames);
  const select = element("frame");
  const old = [...select.options].map((option) => option.value);
  if (frames.join() !== old.join()) {
    select.replaceChildren(...frames.map((name) => new Option(name, name)));
    if (!select.dataset.by_hand || !frames.includes(chart.frame))
      chart.frame = frames[frames.length - 1] || null;
    select.value = chart.frame;
  }
  chart.redraw();
}

// One item an alarm for as long as it is shown: what is about to be clicked stays where it is.
function item_of(one) {
  const known = items.get(one.data.id);
  const item = known || document.createElement("li");
  const button = known ? known.firstChild : item.appendChild(document.createElement("button"));
  const is_known = one.updates.some((update) => update.status === "acknowledged");
  const words = one.outcomes.length ? ", dug up" : is_known ? ", acknowledged" : "";
  button.textContent = `${title(one.data)}, score ${one.data.score.toFixed(1)}${words}`;
  button.className = words ? "known" : "alarm";
  if (!known) {
    button.dataset.id = one.data.id;
    button.addEventListener("click", () => choose(one.data.id));
  }
  return item;
}

function list_draw() {
  const alarms = [...ground.detections.values()].filter((one) => one.data.alarm)
    .sort((a, b) => (a.seq < b.seq ? 1 : -1)).slice(0, ALARMS_SHOWN);
  items = new Map(alarms.map((one) => [one.data.id, item_of(one)]));
  const list = element("alarms");
  const kept = new Set(items.values());
  for (const item of [...list.children]) if (!kept.has(item)) item.remove();
  [...kept].forEach((item, k) => {
    if (list.children[k] !== item) list.insertBefore(item, list.children[k] || null);
  });
}

function losses_text() {
  const parts = [];
  if (counts.lost) parts.push(`${counts.lost} records are lost for good`);
  if (counts.first) parts.push(`${counts.first} older records are not shown: the log has them`);
  if (counts.unkept) parts.push(`${counts.unkept} records are not shown: out of memory`);
  if (counts.got < counts.next - counts.first) parts.push("still reading what was recorded");
  if (counts.pictures) parts.push(`${counts.pictures} pictures were left out`);
  return parts.join("; ");
}

function state_draw() {
  const { word, meaning, reasons } = watch.read(performance.now());
  const heartbeat = word !== "BLIND" && watch.beat ? watch.beat.heartbeat : null;
  if (document.body.className !== word) document.body.className = word;
  element("word").textContent = word;
  element("meaning").textContent = meaning;
  const list = element("reasons");
  if (list.textContent !== reasons.join(""))
    list.replaceChildren(...reasons.map((text) =>
      Object.assign(document.createElement("li"), { textContent: text })));
  document.title = `${word} · Groundwatch`;
  element("emulated").hidden = !watch.beat?.heartbeat?.emulated;
  element("place").textContent = heartbeat && Number.isFinite(heartbeat.along_m)
    ? `head at ${heartbeat.along_m.toFixed(2)} m` : "head: place unknown";
  element("calibration").textContent = calibration === "uncalibrated"
    ? "UNCALIBRATED: depths and amplitudes are nominal"
    : calibration && `calibration ${calibration.slice(0, 12)}`;
}

function draw() {
  const now_ms = performance.now();
  const is_blind = document.body.className === "BLIND";
  if (is_all_dirty) {
    is_all_dirty = false;
    is_list_dirty = true;
    frames_draw();
  }
  if (is_list_dirty) {
    is_list_dirty = false;
    list_draw();
    if (chosen) chart.mark(chosen);
  }
  chart.head_move(is_blind ? NaN : watch.beat?.heartbeat?.along_m);
  waterfall.draw(is_blind || now_ms - waterfall.came_ms > STALE_MS);
  strip.draw(is_blind || now_ms - strip.came_ms > STALE_MS, now_ms);
  depths.draw(is_blind);
  element("losses").textContent = losses_text();
  element("pulse").textContent = is_blind ? "—" : "◐◓◑◒"[Math.floor(now_ms / 250) % 4];
}

element("frame").addEventListener("change", ({ target }) => {
  target.dataset.by_hand = "yes";
  chart.frame = target.value;
  chart.redraw();
});
element("candidates").addEventListener("change", ({ target }) => {
  chart.candidates = target.checked;
  chart.redraw();
});
element("whole").addEventListener("click", () => chart.whole());
element("choice").addEventListener("submit", (event) => event.preventDefault());

setInterval(state_draw, STATE_MS);
setInterval(draw, DRAW_MS);
connect();
