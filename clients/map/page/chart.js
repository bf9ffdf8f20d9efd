// SPDX-License-Identifier: GPL-3.0-or-later
// The map: Leaflet on plain metres, with a grid of its own and no picture from anywhere.

const SWATH_M = { md: 0.3, gpr: 0.16 };
const GRID_PX = 60; // least distance between lines
const at = (place) => [place.y, place.x];

// A line of the grid each 1, 2 or 5 times a power of ten metres.
function step_of(scale) {
  const least = GRID_PX / scale;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((k) => k * power).find((step) => step >= least);
}

function rectangle(stretch, width_m) {
  const { from, to } = stretch;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (!(length > 0)) return null;
  const dx = (-(to.y - from.y) / length) * (width_m / 2);
  const dy = ((to.x - from.x) / length) * (width_m / 2);
  return [[from.x + dx, from.y + dy], [to.x + dx, to.y + dy], [to.x - dx, to.y - dy],
    [from.x - dx, from.y - dy]].map(([x, y]) => [y, x]);
}

export class Chart {
  constructor(box, ground, choose) {
    this.ground = ground;
    this.choose = choose;
    this.frame = null;
    this.candidates = false;
    this.follows = true;
    this.marks = new Map(); // detection's id -> layer
    this.map = L.map(box, { crs: L.CRS.Simple, minZoom: -4, maxZoom: 10, zoomSnap: 0.25,
      attributionControl: false });
    for (const [name, order] of [["grid", 250], ["gaps", 290], ["md", 300], ["gpr", 310],
      ["track", 320]])
      this.map.createPane(name).style.zIndex = order;
    this.swept = { md: L.canvas({ pane: "md" }), gpr: L.canvas({ pane: "gpr" }) };
    this.layers = { ground: L.layerGroup().addTo(this.map), found: L.layerGroup().addTo(this.map) };
    this.grid = L.layerGroup().addTo(this.map);
    this.head = L.circleMarker([0, 0], { pane: "track", radius: 9, weight: 3, color: "#16181c",
      fill: false, interactive: false });
    this.newest = null; // stretch of the newest coverage in this frame
    this.track = L.polyline([], { pane: "track", color: "#333", weight: 1, interactive: false });
    this.bounds = null;
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.setView([5, 0], 5);
    this.map.on("moveend zoomend", () => this.grid_draw());
    this.map.on("dragstart", () => { this.follows = false; });
    this.grid_draw();
  }

  grid_draw() {
    const view = this.map.getBounds();
    const step = step_of(2 ** this.map.getZoom());
    const style = { pane: "grid", color: "#c8ccd2", weight: 1, interactive: false };
    const digits = step < 1 ? Math.ceil(-Math.log10(step)) : 0;
    this.grid.clearLayers();
    const lines = (low, high, make, label) => {
      for (let k = Math.ceil(low / step); k * step <= high; k++) {
        L.polyline(make(k * step), style).addTo(this.grid);
        L.marker(label(k * step), { pane: "grid", interactive: false, keyboard: false,
          icon: L.divIcon({ className: "tick", html: `${(k * step).toFixed(digits)} m`,
            iconSize: null, iconAnchor: [0, 16] }) }).addTo(this.grid);
      }
    };
    const [south, north] = [view.getSouth(), view.getNorth()];
    const [west, east] = [view.getWest(), view.getEast()];
    lines(south, north, (y) => [[y, west], [y, east]], (y) => [y, west]);
    lines(west, east, (x) => [[south, x], [north, x]], (x) => [south, x]);
  }

  // Everything anew: another frame, or records now belong elsewhere.
  redraw() {
    this.layers.ground.clearLayers();
    this.layers.found.clearLayers();
    this.marks.clear();
    this.bounds = null;
    this.newest = null;
    this.track.setLatLngs([]).addTo(this.layers.ground);
    this.ground.coverage.forEach((data) => this.coverage(data));
    this.ground.gaps.forEach((data) => this.gap(data));
    for (const one of this.ground.detections.values()) this.detection(one);
    this.whole();
  }

