/** @file Curves of one metric, a line per stage, drawn as SVG. */
import { at, h, s } from "./dom.js";

const HEIGHT = 280;
const MARGIN = { left: 58, right: 14, top: 10, bottom: 34 };

/** Some round numbers between two, about seven. */
export function ticks(low, high) {
  const rough = (high - low) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from(
    { length: last - first + 1 },
    (_, i) => Number(((first + i) * step).toPrecision(12)),
  );
}

/** A number in few digits. */
export function short(value) {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(4)));
}

/** The lines, and what is drawn of them. */
export class Chart {
  constructor() {
    this.points = new Map();
    this.stages = new Map();
    this.arms = [];
    /** What the tip shows: a step, and on which side of it there is room; null while there is no pointer. */
    this.pointed = null;
    this.key = "";
    new ResizeObserver(() => this.draw()).observe(at("chart"));
  }

  /** Forgets every point. */
  clear() {
    this.points.clear();
    this.draw();
  }

  /** Takes a board: a stage has the colour of the first arm that uses it. */
  board(board) {
    const key = JSON.stringify([board.arms, board.cells]);
    if (key === this.key) return;
    this.key = key;
    this.arms = board.arms;
    const labels = new Map(board.stages.map(({ id, label }) => [id, label]));
    this.stages.clear();
    for (const { arm, stages } of board.cells) {
      for (const id of stages) {
        if (!this.stages.has(id)) {
          this.stages.set(id, { arm: board.arms.indexOf(arm), label: labels.get(id) });
        }
      }
    }
    this.draw();
  }

  /** Takes new points in. */
  add(points) {
    for (const [id, added] of Object.entries(points)) {
      this.points.set(id, [...this.points.get(id) ?? [], ...added]);
    }
    if (Object.keys(points).length > 0) this.draw();
  }

  /** Draws everything. */
  draw() {
    const lines = [...this.points].filter(([id]) => this.stages.has(id));
    const root = at("chart");
    this.legend(lines);
    if (lines.length === 0) {
      root.replaceChildren(h("p", { class: "empty" }, "No stage has this metric yet."));
      return;
    }
    const width = Math.max(320, root.clientWidth);
    const all = lines.flatMap(([, points]) => points);
    let [left, right] = extent(all.map(([step]) => step));
    let [low, high] = extent(all.map(([, value]) => value));
    if (left === right) [left, right] = [left - 1, right + 1];
    const room = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.1 || 1;
    [low, high] = [low - room, high + room];
    const x = (step) =>
      MARGIN.left + (step - left) / (right - left) * (width - MARGIN.left - MARGIN.right);
    const y = (value) =>
      HEIGHT - MARGIN.bottom - (value - low) / (high - low) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const svg = s("svg", {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      height: HEIGHT,
      role: "img",
      "aria-label": "curves by optimiser updates",
    });
    for (const value of ticks(low, high)) {
      svg.append(
        s("line", {
          class: "grid",
          x1: MARGIN.left,
          x2: width - MARGIN.right,
          y1: y(value),
          y2: y(value),
        }),
        s("text", { x: MARGIN.left - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)),
      );
    }
    for (const step of ticks(left, right).filter(Number.isInteger)) {
      svg.append(s("text", { x: x(step), y: HEIGHT - 18, "text-anchor": "middle" }, String(step)));
    }
    svg.append(
      s(
        "text",
        { x: width - MARGIN.right, y: HEIGHT - 4, "text-anchor": "end" },
        "optimiser updates",
      ),
    );
    for (const [id, points] of lines) {
      const path = points.map(([step, value], i) =>
        `${i === 0 ? "M" : "L"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`
      );
      const [lastStep, lastValue] = points.at(-1);
      svg.append(
        s(
          "g",
          { class: `arm${this.stages.get(id).arm % 8}` },
          s("path", { class: "line", d: path.join("") }),
          s("circle", { class: "dot", cx: x(lastStep), cy: y(lastValue), r: 2.5 }),
        ),
      );
    }
    const tip = h("div", { id: "tip", hidden: "" });
    svg.addEventListener("mousemove", (event) => {
      const { left: from, width: shown } = svg.getBoundingClientRect();
      const place = (event.clientX - from) / shown * width;
      const inner = (place - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
      this.pointed = { step: left + inner * (right - left), onRight: place < width / 2 };
      this.tip(tip, lines);
    });
    svg.addEventListener("mouseleave", () => {
      this.pointed = null;
      tip.hidden = true;
    });
    // What was pointed at stays so when the lines grow.
    if (this.pointed) this.tip(tip, lines);
    root.replaceChildren(svg, tip);
  }

  /** The values nearest to the step that is pointed at, of at most twelve lines, highest first. */
  tip(tip, lines) {
    const { step, onRight } = this.pointed;
    const near = lines.map(([id, points]) => {
      const [found, value] = points.reduce((a, b) =>
        Math.abs(b[0] - step) < Math.abs(a[0] - step) ? b : a
      );
      return { ...this.stages.get(id), step: found, value };
    }).sort((a, b) => b.value - a.value).slice(0, 12);
    tip.replaceChildren(
      ...near.map(({ arm, label, step, value }) =>
        h(
          "div",
          { class: `arm${arm % 8}` },
          h("span", { class: "swatch" }),
          h("b", {}, `${short(value)}  ${label}, update ${step}`),
        )
      ),
    );
    tip.style.left = onRight ? "auto" : `${MARGIN.left + 8}px`;
    tip.style.right = onRight ? `${MARGIN.right + 8}px` : "auto";
    tip.hidden = false;
  }

  legend(lines) {
    const shown = new Set(lines.map(([id]) => this.stages.get(id).arm));
    at("legend").replaceChildren(
      ...this.arms.flatMap((arm, i) =>
        shown.has(i)
          ? [h("span", { class: `arm${i % 8}` }, h("span", { class: "swatch" }), h("b", {}, arm))]
          : []
      ),
    );
  }
}

function extent(numbers) {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return [low, high];
}
