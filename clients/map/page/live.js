// SPDX-License-Identifier: GPL-3.0-or-later
// The live pictures: radar lines as a waterfall, the metal detector's strip. Made for the eye; a
// stretch of time without pictures stays empty, it is not drawn over.

const SPAN_S = 20;

// Binary message of the server: u32 length, JSON, values.
export function unpack(buffer) {
  const n = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, n)));
  const bytes = buffer.slice(4 + n);
  const values = head.type === "i8" ? new Int8Array(bytes) : new Float32Array(bytes);
  if (values.length !== head.n_rows * head.n_columns) throw new Error("picture of a wrong size");
  return { head, values };
}

// Blue for below, red for above, white for nothing.
function colour(value, to, at) {
  const far = Math.min(1, Math.abs(value) / 127);
  const fade = 255 * (1 - far);
  to[at] = value > 0 ? 255 - 60 * far : fade;
  to[at + 1] = fade;
  to[at + 2] = value < 0 ? 255 - 60 * far : fade;
  to[at + 3] = 255;
}

export class Waterfall {
  constructor(canvas, note) {
    this.canvas = canvas;
    this.note = note;
    this.context = canvas.getContext("2d");
    this.pending = []; // a column of the canvas each
    this.seen = null;
    this.came_ms = -Infinity;
  }

  take({ head, values }, now_ms) {
    if (now_ms - this.came_ms > 1000 && this.came_ms > -Infinity) this.gap();
    this.came_ms = now_ms;
    for (let row = 0; row < head.n_rows; row++)
      this.pending.push(values.slice(row * head.n_columns, (row + 1) * head.n_columns));
    this.pending = this.pending.slice(-this.canvas.width);
    const end_ns = head.from_ns + head.step_ns * head.n_columns;
    const range = `, ${(head.from_ns || 0).toFixed(1)} to ${end_ns.toFixed(1)} ns downwards`;
    this.note.textContent = `channel ${head.channel}${Number.isFinite(end_ns) ? range : ""}` +
      ", newest scan right";
  }

  gap() {
    for (let k = 0; k < 12; k++) this.pending.push(null);
  }

  draw(is_stale) {
    const { width, height } = this.canvas;
    const n = this.pending.length;
    if (n) {
      const column = this.context.createImageData(1, height);
      this.context.drawImage(this.canvas, -n, 0);
      this.pending.forEach((values, k) => {
        for (let y = 0; y < height; y++) {
          const value = values ? values[Math.floor((y * values.length) / height)] : 0;
          if (values) colour(value, column.data, 4 * y);
          else column.data.set([90, 90, 90, 255], 4 * y);
        }
        this.context.putImageData(column, width - n + k, 0);
      });
      this.pending = [];
    }
    this.canvas.parentElement.classList.toggle("stale", is_stale);
  }
}

export class Strip {
  constructor(box, note) {
    this.note = note;
    this.rows = [[-SPAN_S, null], [0, null]];
    this.end_s = 0;
    this.values = [];
    this.dirty = false;
    this.box = box;
    this.came_ms = -Infinity;
    this.graph = new Dygraph(box, this.rows, { labels: ["s", "tone"], valueRange: [0, 1.02],
      colors: ["#b00020"], fillGraph: true, strokeWidth: 1.5, drawGrid: true, axisLabelFontSize: 11,
      connectSeparatedPoints: false, legend: "never", xlabel: "", dateWindow: [-SPAN_S, 0],
      interactionModel: {} });
  }

  take({ head, values }, now_ms) {
    const step_s = Number.isFinite(head.row_s) ? head.row_s : 0.01;
    const now_s = now_ms / 1000;
    if (now_ms - this.came_ms > 1000) this.values.push([now_s - head.n_rows * step_s, null]);
    this.came_ms = now_ms;
    for (let row = 0; row < head.n_rows; row++)
      this.values.push([now_s - (head.n_rows - 1 - row) * step_s, values[row * head.n_columns]]);
    this.dirty = true;
    this.now = values[(head.n_rows - 1) * head.n_columns];
    this.note.textContent = `search tone 0 to 1, last ${SPAN_S} s; ` +
      `${(head.tones_hz || []).map((hz) => (hz / 1000).toFixed(1)).join(", ")} kHz`;
  }

  draw(is_stale, now_ms) {
    const now_s = now_ms / 1000;
    this.box.parentElement.classList.toggle("stale", is_stale);
    if (!this.dirty && is_stale) return;
    this.dirty = false;
    const kept = this.values.findIndex(([s]) => s > now_s - SPAN_S);
    this.values.splice(0, kept < 0 ? this.values.length : kept);
    const sorted = this.values.map(([s, value]) => [s - now_s, value]).sort((a, b) => a[0] - b[0]);
    this.graph.updateOptions({ file: sorted.length ? sorted : this.rows });
  }
}