  reach(place) {
    const point = L.latLng(at(place));
    this.bounds = this.bounds ? this.bounds.extend(point) : L.latLngBounds(point, point);
  }

  whole() {
    if (!this.bounds) return;
    this.follows = true;
    this.map.fitBounds(this.bounds.pad(0.15), { animate: false, maxZoom: 7 });
  }

  coverage(data) {
    if (this.ground.frame_of(data) !== this.frame) return;
    const stretch = this.ground.stretch(data);
    const ring = stretch && rectangle(stretch, SWATH_M[data.sensor] || 0.1);
    if (!ring) return;
    const searched = data.state === "SEARCHING" || data.state === "ALARM";
    if (data.state === "BLIND") return; // not searched: stays white
    L.polygon(ring, { renderer: this.swept[data.sensor] || this.swept.md, stroke: false,
      fillColor: searched ? { md: "#7fa3d1", gpr: "#3b5f95" }[data.sensor] : "#e0a030",
      fillOpacity: 0.6, interactive: false }).addTo(this.layers.ground);
    this.track.addLatLng(at(stretch.to));
    this.newest = { ...stretch, to_m: data.to_m };
    this.reach(stretch.from);
    this.reach(stretch.to);
    if (this.follows && !this.map.getBounds().contains(at(stretch.to))) this.whole();
  }

  // Ground left between passes; what a later pass searched of it lies over it.
  gap(data) {
    if (this.ground.gap_frame(data) !== this.frame) return;
    const ring = this.ground.gap_ring(data);
    const left = L.polygon(ring.map(at), { pane: "gaps", className: `gap ${data.sensor}`,
      color: "#b00020", weight: 2, dashArray: "4 4", fillColor: "#b00020", fillOpacity: 0.3 });
    left.bindTooltip(`not searched between passes: ${data.sensor}, ${data.n} cells of 5 cm`);
    left.addTo(this.layers.ground);
    ring.forEach((place) => this.reach(place));
  }

  // Where the head is: as far on as it went since the newest coverage. null: not known.
  head_move(along_m) {
    const { from, to, to_m } = this.newest || {};
    const length = to ? Math.hypot(to.x - from.x, to.y - from.y) : 0;
    this.head.remove();
    if (!(length > 0) || !Number.isFinite(along_m - to_m)) return;
    const far = (along_m - to_m) / length;
    this.head.setLatLng([to.y + far * (to.y - from.y), to.x + far * (to.x - from.x)]);
    this.head.addTo(this.map);
  }

  detection(one) {
    const { data } = one;
    const old = this.marks.get(data.id);
    if (old) old.remove();
    const place = this.ground.place(data);
    const shown = place && this.ground.frame_of(data) === this.frame &&
      (data.alarm || this.candidates || one.outcomes.length);
    if (!shown) return;
    const words = [data.alarm ? "alarm" : "candidate", data.sensor];
    if (one.updates.some((update) => update.status === "acknowledged")) words.push("seen");
    if (one.outcomes.length) words.push("outcome");
    const mark = L.marker(at(place), { title: title_of(one), riseOnHover: true,
      zIndexOffset: data.alarm ? 1000 : 0,
      icon: L.divIcon({ className: `mark ${words.join(" ")}`, iconSize: [22, 22] }) });
    mark.on("click", () => this.choose(data.id));
    mark.addTo(this.layers.found);
    mark.getElement().dataset.id = data.id;
    this.marks.set(data.id, mark);
    this.reach(place);
  }

  mark(id) {
    for (const [of, mark] of this.marks) mark.getElement().classList.toggle("chosen", of === id);
    const place = this.marks.has(id) && this.marks.get(id).getLatLng();
    if (place && !this.map.getBounds().contains(place)) this.map.panTo(place);
  }
}

function title_of(one) {
  return `${one.data.alarm ? "ALARM" : "candidate"}: ${one.data.sensor}, score ` +
    `${one.data.score.toFixed(1)}`;
}
